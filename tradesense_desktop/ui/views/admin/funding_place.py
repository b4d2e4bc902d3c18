"""The funding queue: the requests at the left, the evidence in the middle, the decision at the right."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.services.decide_funding import FundingAlreadyDecided, approve_funding, reject_funding
from tradesense_desktop.services.examine_funding import examine_funding
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.open_next_phase import NextPhase, open_next_phase
from tradesense_desktop.ui.actions.local_actions import LocalActions
from tradesense_desktop.ui.parts.confirmation import Confirmation, Question
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.listing_head import ListingHead
from tradesense_desktop.ui.parts.words import rule
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.decision_panel import DecisionPanel, Rejection
from tradesense_desktop.ui.views.admin.funding_evidence import FundingEvidencePanel
from tradesense_desktop.ui.views.admin.funding_list import QueueModel, QueueView, entry_of_decided, entry_of_request
from tradesense_desktop.ui.views.admin.funding_reading import QueueReading, read_queue

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.examine_funding import FundingExamination
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.read_decisions import ToldDecision
    from tradesense_desktop.ui.surroundings import Surroundings
    from tradesense_desktop.ui.tasks.task import Task
    from tradesense_desktop.ui.views.admin.funding_list import QueueEntry

WAITING, DECIDED = range(2)

_LEAST_LIST, _MOST_LIST = 256, 360
_EMPTY_WIDTH = _LEAST_LIST - size.SPACE_32
_LEAST_DECISION, _MOST_DECISION = 296, 400
_NARROW, _WIDE = 968, 1864
_POLICY_WIDTH = 400


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
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
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

    def open_tab(self, tab: int) -> None:
        """Show what waits, or what was decided."""
        self._tabs.setCurrentIndex(tab)

    @property
    def tab(self) -> int:
        """The list that is shown."""
        return self._tabs.currentIndex()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The evidence gets most of what there is."""
        super().resizeEvent(event)
        part = max(0, min(_WIDE, self.width()) - _NARROW) / (_WIDE - _NARROW)
        self._left.setFixedWidth(_LEAST_LIST + round(part * (_MOST_LIST - _LEAST_LIST)))
        self.decision.setFixedWidth(_LEAST_DECISION + round(part * (_MOST_DECISION - _LEAST_DECISION)))

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.head = ListingHead(self.tr("Funding"), self.tr("Filter requests"), self)
        self.head.filter_changed.connect(self._on_filter)
        self._policy = self.head.add_button(self.tr("Approvals needed…"))
        self._policy.setVisible(may(self._actor, Right.SET_POLICY))
        self._policy.clicked.connect(lambda _checked=False: self._ask_policy())
        column.addWidget(self.head)
        self._policy_question = Confirmation(self)
        self._policy_question.setFixedWidth(_POLICY_WIDTH)
        self._policy_question.confirmed.connect(self._on_policy)
        self._policy_question.dismissed.connect(self._policy.setFocus)
        framed = QHBoxLayout()
        framed.setContentsMargins(size.SPACE_24, 0, size.SPACE_24, size.SPACE_4)
        framed.addStretch(1)
        framed.addWidget(self._policy_question)
        column.addLayout(framed)
        column.addWidget(rule(parent=self))
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._left = QWidget(self)
        self._build_list(QVBoxLayout(self._left))
        self.evidence = FundingEvidencePanel(self._display, self)
        self.evidence.challenge_asked.connect(self.challenge_asked)
        self.decision = DecisionPanel(self._display, self)
        self.decision.approved.connect(self._on_approved)
        self.decision.rejected.connect(self._on_rejected)
        self.decision.next_phase_asked.connect(self._on_next_phase)
        between = rule(vertical=True, parent=self)
        for part, stretch in (
            (self._left, 0),
            (rule(vertical=True, parent=self), 0),
            (self.evidence, 1),
            (between, 0),
            (self.decision, 0),
        ):
            row.addWidget(part, stretch)
        between.setVisible(self._actor.role.decides)
        self.decision.setVisible(self._actor.role.decides)
        column.addLayout(row, 1)
        self.setFocusProxy(self.list)

    def _build_list(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._tabs = QTabBar(self._left)
        self._tabs.setDrawBase(False)
        self._tabs.setExpanding(False)
        self._tabs.setAccessibleName(self.tr("Requests"))
        self._tabs.addTab(self.tr("Waiting"))
        self._tabs.addTab(self.tr("Decided"))
        self._tabs.currentChanged.connect(self._on_tab)
        self._model = QueueModel(self._display, self)
        self.list = QueueView(self._model, self._display, self._left)
        self.list.setAccessibleName(self.tr("Funding requests"))
        self.list.entry_chosen.connect(self._on_chosen)
        self._waiting = EmptyState("hourglass", self.tr("Reading"), "", self._left, width=_EMPTY_WIDTH)
        self._empty = EmptyState("target", self.tr("Nothing waits"), "", self._left, width=_EMPTY_WIDTH)
        self._no_match = EmptyState("search", self.tr("Nothing fits the filter"), "", self._left, width=_EMPTY_WIDTH)
        self._failed = EmptyState("breach", self.tr("This could not be read"), "", self._left, width=_EMPTY_WIDTH)
        self._stack = QStackedWidget(self._left)
        for page in (self._waiting, self.list, self._empty, self._no_match, self._failed):
            self._stack.addWidget(page)
        column.addWidget(self._tabs)
        column.addWidget(rule(parent=self._left))
        column.addWidget(self._stack, 1)

    # What is read

    def _on_read(self, task: Task[QueueReading], reading: QueueReading) -> None:
        if task is not self._reading:
            return
        self._reading = None
        self._read = reading
        numbers = self._display.numbers
        self._tabs.setTabText(WAITING, self.tr("Waiting {n}").format(n=numbers.count(len(reading.waiting))))
        self._tabs.setTabText(DECIDED, self.tr("Decided {n}").format(n=numbers.count(len(reading.decided))))
        self._follow(reading)
        self._show_list()
        chosen = self.list.chosen
        if chosen is not None:
            self._examine(chosen)

    def _on_not_read(self, task: Task[QueueReading], failure: BaseException) -> None:
        if task is self._reading:
            self._reading = None
            self._failed.say(self.tr("This could not be read"), failure_text(failure))
            if self._read is None:
                self._stack.setCurrentWidget(self._failed)
            else:
                self.head.say(failure_text(failure))

    def _follow(self, reading: QueueReading) -> None:
        """Go after a request that has left the queue: what was chosen, or what was just decided here."""
        chosen = self.list.chosen
        if self._followed == "" and (chosen is None or not chosen.is_waiting):
            return
        followed = self._followed or (chosen.challenge_id if chosen is not None else "")
        mine, self._followed = self._followed, ""
        if any(request.summary.challenge.id == followed for request in reading.waiting):
            return
        found = next((each for each in reading.decided if each.decision.challenge_id == followed), None)
        if found is None:
            return
        self._tabs.setCurrentIndex(DECIDED)
        self._show_list()
        self.list.choose_first_of(followed)
        if not mine:
            times = self._display.times
            self.decision.notice.say_warning(
                self.tr("Decided meanwhile by {who}, {at} {zone}.").format(
                    who=found.decision.by, at=times.minute(found.decision.at), zone=times.zone_name()
                )
            )

    def _show_list(self) -> None:
        reading = self._read
        if reading is None:
            return
        entries = (
            [entry_of_request(request, self._display) for request in reading.waiting]
            if self.tab == WAITING
            else [entry_of_decided(decided) for decided in reading.decided]
        )
        self._model.show_entries(entries)
        self._show_state_of_list(reading)

    def _show_state_of_list(self, reading: QueueReading) -> None:
        numbers = self._display.numbers
        shown, total = self._model.rowCount(), self._model.total
        policy = self.tr("new challenges need {n} approvals").format(n=numbers.count(reading.policy))
        if reading.policy == 1:
            policy = self.tr("new challenges need 1 approval")
        self.head.show_counts(numbers.count(shown), numbers.count(total), policy)
        if self.tab == WAITING:
            self._empty.say(
                self.tr("Nothing waits"),
                self.tr("A challenge comes here when its profit target is reached and nothing else stands against it."),
            )
        else:
            self._empty.say(
                self.tr("Nothing was decided"), self.tr("What was decided in the last 90 days stands here.")
            )
        self._stack.setCurrentWidget(self.list if shown else self._no_match if total else self._empty)
        if shown:
            self.list.choose_any()
        if self.list.chosen is None:
            self._forget()

    def _on_filter(self) -> None:
        self._model.filter_by(self.head.text)
        if self._read is not None:
            self._show_state_of_list(self._read)

    def _on_tab(self, _tab: int) -> None:
        self._show_list()

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
        if self._examining is not None:
            self._examining.cancel()
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
        decided = self._chosen_decision()
        offers = (
            self._read is not None
            and challenge.status is ChallengeStatus.FUNDED
            and self._read.offers_next_phase(challenge, self._actor)
        )
        self.decision.show_examination(examination, decided, offers_next_phase=offers)
        self._offer()

    def _chosen_decision(self) -> ToldDecision | None:
        """The decision of the chosen line, None for one that waits."""
        chosen = self.list.chosen
        if chosen is None or chosen.is_waiting or self._read is None:
            return None
        return next(each.decision for each in self._read.decided if entry_of_decided(each).id == chosen.id)

    def _forget(self) -> None:
        if self._examining is not None:
            self._examining.cancel()
            self._examining = None
        self._examination = None
        self.evidence.show_nothing()
        self.decision.show_nothing()
        self._offer()

    def _on_formats(self) -> None:
        self._show_list()
        self.list.viewport().update()
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
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
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
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.read_again()

    def _on_refused(self, failure: BaseException) -> None:
        """Say it here; what was seen may not hold any more, so all of it is read again."""
        self.decision.show_refusal(failure_text(failure))
        if isinstance(failure, FundingAlreadyDecided):
            self._followed = failure.challenge_id
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)
        self.read_again()

    # The policy

    def _ask_policy(self) -> None:
        said = self.tr(
            "A challenge that is opened from now on will need that many approvals by different people; those that "
            "there are keep theirs."
        )
        self._policy_question.ask(Question(said, self.tr("Set"), self.tr("Approvals, from 1 to 9")))

    def _on_policy(self, typed: str) -> None:
        if not (typed.isascii() and typed.isdecimal()):
            self._policy_question.show_refusal(self.tr("Type a number from 1 to 9."))
            return
        self._policy_question.show_busy()
        work = partial(set_funding_policy, self._workspace, int(typed))
        task = self._surroundings.tasks.write(self.tr("Setting the policy"), lambda _progress: work(), self)
        task.then(self._on_policy_set).shown_by(
            lambda failure: self._policy_question.show_refusal(failure_text(failure))
        )

    def _on_policy_set(self, _approvals: int) -> None:
        self._policy_question.close_question()
        self._policy.setFocus(Qt.FocusReason.OtherFocusReason)
        self.read_again()
