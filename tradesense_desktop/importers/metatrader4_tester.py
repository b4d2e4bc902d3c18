"""MetaTrader 4: the report of the strategy tester.

The first table tells what was tested and the totals, the second every step of the test: number, time, type, order,
size, price, stop, target, and, on a row that closes a position, profit and balance. Labels may be in any language;
the types of the rows are the same everywhere. Rows are numbered by the run, so the number of the closing row is the
trade's own (an order closed in parts has several), and the order is its position.

The platform rounds profit and balance of each row on its own, so that the profits may miss the balance by up to a cent
a row (in a currency without decimals, by one); `rounding_tolerance` is what the rows of this file really miss it by.
The currency is not stated.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Final

from tradesense_desktop.domain.money import ZERO, Money, Price, Quantity, decimal_text
from tradesense_desktop.domain.trade import DealResult, EntryMatch, EntryShare, Side
from tradesense_desktop.importers.cells import Document, Row
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.metatrader4_cells import FieldReader, quoted
from tradesense_desktop.importers.metatrader4_statement import PENDING_TYPES, SIDES
from tradesense_desktop.importers.metatrader4_tester_header import TesterHeader, read_tester_header
from tradesense_desktop.importers.numbers import decimals, parse_time
from tradesense_desktop.importers.statement import (
    SkippedRow,
    Source,
    StatedTotals,
    Statement,
    StatementFormat,
    StatementTrade,
)

_TITLE: Final = "Strategy Tester:"
_CLOSING_TYPES: Final = frozenset({"close", "close at stop", "close by", "s/l", "t/p", "swap close"})
_SWAP_CLOSE: Final = "swap close"
_SWAP_OPEN: Final = "swap open"
_DELETED: Final = "delete"
_BOOKING_NOTHING: Final = PENDING_TYPES | {"modify"}

_NUMBER, _TIME, _TYPE, _ORDER, _SIZE, _PRICE, _STOP, _TARGET, _PROFIT, _BALANCE = range(10)
_COLUMNS: Final = 10
_COLUMNS_WITHOUT_RESULT: Final = 9  # profit and balance are one empty cell
_MOST_HEADER_ROWS: Final = 200


def is_metatrader4_tester(title: str, rows: Iterable[Row]) -> bool:
    """Whether a document of this title, of which these are the first rows, is MetaTrader 4's test report."""
    return title.startswith(_TITLE) or any(_is_first_step(row.cells) for row in rows)


def read_metatrader4_tester(document: Document) -> Statement:
    """Every closed trade of the test, whose rows report the progress.

    Raises StatementRefused for whatever cannot be read with certainty.
    """
    reader = _TestReader(document.file_name, FieldReader(document.file_name))
    for row in document.rows:
        reader.take(row)
    return reader.statement(document.title)


def _is_first_step(cells: tuple[str, ...]) -> bool:
    return (
        len(cells) in {_COLUMNS, _COLUMNS_WITHOUT_RESULT}
        and cells[_NUMBER] == "1"
        and parse_time(cells[_TIME]) is not None
        and cells[_TYPE] in PENDING_TYPES | set(SIDES)
        and cells[_ORDER].isdecimal()
    )


@dataclass(slots=True)
class _Position:
    """An open position of the test; `left` is what of it is not closed yet."""

    side: Side
    opened_at: datetime
    open_price: Price
    left: Quantity
    initial_stop: Price | None


