"""The timeline: one line an event, icon by kind, sentence, muted time; the payload opens beside it."""

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_events import read_events_page
from tradesense_desktop.services.views import EventRow
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.paged_model import PagedModel
from tradesense_desktop.ui.tables.table_view import TableView
from tradesense_desktop.ui.views.trader.event_columns import event_columns


def read_event_rows(workspace: Workspace, challenge_id: str, numbers: Sequence[int]) -> tuple[EventRow, ...]:
    """Events with consecutive sequence numbers, ascending or descending, in their order."""
    if not numbers:
        return ()
    first, last = min(numbers[0], numbers[-1]), max(numbers[0], numbers[-1])
    rows = read_events_page(workspace, challenge_id, first, last - first + 1)
    return rows if numbers[0] == first else rows[::-1]


class EventsPanel(QWidget):
    """All events of one challenge, newest first.

    Signals: event_chosen(EventRow).
    """

    event_chosen = Signal(object)

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = surroundings.display
        self._challenge_id = ""
        self._firm_zone: str | None = None
        self._wanted: int | None = None
        self._model: PagedModel[EventRow] = PagedModel(
            event_columns(), Context(surroundings.display), surroundings.tasks, self
        )
        self.view = TableView("events", surroundings.settings, self)
        self.view.setAccessibleName(self.tr("Event timeline"))
        self.view.show_model(self._model)
        self.view.horizontalHeader().setSectionsClickable(False)
        self.view.row_chosen.connect(self._on_chosen)
        self._model.page_loaded.connect(self._on_page)
        self._empty = EmptyState(
            "timeline", self.tr("No event yet"), self.tr("What happens is written down here."), self
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        surroundings.display.changed.connect(self._on_formats)

    def show_challenge(self, workspace: Workspace, challenge_id: str, total: int, firm_zone: str | None) -> None:
        """Show the events of this challenge, of which there are `total`."""
        stays = challenge_id == self._challenge_id
        if not stays:
            self.view.forget_choice()
            self._challenge_id = challenge_id
        self._firm_zone = firm_zone
        self._model.show_formats(Context(self._display, firm_zone))
        if not stays or len(self._model.keys) != total:
            # Events are only ever appended: with as many of them the rows are the same.
            with self.view.keeping_place(stays=stays):
                self._model.show_rows(range(total, 0, -1), partial(read_event_rows, workspace, challenge_id))
        self._stack.setCurrentWidget(self.view if total else self._empty)

    def _on_chosen(self, number: int) -> None:
        """Show the chosen event; one whose page has not come yet is shown when it does."""
        row = self._model.row_of(number)
        found = None if row is None else self._model.row_at(row)
        self._wanted = number if found is None else None
        if found is not None:
            self.event_chosen.emit(found)

    def _on_page(self, _page: int) -> None:
        if self._wanted is not None:
            self._on_chosen(self._wanted)

    def _on_formats(self) -> None:
        self._model.show_formats(Context(self._display, self._firm_zone))
