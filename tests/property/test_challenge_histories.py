"""What holds of every challenge, whatever is done to it in whatever order."""

from decimal import Decimal
from typing import Any

from hypothesis import given, settings

from tests.property.challenge_histories import INITIAL_BALANCE, Step, rules, run, steps
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus, rebuilt_columns
from tradesense_desktop.domain.event import Event, EventType
from tradesense_desktop.domain.money import is_exact
from tradesense_desktop.domain.replay import Replayer, replay, replay_until

MOVES_THE_CHALLENGE = {
    EventType.CHALLENGE_STATUS_CHANGED,
    EventType.TRADE_EXECUTED,
    EventType.EQUITY_RECORDED,
    EventType.BALANCE_ADJUSTED,
    EventType.DAILY_PNL_CALCULATED,
    EventType.RISK_VIOLATION_DETECTED,
    EventType.PROFIT_TARGET_REACHED,
    EventType.CHALLENGE_FAILED,
    EventType.FUNDING_APPROVED,
    EventType.FUNDING_REJECTED,
    EventType.CHALLENGE_FUNDED,
}


@settings(max_examples=300, deadline=None)
@given(rules, steps)
def test_replay_equals_the_stored_row_after_every_command(rules_config: dict[str, Any], history: list[Step]) -> None:
    replayer = Replayer()

    def compare(challenge: Challenge, events: list[Event]) -> None:
        for event in events[replayer.events_applied :]:
            replayer.apply(
                event.event_type, event.event_data, challenge_id=event.challenge_id, recorded_at=event.recorded_at
            )
        assert rebuilt_columns(replayer.challenge()) == rebuilt_columns(challenge)

    run(rules_config, history, one_by_one=True, after_each=compare)


@settings(max_examples=100, deadline=None)
@given(rules, steps)
def test_replay_up_to_an_event_gives_the_row_as_it_was_then(rules_config: dict[str, Any], history: list[Step]) -> None:
    rows: dict[int, Challenge] = {}
    whole = run(
        rules_config,
        history,
        one_by_one=True,
        after_each=lambda challenge, events: rows.update({len(events): challenge}),
    )

    for last_sequence_number, row in rows.items():
        assert rebuilt_columns(replay_until(whole.events, last_sequence_number)) == rebuilt_columns(row)
    assert rebuilt_columns(replay(whole.events)) == rebuilt_columns(whole.challenge)


@settings(max_examples=100, deadline=None)
@given(rules, steps)
def test_bulk_equals_one_by_one(rules_config: dict[str, Any], history: list[Step]) -> None:
    singly = run(rules_config, history, one_by_one=True)
    in_bulk = run(rules_config, history, one_by_one=False)

    assert in_bulk.refusals == singly.refusals
    assert [_without_ids(event) for event in in_bulk.events] == [_without_ids(event) for event in singly.events]
    assert rebuilt_columns(in_bulk.challenge) == rebuilt_columns(singly.challenge)


@settings(max_examples=100, deadline=None)
@given(rules, steps)
def test_every_row_satisfies_what_the_schema_checks(rules_config: dict[str, Any], history: list[Step]) -> None:
    run(rules_config, history, one_by_one=True, after_each=lambda challenge, _events: _check_row(challenge))


@settings(max_examples=100, deadline=None)
@given(rules, steps)
def test_nothing_moves_a_challenge_after_its_end(rules_config: dict[str, Any], history: list[Step]) -> None:
    events = run(rules_config, history, one_by_one=True).events

    ends = [
        event.sequence_number
        for event in events
        if event.event_type in {EventType.CHALLENGE_FAILED, EventType.CHALLENGE_FUNDED}
    ]
    assert len(ends) <= 1
    for end in ends:
        assert not [event for event in events[end:] if event.event_type in MOVES_THE_CHALLENGE]


