"""MetaTrader 4: the account statement (“Save as report”, “Save as detailed report”).

Every label may be in any language, so rows are known by their shape and columns by their position; only the types of
orders (`buy`, `sell limit`, `balance`, …) are the same everywhere. A row that begins with a ticket is one of

- 14 visible cells (13 in builds without taxes): ticket, opening time, type, size, item, price, stop, target, closing
  time, price, commission, taxes, swap, profit; `buy` or `sell`; without a closing time the position is still open;
- a pending order, whatever the number of its cells and whatever the last one holds;
- 5 cells: ticket, time, `balance` or `credit`, comment, amount.

Rows that begin with an empty cell are comments of the row above, and totals. After the tables (closed transactions,
open trades, working orders) come the summary and, in a detailed report, the details: rows of labels and values.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.money import ZERO, Money
from tradesense_desktop.domain.trade import DealResult, Side
from tradesense_desktop.importers.cells import Document, Row
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.metatrader4_cells import FieldReader, quoted
from tradesense_desktop.importers.metatrader4_summary import read_summary, value_after_colon
from tradesense_desktop.importers.numbers import parse_time
from tradesense_desktop.importers.opening_balance import split_opening
from tradesense_desktop.importers.statement import (
    SkippedRow,
    Source,
    Statement,
    StatementFormat,
    StatementOperation,
    StatementTrade,
)

SIDES: Final = {"buy": Side.BUY, "sell": Side.SELL}
PENDING_TYPES: Final = frozenset({"buy limit", "sell limit", "buy stop", "sell stop"})
_OPERATION_TYPES: Final = frozenset({"balance", "credit"})
_TYPES: Final = frozenset(SIDES) | PENDING_TYPES | _OPERATION_TYPES

_TICKET, _OPENED_AT, _TYPE, _SIZE, _ITEM, _OPEN_PRICE, _STOP, _TARGET, _CLOSED_AT, _CLOSE_PRICE, _COMMISSION = range(11)
_COLUMNS: Final = 14
_COLUMNS_WITHOUT_TAXES: Final = 13
_CELLS_OF_AN_OPERATION: Final = 5
_CELLS_OF_A_COMMENT: Final = 3
_OPERATION_COMMENT: Final = 3
_OPERATION_AMOUNT: Final = 4
_FEWEST_CELLS_OF_A_HEADER: Final = 10
_WORKING_ORDERS: Final = 3
_CURRENCY: Final = 2
_CURRENCY_CODE: Final = re.compile("[A-Za-z]{3,5}")
_MOST_LABELS: Final = 500
# A server's clock that is set back may close a position before it opened it, by its own reading.
_CLOCK_CHANGE: Final = timedelta(hours=1)


def is_metatrader4_statement(title: str, rows: Iterable[Row]) -> bool:
    """Whether a document of this title, of which these are the first rows, is MetaTrader 4's account statement."""
    return title.startswith("Statement:") or any(_is_header_of_trades(row.cells) for row in rows)


def read_metatrader4_statement(document: Document) -> Statement:
    """Every closed trade and balance operation of `document`, whose rows report the progress.

    Raises StatementRefused for whatever cannot be read with certainty.
    """
    reader = _StatementReader(document.file_name, FieldReader(document.file_name))
    for row in document.rows:
        reader.take(row)
    return reader.statement(document.title)


def _is_header_of_trades(cells: tuple[str, ...]) -> bool:
    """Price and time stand in it twice; unlike MetaTrader 5's, the two times have names of their own."""
    return (
        len(cells) in {_COLUMNS, _COLUMNS_WITHOUT_TAXES}
        and cells[_OPEN_PRICE] == cells[_CLOSE_PRICE]
        and cells[_TICKET] != cells[_CLOSED_AT]
        and all(cells)
        and not any(character.isdecimal() for cell in cells for character in cell)
    )


def _looks_like_an_order(cells: tuple[str, ...]) -> bool:
    """Whether an order has lost its ticket; a row of comments begins with an empty cell and has three."""
    if len(cells) <= _TYPE or (not cells[_TICKET] and len(cells) == _CELLS_OF_A_COMMENT):
        return False
    return cells[_TYPE].lower() in _TYPES or parse_time(cells[_OPENED_AT]) is not None


