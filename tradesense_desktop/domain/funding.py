"""Funding: the decision of other people on a challenge whose target is reached."""

from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.consequences import record_failure
from tradesense_desktop.domain.errors import AlreadyApproved, FundingNotDue, OwnChallenge, ReasonMissing
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.plain_text import keepable
from tradesense_desktop.domain.recording import Recording


@dataclass(frozen=True, slots=True)
class ChecklistItem:
    """One thing to be true before a funding; `is_met` is None where the data does not tell."""

    key: str
    label: str
    is_met: bool | None


def funding_checklist(
    state: ChallengeState, *, is_paid: bool | None, is_verified: bool | None
) -> tuple[ChecklistItem, ...]:
    """What an administrator looks at: target, days, consistency, no violation, payment, chain.

    `is_paid` and `is_verified` are what payments and verification say, None where nobody has looked.
    """
    return (
        ChecklistItem("target", "Profit target reached", state.profit_target_reached_at is not None),
        ChecklistItem("days", "Trading days met", state.are_days_met()),
        ChecklistItem("consistency", "Consistency met", state.is_consistent()),
        ChecklistItem("violation", "No violation", not _is_violated(state)),
        ChecklistItem("payment", "Payment received", is_paid),
        ChecklistItem("chain", "History verified", is_verified),
    )


def _is_violated(state: ChallengeState) -> bool:
    """Whether a rule has ended the challenge, or has paused it until the next reset."""
    return state.is_broken or any(tracker.is_breached for tracker in state.trackers)


def record_approval(
    recording: Recording, state: ChallengeState, *, approver_id: str, at: datetime, comment: str
) -> bool:
    """Record one person's approval and, when it is the last one needed, the funding; returns whether funded.

    Raises FundingNotDue, OwnChallenge and AlreadyApproved.
    """
    _check_due(recording, state, approver_id)
    if approver_id in state.approvals:
        raise AlreadyApproved(approver_id)
    keepable(comment, "The comment")
    moment = _moment(state, at)
    state.approve(approver_id)
    given, needed = len(state.approvals), state.rules.approvals
    data = {
        "approver_id": approver_id,
        "approval_number": given,
        "approvals_needed": needed,
        "comment": comment,
        "approved_at": instant_text(moment),
    }
    sentences = (
        f"Funding approved by {approver_id}, {given} of {needed}",
        f"Your funding was approved ({given} of {needed}).",
    )
    approval = recording.emit(EventType.FUNDING_APPROVED, data, moment, sentences, None)
    if given < needed:
        return False
    state.fund(moment)
    recording.emit(
        EventType.CHALLENGE_FUNDED,
        {"from": "ACTIVE", "to": "FUNDED", "funded_at": instant_text(moment), "approvers": list(state.approvals)},
        moment,
        ("Challenge funded: status ACTIVE to FUNDED", "Congratulations: your account is funded."),
        approval,
    )
    return True


def record_rejection(
    recording: Recording,
    state: ChallengeState,
    *,
    approver_id: str,
    reason: str,
    fails: bool,
    at: datetime,
) -> None:
    """Record a rejection: the challenge fails with its reason, or goes back to trading.

    Raises FundingNotDue, OwnChallenge and ReasonMissing.
    """
    _check_due(recording, state, approver_id)
    if not reason.strip():
        raise ReasonMissing("A rejection")
    keepable(reason, "The reason")
    moment = _moment(state, at)
    data = {
        "approver_id": approver_id,
        "reason": reason,
        "outcome": "FAILED" if fails else "BACK_TO_TRADING",
        "rejected_at": instant_text(moment),
    }
    ending = "the challenge fails" if fails else "trading goes on"
    sentences = (
        f"Funding rejected by {approver_id}: {reason}; {ending}",
        f"Your funding was not approved: {reason}. {ending[0].upper()}{ending[1:]}.",
    )
    if not fails:
        state.reject()
    rejection = recording.emit(EventType.FUNDING_REJECTED, data, moment, sentences, None)
    if fails:
        record_failure(
            recording,
            state,
            rule="funding",
            reason=reason,
            at=moment,
            cause=rejection,
            actor_id=approver_id,
        )


def record_manual_failure(
    recording: Recording, state: ChallengeState, *, actor_id: str, reason: str, at: datetime
) -> None:
    """Record that a person ends the challenge as FAILED. Raises ReasonMissing."""
    if not reason.strip():
        raise ReasonMissing("Failing a challenge by hand")
    keepable(reason, "The reason")
    moment = _moment(state, at)
    record_failure(
        recording,
        state,
        rule="manual",
        reason=reason,
        at=moment,
        cause=None,
        actor_id=actor_id,
    )


def _check_due(recording: Recording, state: ChallengeState, approver_id: str) -> None:
    if state.status is not ChallengeStatus.ACTIVE or state.profit_target_reached_at is None:
        raise FundingNotDue(state.status)
    if approver_id == recording.user_id:
        raise OwnChallenge(approver_id)


def _moment(state: ChallengeState, at: datetime) -> datetime:
    """The time of a decision, never before the last row: a clock may be slow."""
    return at if state.last_row_at is None else max(at, state.last_row_at)
