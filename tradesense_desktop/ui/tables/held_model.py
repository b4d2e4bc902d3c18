"""A table model over rows that are all here: short lists, which are read whole and sorted and filtered at once."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QObject

from tradesense_desktop.ui.tables.column import Column, Context
from tradesense_desktop.ui.tables.paged_model import PagedModel
from tradesense_desktop.ui.tasks.runner import Tasks

Row = TypeVar("Row")


class HeldModel(PagedModel[Row]):
    """Shows rows that it is given; a row keeps its key as long as its id comes back, so that it stays chosen.

    `identify` gives the id of a row; `orders` are the keys by which the columns that name an `order` sort. Until an
    order is asked for the rows stay as they came. `words_of` gives what a filter looks through, casefolded, where a
    list is too long to write all of its cells for that.
    """

    def __init__(
        self,
        columns: Sequence[Column[Row]],
        context: Context,
        tasks: Tasks,
        parent: QObject,
        *,
        identify: Callable[[Row], str],
        orders: Mapping[str, Callable[[Row], Any]] | None = None,
        words_of: Callable[[Row], str] | None = None,
    ) -> None:
        super().__init__(columns, context, tasks, parent)
        self._identify = identify
        self._orders = dict(orders or {})
        self._words_of = words_of or self._cells
        self._keys_of: dict[str, int] = {}
        self._given: tuple[Row, ...] = ()
        self._rows: tuple[Row, ...] = ()
        self._held: dict[int, Row] = {}
        self._words: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """How many rows there are without the filter."""
        return len(self._given)

    def show_held(self, rows: Sequence[Row]) -> None:
        """Show these rows, in the order and with the filter that there are."""
        self._given = tuple(rows)
        self._arrange()

    def order_by(self, name: str, *, descending: bool) -> None:
        """Order the rows by the column whose `order` this is, now and whenever others are shown."""
        self.show_order(name, descending=descending)
        self._arrange()

    def filter_by(self, text: str) -> None:
        """Show only rows of which every word of `text` is found in what is looked through."""
        self._words = tuple(text.casefold().split())
        self._arrange()

    def held(self, key: int) -> Row | None:
        """The row with this key; None where it is not shown."""
        return self._held.get(key)

    def key_of(self, row_id: str) -> int | None:
        """The key of the row with this id; None where it is not shown."""
        key = self._keys_of.get(row_id)
        return key if key in self._held else None

    def row_at(self, row: int) -> Row | None:
        """The row at this place."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def _row(self, row: int) -> Row | None:
        return self.row_at(row)

    def _arrange(self) -> None:
        """Filter and order; where the same rows come out in the same order, only their cells are written anew."""
        rows = [row for row in self._given if self._fits(row)]
        name, is_descending = self.order
        order = self._orders.get(name)
        if order is not None:
            rows.sort(key=order, reverse=is_descending)
        keys = tuple(self._keys_of.setdefault(self._identify(row), len(self._keys_of) + 1) for row in rows)
        is_same = keys == self.keys
        if not is_same:
            self.beginResetModel()
        self._rows = tuple(rows)
        self._held = dict(zip(keys, rows, strict=True))
        self._keys, self._read_page = keys, self._read_held
        self._forget_pages()
        if is_same:
            self.show_formats(self.context)
        else:
            self.endResetModel()

    def _fits(self, row: Row) -> bool:
        if not self._words:
            return True
        text = self._words_of(row)
        return all(word in text for word in self._words)

    def _cells(self, row: Row) -> str:
        return "\n".join(column.text(row, self.context) for column in self.columns).casefold()

    def _read_held(self, keys: Sequence[int]) -> tuple[Any, ...]:
        """The rows with these keys, for whoever copies them."""
        held = self._held
        return tuple(held[key] for key in keys if key in held)