@dataclass(slots=True)
class _StatementReader:
    file_name: str
    fields: FieldReader
    columns: int = 0
    tables: int = 0
    account: tuple[str, ...] = ()
    trades: list[StatementTrade] = field(default_factory=list)
    operations: list[StatementOperation] = field(default_factory=list)
    skipped: list[SkippedRow] = field(default_factory=list)
    labels: list[tuple[int, tuple[str, ...]]] = field(default_factory=list)
    seen: dict[int, tuple[int, int]] = field(default_factory=dict)
    zero_lot_rows: int = 0
    open_positions: int = 0
    open_floating: Money = ZERO
    first_opening: tuple[datetime, int] | None = None

    def take(self, row: Row) -> None:
        """One row of the file, in its order."""
        cells = row.cells
        first = cells[0] if cells else ""
        if first.isdecimal() and len(cells) > _TYPE:
            self._take_order(row)
        elif _looks_like_an_order(cells):
            raise self.fields.refused(row, _TICKET, f"{quoted(first)} is no ticket.")
        elif len(cells) >= _FEWEST_CELLS_OF_A_HEADER and first:
            self._take_header(row)
        elif first and len(cells) > 1:
            if not self.tables and not self.account and len(cells) > _CURRENCY:
                self.account = cells
            elif self.tables and len(self.labels) < _MOST_LABELS:
                self.labels.append((self.tables, cells))

    def _take_header(self, row: Row) -> None:
        self.tables += 1
        if self.tables == 1:
            if len(row.cells) not in {_COLUMNS, _COLUMNS_WITHOUT_TAXES}:
                raise StatementRefused(
                    self.file_name,
                    "the columns of the closed trades are not those of a statement.",
                    line=row.line,
                )
            self.columns = len(row.cells)
        self.fields.name_columns(row.cells)

    def _take_order(self, row: Row) -> None:
        if not self.columns:
            raise StatementRefused(self.file_name, "an order stands before the headings of the table.", line=row.line)
        kind = row.cells[_TYPE].lower()
        if kind not in _TYPES:
            raise self.fields.refused(row, _TYPE, f"{quoted(row.cells[_TYPE])} is no type of order that is known.")
        ticket = self.fields.number(row, _TICKET)
        if self._seen_before(row, ticket):
            self.skipped.append(SkippedRow(row.line, str(ticket), "the same row stands in the file twice"))
        elif kind in PENDING_TYPES:
            state = "still working" if self.tables >= _WORKING_ORDERS else "deleted or cancelled"
            self.skipped.append(SkippedRow(row.line, str(ticket), f"pending order ({kind}), {state}"))
        elif kind in _OPERATION_TYPES:
            self._take_operation(row, ticket, kind)
        else:
            self._take_position(row, ticket, SIDES[kind])

    def _seen_before(self, row: Row, ticket: int) -> bool:
        content = hash(row.cells)
        line, known = self.seen.setdefault(ticket, (row.line, content))
        if known != content:
            raise self.fields.refused(row, _TICKET, f"ticket {ticket} stands in line {line} with another content.")
        return line != row.line

    def _take_operation(self, row: Row, ticket: int, kind: str) -> None:
        if len(row.cells) != _CELLS_OF_AN_OPERATION:
            raise StatementRefused(
                self.file_name,
                f"a row of the type “{kind}” has {len(row.cells)} cells, not {_CELLS_OF_AN_OPERATION}.",
                line=row.line,
            )
        amount = self.fields.decimal(row, _OPERATION_AMOUNT)
        booked_at = self.fields.time(row, _OPENED_AT)
        if not amount:
            self.skipped.append(SkippedRow(row.line, str(ticket), f"an operation of the type {kind} with the amount 0"))
            return
        paid = AdjustmentKind.DEPOSIT if amount > 0 else AdjustmentKind.WITHDRAWAL
        self.operations.append(
            StatementOperation(
                number=ticket,
                line=row.line,
                kind=AdjustmentKind.CREDIT if kind == "credit" else paid,
                amount=amount,
                booked_at=booked_at,
                comment=row.cells[_OPERATION_COMMENT],
            )
        )

    def _take_position(self, row: Row, ticket: int, side: Side) -> None:
        cells, fields = row.cells, self.fields
        if len(cells) != self.columns:
            raise StatementRefused(
                self.file_name, f"a row of a trade has {len(cells)} cells, not {self.columns}.", line=row.line
            )
        opened_at = fields.time(row, _OPENED_AT)
        if self.first_opening is None or (opened_at, ticket) < self.first_opening:
            self.first_opening = (opened_at, ticket)
        own = self._result(row)
        if not cells[_CLOSED_AT]:
            self.open_positions += 1
            self.open_floating += own.net
            return
        closed_at = fields.time(row, _CLOSED_AT)
        if closed_at < opened_at - _CLOCK_CHANGE:
            raise fields.refused(row, _CLOSED_AT, "the trade closes before it opens.")
        quantity = fields.decimal(row, _SIZE)
        if not quantity:
            self._take_close_by(row, ticket, closed_at, own.net)
            return
        if quantity < 0:
            raise fields.refused(row, _SIZE, f"a trade has the size {quoted(cells[_SIZE])}.")
        if not cells[_ITEM]:
            raise fields.refused(row, _ITEM, "a trade has no symbol.")
        self.trades.append(
            StatementTrade(
                number=ticket,
                line=row.line,
                symbol=cells[_ITEM],
                side=side,
                quantity=quantity,
                price=fields.price(row, _CLOSE_PRICE),
                closed_at=closed_at,
                own=own,
                realized_pnl=own.net,
                commission=-(own.commission + own.fee),
                deal_side=None,
                entry=None,
                position_id=str(ticket),
                external_trade_id=str(ticket),
                opened_at=opened_at,
                open_price=fields.price(row, _OPEN_PRICE),
            )
        )

    def _result(self, row: Row) -> DealResult:
        """The last columns; taxes are kept as the fee."""
        fields = self.fields
        taxes = fields.decimal(row, _COMMISSION + 1) if self.columns == _COLUMNS else ZERO
        return DealResult(
            profit=fields.decimal(row, self.columns - 1),
            swap=fields.decimal(row, self.columns - 2),
            commission=fields.decimal(row, _COMMISSION),
            fee=taxes,
        )

    def _take_close_by(self, row: Row, ticket: int, closed_at: datetime, net: Money) -> None:
        """The other half of a close-by: it has no lots of its own, at times a result (a swap, a commission)."""
        self.zero_lot_rows += 1
        if not net:
            self.skipped.append(SkippedRow(row.line, str(ticket), "closed by another position: 0 lots, no result"))
            return
        self.operations.append(
            StatementOperation(
                number=ticket,
                line=row.line,
                kind=AdjustmentKind.CORRECTION,
                amount=net,
                booked_at=closed_at,
                comment=f"{row.cells[_TYPE]} {row.cells[_ITEM]}, 0 lots: closed by another position",
            )
        )

    def statement(self, title: str) -> Statement:
        """What was read, once the file is at its end."""
        summary = read_summary(self.file_name, self.labels)
        opening = split_opening(self.operations, self.first_opening, None)
        if not self.trades and not opening.others:
            raise StatementRefused(self.file_name, self._nothing_to_import())
        account = value_after_colon(self.account[0]) if self.account else ""
        currency = value_after_colon(self.account[_CURRENCY]) if self.account else ""
        return Statement(
            format=StatementFormat.METATRADER4_STATEMENT,
            source=Source(family="metatrader4", account=account or None),
            currency=currency.upper() if _CURRENCY_CODE.fullmatch(currency) is not None else None,
            initial_balance=opening.balance,
            opening_operations=opening.part,
            trades=tuple(sorted(self.trades, key=lambda trade: (trade.closed_at, trade.number))),
            operations=tuple(sorted(opening.others, key=lambda operation: (operation.booked_at, operation.number))),
            stated=summary.stated(trades=len(self.trades), zero_lot_rows=self.zero_lot_rows),
            skipped=tuple(self.skipped),
            open_positions=self.open_positions,
            open_floating=self.open_floating,
            open_entry_costs=ZERO,
            rounding_tolerance=ZERO,
            title=title or "MetaTrader 4 statement",
        )

    def _nothing_to_import(self) -> str:
        if self.open_positions:
            return f"the report shows open positions only ({self.open_positions}), no closed trade: it has no history."
        return "there is no closed trade in the report."
