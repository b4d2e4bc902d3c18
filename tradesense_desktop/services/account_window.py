"""A statement as an addition to a challenge: a later window of an account that has a ledger already."""

from dataclasses import replace
from datetime import datetime

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.money import ZERO, Money
from tradesense_desktop.importers.statement import Statement, StatementOperation
from tradesense_desktop.services.statement_rows import DatedRow, dated_rows
from tradesense_desktop.store.recorded_trades import read_moved_before, read_recorded_adjustments
from tradesense_desktop.store.transaction import Reading


def as_window(reading: Reading, target: Challenge, statement: Statement, zone: str) -> Statement:
    """The statement with its opening payments as rows, where they came after the ledger's last row or are in it.

    A file by itself takes what was paid in before its first trade for the initial balance; beside a ledger that is
    further already, it is a deposit or a withdrawal like any other.
    """
    if not statement.opening_operations:
        return statement
    recorded = read_recorded_adjustments(reading, target.id)
    last = last_row_at(reading, target)
    opening = replace(statement, trades=(), operations=statement.opening_operations)
    rows = {
        dated.number
        for dated in dated_rows(opening, zone)
        if str(dated.number) in recorded or (last is not None and dated.at > last)
    }
    moved = [operation for operation in statement.opening_operations if operation.number in rows]
    if not moved:
        return statement
    assert statement.initial_balance is not None
    held = statement.initial_balance - sum((operation.amount for operation in moved), ZERO)
    return replace(
        statement,
        initial_balance=held if held > ZERO else None,
        opening_operations=tuple(each for each in statement.opening_operations if each.number not in rows),
        operations=tuple(sorted([*moved, *statement.operations], key=_place)),
    )


def held_before(reading: Reading, target: Challenge, statement: Statement, rows: list[DatedRow]) -> Money | None:
    """What the account held before the file's first row, as the ledger tells; None where it does not.

    A ledger that has ended is behind the account: then it is reckoned back from the balance that the file states.
    """
    if not rows:
        return target.initial_balance
    last = last_row_at(reading, target)
    has_stopped = target.status.is_end or target.profit_target_reached_at is not None
    if has_stopped and last is not None and rows[0].at > last:
        return _reckoned_back(statement)
    return target.initial_balance + read_moved_before(reading, target.id, rows[0].at)


def last_row_at(reading: Reading, target: Challenge) -> datetime | None:
    """Time of the last recorded trade or balance operation."""
    times = [row.executed_at for row in read_recorded_adjustments(reading, target.id).values()]
    return max([*times, *([] if target.last_trade_at is None else [target.last_trade_at])], default=None)


def _reckoned_back(statement: Statement) -> Money | None:
    if statement.stated.balance is None:
        return None
    moved = sum((trade.realized_pnl for trade in statement.trades), statement.open_entry_costs)
    return statement.stated.balance - sum((row.amount for row in statement.operations), moved)


def _place(operation: StatementOperation) -> tuple[datetime, int]:
    return operation.booked_at, operation.number
