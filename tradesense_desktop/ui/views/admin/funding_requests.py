"""The left of the funding queue: the requests that wait, those that were decided, and what stands there without any."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from tradesense_desktop.ui.firm_news import FirmNews
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.words import rule
from tradesense_desktop.ui.views.admin.funding_list import QueueModel, QueueView, entry_of_decided, entry_of_request

if TYPE_CHECKING:
    from tradesense_desktop.services.read_decisions import ToldDecision
    from tradesense_desktop.services.read_funding_queue import DecidedFunding, FundingRequest
    from tradesense_desktop.ui.formatting.display import Display
    from tradesense_desktop.ui.views.admin.funding_list import QueueEntry
    from tradesense_desktop.ui.views.admin.funding_reading import QueueReading

WAITING, DECIDED = range(2)

_TEXT_WIDTH = 224


class FundingRequests(QWidget):
    """Two tabs over one list; the first line is chosen where none is.

    Signals: entry_chosen(QueueEntry), emptied() when nothing is chosen any more, counted() when other lines are shown.
    """

    entry_chosen = Signal(object)
    emptied = Signal()
    counted = Signal()

    def __init__(self, display: Display, parent: QWidget | None = None, firm: FirmNews | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        self._display = display
        self._read: QueueReading | None = None
        self._firm = FirmNews(self) if firm is None else firm
        self._firm.changed.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.tabs = QTabBar(self)
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setAccessibleName(self.tr("Requests"))
        self.tabs.addTab(self.tr("Waiting"))
        self.tabs.addTab(self.tr("Decided"))
        self.tabs.currentChanged.connect(lambda _tab: self._show())
        self._model = QueueModel(display, self)
        self.view = QueueView(self._model, display, self)
        self.view.setAccessibleName(self.tr("Funding requests"))
        self.view.entry_chosen.connect(self.entry_chosen)
        self.setFocusProxy(self.tabs)
        self._waiting = EmptyState("hourglass", self.tr("Reading"), "", self, width=_TEXT_WIDTH)
        self._empty = EmptyState("target", "", "", self, width=_TEXT_WIDTH)
        self._no_match = EmptyState("search", self.tr("Nothing fits the filter"), "", self, width=_TEXT_WIDTH)
        self._failed = EmptyState("breach", "", "", self, width=_TEXT_WIDTH)
        self._stack = QStackedWidget(self)
        for page in (self._waiting, self.view, self._empty, self._no_match, self._failed):
            self._stack.addWidget(page)
        column.addWidget(self.tabs)
        column.addWidget(rule(parent=self))
        column.addWidget(self._stack, 1)
        display.changed.connect(self._show)

    @property
    def tab(self) -> int:
        """The list that is shown."""
        return self.tabs.currentIndex()

    @property
    def counts(self) -> tuple[int, int]:
        """How many lines are shown, and of how many."""
        return self._model.rowCount(), self._model.total

    @property
    def chosen(self) -> QueueEntry | None:
        """The line that is chosen."""
        return self.view.chosen

    @property
    def chosen_decision(self) -> ToldDecision | None:
        """The decision of the chosen line, None for one that waits."""
        chosen = self.chosen
        if chosen is None or chosen.is_waiting or self._read is None:
            return None
        return next(each.decision for each in self._read.decided if entry_of_decided(each).id == chosen.id)

    def show_reading(self, reading: QueueReading, decided: DecidedFunding | None = None) -> None:
        """Show these requests; what was chosen stays chosen while it is there, or `decided` is chosen in its place."""
        is_first, self._read = self._read is None, reading
        numbers = self._display.numbers
        self.tabs.setTabText(WAITING, self.tr("Waiting {n}").format(n=numbers.count(len(reading.waiting))))
        self.tabs.setTabText(DECIDED, self.tr("Decided {n}").format(n=numbers.count(len(reading.decided))))
        if decided is not None:
            self.tabs.blockSignals(True)
            self.tabs.setCurrentIndex(DECIDED)
            self.tabs.blockSignals(False)
            self.view.expect(entry_of_decided(decided).id)
        self._show()
        if is_first and self.tabs.hasFocus():
            # Whoever came here before there was a list wanted to be in it.
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_failure(self, sentence: str) -> None:
        """Say why there is nothing; lines that are shown already stay."""
        if self._read is None:
            self._failed.say(self.tr("This could not be read"), sentence)
            self._stack.setCurrentWidget(self._failed)

    def filter_by(self, text: str) -> None:
        """Show only lines with every word of `text` in them."""
        self._model.filter_by(text)
        self._show_state()

    def open_tab(self, tab: int) -> None:
        """Show what waits, or what was decided."""
        self.tabs.setCurrentIndex(tab)

    def _show(self) -> None:
        reading = self._read
        if reading is None:
            return
        if self.tab == WAITING:
            self._model.show_entries([self._entry(request) for request in reading.waiting])
            self._empty.say(
                self.tr("Nothing waits"),
                self.tr("A challenge comes here when its profit target is reached and nothing else stands against it."),
            )
        else:
            self._model.show_entries([entry_of_decided(decided) for decided in reading.decided])
            self._empty.say(
                self.tr("Nothing was decided"), self.tr("What was decided in the last 90 days stands here.")
            )
        self._show_state()
        self.view.viewport().update()

    def _entry(self, request: FundingRequest) -> QueueEntry:
        pending = len(self._firm.of_challenge(request.summary.challenge.id))
        return entry_of_request(request, self._display, pending=pending)

    def _show_state(self) -> None:
        shown, total = self.counts
        had_focus = self.view.hasFocus()
        self._stack.setCurrentWidget(self.view if shown else self._no_match if total else self._empty)
        self.setFocusProxy(self.view if shown else self.tabs)
        if had_focus and not shown:
            self.tabs.setFocus(Qt.FocusReason.OtherFocusReason)
        self.view.choose_any()
        if self.chosen is None:
            self.emptied.emit()
        self.counted.emit()
