"""Core statements compiled once and run on the bare driver: for reads and writes that are made again and again.

SQLAlchemy's own way costs a tenth of a millisecond a statement and a microsecond a value; a page of the ledger and a
single trade are smaller than that.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, Final

from pysqlite3 import dbapi2
from sqlalchemy import Select
from sqlalchemy.dialects.sqlite import dialect
from sqlalchemy.sql.dml import UpdateBase

from tradesense_desktop.store.column_types import Stored
from tradesense_desktop.store.transaction import Reading

_Converter = Callable[[Any], Any]


class Prepared:
    """One statement: its text, the names of its parameters in order, and how values are converted."""

    def __init__(self, statement: Select[Any] | UpdateBase) -> None:
        self.statement: Final = statement

    @cached_property
    def text(self) -> str:
        """The SQL."""
        return str(self._compiled)

    def execute(self, reading: Reading, parameters: Mapping[str, Any], *, before: str = "") -> dbapi2.Cursor:
        """Run it with every parameter given by name; values come out as the driver has them.

        `before` may be "EXPLAIN QUERY PLAN ".
        """
        bound = [
            fixed if is_fixed else parameters[name] if convert is None else convert(parameters[name])
            for name, convert, is_fixed, fixed in self._parameters
        ]
        return reading.driver.execute(before + self.text, bound)

    def rows(self, reading: Reading, parameters: Mapping[str, Any]) -> list[list[Any]]:
        """All its rows, converted, in the order of its columns."""
        found = [list(row) for row in self.execute(reading, parameters)]
        for place, convert in self._results:
            for row in found:
                row[place] = convert(row[place])
        return found

    @cached_property
    def _compiled(self) -> Any:
        return self.statement.compile(dialect=dialect())

    @cached_property
    def _parameters(self) -> list[tuple[str, _Converter | None, bool, Any]]:
        """Name, conversion, whether the statement itself holds the value, and that value; in order of the text."""
        binds = [self._compiled.binds[name] for name in self._compiled.positiontup or ()]
        return [
            (
                bind.key,
                bind.type.written if isinstance(bind.type, Stored) else None,
                not bind.required,
                None if bind.required else bind.effective_value,
            )
            for bind in binds
        ]

    @cached_property
    def _results(self) -> list[tuple[int, _Converter]]:
        columns = self.statement.selected_columns if isinstance(self.statement, Select) else ()
        return [(place, column.type.read) for place, column in enumerate(columns) if isinstance(column.type, Stored)]
