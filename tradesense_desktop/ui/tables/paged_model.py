"""A table model over any number of rows: pages are read in the background when they come into sight."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from tradesense_desktop.ui.tables.column import Column, Context
from tradesense_desktop.ui.tables.page_cache import PAGE_ROWS, PageCache
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.tokens import ROW_HEIGHT, Tone

Row = TypeVar("Row")

MOST_ROWS: Final = (2**31 - 1) // ROW_HEIGHT - 1
"""Qt places rows by a 32-bit pixel offset: with 28-pixel rows a view ends before row 76,695,844."""

PLACEHOLDER: Final = "·"
TONE_ROLE: Final = Qt.ItemDataRole.UserRole + 1
ICON_ROLE: Final = Qt.ItemDataRole.UserRole + 2

_MOST_IN_FLIGHT: Final = 2
_MOST_WAITING: Final = 4
_MOST_TEXTS: Final = 32 * PAGE_ROWS

ReadPage = Callable[[Sequence[int]], tuple[Any, ...]]
"""Takes keys of consecutive rows and returns the rows, in the same order; called in a background thread."""


class PagedModel(QAbstractTableModel, Generic[Row]):
    """Shows the rows whose keys are given, reading pages of 256 by key; never the whole, never by offset.

    The keys are a sequence (a `range` for the natural order of any length, or a list for a filter), so a jump to any
    row costs the same. Until a page has come its cells show a placeholder.

    Signals: page_loaded(int) after the rows of a page have come, failed to come ones are announced by the tasks.
    """

    page_loaded = Signal(int)

    def __init__(self, columns: Sequence[Column[Row]], context: Context, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._columns = tuple(columns)
        self._context = context
        self._tasks = tasks
        self._read_page: ReadPage | None = None
        self._keys: Sequence[int] = ()
        self._pages: PageCache[Row] = PageCache()
        self._texts: dict[int, tuple[str, ...]] = {}
        self._in_flight: set[int] = set()
        self._waiting: list[int] = []
        self._generation = 0
        self._order = ""
        self._is_descending = False

    @property
    def columns(self) -> tuple[Column[Row], ...]:
        """The columns, in their original order."""
        return self._columns

    @property
    def context(self) -> Context:
        """What cells are written with."""
        return self._context

    @property
    def keys(self) -> Sequence[int]:
        """Key of every row, in the order of the rows; rows past the most that a view can place included."""
        return self._keys

    @property
    def read_page(self) -> ReadPage | None:
        """How rows are read by their keys; None while nothing is shown."""
        return self._read_page

    @property
    def rows_out_of_reach(self) -> int:
        """Rows that no view can place; a filter brings them into reach."""
        return max(0, len(self._keys) - MOST_ROWS)

    def show_rows(self, keys: Sequence[int], read_page: ReadPage) -> None:
        """Show the rows of `keys`, which `read_page` reads."""
        self.beginResetModel()
        self._generation += 1
        self._keys = keys
        self._read_page = read_page
        self._forget_pages()
        self.endResetModel()

    def show_formats(self, context: Context) -> None:
        """Write every cell anew: the zone, the locale or privacy has changed."""
        self._context = context
        self._texts.clear()
        self._announce(0, self.rowCount() - 1)
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    def show_order(self, order: str, *, descending: bool) -> None:
        """Say in the header by which column the rows are ordered."""
        self._order = order
        self._is_descending = descending
        self.headerDataChanged.emit(Qt.Orientation.Horizontal, 0, len(self._columns) - 1)

    @property
    def order(self) -> tuple[str, bool]:
        """By which column the rows are ordered, and whether the greatest comes first."""
        return self._order, self._is_descending

    def row_at(self, row: int) -> Row | None:
        """The row if its page is here; asks for nothing."""
        rows = self._pages.get(row // PAGE_ROWS)
        place = row % PAGE_ROWS
        return rows[place] if rows is not None and place < len(rows) else None

    def row_of(self, key: int) -> int | None:
        """Place of the row with `key`, or None where it is not among the rows."""
        try:
            return self._keys.index(key)
        except ValueError:
            return None

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Number of rows; never more than a view can place."""
        return 0 if parent is not None and parent.isValid() else min(len(self._keys), MOST_ROWS)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Number of columns."""
        return 0 if parent is not None and parent.isValid() else len(self._columns)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """A cell; the role is looked at first, because a paint asks for far more roles than it uses."""
        if role == Qt.ItemDataRole.DisplayRole:
            return self._text(index.row(), index.column())
        if role == TONE_ROLE:
            return self._tone(index.row(), index.column())
        if role == ICON_ROLE:
            return self._icon(index.row(), index.column())
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(index.column())
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{self._columns[index.column()].header(self._context)}: {self._text(index.row(), index.column())}"
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Titles of the columns; rows have none."""
        if orientation is not Qt.Orientation.Horizontal or not 0 <= section < len(self._columns):
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return self._alignment(section)
        return None

    def _title(self, section: int) -> str:
        """Title of a column; an arrow says by which one the rows are ordered, and how."""
        column = self._columns[section]
        title = column.header(self._context)
        if not column.order or column.order != self._order:
            return title
        arrow = "↓" if self._is_descending else "↑"
        return f"{arrow} {title}" if column.is_figure else f"{title} {arrow}"

    def _alignment(self, column: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if self._columns[column].is_figure else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter

    def _text(self, row: int, column: int) -> str:
        texts = self._texts.get(row)
        if texts is None:
            found = self._row(row)
            if found is None:
                return PLACEHOLDER
            texts = tuple(each.text(found, self._context) for each in self._columns)
            self._texts[row] = texts
        return texts[column]

    def _tone(self, row: int, column: int) -> Tone:
        found = self.row_at(row)
        if found is None:
            return "muted"
        tone = self._columns[column].tone
        return "text" if tone is None else tone(found)

    def _icon(self, row: int, column: int) -> str | None:
        drawing = self._columns[column].icon
        found = None if drawing is None else self.row_at(row)
        return None if drawing is None or found is None else drawing(found)

    def _row(self, row: int) -> Row | None:
        page = row // PAGE_ROWS
        rows = self._pages.get(page)
        if rows is None:
            self._ask_for(page)
            return None
        place = row % PAGE_ROWS
        return rows[place] if place < len(rows) else None

    def _ask_for(self, page: int) -> None:
        """Read `page` next; of the pages that wait, those asked for last matter most, the oldest are dropped."""
        if page in self._in_flight or self._read_page is None:
            return
        if page in self._waiting:
            self._waiting.remove(page)
        self._waiting.append(page)
        del self._waiting[:-_MOST_WAITING]
        self._read_next()

    def _read_next(self) -> None:
        while self._waiting and len(self._in_flight) < _MOST_IN_FLIGHT and self._read_page is not None:
            page = self._waiting.pop()
            self._in_flight.add(page)
            keys = self._keys[page * PAGE_ROWS : (page + 1) * PAGE_ROWS]
            task = self._tasks.read(partial(self._read_page, keys), owner=self)
            task.then(partial(self._take, self._generation, page))
            task.otherwise(partial(self._miss, self._generation, page))

    def _take(self, generation: int, page: int, rows: tuple[Row, ...]) -> None:
        if generation != self._generation:
            return
        self._in_flight.discard(page)
        self._pages.put(page, rows)
        self._forget_texts_out_of_reach()
        self._announce(page * PAGE_ROWS, page * PAGE_ROWS + len(rows) - 1)
        self.page_loaded.emit(page)
        self._read_next()

    def _miss(self, generation: int, page: int, _failure: BaseException) -> None:
        if generation == self._generation:
            self._in_flight.discard(page)

    def _announce(self, first: int, last: int) -> None:
        last = min(last, self.rowCount() - 1)
        if last >= first:
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    def _forget_pages(self) -> None:
        self._pages.clear()
        self._texts.clear()
        self._in_flight.clear()
        self._waiting.clear()

    def _forget_texts_out_of_reach(self) -> None:
        if len(self._texts) > _MOST_TEXTS:
            self._texts.clear()
