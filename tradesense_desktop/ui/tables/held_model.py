"""A table model over rows that are all here: short lists, which are read whole and sorted and filtered at once."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from tradesense_desktop.ui.tables.column import Column, Context
from tradesense_desktop.ui.tables.paged_model import PagedModel
from tradesense_desktop.ui.tasks.runner import Tasks

Row = TypeVar("Row")


class HeldModel(PagedModel[Row]):
    """Shows rows that it is given; a row keeps its key as long as its id comes back, so that it stays chosen."""

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        context: Context,
        tasks: Tasks,
        id_of: Callable[[Row], str],
        parent: QObject,
    ) -> None:
        super().__init__(columns, context, tasks, parent)
        self._id_of = id_of
        self._keys_of: dict[str, int] = {}
        self._rows: tuple[Row, ...] = ()
        self._held: dict[int, Row] = {}

    @property
    def rows(self) -> tuple[Row, ...]:
        """The rows, in their order."""
        return self._rows

    def hold(self, rows: Sequence[Row]) -> None:
        """Show these rows; where they are the same ones in the same order, only their cells are written anew."""
        keys = tuple(self._key(self._id_of(row)) for row in rows)
        self._rows = tuple(rows)
        self._held = dict(zip(keys, self._rows, strict=True))
        if keys == tuple(self.keys):
            self.show_formats(self.context)
        else:
            self.show_rows(keys, self._read_held)

    def held(self, key: int) -> Row | None:
        """The row with this key, None where it is not among the rows any more."""
        return self._held.get(key)

    def key_of(self, row_id: str) -> int:
        """The key of the row with this id; 0 for one that was never here."""
        return self._keys_of.get(row_id, 0)

    def row_at(self, row: int) -> Row | None:
        """The row at this place."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _row(self, row: int) -> Row | None:
        return self.row_at(row)

    def _key(self, row_id: str) -> int:
        return self._keys_of.setdefault(row_id, len(self._keys_of) + 1)

    def _read_held(self, keys: Sequence[int]) -> tuple[Any, ...]:
        """The rows with these keys, for whoever copies them."""
        held = self._held
        return tuple(held[key] for key in keys if key in held)
