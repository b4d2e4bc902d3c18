"""Read funding decisions as a person is told of them: by whom, when, with which reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.funding_decision import FundingDecision, FundingOutcome
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import check_visible
from tradesense_desktop.services.read_users import read_names
from tradesense_desktop.store import funding_log

_UNKNOWN = "somebody"


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldDecision:
    """One decision about a funding; `by` is what to call its maker: the address for staff, the role for a trader.

    `at` is when it was recorded (UTC); `reason` is that of a rejection and `comment` that of an approval, which is
    number `approval_number` of `approvals_needed`.
    """

    challenge_id: str
    sequence_number: int
    outcome: FundingOutcome
    by: str
    at: datetime
    reason: str
    comment: str
    approval_number: int | None
    approvals_needed: int | None


def read_decisions(workspace: Workspace, challenge_id: str) -> tuple[ToldDecision, ...]:
    """Every decision about the funding of a challenge, oldest first. Raises Refused for one that is not seen."""
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        names = read_names(workspace)
        found = funding_log.read_decisions(reading, [challenge_id]).get(challenge_id, ())
        return tuple(told(decision, names) for decision in found)


def told(decision: FundingDecision, names: Mapping[str, str]) -> ToldDecision:
    """The decision with what to call its maker, from the names of everybody by id."""
    return ToldDecision(
        challenge_id=decision.challenge_id,
        sequence_number=decision.sequence_number,
        outcome=decision.outcome,
        by=names.get(decision.approver_id, _UNKNOWN),
        at=decision.recorded_at,
        reason=decision.reason,
        comment=decision.comment,
        approval_number=decision.approval_number,
        approvals_needed=decision.approvals_needed,
    )
