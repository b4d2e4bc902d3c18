from datetime import date
from decimal import Decimal

import pytest

from tests.unit.domain.challenges import CHALLENGE, RECORDED_AT, after, events_of, opened, trade
from tradesense_desktop.domain.challenge import NOT_REBUILT, REBUILT, Challenge, ChallengeStatus, rebuilt_columns
from tradesense_desktop.domain.errors import ReplayBroken
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.loss_rule import LossRuleName
from tradesense_desktop.domain.replay import Replayer, replay, replay_until


def test_replay_rebuilds_every_column_but_the_seven_it_cannot_know() -> None:
    assert set(REBUILT) | NOT_REBUILT == set(Challenge.__dataclass_fields__)
    assert len(NOT_REBUILT) == 7


def test_replay_gives_the_row_again_and_as_it_was_before() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "300"))
    then = execution.snapshot()
    execution.execute_trade(trade(2, "-6000", after(days=1)))
    events = events_of(execution)

    assert rebuilt_columns(replay(events)) == rebuilt_columns(execution.snapshot())
    assert rebuilt_columns(replay_until(events, 3)) == rebuilt_columns(then)
    assert replay(events).status is ChallengeStatus.FAILED
    assert replay(events).id == CHALLENGE


def test_replayer_shows_peak_and_floors_after_each_event() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "1000"))
    execution.execute_trade(trade(2, "-500", after(days=1)))
    replayer = Replayer()
    seen = []
    for event in events_of(execution):
        replayer.apply(event.event_type, event.event_data, challenge_id=CHALLENGE, recorded_at=event.recorded_at)
        daily, maximum = (replayer.state.tracker(name) for name in LossRuleName)
        assert daily is not None
        assert maximum is not None
        seen.append((replayer.state.current_equity, daily.floor, maximum.floor))

    assert seen[-1] == (Decimal(100500), Decimal(95950), Decimal(90900))
    assert replayer.state.trading_date == date(2026, 3, 3)
    assert replayer.events_applied == 5


def test_history_that_does_not_begin_with_a_creation_is_refused() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "1000"))

    with pytest.raises(ReplayBroken, match="begins with CHALLENGE_CREATED"):
        replay(events_of(execution)[1:])
    with pytest.raises(ReplayBroken):
        replay([])


def test_trade_after_the_end_is_refused() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-6000"))
    events = events_of(execution)

    with pytest.raises(ReplayBroken, match="the challenge had ended as FAILED"):
        replay([*events, next(event for event in events if event.event_type is EventType.TRADE_EXECUTED)])


def test_unknown_event_is_refused() -> None:
    replayer = Replayer()
    created = events_of(opened())[0]
    replayer.apply(created.event_type, created.event_data, challenge_id=CHALLENGE, recorded_at=RECORDED_AT)

    with pytest.raises(ReplayBroken, match="no such event is known here"):
        replayer.apply("CHALLENGE_PAINTED", {}, challenge_id=CHALLENGE, recorded_at=RECORDED_AT)
