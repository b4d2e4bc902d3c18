from datetime import UTC, datetime

from tests.unit.domain.challenges import ADMIN, after, events_of, kinds_of, opened, trade
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.deadline import Deadline, deadline_of
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.state_record import state_of


def test_days_of_a_limit_are_those_of_the_reset_zone() -> None:
    execution = opened(max_duration_days=30, reset="Europe/Prague 00:00")
    execution.execute_trade(trade(1, "1", datetime(2026, 3, 2, 23, 30, tzinfo=UTC)))

    assert deadline_of(state_of(execution.snapshot())) == Deadline(
        "max_duration_days", 30, datetime(2026, 4, 1, 22, tzinfo=UTC)
    )


def test_inactivity_begins_anew_with_each_trade() -> None:
    execution = opened(inactivity_days=30)
    execution.execute_trade(trade(1, "1"))
    execution.execute_trade(trade(2, "1", after(days=10)))

    assert deadline_of(state_of(execution.snapshot())) == Deadline(
        "inactivity_days", 30, datetime(2026, 4, 12, tzinfo=UTC)
    )


def test_first_limit_that_runs_out_counts() -> None:
    execution = opened(max_duration_days=5, inactivity_days=30)
    execution.execute_trade(trade(1, "1"))

    found = deadline_of(state_of(execution.snapshot()))
    assert found is not None
    assert found.rule == "max_duration_days"


def test_nothing_runs_out_for_a_challenge_that_is_pending_or_not_judged() -> None:
    journal = opened(judge=False, max_duration_days=5)
    journal.execute_trade(trade(1, "1"))

    assert deadline_of(state_of(opened(max_duration_days=5).snapshot())) is None
    assert deadline_of(state_of(journal.snapshot())) is None


def test_limit_does_not_run_out_while_the_funding_is_decided_but_when_trading_is_given_back() -> None:
    execution = opened(max_duration_days=3)
    execution.execute_trade(trade(1, "8000"))
    execution.close_day(after(days=10))
    waiting = execution.snapshot()
    execution.reject(approver_id=ADMIN, reason="Not yet", fails=False, at=after(days=10))
    events_of(execution)
    execution.expire(after(days=10))

    row = execution.snapshot()
    assert waiting.status is ChallengeStatus.ACTIVE
    assert (row.status, row.ended_at) == (ChallengeStatus.FAILED, after(days=10))
    assert kinds_of(events_of(execution)) == [EventType.RISK_VIOLATION_DETECTED, EventType.CHALLENGE_FAILED]
