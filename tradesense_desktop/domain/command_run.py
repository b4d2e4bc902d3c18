"""The frame of a command on one challenge: its state, its record, decisions by people, and what changes nothing."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus, AlertType, RiskAlert
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.consequences import raise_alert
from tradesense_desktop.domain.errors import ChallengeEnded, ChallengeFrozen, ChallengeNotStarted
from tradesense_desktop.domain.funding import record_approval, record_manual_failure, record_rejection
from tradesense_desktop.domain.money import ZERO, Fraction, Money, decimal_text, exact_text
from tradesense_desktop.domain.notes import record_alert_update, record_note, record_payment_status
from tradesense_desktop.domain.recording import Recorded, Recording
from tradesense_desktop.domain.state_record import moved_columns, state_of
from tradesense_desktop.domain.trade import Trade


class CommandRun:
    """What every command on a challenge has; `Execution` (execution.py) adds the rows and the passing of time."""

    __slots__ = ("_equity", "_equity_text", "_is_changed", "_recording", "_row_event_id", "_state", "_terms")

    def __init__(
        self,
        challenge: Challenge | None,
        *,
        last_sequence_number: int,
        command_id: str,
        recorded_at: datetime,
        new_id: Callable[[], str],
    ) -> None:
        self._recording = Recording(
            last_sequence_number=last_sequence_number, command_id=command_id, recorded_at=recorded_at, new_id=new_id
        )
        self._terms: Challenge | None = None
        self._state: ChallengeState | None = None
        self._is_changed = False
        self._row_event_id: str | None = None
        self._equity: Money = ZERO
        self._equity_text = "0"
        if challenge is not None:
            self._take_up(challenge, state_of(challenge))

    # What holds now

    @property
    def accepts_rows(self) -> bool:
        """Whether a trade may still come; a bulk import stops where this turns false."""
        return self._begun().accepts_rows

    @property
    def is_frozen(self) -> bool:
        """Whether the target is reached and the challenge waits for the funding decision."""
        return self._begun().is_frozen

    @property
    def status(self) -> ChallengeStatus:
        """Where the challenge is on its way."""
        return self._begun().status

    @property
    def last_row_at(self) -> datetime | None:
        """Time of the last trade or balance operation (or of the start); nothing earlier may come."""
        return self._begun().last_row_at

    @property
    def last_sequence_number(self) -> int:
        """Number of the last event recorded."""
        return self._recording.last_sequence_number

    def drain(self) -> Recorded:
        """Hand over what was recorded since the last time."""
        return self._recording.drain()

    def snapshot(self) -> Challenge:
        """The row as it stands; its version is one more than that of the row begun with, where anything moved.

        Raises InexactAmount where a sum has outgrown its column.
        """
        state, terms = self._begun(), self._known_terms()
        if not self._is_changed:
            return terms
        columns = {name: getattr(terms, name) for name in Challenge.__dataclass_fields__}
        columns.update(moved_columns(state))
        columns["version"] = terms.version + 1
        columns["updated_at"] = max(self._recording.recorded_at, terms.created_at)
        return Challenge(**columns)

    # Decisions

    def fail(self, *, actor_id: str, reason: str, at: datetime) -> None:
        """End an ACTIVE challenge as FAILED by hand. Raises ReasonMissing, ChallengeNotStarted, ChallengeEnded."""
        state = self._begun()
        self._refuse_end()
        if state.status is ChallengeStatus.PENDING:
            raise ChallengeNotStarted("Failing a challenge")
        record_manual_failure(self._recording, state, actor_id=actor_id, reason=reason, at=at)
        self._is_changed = True

    def approve(self, *, approver_id: str, at: datetime, comment: str = "") -> bool:
        """Approve the funding; true where this was the last approval needed and the challenge is FUNDED."""
        funded = record_approval(self._recording, self._begun(), approver_id=approver_id, at=at, comment=comment)
        self._is_changed = True
        return funded

    def reject(self, *, approver_id: str, reason: str, fails: bool, at: datetime) -> None:
        """Reject the funding: the challenge fails, or goes back to trading with the target not reached."""
        record_rejection(
            self._recording,
            self._begun(),
            approver_id=approver_id,
            reason=reason,
            fails=fails,
            at=at,
        )
        self._is_changed = True

    # What changes nothing of the challenge

    def add_note(self, *, author_id: str, text: str, at: datetime) -> None:
        """Write something down, also after the end."""
        self._begun()
        record_note(self._recording, author_id=author_id, text=text, at=at)

    def archive(self, *, actor_id: str, reason: str, at: datetime) -> None:
        """Hide the challenge, also after the end; nothing is deleted."""
        terms = self._known_terms()
        record_note(self._recording, author_id=actor_id, text=reason, at=at, kind="archived")
        self._terms = replace(terms, archived_at=max(at, terms.created_at))
        self._is_changed = True

    def change_payment_status(
        self, *, payment_id: str, before: str | None, after: str, amount: Money, currency: str, at: datetime
    ) -> str:
        """Note that a payment for the challenge moved, also after the end; the id of the event."""
        self._begun()
        return record_payment_status(
            self._recording,
            payment_id=payment_id,
            before=before,
            after=after,
            amount=exact_text(amount),
            currency=currency,
            at=at,
        )

    def raise_alert(
        self,
        alert_type: str,
        severity: AlertSeverity,
        *,
        title: str,
        message: str,
        alert_data: Mapping[str, Any],
        at: datetime,
        rule_id: str | None = None,
        threshold: Fraction | None = None,
        recommended_actions: str | None = None,
    ) -> RiskAlert:
        """Raise an alert by hand or from outside the rules, also after the end."""
        self._begun()
        return raise_alert(
            self._recording,
            alert_type,
            severity,
            title=title,
            message=message,
            alert_data=dict(alert_data),
            at=at,
            cause=None,
            rule_id=rule_id,
            threshold=threshold,
            recommended_actions=recommended_actions,
        )

    def update_alert(
        self, alert: RiskAlert, status: AlertStatus, *, actor_id: str, at: datetime, comment: str = ""
    ) -> RiskAlert:
        """Acknowledge, resolve or dismiss an alert, also after the end. Raises AlertClosed."""
        self._begun()
        return record_alert_update(self._recording, alert, status, actor_id=actor_id, at=at, comment=comment)

    def alert_frozen(self, trade: Trade) -> RiskAlert | None:
        """Alert about a trade that was refused with ChallengeFrozen; None where that day has its alert already."""
        state = self._begun()
        assert state.is_frozen
        day = state.rules.reset.day_of(trade.executed_at)
        if state.frozen_alert_on == day:
            return None
        alert = raise_alert(
            self._recording,
            AlertType.UNUSUAL_ACTIVITY,
            AlertSeverity.LOW,
            title="Trade on a frozen challenge",
            message=f"Trade {trade.trade_id} was refused: the challenge waits for the funding decision.",
            alert_data={"trade_id": trade.trade_id, "trading_date": day.isoformat()},
            at=trade.executed_at,
            cause=None,
            rule_id="frozen",
        )
        state.frozen_alert_on = day
        self._is_changed = True
        return alert

    # Within

    def _take_up(self, challenge: Challenge, state: ChallengeState) -> None:
        self._terms = challenge
        self._state = state
        self._recording.challenge_id = challenge.id
        self._recording.user_id = challenge.user_id
        self._recording.currency = challenge.currency

    def _begun(self) -> ChallengeState:
        assert self._state is not None, "the challenge has to be created first"
        return self._state

    def _known_terms(self) -> Challenge:
        assert self._terms is not None, "the challenge has to be created first"
        return self._terms

    def _text_of(self, amount: Money) -> str:
        """Text of a balance or an equity; the last one is kept, for it is asked for four times a trade."""
        if amount is not self._equity:
            self._equity = amount
            self._equity_text = decimal_text(amount)
        return self._equity_text

    def _refuse_end(self) -> None:
        state = self._begun()
        if state.status.is_end:
            raise ChallengeEnded(state.status, state.ended_at)

    def _open_state(self) -> ChallengeState:
        """The state, where the challenge takes rows."""
        state = self._begun()
        self._refuse_end()
        if state.is_frozen:
            assert state.profit_target_reached_at is not None
            raise ChallengeFrozen(state.profit_target_reached_at)
        return state
