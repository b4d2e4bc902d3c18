from typing import Any

import pytest

from tests.unit.domain.challenges import (
    ADMIN,
    OWNER,
    SECOND_ADMIN,
    after,
    events_of,
    kinds_of,
    only,
    opened,
    trade,
)
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.errors import AlreadyApproved, FundingNotDue, OwnChallenge, ReasonMissing
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.funding import funding_checklist
from tradesense_desktop.domain.state_record import state_of


def reached(**rules_config: Any) -> Execution:
    execution = opened(**rules_config)
    execution.execute_trade(trade(1, "8000"))
    events_of(execution)
    return execution


def test_one_approval_funds_the_challenge() -> None:
    execution = reached()
    assert execution.approve(approver_id=ADMIN, at=after(days=1)) is True

    row = execution.snapshot()
    assert (row.status, row.funded_at, row.ended_at) == (ChallengeStatus.FUNDED, after(days=1), after(days=1))
    approved, funded = events_of(execution)
    assert approved.event_data["approver_id"] == ADMIN
    assert funded.event_type is EventType.CHALLENGE_FUNDED
    assert funded.causation_id == approved.id


def test_two_approvals_have_to_come_from_two_people() -> None:
    execution = reached(approvals=2)
    assert execution.approve(approver_id=ADMIN, at=after(days=1)) is False
    with pytest.raises(AlreadyApproved):
        execution.approve(approver_id=ADMIN, at=after(days=1))
    assert execution.snapshot().status is ChallengeStatus.ACTIVE

    assert execution.approve(approver_id=SECOND_ADMIN, at=after(days=2)) is True
    assert execution.snapshot().status is ChallengeStatus.FUNDED


def test_nobody_decides_about_the_own_challenge() -> None:
    execution = reached()
    before = execution.snapshot()

    with pytest.raises(OwnChallenge):
        execution.approve(approver_id=OWNER, at=after(days=1))
    with pytest.raises(OwnChallenge):
        execution.reject(approver_id=OWNER, reason="no", fails=True, at=after(days=1))
    assert execution.snapshot() == before


def test_funding_is_decided_only_where_the_target_is_reached() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "10"))

    with pytest.raises(FundingNotDue, match="the challenge is ACTIVE and its profit target is not reached"):
        execution.approve(approver_id=ADMIN, at=after(days=1))


def test_rejection_can_give_the_challenge_back_to_trading() -> None:
    execution = reached(approvals=2)
    execution.approve(approver_id=ADMIN, at=after(days=1))
    execution.reject(approver_id=SECOND_ADMIN, reason="One lucky day", fails=False, at=after(days=1))
    given_back = execution.snapshot()
    execution.execute_trade(trade(2, "-1000", after(days=2)))
    execution.execute_trade(trade(3, "1000", after(days=2, minutes=1)))

    assert given_back.profit_target_reached_at is None
    assert given_back.status is ChallengeStatus.ACTIVE
    assert execution.snapshot().profit_target_reached_at == after(days=2, minutes=1)
    assert execution.approve(approver_id=ADMIN, at=after(days=3)) is False


def test_rejection_can_fail_the_challenge_with_its_reason() -> None:
    execution = reached()
    execution.reject(approver_id=ADMIN, reason="Copied trades", fails=True, at=after(days=1))

    row = execution.snapshot()
    assert (row.status, row.failure_reason, row.ended_at) == (
        ChallengeStatus.FAILED,
        "Copied trades",
        after(days=1),
    )
    rejected, failed = events_of(execution)
    assert failed.causation_id == rejected.id


def test_rejection_and_manual_failure_need_a_reason() -> None:
    execution = reached()

    with pytest.raises(ReasonMissing):
        execution.reject(approver_id=ADMIN, reason=" ", fails=True, at=after(days=1))
    with pytest.raises(ReasonMissing):
        execution.fail(actor_id=ADMIN, reason="", at=after(days=1))


def test_manual_failure_ends_the_challenge_no_earlier_than_its_last_row() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "10"))
    events_of(execution)
    execution.fail(actor_id=ADMIN, reason="Second account", at=after(days=-1))

    assert execution.snapshot().ended_at == after()
    failed = only(events_of(execution), EventType.CHALLENGE_FAILED)
    assert failed.event_data["rule"] == "manual"
    assert failed.event_data["actor_id"] == ADMIN


def test_checklist_says_what_is_met_and_what_nobody_looked_at() -> None:
    execution = opened(min_trading_days=2)
    execution.execute_trade(trade(1, "8000"))

    items = funding_checklist(state_of(execution.snapshot()), is_paid=True, is_verified=None)
    assert {item.key: item.is_met for item in items} == {
        "target": False,
        "days": False,
        "consistency": True,
        "violation": True,
        "payment": True,
        "chain": None,
    }


def test_checklist_names_a_pause_as_an_open_violation() -> None:
    execution = opened(daily_loss={"severity": "pause_until_reset"})
    execution.execute_trade(trade(1, "-6000"))
    paused = state_of(execution.snapshot())
    execution.close_day(after(days=1))
    resumed = state_of(execution.snapshot())

    met = [
        next(
            item.is_met for item in funding_checklist(state, is_paid=None, is_verified=None) if item.key == "violation"
        )
        for state in (paused, resumed)
    ]
    assert met == [False, True]


def test_day_may_be_closed_while_the_decision_is_awaited() -> None:
    execution = reached()

    assert execution.close_day(after(days=1)) is False
    assert kinds_of(events_of(execution)) == [EventType.DAILY_PNL_CALCULATED]
    assert execution.is_frozen


def test_challenge_that_a_person_ended_broke_no_rule_and_one_that_passed_its_limit_did() -> None:
    rejected = reached()
    rejected.reject(approver_id=ADMIN, reason="Copied trades.", fails=True, at=after(days=1))
    broken = opened()
    broken.execute_trade(trade(1, "-6000"))

    for execution, is_broken in ((rejected, False), (broken, True)):
        state = state_of(execution.snapshot())
        assert state.status is ChallengeStatus.FAILED
        assert state.is_broken is is_broken
        items = {item.key: item.is_met for item in funding_checklist(state, is_paid=None, is_verified=None)}
        assert items["violation"] is not is_broken
