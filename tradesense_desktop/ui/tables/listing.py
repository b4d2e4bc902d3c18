"""A list of a place: its table, and what stands there while there is nothing to put in it."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.held_model import HeldModel
from tradesense_desktop.ui.tables.table_view import TableView

Row = TypeVar("Row")


class Listing(QStackedWidget, Generic[Row]):
    """Shows rows that are all here; when they are read again, the chosen one and the scroll position stay.

    Where nothing is chosen the first row is; where the chosen one is gone, the one that has come to its place.

    Signals: row_chosen() when another row is chosen, or what the chosen one says has changed.
    """

    row_chosen = Signal()

    def __init__(
        self,
        view: TableView,
        model: HeldModel[Row],
        display: Display,
        empty: EmptyState,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._display = display
        self._has_rows = False
        self.model = model
        self.view = view
        self.setAccessibleName(view.accessibleName())
        view.show_model(model)
        view.row_chosen.connect(lambda _key: self.row_chosen.emit())
        view.order_asked.connect(self._on_order)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self._empty = empty
        self._no_match = EmptyState("search", self.tr("Nothing fits the filter"), "", self)
        self._no_match.say(self.tr("Nothing fits the filter"), self.tr("Clear the filter to see all of it again."))
        self._waiting = EmptyState("hourglass", self.tr("Reading"), "", self)
        self._failed = EmptyState("warning", self.tr("This could not be read"), "", self)
        for page in (self._waiting, view, empty, self._no_match, self._failed):
            self.addWidget(page)
        display.changed.connect(self._on_formats)

    @property
    def chosen(self) -> Row | None:
        """The chosen row, None where there is none or it is not shown."""
        return self.model.held(self.view.chosen_key)

    def show_rows(self, rows: Sequence[Row], total: int) -> None:
        """Show these rows, which a filter has left of `total`."""
        self._has_rows = bool(rows)
        at = self.model.row_of(self.view.chosen_key) or 0
        self._keeping_place(lambda: self.model.show_held(rows))
        is_shown = self.model.rowCount() > 0
        self._turn_to(self.view if is_shown else self._no_match if total else self._empty)
        shown = self.model.rowCount()
        if self.chosen is None and shown:
            self.view.choose_key(self.model.keys[min(at, shown - 1)])
        self.row_chosen.emit()

    def show_failure(self, sentence: str) -> None:
        """Say why there is nothing; rows that are shown already stay."""
        if not self._has_rows:
            self._failed.say(self.tr("This could not be read"), sentence)
            self._turn_to(self._failed)

    def choose(self, row_id: str) -> bool:
        """Choose the row with this id and bring it into sight; False where it is not among the rows."""
        key = self.model.key_of(row_id)
        is_chosen = key is not None and self.view.choose_key(key)
        if is_chosen:
            self.row_chosen.emit()
        return is_chosen

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The focus belongs to the table; while none is to be seen the list keeps it, so that keys reach the place."""
        super().focusInEvent(event)
        if self.currentWidget() is self.view:
            self.view.setFocus(event.reason())

    def _turn_to(self, page: QWidget) -> None:
        had_focus = self.hasFocus() or self.view.hasFocus()
        self.setCurrentWidget(page)
        if had_focus:
            (self.view if page is self.view else self).setFocus(Qt.FocusReason.OtherFocusReason)

    def _keeping_place(self, change: Callable[[], object]) -> None:
        bar = self.view.verticalScrollBar()
        at = bar.value()
        change()
        bar.setValue(at)

    def _on_order(self, name: str, descending: bool) -> None:
        self._keeping_place(lambda: self.model.order_by(name, descending=descending))

    def _on_formats(self) -> None:
        self.model.show_formats(Context(self._display))
        self.row_chosen.emit()
