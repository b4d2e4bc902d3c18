"""What was decided about the funding of a challenge, told to its trader: one line under the head of the page."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import takewhile
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.funding_decision import FundingOutcome
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_decisions import ToldDecision, read_decisions
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from tradesense_desktop.domain.challenge import Challenge
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.formatting.display import Display
    from tradesense_desktop.ui.theme.tokens import Tone


@dataclass(frozen=True, slots=True)
class FundingStory:
    """Every decision about a challenge, oldest first, and the challenge of its next phase where one was opened."""

    challenge: Challenge
    decisions: tuple[ToldDecision, ...]
    next_id: str | None

    @property
    def is_waiting(self) -> bool:
        """Whether the target is reached and somebody has to decide."""
        challenge = self.challenge
        return (
            challenge.status is ChallengeStatus.ACTIVE
            and challenge.profit_target_reached_at is not None
            and challenge.archived_at is None
        )

    @property
    def approvals(self) -> int:
        """How many approvals count now: those since the last rejection."""
        return len(tuple(takewhile(lambda told: told.outcome is FundingOutcome.APPROVED, reversed(self.decisions))))


def read_funding_story(workspace: Workspace, challenge: Challenge) -> FundingStory:
    """The story of a challenge; for a background thread."""
    decisions = read_decisions(workspace, challenge.id)
    following: str | None = None
    if challenge.status is ChallengeStatus.FUNDED:
        found = (each.challenge for each in read_challenges(workspace))
        following = next((each.id for each in found if each.previous_challenge_id == challenge.id), None)
    return FundingStory(challenge, decisions, following)


class FundingLine(QWidget):
    """Hidden while there is nothing to tell.

    Signals: challenge_asked(str id) for the next phase.
    """

    challenge_asked = Signal(str)

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._story: FundingStory | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(size.SPACE_16, size.SPACE_8, size.SPACE_16, size.SPACE_8)
        row.setSpacing(size.SPACE_8)
        self._drawing = Drawing("hourglass", self)
        self._words = Words(parent=self, wraps=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._next = QPushButton(self.tr("Go to the next phase"), self)
        self._next.setAutoDefault(False)
        self._next.clicked.connect(lambda _checked=False: self._go_on())
        row.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        row.addWidget(self._next)
        column.addLayout(row)
        column.addWidget(rule(parent=self))
        display.changed.connect(self._write)
        self.hide()

    def show_story(self, story: FundingStory | None) -> None:
        """Tell this story; None tells nothing."""
        self._story = story
        self._write()

    def text(self) -> str:
        """What is told; empty while nothing is."""
        return "" if self.isHidden() else self._words.text()

    def _write(self) -> None:
        told = None if self._story is None else self._telling(self._story)
        self.setVisible(told is not None)
        if told is None:
            return
        sentence, drawing, tone = told
        self._drawing.show_drawing(drawing, tone)
        self._words.setText(sentence)
        self._words.setAccessibleName(sentence)
        self._next.setVisible(self._story is not None and self._story.next_id is not None)

    def _telling(self, story: FundingStory) -> tuple[str, str, Tone] | None:
        """The sentence, its drawing and its tone."""
        last = story.decisions[-1] if story.decisions else None
        if story.is_waiting:
            if last is None or not story.approvals:
                return self.tr("Waiting for the funding decision."), "hourglass", "muted"
            numbers = self._display.numbers
            said = self.tr("Approved {n} of {m}; waiting for the next approval.").format(
                n=numbers.count(story.approvals), m=numbers.count(last.approvals_needed or 0)
            )
            return said, "approval", "muted"
        if last is None:
            return None
        times = self._display.times
        at = f"{times.minute(last.at)} {times.zone_name()}"
        if last.outcome is FundingOutcome.FUNDED:
            return self.tr("Funded on {at}.").format(at=at), "check", "profit"
        if last.outcome is FundingOutcome.FAILED:
            said = self.tr("The funding was rejected on {at}: {reason}").format(at=at, reason=last.reason)
            return said, "breach", "breach"
        if story.challenge.status is ChallengeStatus.ACTIVE:
            said = self.tr("The funding was rejected on {at}, trading goes on: {reason}").format(
                at=at, reason=last.reason
            )
            return said, "warning", "warning"
        return None

    def _go_on(self) -> None:
        if self._story is not None and self._story.next_id is not None:
            self.challenge_asked.emit(self._story.next_id)
