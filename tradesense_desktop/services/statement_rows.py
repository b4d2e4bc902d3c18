"""Rows of a statement as a command takes them: in order, in UTC, settlements marked."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tradesense_desktop.domain.adjustment import Adjustment
from tradesense_desktop.domain.server_clock import instant_of, to_utc
from tradesense_desktop.domain.trade import Trade
from tradesense_desktop.importers.statement import Statement, StatementOperation, StatementTrade


@dataclass(frozen=True, slots=True)
class DatedRow:
    """A row of the file with its place in the order of things and its instant (UTC)."""

    number: int
    at: datetime
    row: StatementTrade | StatementOperation


def dated_rows(statement: Statement, zone: str) -> list[DatedRow]:
    """Every trade and balance operation by the file's time and then the platform's number, converted from `zone`.

    Raises UnknownZone.
    """
    rows: list[tuple[datetime, int, StatementTrade | StatementOperation]] = [
        *((trade.closed_at, trade.number, trade) for trade in statement.trades),
        *((operation.booked_at, operation.number, operation) for operation in statement.operations),
    ]
    rows.sort(key=lambda row: row[:2])
    instants = to_utc([local for local, _, _ in rows], zone)
    return [DatedRow(number, at, row) for (_, number, row), at in zip(rows, instants, strict=True)]


def as_commanded(rows: Sequence[DatedRow], zone: str) -> Iterator[Trade | Adjustment]:
    """Rows as the domain takes them; all but the last of one time are marked as not the last of their settlement."""
    last = len(rows) - 1
    for index, dated in enumerate(rows):
        last_of_time = index == last or rows[index + 1].at != dated.at
        if isinstance(dated.row, StatementTrade):
            yield trade_of(dated.row, dated.at, zone, last_of_time=last_of_time)
        else:
            yield adjustment_of(dated.row, dated.at, last_of_time=last_of_time)


def trade_of(row: StatementTrade, executed_at: datetime, zone: str, *, last_of_time: bool = True) -> Trade:
    """A closing deal of the file as a trade that was executed at `executed_at`."""
    return Trade(
        trade_id=str(row.number),
        symbol=row.symbol,
        side=row.side,
        quantity=row.quantity,
        price=row.price,
        realized_pnl=row.realized_pnl,
        commission=row.commission,
        executed_at=executed_at,
        own=row.own,
        deal_side=row.deal_side,
        entry=row.entry,
        external_trade_id=row.external_trade_id,
        position_id=row.position_id,
        # An opening inside a repeated hour is read first; it never comes out after the closing.
        opened_at=None if row.opened_at is None else min(instant_of(row.opened_at, zone), executed_at),
        open_price=row.open_price,
        last_of_time=last_of_time,
    )


def adjustment_of(row: StatementOperation, executed_at: datetime, *, last_of_time: bool = True) -> Adjustment:
    """A balance operation of the file as one that was booked at `executed_at`."""
    return Adjustment(
        adjustment_id=str(row.number),
        kind=row.kind,
        amount=row.amount,
        executed_at=executed_at,
        comment=row.comment,
        last_of_time=last_of_time,
    )


def settled(rows: Iterable[Trade | Adjustment]) -> Iterator[Trade | Adjustment]:
    """Rows in order of time with the last of each time marked as such, the others not."""
    before: Trade | Adjustment | None = None
    for row in rows:
        if before is not None:
            yield replace(before, last_of_time=row.executed_at != before.executed_at)
        before = row
    if before is not None:
        yield replace(before, last_of_time=True)