@settings(max_examples=100, deadline=None)
@given(rules, steps)
def test_balance_is_the_sum_of_what_moved_it_but_for_the_floor_at_zero(
    rules_config: dict[str, Any], history: list[Step]
) -> None:
    whole = run(rules_config, history, one_by_one=True)

    given_by_the_floor = sum((_given_by_the_floor(event) for event in whole.events), Decimal(0))
    row = whole.challenge
    payouts = Decimal(row.rule_state["payouts"])
    assert row.current_balance == (
        INITIAL_BALANCE + row.total_pnl + row.adjustments_total - payouts + given_by_the_floor
    )


@settings(max_examples=100, deadline=None)
@given(rules, steps)
def test_events_are_numbered_without_a_gap_and_caused_by_earlier_ones(
    rules_config: dict[str, Any], history: list[Step]
) -> None:
    events = run(rules_config, history, one_by_one=True).events

    assert [event.sequence_number for event in events] == list(range(1, len(events) + 1))
    known: set[str] = set()
    for event in events:
        assert event.causation_id is None or event.causation_id in known
        assert event.recorded_at >= event.occurred_at
        known.add(event.id)
    trades = [event.event_data["trade"]["sequence_number"] for event in events if "trade" in event.event_data]
    assert trades == list(range(1, len(trades) + 1))


@settings(max_examples=100, deadline=None)
@given(rules, steps)
def test_rows_of_one_time_keep_the_order_in_which_they_came(rules_config: dict[str, Any], history: list[Step]) -> None:
    events = run(rules_config, history, one_by_one=True).events

    rows = [event for event in events if event.event_type is EventType.TRADE_EXECUTED]
    assert rows == sorted(rows, key=lambda event: event.occurred_at)
    numbers = [int(event.event_data["trade"]["trade_id"]) for event in rows]
    assert numbers == sorted(numbers)


@settings(max_examples=100, deadline=None)
@given(rules, steps)
def test_a_refused_command_leaves_the_row_as_it_was(rules_config: dict[str, Any], history: list[Step]) -> None:
    rows: list[Challenge] = []
    counts: list[int] = []

    def keep(challenge: Challenge, events: list[Event]) -> None:
        rows.append(challenge)
        counts.append(len(events))

    refusals = run(rules_config, history, one_by_one=False, after_each=keep).refusals

    for refusal in refusals:
        number = int(refusal.split(":")[0])
        if "frozen" not in refusal:
            assert rows[number] == rows[number - 1]
            assert counts[number] == counts[number - 1]


def _check_row(row: Challenge) -> None:
    ended = row.status in {ChallengeStatus.FAILED, ChallengeStatus.FUNDED}
    assert row.current_balance >= 0
    assert 0 <= row.current_equity <= row.max_equity_ever
    assert row.max_equity_ever >= row.initial_balance
    assert 0 <= row.daily_min_equity <= row.daily_max_equity
    assert row.total_trades >= 0
    assert (row.ended_at is not None) == ended
    assert (row.funded_at is not None) == (row.status is ChallengeStatus.FUNDED)
    assert (row.failure_reason is not None) == (row.status is ChallengeStatus.FAILED)
    assert row.started_at is not None or row.status is ChallengeStatus.PENDING
    assert (row.trading_date is None) == (row.status is ChallengeStatus.PENDING)
    assert row.ended_at is None or row.last_trade_at is None or row.last_trade_at <= row.ended_at
    for name in Challenge.__dataclass_fields__:
        value = getattr(row, name)
        assert not isinstance(value, Decimal) or is_exact(value), name


def _given_by_the_floor(event: Event) -> Decimal:
    data = event.event_data
    if event.event_type is EventType.TRADE_EXECUTED:
        amount = Decimal(data["trade"]["realized_pnl"])
    elif event.event_type is EventType.BALANCE_ADJUSTED and not data["outside_money"]:
        amount = Decimal(data["adjustment"]["amount"])
    else:
        return Decimal(0)
    return Decimal(data["balance_after"]) - Decimal(data["balance_before"]) - amount


def _without_ids(event: Event) -> tuple[Any, ...]:
    return (
        event.event_type,
        _strip(event.event_data),
        event.occurred_at,
        event.recorded_at,
        event.description,
        event.user_friendly_message,
    )


def _strip(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _strip(item) for key, item in value.items() if key not in {"id", "alert_id"}}
    return value
