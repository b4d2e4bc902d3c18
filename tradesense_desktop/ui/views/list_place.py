"""A place that is a list with details beside it: reading in order, writing with refusals in place, one row chosen."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from tradesense_desktop.ui.actions.local_actions import LocalActions
from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import rule
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.parts.details_panel import DetailsPanel
    from tradesense_desktop.ui.parts.listing_head import ListingHead
    from tradesense_desktop.ui.surroundings import Surroundings
    from tradesense_desktop.ui.tables.listing import Listing
    from tradesense_desktop.ui.tasks.task import Task

Result = TypeVar("Result")

_LIST_WIDTH, _DETAILS_WIDTH = 900, 340


class ListPlace(QWidget):
    """What the places of lists have in common.

    Signals: challenge_asked(str id) to open a challenge, said(str sentence) of what was done, changed() after
    something was done, so that it is read again.
    """

    challenge_asked = Signal(str)
    said = Signal(str)
    changed = Signal()

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert workspace.actor is not None
        self._workspace = workspace
        self._actor = workspace.actor
        self._surroundings = surroundings
        self._display = surroundings.display
        self._reading: Task[Any] | None = None
        self._writing: Task[Any] | None = None
        self._not_read = ""
        self.actions_here = LocalActions(self)

    def lay_out(self, head: ListingHead, listing: Listing[Any], details: DetailsPanel) -> None:
        """Head above, list at the left, details at the right."""
        self.head = head
        self.listing: Listing[Any] = listing
        self.details = details
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(head)
        self.notice = Notice(self)
        self.notice.setContentsMargins(size.SPACE_24, 0, size.SPACE_24, size.SPACE_12)
        column.addWidget(self.notice)
        column.addWidget(rule(parent=self))
        split = QSplitter(Qt.Orientation.Horizontal, self)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(listing)
        split.addWidget(details)
        split.setStretchFactor(0, 1)
        split.setStretchFactor(1, 0)
        split.setSizes([_LIST_WIDTH, _DETAILS_WIDTH])
        column.addWidget(split, 1)
        self.setFocusProxy(listing)
        details.question.closed.connect(self._on_question_closed)

    def focus_filter(self) -> None:
        """Go to the filter."""
        self.head.focus_filter()

    def read_in_background(self, work: Callable[[], Result], show: Callable[[Result], object]) -> None:
        """Read; of two readings under way only the later is shown, it knows more."""
        task = self._surroundings.tasks.read(work, owner=self)
        self._reading = task
        task.then(partial(self._on_read, task, show)).shown_by(partial(self._on_not_read, task))

    def write_in_background(
        self,
        title: str,
        work: Callable[[ProgressReport], Result],
        done: Callable[[Result], object],
        *,
        of_chosen: bool = True,
    ) -> None:
        """Do something, one thing at a time; a refusal is said in the open question or at the foot of the details.

        What is not done with the chosen row (`of_chosen`) is refused under the head.
        """
        if self._writing is not None:
            return
        self.notice.clear()
        self.details.notice.clear()
        task = self._surroundings.tasks.write(title, work, self)
        self._writing = task
        task.then(partial(self._on_written, done)).shown_by(partial(self._on_refused, of_chosen=of_chosen))
        self.show_what_can_be_done()

    def show_counts(self, shown: int, total: int, suffix: str = "") -> None:
        """Say beside the title how many of how many are shown, and why."""
        count = self._display.numbers.count
        self.head.show_counts(count(shown), count(total) if total else "", suffix)

    def show_what_can_be_done(self) -> None:
        """Fit buttons and actions to what is chosen and to what is being done."""

    def _on_read(self, task: Task[Any], show: Callable[[Any], object], result: Any) -> None:
        if task is self._reading:
            self._reading = None
            if self._not_read and self.notice.text() == self._not_read:
                self.notice.clear()
            self._not_read = ""
            show(result)

    def _on_not_read(self, task: Task[Any], failure: BaseException) -> None:
        if task is self._reading:
            self._reading = None
            self._not_read = failure_text(failure)
            self.listing.show_failure(self._not_read)
            self.notice.say_refusal(self._not_read)

    def _on_written(self, done: Callable[[Any], object], result: Any) -> None:
        self._writing = None
        self.details.question.close_question()
        self.show_what_can_be_done()
        done(result)
        self.changed.emit()

    def _on_refused(self, failure: BaseException, *, of_chosen: bool) -> None:
        was_cancelled = self._writing is not None and self._writing.is_cancelled
        self._writing = None
        sentence = self.tr("Stopped.") if was_cancelled else failure_text(failure)
        if not of_chosen:
            self.notice.say_refusal(sentence)
        elif self.details.question.question:
            self.details.question.refuse(sentence)
        else:
            self.details.notice.say_refusal(sentence)
        self.show_what_can_be_done()

    def _on_question_closed(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.show_what_can_be_done()
