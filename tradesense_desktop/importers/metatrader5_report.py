"""A MetaTrader 5 report as it is read, row by row: its tables as records, and what stands beside them."""

from decimal import Decimal
from operator import attrgetter
from typing import Final

from tradesense_desktop.domain.money import MOST_DECIMALS, Money, Price
from tradesense_desktop.importers.cells import Row
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.metatrader5_tables import (
    ClosedPosition,
    Deal,
    OpenPosition,
    Table,
    TableKind,
    is_broken_row,
    is_row_of_a_table,
    is_row_of_headings,
)
from tradesense_desktop.importers.numbers import decimals, parse_number

_MOST_ROWS_BESIDE_TABLES: Final = 50_000
_FEWEST_TOTALS: Final = 3


class Report:
    """Collects a report; `take` every row, then `finish`.

    `head` and `tail` are the non-empty cells of the rows above the first table and below the first row of Deals.
    `totals_balance` is the last number of the row of totals under Deals. `unit` is the last decimal that the money of
    Deals is written with: 0.01 for cents.
    """

    def __init__(self, file_name: str, *, is_sheet: bool) -> None:
        self.file_name = file_name
        self.is_sheet = is_sheet
        self.head: list[list[str]] = []
        self.tail: list[list[str]] = []
        self.deals: list[Deal] = []
        self.deals_table: Table | None = None
        self.positions: list[ClosedPosition] = []
        self.open_positions: list[OpenPosition] = []
        self.stops: dict[int, Price] = {}
        self.totals_balance: Money | None = None
        self._table: Table | None = None
        self.unit: Money = Decimal(1)

    def take(self, row: Row) -> None:
        """Read one row; raises StatementRefused for one that belongs to a table and cannot be read."""
        if is_row_of_a_table(row):
            self._take_row_of_a_table(row)
        elif is_row_of_headings(row):
            self._table = Table(self.file_name, row, ends_early=self.is_sheet)
        elif any(row.cells):
            self._take_row_beside_tables(row)

    def in_order(self) -> list[Deal]:
        """Hand over the deals, by time, then by number."""
        deals, self.deals = self.deals, []
        deals.sort(key=attrgetter("time", "number"))
        return deals

    def finish(self) -> None:
        """Raises StatementRefused for a report without Deals: there is nothing to make a ledger of."""
        if self.deals_table is not None:
            return
        if self.open_positions and not self.positions:
            reason = "a report of open positions only; it has no history. Export the account history instead."
        elif self._table is not None:
            reason = "the report has no table of deals; it may be cut off. Export the whole account history again."
        else:
            reason = "the file holds no trades."
        raise StatementRefused(self.file_name, reason)

    def _take_row_of_a_table(self, row: Row) -> None:
        table = self._table
        if table is None:
            raise StatementRefused(self.file_name, "a row of a table stands without headings above it.", line=row.line)
        fields = table.fields(row)
        if table.kind is TableKind.DEALS:
            self.deals_table = table
            deal = table.deal(fields, row.line)
            self.deals.append(deal)
            for amount in (deal.profit, deal.commission, deal.fee, deal.swap, deal.balance):
                if amount and not amount.same_quantum(self.unit):
                    self.unit = min(self.unit, Decimal(1).scaleb(-min(decimals(amount), MOST_DECIMALS)))
        elif table.kind is TableKind.POSITIONS:
            self.positions.append(table.closed_position(fields, row.line))
        elif table.kind is TableKind.OPEN_POSITIONS:
            self.open_positions.append(table.open_position(fields, row.line))
        elif table.kind is TableKind.ORDERS:
            stop = table.initial_stop(fields, row.line)
            if stop is not None:
                self.stops[stop[0]] = stop[1]

    def _take_row_beside_tables(self, row: Row) -> None:
        if self._table is not None and is_broken_row(row):
            raise self._table.refusal_of(row)
        texts = [text for text in row.cells if text]
        if all(parse_number(text) is not None for text in texts):
            under_deals = self._table is not None and self._table is self.deals_table
            if under_deals and not row.cells[0] and len(texts) >= _FEWEST_TOTALS and self.totals_balance is None:
                self.totals_balance = parse_number(texts[-1])
            return
        beside = self.head if self._table is None else self.tail
        if self._table is not None and self.deals_table is None:
            return
        if len(beside) == _MOST_ROWS_BESIDE_TABLES:
            raise StatementRefused(self.file_name, "too many rows that belong to no table.", line=row.line)
        beside.append(texts)