@dataclass(slots=True)
class _TestReader:
    file_name: str
    fields: FieldReader
    header_rows: list[tuple[str, ...]] = field(default_factory=list)
    positions: dict[int, _Position] = field(default_factory=dict)
    reopening: list[_Position] = field(default_factory=list)
    trades: list[StatementTrade] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    header: TesterHeader | None = None
    last_number: int = 0
    last_order: int = 0
    balance: Money = ZERO
    unit: Money = Decimal(1)
    rounded_by: Money = ZERO
    swap_closes: int = 0

    def take(self, row: Row) -> None:
        """One row of the file, in its order."""
        cells = row.cells
        if self.header is not None:
            if len(cells) > 1:
                self._take_step(row, self.header.symbol)
        elif len(cells) == _COLUMNS:
            self.header = read_tester_header(self.file_name, self.header_rows)
            self.balance = self.header.deposit
            self.fields.name_columns(cells)
        elif len(self.header_rows) < _MOST_HEADER_ROWS:
            self.header_rows.append(cells)

    def _take_step(self, row: Row, symbol: str) -> None:
        cells, fields = row.cells, self.fields
        if len(cells) not in {_COLUMNS, _COLUMNS_WITHOUT_RESULT}:
            raise StatementRefused(
                self.file_name, f"a row of the test has {len(cells)} cells, not {_COLUMNS}.", line=row.line
            )
        number, order = fields.number(row, _NUMBER), fields.number(row, _ORDER)
        if number <= self.last_number:
            raise fields.refused(row, _NUMBER, f"row {number} comes after row {self.last_number}.")
        self.last_number = number
        kind = cells[_TYPE].lower()
        if kind in _CLOSING_TYPES:
            self._take_closing(row, number, order, symbol)
        elif any(cells[_PROFIT:]):
            raise fields.refused(row, _TYPE, f"{quoted(cells[_TYPE])} is no way of closing a trade that is known.")
        elif kind in SIDES:
            self._open(row, order, SIDES[kind], self._stop(row))
        elif kind == _SWAP_OPEN:
            self._reopen(row, order)
        elif kind not in _BOOKING_NOTHING:
            reason = "pending order, deleted" if kind == _DELETED else f"“{cells[_TYPE][:60]}” books nothing"
            self.skipped.append(SkippedRow(row.line, str(number), reason))
        self.last_order = max(self.last_order, order)

    def _stop(self, row: Row) -> Price | None:
        return (self.fields.decimal(row, _STOP) or None) if row.cells[_STOP] else None

    def _open(self, row: Row, order: int, side: Side, initial_stop: Price | None) -> None:
        fields = self.fields
        size = fields.decimal(row, _SIZE)
        if size <= 0:
            raise fields.refused(row, _SIZE, f"a trade has the size {quoted(row.cells[_SIZE])}.")
        opened = _Position(side, fields.time(row, _TIME), fields.price(row, _PRICE), size, initial_stop)
        known = self.positions.get(order)
        if known is not None and (known.side, known.open_price, known.left) == (side, opened.open_price, size):
            return  # what a partial close left, named once more
        self.positions[order] = opened

    def _reopen(self, row: Row, order: int) -> None:
        """Some symbols book swap by closing a position overnight and opening it again under a new number."""
        size = self.fields.decimal(row, _SIZE)
        closed = next((position for position in self.reopening if position.left == size), None)
        if closed is None:
            raise self.fields.refused(row, _TYPE, f"order {order} opens again what no row before it closed.")
        self.reopening.remove(closed)
        self._open(row, order, closed.side, closed.initial_stop)

    def _take_closing(self, row: Row, number: int, order: int, symbol: str) -> None:
        cells, fields = row.cells, self.fields
        position = self.positions.get(order)
        if position is None:
            raise fields.refused(row, _ORDER, f"order {order} is closed, but no row before it opens it.")
        size = fields.decimal(row, _SIZE)
        if size <= 0 or size > position.left:
            raise fields.refused(row, _SIZE, f"{quoted(cells[_SIZE])} is closed of a position of {position.left}.")
        if len(cells) != _COLUMNS:
            raise fields.refused(row, _PROFIT, "a closing row has no profit and no balance.")
        profit, balance = fields.decimal(row, _PROFIT), fields.decimal(row, _BALANCE)
        closed_at = fields.time(row, _TIME)
        if closed_at < position.opened_at:
            raise fields.refused(row, _TIME, "the trade closes before it opens.")
        self._settle(order, position, size)
        if cells[_TYPE].lower() == _SWAP_CLOSE:
            self.swap_closes += 1
            self.reopening.append(replace(position, left=size))
        self.unit = min(self.unit, Decimal(1).scaleb(-decimals(balance)))
        missed_by = balance - self.balance - profit
        if abs(missed_by) <= self.unit:
            self.rounded_by += missed_by
        self.balance = balance
        self.trades.append(
            StatementTrade(
                number=number,
                line=row.line,
                symbol=symbol,
                side=position.side,
                quantity=size,
                price=fields.price(row, _PRICE),
                closed_at=closed_at,
                own=DealResult(profit=profit, swap=ZERO, commission=ZERO, fee=ZERO),
                realized_pnl=profit,
                commission=ZERO,
                deal_side=None,
                entry=EntryShare(EntryMatch.POSITION, ZERO, ZERO, ZERO, position.initial_stop),
                position_id=str(order),
                external_trade_id=str(order),
                opened_at=position.opened_at,
                open_price=position.open_price,
            )
        )

    def _settle(self, order: int, position: _Position, size: Quantity) -> None:
        """Take `size` off; what is left of a partial close goes on under the next free number or under its own."""
        position.left -= size
        if position.left:
            self.last_order += 1
            self.positions[self.last_order] = position
        elif self.positions[order] is position:
            del self.positions[order]

    def statement(self, title: str) -> Statement:
        """What was read, once the file is at its end."""
        header = self.header
        if header is None:
            raise StatementRefused(self.file_name, "the report of the test breaks off before its table of trades.")
        if not self.trades:
            raise StatementRefused(self.file_name, "there is no closed trade in the report of the test.")
        expert = title.removeprefix(_TITLE).strip()
        still_open = {id(position) for position in self.positions.values() if position.left}
        # Builds differ in whether a swap booked by closing counts as a trade; then the count proves nothing.
        counted = None if self.swap_closes and header.trades == len(self.trades) - self.swap_closes else header.trades
        return Statement(
            format=StatementFormat.METATRADER4_TESTER,
            source=Source(
                family="metatrader4_tester",
                run=f"{expert}, {header.symbol}, {header.period}, {decimal_text(header.deposit)}",
            ),
            currency=None,
            initial_balance=header.deposit,
            trades=tuple(sorted(self.trades, key=lambda trade: (trade.closed_at, trade.number))),
            operations=(),
            stated=StatedTotals(trades=counted, net=header.net, balance=self.balance),
            skipped=tuple(self.skipped),
            open_positions=len(still_open),
            open_floating=ZERO,
            open_entry_costs=ZERO,
            rounding_tolerance=abs(self.rounded_by) + self.unit if self.rounded_by else ZERO,
            title=f"{expert or 'Strategy Tester'}, {header.symbol}, {header.period}",
        )
