"""How values stand in SQLite: exact decimals, UTC instants, trading dates and JSON, to and from Python.

A decimal goes in as text and SQLite makes the number of it; it comes back through 15 significant digits, which are
all that the schema admits, so that no arithmetic on a double happens on our side.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Dialect
from sqlalchemy.types import UserDefinedType

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.domain.money import decimal_text


def decimal_column(number: Decimal | None) -> str | None:
    """What is bound for an exact decimal."""
    return None if number is None else decimal_text(number)


def column_decimal(stored: float | None) -> Decimal | None:
    """The exact decimal that a column holds (a double of at most 15 significant digits, or an integer)."""
    return None if stored is None else Decimal(f"{stored:.15g}")


def decimal_of_text(stored: str | None) -> Decimal | None:
    """The exact decimal that a column of text holds."""
    return None if stored is None else Decimal(stored)


def instant_column(instant: datetime | None) -> str | None:
    """`YYYY-MM-DD HH:MM:SS.ffffff` of an aware datetime, in UTC; ValueError for a naive one."""
    if instant is None:
        return None
    if instant.tzinfo is not UTC:
        if instant.utcoffset() is None:
            raise ValueError(f"a time without a zone: {instant.isoformat()}")
        instant = instant.astimezone(UTC)
    return instant.isoformat(" ", "microseconds")[:26]


def column_instant(stored: str | None) -> datetime | None:
    """The aware UTC datetime that a column holds; SQLite's own 19 and 23 characters are read too."""
    return None if stored is None else present_instant(stored)


def present_instant(stored: str) -> datetime:
    """The aware UTC datetime of a column that is never null."""
    return datetime.fromisoformat(stored).replace(tzinfo=UTC)


def json_column(value: object) -> str | None:
    """Canonical JSON text; None stays null."""
    return None if value is None else canonical_text(value)


def column_json(stored: str | None) -> Any:
    """The JSON value that a column holds."""
    return None if stored is None else json.loads(stored)


def day_column(day: date | None) -> str | None:
    """`YYYY-MM-DD` of a calendar day."""
    return None if day is None else day.isoformat()


def column_day(stored: str | None) -> date | None:
    """The calendar day that a column holds."""
    return None if stored is None else date.fromisoformat(stored)


class Stored(UserDefinedType[Any]):
    """A column whose values SQLAlchemy passes through our two functions and nothing else."""

    cache_ok = True

    def __init__(self, declared: str, written: Callable[[Any], Any], read: Callable[[Any], Any]) -> None:
        self.declared = declared
        self.written = written
        self.read = read

    def get_col_spec(self, **_options: object) -> str:
        """Declared type of the column."""
        return self.declared

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:  # noqa: ARG002
        """What makes a Python value a bound one."""
        return self.written

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:  # noqa: ARG002
        """What makes a stored value a Python one."""
        return self.read


def enumerated(kind: type[StrEnum]) -> Stored:
    """A column of text that holds the values of `kind`; ValueError for any other text."""

    def written(member: StrEnum | None) -> str | None:
        return None if member is None else kind(member).value

    def read(stored: str | None) -> StrEnum | None:
        return None if stored is None else kind(stored)

    return Stored("TEXT", written, read)


EXACT_DECIMAL: Final = Stored("REAL", decimal_column, column_decimal)
DECIMAL_TEXT: Final = Stored("TEXT", decimal_column, decimal_of_text)
INSTANT: Final = Stored("TEXT", instant_column, column_instant)
TRADING_DATE: Final = Stored("TEXT", day_column, column_day)
JSON_TEXT: Final = Stored("TEXT", json_column, column_json)
