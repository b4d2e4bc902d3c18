"""Rows as JSON, as the wire and the outbox have them, to and from what SQLite's columns hold.

Every column of the table by its name; decimals as text, instants as `YYYY-MM-DDTHH:MM:SS.ffffffZ`, days as
`YYYY-MM-DD`, JSON as JSON.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from sqlalchemy import Table

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.domain.money import decimal_text
from tradesense_desktop.store.column_types import EXACT_DECIMAL, INSTANT, JSON_TEXT, column_decimal
from tradesense_desktop.store.schema_functions import hashed_instant
from tradesense_desktop.store.tables import metadata

_Converter = Callable[[Any], Any]
_INSTANT_LENGTH: Final = 27


@cache
def column_names(table: str) -> tuple[str, ...]:
    """The columns of a table in the order in which both functions below take their values."""
    return tuple(metadata.tables[table].c.keys())


def row_of_columns(table: str, values: tuple[Any, ...]) -> dict[str, Any]:
    """The JSON row of what SQLite holds, in the order of `column_names`."""
    return {
        name: value if value is None or read is None else read(value)
        for (name, read), value in zip(_readers(table), values, strict=True)
    }


def columns_of_row(table: str, row: Mapping[str, Any]) -> tuple[Any, ...]:
    """What is bound for a JSON row, in the order of `column_names`."""
    return tuple(
        row[name] if write is None or row[name] is None else write(row[name]) for name, write in _writers(table)
    )


def wire_instant(column: str) -> str:
    """The instant of a column, whose fraction plain SQL may have left shorter, with all its digits."""
    text = hashed_instant(column)
    return text if len(text) == _INSTANT_LENGTH else f"{text[:-1]:0<26}Z"


def instant_of_wire(text: str) -> str:
    """What a column holds for an instant of the wire."""
    return f"{text[:10]} {text[11:26]}"


@cache
def _readers(table: str) -> tuple[tuple[str, _Converter | None], ...]:
    return _converters(table, {EXACT_DECIMAL: _decimal, INSTANT: wire_instant, JSON_TEXT: json.loads})


@cache
def _writers(table: str) -> tuple[tuple[str, _Converter | None], ...]:
    return _converters(table, {INSTANT: instant_of_wire, JSON_TEXT: canonical_text})


def _converters(table: str, by_type: Mapping[Any, _Converter]) -> tuple[tuple[str, _Converter | None], ...]:
    columns: Table = metadata.tables[table]
    return tuple(
        (column.name, next((convert for kind, convert in by_type.items() if column.type is kind), None))
        for column in columns.c
    )


def _decimal(stored: float) -> str:
    number = column_decimal(stored)
    assert number is not None
    return decimal_text(number)
