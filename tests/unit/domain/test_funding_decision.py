from datetime import UTC, datetime
from typing import Any

import pytest

from tests.unit.domain.challenges import ADMIN, SECOND_ADMIN, after, events_of, opened, trade
from tradesense_desktop.domain.event import Event
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.funding_decision import (
    DECISION_EVENTS,
    FundingDecision,
    FundingOutcome,
    decision_from,
)

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def reached(**rules_config: Any) -> Execution:
    execution = opened(**rules_config)
    execution.execute_trade(trade(1, "8000"))
    events_of(execution)
    return execution


def decisions(events: list[Event]) -> list[FundingDecision]:
    return [
        decision_from(
            event.event_type,
            event.event_data,
            challenge_id=event.challenge_id,
            sequence_number=event.sequence_number,
            recorded_at=event.recorded_at,
        )
        for event in events
        if event.event_type in DECISION_EVENTS
    ]


def test_approvals_are_told_with_their_number_and_the_last_one_funds() -> None:
    execution = reached(approvals=2)
    execution.approve(approver_id=ADMIN, at=after(days=1), comment="Steady")
    execution.approve(approver_id=SECOND_ADMIN, at=after(days=2))

    first, second = decisions(events_of(execution))

    assert (first.outcome, first.approver_id, first.comment) == (FundingOutcome.APPROVED, ADMIN, "Steady")
    assert (first.approval_number, first.approvals_needed, first.outcome.is_final) == (1, 2, False)
    assert (second.outcome, second.at, second.outcome.is_final) == (FundingOutcome.FUNDED, after(days=2), True)


@pytest.mark.parametrize(("fails", "outcome"), [(True, FundingOutcome.FAILED), (False, FundingOutcome.BACK_TO_TRADING)])
def test_rejection_is_told_with_its_reason_and_what_became_of_the_challenge(
    fails: bool, outcome: FundingOutcome
) -> None:
    execution = reached()
    execution.reject(approver_id=ADMIN, reason="Copied trades", fails=fails, at=after(days=1))

    (rejection,) = decisions(events_of(execution))

    assert (rejection.outcome, rejection.reason, rejection.at) == (outcome, "Copied trades", after(days=1))
    assert (rejection.approval_number, rejection.comment, outcome.is_final) == (None, "", True)


@pytest.mark.parametrize("data", [{}, {"approver_id": ADMIN}, {"outcome": "MAYBE", "approver_id": ADMIN}])
@pytest.mark.parametrize("event_type", DECISION_EVENTS)
def test_event_that_does_not_say_what_was_decided_is_no_decision(event_type: str, data: dict[str, Any]) -> None:
    with pytest.raises((LookupError, ValueError)):
        decision_from(event_type, data, challenge_id="c", sequence_number=1, recorded_at=NOW)


def test_every_outcome_has_its_words() -> None:
    assert len({outcome.words for outcome in FundingOutcome}) == len(FundingOutcome)
