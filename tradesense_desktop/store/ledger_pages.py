"""The ledger of a challenge in pages: straight by sequence number, or by a list of numbers that a query has chosen.

Never OFFSET: a page is a range of numbers or a list of them, so that the last page costs what the first one does.
"""

import json
from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.types import Float

from tradesense_desktop.domain.money import Money, Price, Quantity
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.store.column_types import DECIMAL_TEXT
from tradesense_desktop.store.errors import ColumnUnknown
from tradesense_desktop.store.prepared import Prepared
from tradesense_desktop.store.tables import challenge_events, trades
from tradesense_desktop.store.transaction import Reading


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """Which rows: of one symbol, of one side, with `text` in symbol or numbers (case ignored); empty means all."""

    symbol: str | None = None
    side: Side | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class LedgerOrder:
    """By which column; rows without a value come last, equal ones stand by sequence number."""

    column: str = "sequence_number"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One trade with the equity after it; `equity` is None for a row that no event tells of. Times are aware UTC."""

    sequence_number: int
    trade_id: str
    symbol: str
    side: Side
    quantity: Quantity
    price: Price
    realized_pnl: Money
    commission: Money
    executed_at: datetime
    opened_at: datetime | None
    open_price: Price | None
    external_trade_id: str | None
    position_id: str | None
    equity: Money | None


_ROWS_A_FETCH: Final = 10_000

EVERYTHING: Final = LedgerFilter()
NATURAL: Final = LedgerOrder()

_event = challenge_events.alias("event")
# Written out, so that SQLite sees that idx_events_trade_executed serves: a partial index over this very expression.
_trade_number: Final[ColumnElement[int]] = literal_column("json_extract(event.event_data, '$.trade.sequence_number')")
_equity_text: Final[ColumnElement[Any]] = (
    select(func.json_extract(_event.c.event_data, "$.equity_after", type_=Text))
    .where(
        _event.c.challenge_id == trades.c.challenge_id,
        _event.c.event_type == literal_column("'TRADE_EXECUTED'"),
        _trade_number == trades.c.sequence_number + literal_column("0"),  # a bare number, as the index holds it
    )
    .limit(1)
    .correlate(trades)
    .scalar_subquery()
)
_ROW = select(
    *(
        type_coerce(_equity_text, DECIMAL_TEXT) if name == "equity" else trades.c[name]
        for name in LedgerEntry.__dataclass_fields__
    )
)
_RANGE = Prepared(
    _ROW.where(
        trades.c.challenge_id == bindparam("challenge_id"),
        trades.c.sequence_number.between(bindparam("first"), bindparam("last")),
    ).order_by(trades.c.sequence_number)
)
_wanted = func.json_each(bindparam("numbers", type_=Text)).table_valued("key", "value", name="wanted")
# An outer join, because SQLite does not turn it round: the list leads and each number is one search.
_LISTED = Prepared(
    _ROW.select_from(
        _wanted.outerjoin(
            trades,
            and_(
                trades.c.challenge_id == bindparam("challenge_id"),
                trades.c.sequence_number == _wanted.c.value,
            ),
        )
    ).order_by(_wanted.c.key)
)
_SYMBOLS = (
    select(trades.c.symbol)
    .where(trades.c.challenge_id == bindparam("challenge_id"))
    .distinct()
    .order_by(trades.c.symbol)
)
_LAST = select(func.max(trades.c.sequence_number)).where(trades.c.challenge_id == bindparam("challenge_id"))

_ORDERS: Final[dict[str, tuple[ColumnElement[Any], ...]]] = {
    **{
        name: (trades.c[name],)
        for name in (
            "executed_at",
            "symbol",
            "side",
            "quantity",
            "price",
            "realized_pnl",
            "commission",
            "opened_at",
            "open_price",
        )
    },
    # Numbers of the platform are text of digits: the longer one is the greater.
    **{
        name: (func.length(trades.c[name]), trades.c[name]) for name in ("trade_id", "external_trade_id", "position_id")
    },
    "equity": (cast(_equity_text, Float),),
}
_SEARCHED: Final = (trades.c.symbol, trades.c.trade_id, trades.c.external_trade_id, trades.c.position_id)


def count_trades(reading: Reading, challenge_id: str) -> int:
    """How many rows the ledger has: its last sequence number, since there is no gap."""
    found: int | None = reading.core.execute(_LAST, {"challenge_id": challenge_id}).scalar()
    return found or 0


def list_symbols(reading: Reading, challenge_id: str) -> tuple[str, ...]:
    """Every symbol of the ledger, in order of its text."""
    return tuple(reading.core.execute(_SYMBOLS, {"challenge_id": challenge_id}).scalars())


def select_ledger(
    reading: Reading, challenge_id: str, which: LedgerFilter = EVERYTHING, order: LedgerOrder = NATURAL
) -> Sequence[int] | None:
    """Sequence numbers of the chosen rows in the chosen order, eight bytes each; None: all of them, as they are.

    A scan of the challenge's rows: ask through `workspace.reading(progress, …)`, which can stop it. Raises
    ColumnUnknown for an order that the ledger does not have.
    """
    if order.column not in _ORDERS and order.column != "sequence_number":
        raise ColumnUnknown(order.column)
    if which == EVERYTHING and order == NATURAL:
        return None
    parameters: dict[str, Any] = {"challenge_id": challenge_id}
    statement = _selection(which, order, parameters)
    numbers = array("q")
    cursor = Prepared(statement).execute(reading, parameters)
    while rows := cursor.fetchmany(_ROWS_A_FETCH):
        numbers.extend([number for (number,) in rows])
    return numbers


def read_ledger_page(reading: Reading, challenge_id: str, sequence_numbers: Sequence[int]) -> tuple[LedgerEntry, ...]:
    """The rows with these numbers, in this order; numbers that the ledger does not have are left out."""
    if not sequence_numbers:
        return ()
    parameters: dict[str, Any] = {"challenge_id": challenge_id}
    first, last = sequence_numbers[0], sequence_numbers[-1]
    if last - first + 1 == len(sequence_numbers) and all(
        number == first + place for place, number in enumerate(sequence_numbers)
    ):
        rows = _RANGE.rows(reading, {**parameters, "first": first, "last": last})
    else:
        rows = _LISTED.rows(reading, {**parameters, "numbers": json.dumps(list(sequence_numbers))})
    return tuple(LedgerEntry(*row) for row in rows if row[0] is not None)


def _selection(which: LedgerFilter, order: LedgerOrder, parameters: dict[str, Any]) -> Select[tuple[int]]:
    statement = select(trades.c.sequence_number).where(trades.c.challenge_id == bindparam("challenge_id"))
    if which.symbol is not None:
        statement = statement.where(trades.c.symbol == bindparam("symbol"))
        parameters["symbol"] = which.symbol
    if which.side is not None:
        statement = statement.where(trades.c.side == bindparam("side"))
        parameters["side"] = which.side
    if which.text:
        statement = statement.where(or_(*(column.icontains(which.text, autoescape=True) for column in _SEARCHED)))
    keys = [
        (column.desc() if order.descending else column.asc()).nulls_last() for column in _ORDERS.get(order.column, ())
    ]
    number = trades.c.sequence_number
    return statement.order_by(*keys, number.desc() if order.descending else number.asc())
