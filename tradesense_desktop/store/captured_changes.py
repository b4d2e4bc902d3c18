"""What a pending command wrote, read back before it is rolled back: whole rows as JSON, and what they rest on."""

from collections.abc import Mapping
from typing import Any, Final

from tradesense_desktop.store.capture_triggers import CAPTURED_TABLES
from tradesense_desktop.store.outbox import Base, ComputedRows
from tradesense_desktop.store.transaction import Reading
from tradesense_desktop.store.wire_rows import column_names, row_of_columns

_CHAINED_BY_SERVER: Final = frozenset({"stream", "sequence_number", "previous_hash", "hash", "recorded_at"})
"""Columns of audit_log that the server sets for whoever pushes."""

_STATEMENTS: Final = {
    table: f"SELECT {', '.join(f'written.{name}' for name in column_names(table))} FROM temp.captured AS noted"  # noqa: S608
    f" JOIN main.{table} AS written ON written.rowid = noted.row_id WHERE noted.of_table = '{table}'"
    " ORDER BY noted.place"
    for table in CAPTURED_TABLES
}
_VERSION_BEFORE: Final = (
    "SELECT noted.version FROM temp.captured AS noted JOIN main.challenges AS written"
    " ON written.rowid = noted.row_id WHERE noted.of_table = 'challenges' AND written.id = ?"
)
_STANDING: Final = (
    "SELECT challenge.version, last.sequence_number, last.hash FROM main.challenges AS challenge"
    " JOIN main.challenge_events AS last ON last.challenge_id = challenge.id"
    " WHERE challenge.id = ? ORDER BY last.sequence_number DESC LIMIT 1"
)


def read_captured(reading: Reading, kind: str) -> ComputedRows | None:
    """What was written since the transaction began, but for the rows laid over it; None where nothing was.

    `kind` is the command that was given; where its result says another (a provider's message may record a payment or
    move one), that is what it came to.
    """
    rows: dict[str, list[dict[str, Any]]] = {}
    for table, statement in _STATEMENTS.items():
        found = [row_of_columns(table, tuple(row)) for row in reading.driver.execute(statement)]
        if found:
            rows[table] = found
    if not rows:
        return None
    if "audit_log" in rows:
        rows["audit_log"] = [
            {name: value for name, value in row.items() if name not in _CHAINED_BY_SERVER} for row in rows["audit_log"]
        ]
    challenge_id = _challenge_of(rows)
    results = rows.get("command_results")
    return ComputedRows(
        kind=str(results[0]["command_type"]) if results else kind,
        challenge_id=challenge_id,
        base=None if challenge_id is None else _base(reading, challenge_id, rows),
        rows=rows,
    )


def read_standing(reading: Reading, challenge_id: str) -> Base | None:
    """Version, last number and last hash of a challenge as it stands; None where there is none."""
    row = reading.driver.execute(_STANDING, (challenge_id,)).fetchone()
    return None if row is None else Base(version=row[0], sequence_number=row[1], hash=row[2])


def _challenge_of(rows: Mapping[str, list[dict[str, Any]]]) -> str | None:
    if "challenges" in rows:
        return str(rows["challenges"][0]["id"])
    for table in ("challenge_events", "payments", "risk_alerts"):
        if table in rows:
            challenge_id = rows[table][0]["challenge_id"]
            return None if challenge_id is None else str(challenge_id)
    return None


def _base(reading: Reading, challenge_id: str, rows: Mapping[str, list[dict[str, Any]]]) -> Base | None:
    """What the command was computed on; None where it made the challenge."""
    standing = read_standing(reading, challenge_id)
    events = [row for row in rows.get("challenge_events", ()) if row["challenge_id"] == challenge_id]
    if standing is None or (events and events[0]["sequence_number"] == 1):
        return None
    noted = reading.driver.execute(_VERSION_BEFORE, (challenge_id,)).fetchone()
    version = standing.version if noted is None else noted[0]
    if not events:
        return Base(version=version, sequence_number=standing.sequence_number, hash=standing.hash)
    return Base(version=version, sequence_number=events[0]["sequence_number"] - 1, hash=events[0]["previous_hash"])
