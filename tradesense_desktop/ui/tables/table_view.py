"""The table of the whole program: 28-pixel rows, no grid, columns that are chosen and remembered."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from PySide6.QtCore import QByteArray, QEvent, QModelIndex, QPoint, QSettings, Qt, Signal
from PySide6.QtGui import QFocusEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QMenu, QTableView, QWidget

from tradesense_desktop.ui.tables.cell_delegate import CellDelegate
from tradesense_desktop.ui.tables.paged_model import PagedModel
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font

_SETTINGS_GROUP = "tables"


class TableView(QTableView):
    """A view of a paged model whose columns, widths and order are remembered under `name`.

    Signals: row_chosen(int key) when the current row changes by hand; row_hovered(int key, 0 for none);
    order_asked(str name, bool descending) when a header is clicked.
    """

    row_chosen = Signal(int)
    row_hovered = Signal(int)
    order_asked = Signal(str, bool)

    def __init__(self, name: str, settings: QSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._settings = settings
        self._delegate = CellDelegate(self)
        self._chosen: int | None = None
        self._is_following = False
        self._keeps_place = False
        self.setItemDelegate(self._delegate)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setAlternatingRowColors(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        rows = self.verticalHeader()
        rows.setVisible(False)
        rows.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        rows.setMinimumSectionSize(size.ROW_HEIGHT)
        rows.setDefaultSectionSize(size.ROW_HEIGHT)
        header = self.horizontalHeader()
        header.setFont(font(size.TYPE_SMALL))
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setSectionsClickable(True)
        header.setMinimumSectionSize(size.SPACE_32)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._show_chooser_at)

    def show_model(self, model: PagedModel) -> None:  # type: ignore[type-arg]
        """Show `model`, with the columns as they were left, or as it says."""
        self.setModel(model)
        self.selectionModel().currentRowChanged.connect(self._on_current_row)
        model.modelAboutToBeReset.connect(self._remember_choice)
        model.modelReset.connect(self._restore_choice)
        header = self.horizontalHeader()
        stored = self._settings.value(self._key("header"))
        if not (isinstance(stored, QByteArray) and header.restoreState(stored)):
            self._lay_out(model)
        header.setStretchLastSection(True)
        header.sectionMoved.connect(self._remember_columns)
        header.sectionResized.connect(self._remember_columns)
        header.sectionClicked.connect(self._on_header)

    def paged_model(self) -> PagedModel:  # type: ignore[type-arg]
        """The model that is shown."""
        model = self.model()
        assert isinstance(model, PagedModel)
        return model

    def show_order(self, name: str, *, descending: bool) -> None:
        """Show in the header by which column the rows are ordered, without asking for it again."""
        self.paged_model().show_order(name, descending=descending)

    def choose_key(self, key: int) -> bool:
        """Make the row of `key` the current one and bring it into sight; False where it is not among the rows."""
        row = self.paged_model().row_of(key)
        if row is None or row >= self.paged_model().rowCount():
            return False
        index = self.paged_model().index(row, self._first_visible_column())
        self._is_following = True
        self.setCurrentIndex(index)
        self._is_following = False
        if not self._keeps_place:
            self.scrollTo(index)
        return True

    @property
    def chosen_key(self) -> int:
        """Key of the row that was chosen last, shown or not; 0 for none."""
        return self._chosen or 0

    def forget_choice(self) -> None:
        """Choose no row: other rows are about to be shown."""
        self.clearSelection()
        self.setCurrentIndex(QModelIndex())
        self._chosen = None

    @contextmanager
    def keeping_place(self, *, stays: bool) -> Iterator[None]:
        """While other rows come into the model, keep the row at the top there, if `stays`; the very first moves on."""
        top = self.rowAt(0) if stays else 0
        keys = self.paged_model().keys
        at_top = keys[top] if 0 < top < len(keys) else 0
        self._keeps_place = stays
        yield
        self._keeps_place = False
        row = self.paged_model().row_of(at_top) if at_top else None
        if stays:
            self.verticalScrollBar().setValue(0 if row is None else row * size.ROW_HEIGHT)

    def point_at_key(self, key: int) -> None:
        """Bring the row of `key` into sight and mark it as the pointer would, without choosing it."""
        row = self.paged_model().row_of(key)
        if row is None or row >= self.paged_model().rowCount():
            row = -1
        else:
            self.scrollTo(self.paged_model().index(row, self._first_visible_column()))
        self._delegate.hovered_row = row
        self.viewport().update()

    def selected_ranges(self) -> list[range]:
        """Selected rows as ranges, in order of the rows; a selected million is one range."""
        selection = self.selectionModel().selection()
        blocks = (selection.at(place) for place in range(selection.count()))
        ranges = [range(block.top(), block.bottom() + 1) for block in blocks]
        return sorted(ranges, key=lambda rows: rows.start)

    def visible_columns(self) -> Sequence[int]:
        """Columns that are shown, from left to right."""
        header = self.horizontalHeader()
        in_order = (header.logicalIndex(place) for place in range(header.count()))
        return [column for column in in_order if not header.isSectionHidden(column)]

    def column_menu(self) -> QMenu:
        """The menu in which columns are shown and hidden."""
        menu = QMenu(self)
        header = self.horizontalHeader()
        shown = len(self.visible_columns())
        for at, column in enumerate(self.paged_model().columns):
            entry = menu.addAction(column.plain_title)
            entry.setCheckable(True)
            is_shown = not header.isSectionHidden(at)
            entry.setChecked(is_shown)
            entry.setEnabled(not is_shown or shown > 1)
            entry.toggled.connect(lambda checked, at=at: self._show_column(at, shown=checked))
        menu.addSeparator()
        menu.addAction(self.tr("Columns as they came")).triggered.connect(lambda: self._lay_out(self.paged_model()))
        return menu

    def show_column_chooser(self) -> None:
        """Open the column menu under the header."""
        self._show_chooser_at(QPoint(0, self.horizontalHeader().height()))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Qt makes the first row the current one when the focus comes; that alone chooses nothing."""
        had_current, chosen = self.currentIndex().isValid(), self._chosen
        self._is_following = True
        super().focusInEvent(event)
        if not had_current:
            self.setCurrentIndex(QModelIndex())
            self._chosen = chosen
        self._is_following = False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell which row the pointer is on."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(round(event.position().y())))

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is on no row any more."""
        super().leaveEvent(event)
        self._hover(-1)

    def _hover(self, row: int) -> None:
        if row == self._delegate.hovered_row:
            return
        self._delegate.hovered_row = row
        self.viewport().update()
        keys = self.paged_model().keys
        self.row_hovered.emit(keys[row] if 0 <= row < len(keys) else 0)

    def _on_current_row(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            self._chosen = self.paged_model().keys[current.row()]
            if not self._is_following:
                self.row_chosen.emit(self._chosen)

    def _remember_choice(self) -> None:
        current = self.currentIndex()
        self._chosen = self.paged_model().keys[current.row()] if current.isValid() else self._chosen

    def _restore_choice(self) -> None:
        if self._chosen is not None:
            self.choose_key(self._chosen)

    def _on_header(self, section: int) -> None:
        """Ask for the order of that column; the same column again turns it round."""
        name = self.paged_model().columns[section].order
        if name:
            before, was_descending = self.paged_model().order
            self.order_asked.emit(name, not was_descending if before == name else False)

    def _lay_out(self, model: PagedModel) -> None:  # type: ignore[type-arg]
        header = self.horizontalHeader()
        for at, column in enumerate(model.columns):
            header.moveSection(header.visualIndex(at), at)
            header.setSectionHidden(at, column.is_hidden)
            header.resizeSection(at, column.width)

    def _show_column(self, at: int, *, shown: bool) -> None:
        self.horizontalHeader().setSectionHidden(at, not shown)
        self._remember_columns()

    def _remember_columns(self) -> None:
        self._settings.setValue(self._key("header"), self.horizontalHeader().saveState())

    def _show_chooser_at(self, place: QPoint) -> None:
        menu = self.column_menu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    def _key(self, name: str) -> str:
        return f"{_SETTINGS_GROUP}/{self._name}/{name}"

    def _first_visible_column(self) -> int:
        return self.visible_columns()[0]
