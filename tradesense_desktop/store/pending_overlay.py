"""Lay the rows of pending ops over the replica, in a transaction that will be rolled back.

Under the authority of a pull, with `replica_apply` on: the schema's rules about what may be done hold for the server,
those about what a row may be hold here too. An op whose base is not what stands there is left out: a pull has brought
its rows already, or has brought others, and then it is computed anew before it is sent.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from tradesense_desktop.store.captured_changes import read_standing
from tradesense_desktop.store.outbox import Op, open_outbox
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.wire_rows import column_names, columns_of_row

_Rows = Mapping[str, list[dict[str, Any]]]

_ADDED: Final = ("trades", "challenge_events", "import_history", "command_results")
_CHANGED: Final = ("risk_alerts", "payments")
_ENDS: Final = ("FAILED", "FUNDED")
_BEFORE_THE_END: Final = {"status": "ACTIVE", "ended_at": None, "funded_at": None, "failure_reason": None}


def _insert(table: str) -> str:
    columns = column_names(table)
    return f"INSERT INTO main.{table} ({', '.join(columns)}) VALUES ({', '.join('?' * len(columns))})"  # noqa: S608


_INSERT: Final = {table: _insert(table) for table in (*_ADDED, *_CHANGED, "challenges")}
_UPDATE: Final = {
    table: f"UPDATE main.{table} SET {', '.join(f'{name} = ?' for name in column_names(table))} WHERE id = ?"  # noqa: S608
    for table in (*_CHANGED, "challenges")
}
_EXISTS: Final = {table: f"SELECT 1 FROM main.{table} WHERE id = ?" for table in _UPDATE}  # noqa: S608
_HAS_RESULT: Final = "SELECT 1 FROM main.command_results WHERE command_id = ?"


def lay_pending(
    transaction: Transaction,
    directory: Path,
    challenge_id: str | None,
    *,
    command_id: str,
    before_id: int | None = None,
) -> tuple[int, ...]:
    """Lay what a command on `challenge_id` (None: on any) may have to know; ids of the ops that were laid, in order.

    `before_id` leaves out that op and what comes after it in the queue. The result of `command_id` itself is laid
    too where it is confirmed already, so that the same command again is known to be done.
    """
    with open_outbox(directory) as outbox:
        ops = [op for op in outbox.list_ops() if before_id is None or op.id < before_id]
        results = [] if before_id is not None else outbox.find_results(command_id)
    transaction.driver.execute("UPDATE main.replica_apply SET active = 1")
    laid = [
        op.id
        for op in ops
        if (op.touches(challenge_id) or op.command_id == command_id) and is_laid(transaction, directory, op)
    ]
    for row in results:
        if transaction.driver.execute(_HAS_RESULT, (command_id,)).fetchone() is None:
            lay_rows(transaction, {"command_results": [row]})
    transaction.driver.execute("UPDATE main.replica_apply SET active = 0")
    return tuple(laid)


def is_laid(transaction: Transaction, directory: Path, op: Op) -> bool:
    """Lay one op, where what it was computed on is what stands there; whether it is."""
    if op.challenge_id is not None and read_standing(transaction, op.challenge_id) != op.base:
        return False
    # Not in one look with the list: the device's file stays free for whoever sends while much is laid.
    with open_outbox(directory) as outbox:
        rows = outbox.read_rows(op.id)
    lay_rows(transaction, rows)
    transaction.check()
    return True


def lay_rows(transaction: Transaction, rows: _Rows) -> None:
    """Write the rows of one command as a pull would: a challenge that ends gets its end after its trades."""
    challenges = rows.get("challenges", ())
    is_there = {row["id"]: _is_there(transaction, "challenges", row) for row in challenges}
    for row in challenges:
        if not is_there[row["id"]]:
            begun = {**row, **_BEFORE_THE_END} if row["status"] in _ENDS else row
            transaction.driver.execute(_INSERT["challenges"], columns_of_row("challenges", begun))
    for table in _ADDED:
        values = [columns_of_row(table, row) for row in rows.get(table, ())]
        if values:
            transaction.driver.executemany(_INSERT[table], values)
    for row in challenges:
        if is_there[row["id"]] or row["status"] in _ENDS:
            _update(transaction, "challenges", row)
    for table in _CHANGED:
        for row in rows.get(table, ()):
            if _is_there(transaction, table, row):
                _update(transaction, table, row)
            else:
                transaction.driver.execute(_INSERT[table], columns_of_row(table, row))


def _is_there(transaction: Transaction, table: str, row: Mapping[str, Any]) -> bool:
    return transaction.driver.execute(_EXISTS[table], (row["id"],)).fetchone() is not None


def _update(transaction: Transaction, table: str, row: Mapping[str, Any]) -> None:
    transaction.driver.execute(_UPDATE[table], (*columns_of_row(table, row), row["id"]))
