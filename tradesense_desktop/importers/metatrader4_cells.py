"""Single cells of MetaTrader 4's reports; what cannot be read with certainty is refused with its place."""

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Final

from tradesense_desktop.domain.money import is_exact
from tradesense_desktop.importers.cells import Row
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.numbers import parse_integer, parse_number, parse_time

_MOST_REMEMBERED: Final = 50_000
_LONGEST_QUOTE: Final = 60


class FieldReader:
    """Reads the cells of one file's rows; a refusal names the file, the line and the column by the file's own heading.

    Sizes, prices and times come again and again (a basket opens and closes at once), so what was read is remembered.
    """

    __slots__ = ("_decimals", "_headings", "_times", "file_name")

    def __init__(self, file_name: str, headings: Sequence[str] = ()) -> None:
        self.file_name = file_name
        self._headings = headings
        self._decimals: dict[str, Decimal] = {}
        self._times: dict[str, datetime] = {}

    def name_columns(self, headings: Sequence[str]) -> None:
        """Take the headings of the table that is being read."""
        self._headings = headings

    def decimal(self, row: Row, column: int) -> Decimal:
        """The number in `column`."""
        text = row.cells[column]
        number = self._decimals.get(text)
        if number is None:
            number = parse_number(text)
            if number is None:
                raise self.refused(row, column, f"{quoted(text)} is no number.")
            if not is_exact(number):
                raise self.refused(row, column, f"{quoted(text)} has more digits than can be kept exactly.")
            if len(self._decimals) < _MOST_REMEMBERED:
                self._decimals[text] = number
        return number

    def price(self, row: Row, column: int) -> Decimal:
        """The price in `column`, which is above zero."""
        price = self.decimal(row, column)
        if price <= 0:
            raise self.refused(row, column, f"a trade has the price {quoted(row.cells[column])}.")
        return price

    def time(self, row: Row, column: int) -> datetime:
        """The server's time in `column`, naive."""
        text = row.cells[column]
        time = self._times.get(text)
        if time is None:
            time = parse_time(text)
            if time is None:
                raise self.refused(row, column, f"{quoted(text)} is no date and time (year, month, day, hour, minute).")
            if len(self._times) < _MOST_REMEMBERED:
                self._times[text] = time
        return time

    def number(self, row: Row, column: int) -> int:
        """The platform's number (ticket, order) in `column`."""
        number = parse_integer(row.cells[column])
        if number is None:
            raise self.refused(row, column, f"{quoted(row.cells[column])} is no number of an order.")
        return number

    def refused(self, row: Row, column: int, reason: str) -> StatementRefused:
        """The refusal of one cell, to be raised."""
        heading = self._headings[column] if column < len(self._headings) else ""
        return StatementRefused(self.file_name, reason, line=row.line, column=heading or str(column + 1))


def exact_number_or_none(text: str) -> Decimal | None:
    """The number that `text` is, or None where it is none that can be kept."""
    number = parse_number(text)
    return number if number is not None and is_exact(number) else None


def quoted(text: str) -> str:
    """`text` for a sentence: in quotation marks and not too long."""
    return f"“{text if len(text) <= _LONGEST_QUOTE else text[:_LONGEST_QUOTE] + '…'}”"
