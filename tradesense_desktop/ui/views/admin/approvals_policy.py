"""The policy of fundings: how many people have to approve, asked for and set in the head of the queue."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from tradesense_desktop.services.funding_policy import MOST_APPROVALS, set_funding_policy
from tradesense_desktop.ui.parts.ask_bar import AskBar
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.surroundings import Surroundings

_WIDTH = 400


class ApprovalsPolicy(QWidget):
    """Hidden until it is asked. Signals: changed() after the policy was set."""

    changed = Signal()

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._tasks = surroundings.tasks
        self._numbers = surroundings.display.numbers
        row = QHBoxLayout(self)
        row.setContentsMargins(size.SPACE_24, 0, size.SPACE_24, size.SPACE_12)
        self.question = AskBar(self)
        self.question.setFixedWidth(_WIDTH)
        row.addStretch(1)
        row.addWidget(self.question)
        self.question.closed.connect(self.hide)
        self.hide()

    def ask(self) -> None:
        """Ask for the number."""
        said = self.tr(
            "A challenge that is opened from now on will need that many approvals by different people; those that "
            "there are keep theirs."
        )
        field = self.tr("Approvals, from 1 to {most}").format(most=self._numbers.count(MOST_APPROVALS))
        self.show()
        self.question.ask(said, self.tr("Set"), self._set, field=field, needed=True)

    def _set(self, typed: str) -> None:
        if not (typed.isascii() and typed.isdecimal()):
            most = self._numbers.count(MOST_APPROVALS)
            self.question.refuse(self.tr("Type a number from 1 to {most}.").format(most=most))
            return
        work = partial(set_funding_policy, self._workspace, int(typed))
        task = self._tasks.write(self.tr("Setting the policy"), lambda _progress: work(), self)
        task.then(self._on_set).shown_by(lambda failure: self.question.refuse(failure_text(failure)))

    def _on_set(self, _approvals: int) -> None:
        self.question.close_question()
        self.changed.emit()
