"""The decision: approval at the top, rejection at the bottom, far apart, and no key that decides by the way."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QLineEdit, QPushButton, QRadioButton, QScrollArea, QVBoxLayout, QWidget

from tradesense_desktop.ui.actions.local_actions import with_shortcut
from tradesense_desktop.ui.parts.ask_bar import AskBar
from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.pending_strip import PendingStrip
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.funding_words import (
    decision_sentence,
    hindrance_sentence,
    outcome_sign,
    outcome_word,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradesense_desktop.services.examine_funding import FundingExamination
    from tradesense_desktop.services.read_decisions import ToldDecision
    from tradesense_desktop.services.read_pending import PendingView
    from tradesense_desktop.ui.formatting.display import Display

_LEAST_GAP = 48
_DECISIONS = frozenset({"ApproveFunding", "RejectFunding", "OpenNextPhase"})
"""Kinds of commands after which nobody decides once more before the server has answered."""


@dataclass(frozen=True, slots=True)
class Rejection:
    """Why a funding is rejected, and whether the challenge fails by it or goes back to trading."""

    reason: str
    fails: bool


class DecisionPanel(QWidget):
    """The right of the queue, for those who decide.

    Signals: approved(str comment), rejected(Rejection) and next_phase_asked(), each after it was confirmed.
    """

    approved = Signal(str)
    rejected = Signal(object)
    next_phase_asked = Signal()

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._examination: FundingExamination | None = None
        self._challenge_id = ""
        self._is_busy = False
        self._is_decided = False
        self.setAccessibleName(self.tr("Decision"))
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(area)
        body.setProperty("ground", "none")
        column = QVBoxLayout(body)
        column.setContentsMargins(size.SPACE_16, size.SPACE_12, size.SPACE_16, size.SPACE_16)
        column.setSpacing(size.SPACE_8)
        self._build_head(column, body)
        self._build_approval(column, body)
        self._build_next_phase(column, body)
        column.addSpacing(_LEAST_GAP)
        column.addStretch(1)
        self._build_rejection(column, body)
        for button, question in self._asking:
            question.asked.connect(button.hide)
            question.closed.connect(button.show)
        area.setWidget(body)
        outer.addWidget(area)
        self.show_nothing()

    @property
    def notice(self) -> Notice:
        """Where a refusal or a result is said."""
        return self._notice

    @property
    def can_approve(self) -> bool:
        """Whether approval is offered just now."""
        return not self._approval.isHidden() and self._approve.isEnabled()

    @property
    def can_reject(self) -> bool:
        """Whether rejection is offered just now."""
        return not self._rejection.isHidden() and self._reject.isEnabled()

    @property
    def can_open_next_phase(self) -> bool:
        """Whether the next phase is offered just now."""
        return not self._next.isHidden() and self._open_next.isEnabled()

    def show_nothing(self) -> None:
        """No request is chosen, or its evidence is still being read: nobody decides on what they have not seen."""
        self._examination = None
        self.show_pending(())
        self._close_questions()
        for part in (self._title, self._approval, self._rejection, self._next, self._why, self._told):
            part.hide()
        self._standing.setText("")

    def show_examination(
        self, examination: FundingExamination, decided: ToldDecision | None, *, offers_next_phase: bool
    ) -> None:
        """Show what can be decided; `decided` is the decision that was chosen among those that were made."""
        request = examination.request
        challenge_id = request.summary.challenge.id
        before = self._examination
        is_other = challenge_id != self._challenge_id
        has_changed = before is not None and before.seen_sequence_number != examination.seen_sequence_number
        if is_other:
            self._notice.clear()
            self._clear_fields()
        if is_other or has_changed:
            self._close_questions()
        self._challenge_id = challenge_id
        self._examination = examination
        self._title.show()
        numbers = self._display.numbers
        is_waiting = decided is None
        if decided is None:
            self._standing.setText(
                self.tr("{n} of {m} approvals").format(
                    n=numbers.count(len(request.approvals)), m=numbers.count(request.approvals_needed)
                )
            )
            self._standing.set_tone("text")
        else:
            self._standing.setText(outcome_word(decided.outcome))
            self._standing.set_tone(outcome_sign(decided.outcome)[1])
        told = request.approvals if decided is None else (decided,)
        self._told.setText("\n".join(decision_sentence(each, self._display) for each in told))
        self._told.setVisible(bool(told))
        hindrance = request.hindrance if is_waiting else None
        self._why.setText("" if hindrance is None else hindrance_sentence(hindrance))
        self._why.setVisible(hindrance is not None)
        self._approval.setVisible(is_waiting and request.may_approve)
        self._rejection.setVisible(is_waiting and request.may_reject)
        self._next.setVisible(decided is not None and offers_next_phase)
        self._show_state()

    def ask_approval(self) -> None:
        """Say what an approval will do, and ask."""
        examination = self._examination
        if examination is None or not self.can_approve:
            return
        self._ask_rejection.close_question()
        given = len(examination.request.approvals) + 1
        needed = examination.request.approvals_needed
        numbers = self._display.numbers
        if given < needed:
            said = self.tr("This is approval {n} of {m}. Somebody else still has to approve.").format(
                n=numbers.count(given), m=numbers.count(needed)
            )
        else:
            said = self.tr(
                "This is approval {n} of {m}: the challenge is funded with it. It cannot be taken back."
            ).format(n=numbers.count(given), m=numbers.count(needed))
        open_points = [checked for checked in examination.checklist if checked.item.is_met is False]
        if open_points:
            said = self.tr("{n} points of the checklist are not met. {said}").format(
                n=numbers.count(len(open_points)), said=said
            )
        self._ask_approval.ask(
            said, self.tr("Approve"), lambda _typed: self.approved.emit(self._comment.text().strip())
        )

    def ask_rejection(self) -> None:
        """Say what a rejection will do, and ask; what is missing is gone to first."""
        if self._examination is None or not self.can_reject:
            return
        self._ask_approval.close_question()
        if not self._reason.text().strip():
            self._missing.say_warning(self.tr("A rejection needs a reason; the trader reads it."))
            self._reason.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        chosen = self._outcomes.checkedButton()
        if chosen is None:
            self._missing.say_warning(self.tr("Say what becomes of the challenge."))
            self._fails.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self._missing.clear()
        said = (
            self.tr("The challenge fails, for good, and the trader reads: “{reason}”")
            if chosen is self._fails
            else self.tr(
                "The challenge goes back to trading, its target counts as not reached, approvals are forgotten, and "
                "the trader reads: “{reason}”"
            )
        )
        self._ask_rejection.ask(said.format(reason=self._reason.text().strip()), self.tr("Reject"), self._on_rejection)

    def ask_next_phase(self) -> None:
        """Say what opening the next phase will do, and ask."""
        if self.can_open_next_phase:
            said = self.tr("A new challenge of the next phase is opened for the trader, on a fresh account.")
            self._ask_next.ask(said, self.tr("Open it"), lambda _typed: self.next_phase_asked.emit())

    def show_pending(self, commands: Sequence[PendingView]) -> None:
        """Say which decisions wait for the server; meanwhile nobody decides here once more."""
        before = self._is_decided
        self._is_decided = any(command.kind in _DECISIONS for command in commands)
        self.pending.show_commands(commands)
        if self._is_decided and not before:
            self._close_questions()
        self._show_state()

    def show_busy(self) -> None:
        """What was confirmed is being done."""
        self._is_busy = True
        self._notice.clear()
        self._show_state()

    def show_done(self) -> None:
        """It was done."""
        self._is_busy = False
        self._close_questions()
        self._clear_fields()
        self._show_state()

    def show_refusal(self, sentence: str) -> None:
        """It was refused; the question is closed, because what it said may not hold any more."""
        self._is_busy = False
        self._close_questions()
        self._notice.say_refusal(sentence)
        self._show_state()

    def _build_head(self, column: QVBoxLayout, body: QWidget) -> None:
        self._title = Words(self.tr("Decision"), body, pixels=size.TYPE_SMALL, tone="muted", strong=True)
        column.addWidget(self._title)
        self._standing = Words(parent=body, pixels=size.TYPE_FIGURE)
        self._told = Words(parent=body, pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        self._told.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._notice = Notice(body)
        self._why = Words(parent=body, wraps=True)
        self.pending = PendingStrip(self._display, body, ruled=False)
        for part in (self._standing, self._told, self._notice, self.pending, self._why):
            column.addWidget(part)
        column.addSpacing(size.SPACE_8)

    def _build_approval(self, column: QVBoxLayout, body: QWidget) -> None:
        self._approval = QWidget(body)
        inner = QVBoxLayout(self._approval)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(size.SPACE_8)
        label = Words(self.tr("Comment, if any"), self._approval, pixels=size.TYPE_SMALL, tone="muted")
        self._comment = QLineEdit(self._approval)
        self._comment.setAccessibleName(self.tr("Comment to the approval"))
        label.setBuddy(self._comment)
        self._approve = QPushButton(self.tr("Approve"), self._approval)
        self._approve.setProperty("primary", True)
        self._approve.setAutoDefault(False)
        self._approve.setToolTip(with_shortcut(self.tr("Approve the funding"), "funding.approve"))
        self._approve.clicked.connect(lambda _checked=False: self.ask_approval())
        self._ask_approval = AskBar(self._approval)
        for part in (label, self._comment, self._approve, self._ask_approval):
            inner.addWidget(part)
        column.addWidget(self._approval)

    def _build_next_phase(self, column: QVBoxLayout, body: QWidget) -> None:
        self._next = QWidget(body)
        inner = QVBoxLayout(self._next)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(size.SPACE_8)
        self._open_next = QPushButton(self.tr("Open the next phase"), self._next)
        self._open_next.setProperty("primary", True)
        self._open_next.setAutoDefault(False)
        self._open_next.setToolTip(with_shortcut(self.tr("Open the next phase"), "funding.next_phase"))
        self._open_next.clicked.connect(lambda _checked=False: self.ask_next_phase())
        self._ask_next = AskBar(self._next)
        inner.addWidget(self._open_next)
        inner.addWidget(self._ask_next)
        column.addWidget(self._next)

    def _build_rejection(self, column: QVBoxLayout, body: QWidget) -> None:
        self._rejection = QWidget(body)
        inner = QVBoxLayout(self._rejection)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(size.SPACE_8)
        label = Words(self.tr("Reason for a rejection"), self._rejection, pixels=size.TYPE_SMALL, tone="muted")
        self._reason = QLineEdit(self._rejection)
        self._reason.setAccessibleName(self.tr("Reason for a rejection"))
        label.setBuddy(self._reason)
        self._fails = QRadioButton(self.tr("The challenge fails"), self._rejection)
        self._goes_on = QRadioButton(self.tr("Back to trading"), self._rejection)
        self._outcomes = QButtonGroup(self._rejection)
        self._outcomes.addButton(self._fails)
        self._outcomes.addButton(self._goes_on)
        self._missing = Notice(self._rejection)
        self._ask_rejection = AskBar(self._rejection)
        self._reject = QPushButton(self.tr("Reject"), self._rejection)
        self._reject.setAutoDefault(False)
        self._reject.setToolTip(with_shortcut(self.tr("Reject the funding"), "funding.reject"))
        self._reject.clicked.connect(lambda _checked=False: self.ask_rejection())
        for part in (
            label,
            self._reason,
            self._fails,
            self._goes_on,
            self._missing,
            self._ask_rejection,
            self._reject,
        ):
            inner.addWidget(part)
        column.addWidget(self._rejection)

    @property
    def _asking(self) -> tuple[tuple[QPushButton, AskBar], ...]:
        """Every button with its question; while that is open, the button would only ask it again."""
        return (
            (self._approve, self._ask_approval),
            (self._reject, self._ask_rejection),
            (self._open_next, self._ask_next),
        )

    def _on_rejection(self, _reason: str) -> None:
        self.rejected.emit(Rejection(self._reason.text().strip(), fails=self._fails.isChecked()))

    def _close_questions(self) -> None:
        for _button, question in self._asking:
            question.close_question()

    def _clear_fields(self) -> None:
        self._comment.clear()
        self._reason.clear()
        self._missing.clear()
        self._outcomes.setExclusive(False)
        for button in (self._fails, self._goes_on):
            button.setChecked(False)
        self._outcomes.setExclusive(True)

    def _show_state(self) -> None:
        is_free = not self._is_busy and not self._is_decided
        for part in (self._approve, self._comment, self._reject, self._reason, self._fails, self._goes_on):
            part.setEnabled(is_free)
        self._open_next.setEnabled(is_free)
