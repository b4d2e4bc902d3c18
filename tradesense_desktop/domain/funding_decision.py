"""Funding decisions as they were made: who said what about a funding, when, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.instant import parse_instant

DECISION_EVENTS: Final = (EventType.FUNDING_APPROVED, EventType.FUNDING_REJECTED)
"""Events that hold what a person decided."""


class FundingOutcome(StrEnum):
    """What came of a person's word: APPROVED where further people have to approve, else what the challenge became."""

    APPROVED = "APPROVED"
    FUNDED = "FUNDED"
    FAILED = "FAILED"
    BACK_TO_TRADING = "BACK_TO_TRADING"

    @property
    def is_final(self) -> bool:
        """Whether the funding was decided with it."""
        return self is not FundingOutcome.APPROVED

    @property
    def words(self) -> str:
        """The outcome in a sentence."""
        return _WORDS[self]


_WORDS: Final = {
    FundingOutcome.APPROVED: "approved, and further approvals are needed",
    FundingOutcome.FUNDED: "approved, the account is funded",
    FundingOutcome.FAILED: "rejected, the challenge has failed",
    FundingOutcome.BACK_TO_TRADING: "rejected, trading goes on",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingDecision:
    """One person's decision, as its event `sequence_number` holds it; times are aware UTC.

    `at` is when it holds from (never before the challenge's last row), `recorded_at` when it was written. `reason` is
    that of a rejection, `comment` that of an approval, which is number `approval_number` of `approvals_needed`.
    """

    challenge_id: str
    sequence_number: int
    outcome: FundingOutcome
    approver_id: str
    at: datetime
    recorded_at: datetime
    reason: str
    comment: str
    approval_number: int | None
    approvals_needed: int | None


def decision_from(
    event_type: str,
    event_data: Mapping[str, Any],
    *,
    challenge_id: str,
    sequence_number: int,
    recorded_at: datetime,
) -> FundingDecision:
    """The decision that one of DECISION_EVENTS holds.

    Raises LookupError, TypeError or ValueError where it holds none.
    """
    is_approval = event_type == EventType.FUNDING_APPROVED
    number = event_data["approval_number"] if is_approval else None
    needed = event_data["approvals_needed"] if is_approval else None
    if is_approval:
        outcome = FundingOutcome.APPROVED if event_data["approval_number"] < needed else FundingOutcome.FUNDED
    else:
        outcome = FundingOutcome(event_data["outcome"])
    return FundingDecision(
        challenge_id=challenge_id,
        sequence_number=sequence_number,
        outcome=outcome,
        approver_id=event_data["approver_id"],
        at=parse_instant(event_data["approved_at" if is_approval else "rejected_at"]),
        recorded_at=recorded_at,
        reason="" if is_approval else event_data["reason"],
        comment=event_data["comment"] if is_approval else "",
        approval_number=number,
        approvals_needed=needed,
    )
