"""The funding queue: the requests at the left, the evidence in the middle, the decision at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.services.decide_funding import FundingAlreadyDecided, approve_funding, reject_funding
from tradesense_desktop.services.examine_funding import examine_funding
from tradesense_desktop.services.open_next_phase import NextPhase, open_next_phase
from tradesense_desktop.ui.actions.local_actions import LocalActions
from tradesense_desktop.ui.parts.listing_head import ListingHead
from tradesense_desktop.ui.parts.words import rule
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.views.admin.approvals_policy import ApprovalsPolicy
from tradesense_desktop.ui.views.admin.decision_panel import DecisionPanel, Rejection
from tradesense_desktop.ui.views.admin.funding_evidence import FundingEvidencePanel
from tradesense_desktop.ui.views.admin.funding_reading import QueueReading, read_queue
from tradesense_desktop.ui.views.admin.funding_requests import FundingRequests

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.examine_funding import FundingExamination
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.read_funding_queue import DecidedFunding
    from tradesense_desktop.ui.surroundings import Surroundings
    from tradesense_desktop.ui.tasks.task import Task
    from tradesense_desktop.ui.views.admin.funding_list import QueueEntry

_LEAST_LIST, _MOST_LIST = 280, 360
_LEAST_DECISION, _MOST_DECISION = 296, 400
_NARROW, _WIDE = 968, 1864


class FundingPlace(QWidget):
    """Reads the queue, examines what is chosen, and carries out what is decided.

    Whoever decides nothing (an auditor) sees no decision. Signals: challenge_asked(str id), said(str sentence).
    """

    challenge_asked = Signal(str)
    said = Signal(str)

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert workspace.actor is not None
        self._workspace = workspace
        self._actor = workspace.actor
        self._surroundings = surroundings
        self._display = surroundings.display
        self._reading: Task[QueueReading] | None = None
        self._examining: Task[FundingExamination] | None = None
        self._read: QueueReading | None = None
        self._examination: FundingExamination | None = None
        self._followed = ""
        self.setAccessibleName(self.tr("Funding"))
        self.head = ListingHead(self.tr("Funding"), self.tr("Filter requests"), self)
        self.policy = ApprovalsPolicy(workspace, surroundings, self)
        self.requests = FundingRequests(self._display, self, surroundings.firm)
        surroundings.firm.changed.connect(self._show_pending)
        self.evidence = FundingEvidencePanel(self._display, self)
        self.decision = DecisionPanel(self._display, self)
        self._build()
        self._actions = LocalActions(self)
        self._actions.bind("funding.approve", self.decision.ask_approval)
        self._actions.bind("funding.reject", self.decision.ask_rejection)
        self._actions.bind("funding.next_phase", self.decision.ask_next_phase)
        self._offer()
        self._display.changed.connect(self._on_formats)

    def read_again(self) -> None:
        """Read the queue and what is chosen once more; of two readings under way only the later is shown."""
        task = self._surroundings.tasks.read(partial(read_queue, self._workspace), owner=self)
        self._reading = task
        task.then(partial(self._on_read, task)).shown_by(partial(self._on_not_read, task))

    def focus_filter(self) -> None:
        """Go to the filter."""
        self.head.focus_filter()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The evidence gets most of what there is."""
        super().resizeEvent(event)
        part = max(0, min(_WIDE, self.width()) - _NARROW) / (_WIDE - _NARROW)
        self.requests.setFixedWidth(_LEAST_LIST + round(part * (_MOST_LIST - _LEAST_LIST)))
        self.decision.setFixedWidth(_LEAST_DECISION + round(part * (_MOST_DECISION - _LEAST_DECISION)))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head.filter_changed.connect(lambda: self.requests.filter_by(self.head.text))
        column.addWidget(self.head)
        self.policy.changed.connect(self.read_again)
        column.addWidget(self.policy)
        if may(self._actor, Right.SET_POLICY):
            button = self.head.add_button(self.tr("Approvals needed…"))
            button.clicked.connect(lambda _checked=False: self.policy.ask())
        column.addWidget(rule(parent=self))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self.requests.entry_chosen.connect(self._on_chosen)
        self.requests.emptied.connect(self._forget)
        self.requests.counted.connect(self._show_counts)
        self.evidence.challenge_asked.connect(self.challenge_asked)
        self.decision.approved.connect(self._on_approved)
        self.decision.rejected.connect(self._on_rejected)
        self.decision.next_phase_asked.connect(self._on_next_phase)
        between = rule(vertical=True, parent=self)
        for part, stretch in (
            (self.requests, 0),
            (rule(vertical=True, parent=self), 0),
            (self.evidence, 1),
            (between, 0),
            (self.decision, 0),
        ):
            row.addWidget(part, stretch)
        between.setVisible(self._actor.role.decides)
        self.decision.setVisible(self._actor.role.decides)
        column.addLayout(row, 1)
        self.setFocusProxy(self.requests)

    # What is read

    def _on_read(self, task: Task[QueueReading], reading: QueueReading) -> None:
        if task is not self._reading:
            return
        self._reading = None
        self._read = reading
        decided = self._left_queue(reading)
        self.requests.show_reading(reading, decided)
        if decided is not None:
            self._say_decided(decided)
        self._show_counts()
        chosen = self.requests.chosen
        if chosen is not None:
            self._examine(chosen)

    def _on_not_read(self, task: Task[QueueReading], failure: BaseException) -> None:
        if task is self._reading:
            self._reading = None
            self.requests.show_failure(failure_text(failure))
            self.head.say(failure_text(failure))

    def _left_queue(self, reading: QueueReading) -> DecidedFunding | None:
        """The decision on what was chosen, or on what was just decided here, once it has left the queue."""
        chosen = self.requests.chosen
        looked_at = chosen.challenge_id if chosen is not None and chosen.is_waiting else ""
        followed = self._followed or looked_at
        if not followed or any(request.summary.challenge.id == followed for request in reading.waiting):
            self._followed = ""
            return None
        return next((each for each in reading.decided if each.decision.challenge_id == followed), None)

    def _say_decided(self, decided: DecidedFunding) -> None:
        """Say of a decision that was made elsewhere who made it, and when."""
        is_told, self._followed = bool(self._followed), ""
        self.decision.show_nothing()
        if not is_told:
            times = self._display.times
            self.decision.notice.say_warning(
                self.tr("Decided meanwhile by {who}, {at} {zone}.").format(
                    who=decided.decision.by, at=times.minute(decided.decision.at), zone=times.zone_name()
                )
            )

    def _show_counts(self) -> None:
        reading = self._read
        if reading is None:
            return
        numbers = self._display.numbers
        shown, total = self.requests.counts
        policy = self.tr("new challenges need {n} approvals").format(n=numbers.count(reading.policy))
        if reading.policy == 1:
            policy = self.tr("new challenges need 1 approval")
        self.head.show_counts(numbers.count(shown), numbers.count(total) if total else "", policy)

    def _on_chosen(self, entry: QueueEntry) -> None:
        examination = self._examination
        if examination is not None and examination.request.summary.challenge.id == entry.challenge_id:
            self._show_examination(examination)
            return
        self.decision.show_nothing()
        self.decision.notice.clear()
        self._examination = None
        self._examine(entry)

    def _examine(self, entry: QueueEntry) -> None:
        self._leave_examination()
        self.evidence.show_reading(entry.summary)

        def work(progress: ProgressReport) -> FundingExamination:
            return examine_funding(self._workspace, entry.challenge_id, progress=progress)

        task = self._surroundings.tasks.watched_read(self.tr("Checking the history"), work, owner=self)
        self._examining = task
        task.then(partial(self._on_examined, task)).shown_by(partial(self._on_not_examined, task))
        self._offer()

    def _on_examined(self, task: Task[FundingExamination], examination: FundingExamination) -> None:
        if task is self._examining:
            self._examining = None
            self._show_examination(examination)

    def _on_not_examined(self, task: Task[FundingExamination], failure: BaseException) -> None:
        if task is self._examining:
            self._examining = None
            self._examination = None
            sentence = self.tr("Stopped. Press F5 to read it.") if task.is_cancelled else failure_text(failure)
            self.evidence.show_failure(sentence)
            self.decision.show_nothing()
            self._offer()

    def _show_examination(self, examination: FundingExamination) -> None:
        self._examination = examination
        self.evidence.show_examination(examination)
        challenge = examination.request.summary.challenge
        decided = self.requests.chosen_decision
        offers = (
            self._read is not None
            and challenge.status is ChallengeStatus.FUNDED
            and self._read.offers_next_phase(challenge, self._actor)
        )
        self.decision.show_examination(examination, decided, offers_next_phase=offers)
        self._show_pending()

    def _show_pending(self) -> None:
        """Say of the request that is shown what waits for the server."""
        if self._examination is not None:
            challenge_id = self._examination.request.summary.challenge.id
            self.decision.show_pending(self._surroundings.firm.of_challenge(challenge_id))
        self._offer()

    def _leave_examination(self) -> None:
        """Stop what is superseded; without its title nobody is told of it as of something that a person stopped."""
        if self._examining is not None:
            self._examining.title = ""
            self._examining.cancel()
            self._examining = None

    def _forget(self) -> None:
        self._leave_examination()
        self._examination = None
        self.evidence.show_nothing()
        self.decision.show_nothing()
        self._offer()

    def _on_formats(self) -> None:
        if self._examination is not None:
            self._show_examination(self._examination)

    def _offer(self) -> None:
        """Let the actions be done that the buttons offer."""
        decides = self._actor.role.decides
        self._actions.offer("funding.approve", offered=decides and self.decision.can_approve)
        self._actions.offer("funding.reject", offered=decides and self.decision.can_reject)
        self._actions.offer("funding.next_phase", offered=decides and self.decision.can_open_next_phase)

    # What is decided

    def _on_approved(self, comment: str) -> None:
        seen = self._examination
        if seen is None:
            return
        work = partial(
            approve_funding,
            self._workspace,
            seen.request.summary.challenge.id,
            comment=comment,
            seen_sequence_number=seen.seen_sequence_number,
        )
        self._decide(self.tr("Approving"), work, partial(self._on_decided, seen))

    def _on_rejected(self, rejection: Rejection) -> None:
        seen = self._examination
        if seen is None:
            return
        work = partial(
            reject_funding,
            self._workspace,
            seen.request.summary.challenge.id,
            reason=rejection.reason,
            fails=rejection.fails,
            seen_sequence_number=seen.seen_sequence_number,
        )
        self._decide(self.tr("Rejecting"), work, partial(self._on_decided, seen))

    def _on_next_phase(self) -> None:
        seen = self._examination
        if seen is not None:
            work = partial(open_next_phase, self._workspace, seen.request.summary.challenge.id)
            self._decide(self.tr("Opening the next phase"), work, partial(self._on_next_phase_opened, seen))

    def _decide(self, title: str, work: Callable[[], Any], done: Callable[[Any], object]) -> None:
        self.decision.show_busy()
        self._offer()
        task = self._surroundings.tasks.write(title, lambda _progress: work(), self)
        task.then(done).shown_by(self._on_refused)

    def _on_decided(self, seen: FundingExamination, challenge: Challenge) -> None:
        self.decision.show_done()
        self._followed = challenge.id
        self.said.emit(self._outcome_sentence(seen, challenge))
        self.requests.setFocus(Qt.FocusReason.OtherFocusReason)
        self.read_again()

    def _outcome_sentence(self, seen: FundingExamination, challenge: Challenge) -> str:
        trader, numbers = seen.request.trader, self._display.numbers
        if challenge.status is ChallengeStatus.FUNDED:
            return self.tr("The challenge of {trader} is funded.").format(trader=trader)
        if challenge.status is ChallengeStatus.FAILED:
            return self.tr("The funding of {trader} is rejected; the challenge has failed.").format(trader=trader)
        if challenge.profit_target_reached_at is None:
            return self.tr("The funding of {trader} is rejected; trading goes on.").format(trader=trader)
        return self.tr("Approval {n} of {m} for {trader}; somebody else still has to approve.").format(
            n=numbers.count(len(seen.request.approvals) + 1),
            m=numbers.count(seen.request.approvals_needed),
            trader=trader,
        )

    def _on_next_phase_opened(self, seen: FundingExamination, opened: NextPhase) -> None:
        self.decision.show_done()
        said = (
            self.tr("The next phase of {trader} is open: {name}.")
            if opened.is_new
            else self.tr("The next phase of {trader} was open already: {name}.")
        )
        self.said.emit(said.format(trader=seen.request.trader, name=opened.challenge.challenge_type))
        self.requests.setFocus(Qt.FocusReason.OtherFocusReason)
        self.read_again()

    def _on_refused(self, failure: BaseException) -> None:
        """Say it here; what was seen may not hold any more, so all of it is read again."""
        self.decision.show_refusal(failure_text(failure))
        if isinstance(failure, FundingAlreadyDecided):
            self._followed = failure.challenge_id
        self.requests.setFocus(Qt.FocusReason.OtherFocusReason)
        self.read_again()
