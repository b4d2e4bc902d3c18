"""What stands around a funding decision in its transaction: whether it can be made still, and who made it."""

from datetime import datetime
from typing import Final

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.commands import ApproveFunding, RejectFunding
from tradesense_desktop.domain.funding_decision import FundingDecision, FundingOutcome
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.funding_log import read_decisions
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.users import find_user

_STATUS_AFTER: Final = {
    FundingOutcome.FUNDED: ChallengeStatus.FUNDED,
    FundingOutcome.FAILED: ChallengeStatus.FAILED,
    FundingOutcome.BACK_TO_TRADING: ChallengeStatus.ACTIVE,
}


class FundingAlreadyDecided(Refused):
    """Somebody else was first; `by` is what they are called, `at` (UTC) when they decided."""

    def __init__(self, challenge_id: str, by: str, at: datetime, outcome: FundingOutcome) -> None:
        self.challenge_id = challenge_id
        self.by = by
        self.at = at
        self.outcome = outcome
        super().__init__(f"Already decided by {by} at {at:%Y-%m-%d %H:%M:%S} UTC: {outcome.words}.")


class FundingChangedSince(Refused):
    """The history has gone on since whoever decides looked at it."""

    def __init__(self, challenge_id: str, seen: int, found: int) -> None:
        self.challenge_id = challenge_id
        self.seen = seen
        self.found = found
        super().__init__(
            f"The challenge has changed since you looked at it: you saw it as of event {seen}, and there are {found} "
            "by now. Look again, then decide."
        )


class FundingArchived(Refused):
    """The challenge is hidden and waits for nobody."""

    def __init__(self, challenge_id: str) -> None:
        self.challenge_id = challenge_id
        super().__init__(f"Challenge {challenge_id} is archived; there is nothing to decide.")


def check_decidable(
    reading: Reading, challenge: Challenge, command: ApproveFunding | RejectFunding, *, own_pending: int = 0
) -> None:
    """Raise what speaks against a decision on the challenge as it stands, but for what the domain itself refuses.

    `own_pending` is how many of its events wait for a firm's server: whoever decides wrote them and looked at none.
    """
    is_waiting = challenge.status is ChallengeStatus.ACTIVE and challenge.profit_target_reached_at is not None
    if not is_waiting:
        last = _last_decision(reading, challenge)
        if last is not None:
            raise FundingAlreadyDecided(
                challenge.id, _name_of(reading, last.approver_id), last.recorded_at, last.outcome
            )
        return
    if challenge.archived_at is not None:
        raise FundingArchived(challenge.id)
    seen, found = command.seen_sequence_number, read_head(reading, challenge.id).sequence_number
    if seen is not None and seen + own_pending != found:
        raise FundingChangedSince(challenge.id, seen, found - own_pending)


def write_down_decision(transaction: Transaction, command: ApproveFunding | RejectFunding) -> None:
    """Put the decision that was just recorded into the audit log; the reason stands in its event alone."""
    decision = read_decisions(transaction, [command.challenge_id])[command.challenge_id][-1]
    is_approval = isinstance(command, ApproveFunding)
    details: dict[str, object] = {"outcome": decision.outcome.value, "event": decision.sequence_number}
    if is_approval:
        details |= {"approval": decision.approval_number, "needed": decision.approvals_needed}
    append_audit(
        transaction,
        AuditAction.FUNDING_APPROVED if is_approval else AuditAction.FUNDING_REJECTED,
        actor_id=command.actor_id,
        target_table="challenges",
        target_id=command.challenge_id,
        details=details,
    )


def _last_decision(reading: Reading, challenge: Challenge) -> FundingDecision | None:
    """The decision that made the challenge what it is; None where something else did."""
    decisions = read_decisions(reading, [challenge.id]).get(challenge.id, ())
    last = decisions[-1] if decisions else None
    if last is None or _STATUS_AFTER.get(last.outcome) is not challenge.status:
        return None
    if last.outcome is FundingOutcome.FAILED or last.outcome is FundingOutcome.FUNDED:
        return last if challenge.ended_at == last.at else None
    return last


def _name_of(reading: Reading, user_id: str) -> str:
    user = find_user(reading, user_id)
    return user_id if user is None else user.email
