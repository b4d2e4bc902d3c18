"""The tables of a MetaTrader 5 report, found by the shape of their rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Final

from tradesense_desktop.domain.money import ZERO, Money, Price, Quantity
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.importers.cells import Row
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.metatrader5_words import DIRECTIONS, SIDES, Direction
from tradesense_desktop.importers.numbers import parse_exact, parse_integer, parse_number, parse_time

FEWEST_HEADINGS: Final = 9
"""Each table has at least this many columns, and no row of labels and values has so many."""
_FEWEST_CELLS_OF_A_BROKEN_ROW: Final = 7
_MOST_CHARACTERS_OF_A_SYMBOL: Final = 64
_MARKS_OF_A_DATE: Final = frozenset({".", "-", "/"})
_TIME, _NUMBER, _SYMBOL, _TYPE, _DIRECTION, _VOLUME, _PRICE, _ORDER, _FIRST_AMOUNT = range(9)
_PROFIT_OF_A_POSITION: Final = 12
_PROFIT_OF_AN_OPEN_POSITION: Final = 10
# A deal's amounts from Commission to Balance, by their number: testers have no fee, some builds show the cost.
_AMOUNTS_OF_A_DEAL: Final = {
    4: ("commission", "swap", "profit", "balance"),
    5: ("commission", "fee", "swap", "profit", "balance"),
    6: ("cost", "commission", "fee", "swap", "profit", "balance"),
}


class TableKind(Enum):
    """What the rows of a table are."""

    POSITIONS = "positions"
    ORDERS = "orders"
    DEALS = "deals"
    OPEN_POSITIONS = "open positions"


@dataclass(slots=True)
class Deal:
    """One row of Deals; money signed as the report signs it, the time naive in the server's zone.

    `side` is None for a balance operation, whose `type` then says which.
    """

    number: int
    line: int
    time: datetime
    symbol: str
    type: str
    side: Side | None
    direction: Direction | None
    volume: Quantity
    price: Price
    order: int | None
    commission: Money
    fee: Money
    swap: Money
    profit: Money
    balance: Money | None
    comment: str

    @property
    def amount(self) -> Money:
        """What the balance moved by."""
        return self.commission + self.fee + self.swap + self.profit

    def content(self) -> tuple[object, ...]:
        """What makes two rows of one number the same row."""
        return (self.time, self.symbol, self.type, self.direction, self.volume, self.price, self.order,
                self.commission, self.fee, self.swap, self.profit, self.balance)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClosedPosition:
    """One row of Positions."""

    identifier: int
    symbol: str
    side: Side
    volume: Quantity
    opened_at: datetime
    open_price: Price
    closed_at: datetime
    close_price: Price
    profit: Money


@dataclass(frozen=True, slots=True)
class OpenPosition:
    """One row of Open Positions; `floating` is its profit with its swap."""

    identifier: int
    volume: Quantity
    floating: Money


class Table:
    """One table of the report: its headings, and how a row is split by them.

    `ends_early` says that a row ends with its last cell that is not empty, as in a spreadsheet.
    """

    def __init__(self, file_name: str, headings: Row, *, ends_early: bool) -> None:
        self.kind: TableKind | None = None
        self._file_name = file_name
        self._ends_early = ends_early
        self._columns = [column for column, text in zip(headings.columns, headings.cells, strict=True) if text]
        self.names = [text for text in headings.cells if text]
        self._places: dict[tuple[int, ...], tuple[int, ...]] = {}
        amounts = _AMOUNTS_OF_A_DEAL.get(len(self.names) - _FIRST_AMOUNT - 1, ())
        self._amounts = {name: _FIRST_AMOUNT + place for place, name in enumerate(amounts)}

    def fields(self, row: Row) -> list[str]:
        """The cells of `row` under the headings; raises StatementRefused where it does not stand under them."""
        places = self._places.get(row.columns)
        if places is None:
            index_of = {column: index for index, column in enumerate(row.columns)}
            last = row.columns[-1]
            places = tuple(index_of.get(column, -1) for column in self._columns)
            if any(
                place < 0 and (column <= last or not self._ends_early)
                for place, column in zip(places, self._columns, strict=True)
            ):
                raise StatementRefused(self._file_name, "the cells do not stand under their headings.", line=row.line)
            self._places[row.columns] = places
        cells = row.cells
        fields = [cells[place] if place >= 0 else "" for place in places]
        if self.kind is None:
            self.kind = self._kind_of(fields, row.line)
        return fields

    def deal(self, fields: Sequence[str], line: int) -> Deal:
        """The row of Deals in `fields`."""
        written = fields[_TYPE].casefold()
        side = SIDES.get(written)
        direction = None
        volume = price = ZERO
        if side is not None:
            direction = DIRECTIONS.get(fields[_DIRECTION].casefold())
            if direction is None:
                raise self._refusal(fields, _DIRECTION, line, "is no direction of a deal")
            volume = self._positive(fields, _VOLUME, line)
            price = self._positive(fields, _PRICE, line)
            if not 0 < len(fields[_SYMBOL]) <= _MOST_CHARACTERS_OF_A_SYMBOL or not fields[_SYMBOL].isprintable():
                raise self._refusal(fields, _SYMBOL, line, "is no symbol")
        places = self._amounts
        profit = self._amount(fields, places["profit"], line)
        if profit is None:
            raise self._refusal(fields, places["profit"], line, "is no amount")
        return Deal(
            number=self._integer(fields, line),
            line=line,
            time=self._time(fields, _TIME, line),
            symbol=fields[_SYMBOL],
            type=written,
            side=side,
            direction=direction,
            volume=volume,
            price=price,
            order=parse_integer(fields[_ORDER]),
            commission=self._amount(fields, places["commission"], line) or ZERO,
            fee=(self._amount(fields, places["fee"], line) or ZERO) if "fee" in places else ZERO,
            swap=self._amount(fields, places["swap"], line) or ZERO,
            profit=profit,
            balance=self._amount(fields, places["balance"], line),
            comment=fields[-1],
        )

    def closed_position(self, fields: Sequence[str], line: int) -> ClosedPosition:
        """The row of Positions in `fields`."""
        return ClosedPosition(
            identifier=self._integer(fields, line),
            symbol=fields[_SYMBOL],
            side=self._side(fields, line),
            volume=self._positive(fields, 4, line),
            opened_at=self._time(fields, _TIME, line),
            open_price=self._number(fields, 5, line),
            closed_at=self._time(fields, 8, line),
            close_price=self._number(fields, 9, line),
            profit=self._number(fields, _PROFIT_OF_A_POSITION, line),
        )

    def open_position(self, fields: Sequence[str], line: int) -> OpenPosition:
        """The row of Open Positions in `fields`."""
        swap = self._amount(fields, 9, line) or ZERO
        return OpenPosition(
            identifier=self._integer(fields, line),
            volume=self._positive(fields, 4, line),
            floating=swap + self._number(fields, _PROFIT_OF_AN_OPEN_POSITION, line),
        )

    def initial_stop(self, fields: Sequence[str], line: int) -> tuple[int, Price] | None:
        """The number and the stop of the order in `fields`, or None for one without a stop or without a fill."""
        if not fields[6] or parse_number(fields[4].rpartition("/")[2].strip()) == ZERO:
            return None
        stop = self._number(fields, 6, line)
        return (self._integer(fields, line), stop) if stop > ZERO else None

    def refusal_of(self, row: Row) -> StatementRefused:
        """Why `row`, which is as long as a row of this table, is none."""
        fields = self.fields(row)
        if parse_time(fields[_TIME]) is None:
            return self._refusal(fields, _TIME, row.line, "is no time")
        return self._refusal(fields, _NUMBER, row.line, "is no number of a row")

    def _kind_of(self, fields: Sequence[str], line: int) -> TableKind:
        has_direction_column = not any(mark.isdigit() for mark in fields[_DIRECTION])
        if has_direction_column and self._amounts:
            return TableKind.DEALS
        if not has_direction_column:
            if "/" in fields[4]:
                return TableKind.ORDERS
            if parse_time(fields[8]) is not None:
                is_closed = len(fields) > _PROFIT_OF_A_POSITION and parse_number(fields[9]) is not None
                return TableKind.POSITIONS if is_closed else TableKind.ORDERS
            if len(fields) > _PROFIT_OF_AN_OPEN_POSITION and all(
                parse_number(text) is not None for text in fields[8 : _PROFIT_OF_AN_OPEN_POSITION + 1]
            ):  # market price, swap, profit; an order that waits has its state there
                return TableKind.OPEN_POSITIONS
            return TableKind.ORDERS
        raise StatementRefused(
            self._file_name, f"a table of {len(self.names)} columns that no report of MetaTrader 5 has.", line=line
        )

    def _side(self, fields: Sequence[str], line: int) -> Side:
        side = SIDES.get(fields[_TYPE].casefold())
        if side is None:
            raise self._refusal(fields, _TYPE, line, "is neither buy nor sell")
        return side

    def _integer(self, fields: Sequence[str], line: int) -> int:
        number = parse_integer(fields[_NUMBER])
        if number is None:
            raise self._refusal(fields, _NUMBER, line, "is no number of a row")
        return number

    def _time(self, fields: Sequence[str], place: int, line: int) -> datetime:
        time = parse_time(fields[place])
        if time is None:
            raise self._refusal(fields, place, line, "is no time")
        return time

    def _positive(self, fields: Sequence[str], place: int, line: int) -> Decimal:
        number = parse_exact(fields[place])
        if number is None or number <= ZERO:
            raise self._refusal(fields, place, line, "is no number above zero")
        return number

    def _number(self, fields: Sequence[str], place: int, line: int) -> Decimal:
        number = self._amount(fields, place, line)
        if number is None:
            raise self._refusal(fields, place, line, "is no number")
        return number

    def _amount(self, fields: Sequence[str], place: int, line: int) -> Decimal | None:
        text = fields[place]
        if not text:
            return None
        number = parse_exact(text)
        if number is None:
            raise self._refusal(fields, place, line, "is no exact decimal of at most 15 digits")
        return number

    def _refusal(self, fields: Sequence[str], place: int, line: int, why: str) -> StatementRefused:
        text = fields[place]
        shown = f"“{text[:40]}” {why}." if text else f"the empty cell {why}."
        return StatementRefused(self._file_name, shown, line=line, column=self.names[place])


def is_row_of_a_table(row: Row) -> bool:
    """Whether `row` begins like a time and with a number, as the rows of every table do."""
    cells = row.cells
    return (
        len(cells) > _FIRST_AMOUNT
        and cells[0][4:5] in _MARKS_OF_A_DATE
        and cells[0][:4].isdigit()
        and cells[1].isdigit()
    )


def is_row_of_headings(row: Row) -> bool:
    """Whether `row` can be the headings of a table: many words, no digit."""
    words = [text for text in row.cells if text]
    return len(words) >= FEWEST_HEADINGS and not any(mark.isdigit() for text in words for mark in text)


def is_broken_row(row: Row) -> bool:
    """Whether `row` is as long as a row of a table but is none."""
    return sum(1 for text in row.cells if text) >= _FEWEST_CELLS_OF_A_BROKEN_ROW
