from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.domain.challenges import (
    CHALLENGE,
    COMMAND,
    MONDAY,
    RECORDED_AT,
    adjustment,
    after,
    events_of,
    execution_of,
    kinds_of,
    only,
    opened,
    trade,
)
from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.alert import AlertSeverity, AlertType
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.errors import (
    ChallengeAlreadyStarted,
    ChallengeEnded,
    ChallengeFrozen,
    ChallengeNotStarted,
    DayAlreadyClosed,
    DayNotOver,
    InexactAmount,
    InvalidTrade,
    NotExpired,
    OutOfOrder,
)
from tradesense_desktop.domain.event import EventType


def test_new_challenge_is_pending_with_every_amount_at_the_initial_balance() -> None:
    execution = opened()
    row = execution.snapshot()

    assert row.status is ChallengeStatus.PENDING
    assert row.version == 1
    assert row.trading_date is None
    assert {row.current_balance, row.current_equity, row.max_equity_ever, row.daily_start_equity} == {Decimal(100000)}
    assert {row.daily_max_equity, row.daily_min_equity} == {Decimal(100000)}
    assert (row.win_rate, row.avg_trade_pnl, row.started_at, row.last_trade_at) == (None, None, None, None)
    created = only(events_of(execution), EventType.CHALLENGE_CREATED)
    assert created.sequence_number == 1
    assert created.occurred_at == RECORDED_AT
    assert created.event_data["initial_balance"] == "100000"
    assert created.description == "Challenge created: Two steps, initial balance 100000.00 USD, rules tradesense"


def test_first_trade_starts_the_challenge_and_moves_its_row() -> None:
    execution = opened()
    events_of(execution)

    assert execution.execute_trade(trade(1, "200.00")) is True
    row = execution.snapshot()

    assert row.status is ChallengeStatus.ACTIVE
    assert row.started_at == MONDAY
    assert row.trading_date == date(2026, 3, 2)
    assert row.current_balance == Decimal("100200.00")
    assert row.current_equity == Decimal("100200.00")
    assert row.max_equity_ever == Decimal("100200.00")
    assert row.daily_start_equity == Decimal(100000)
    assert row.daily_max_equity == Decimal("100200.00")
    assert row.daily_min_equity == Decimal(100000)
    assert row.total_trades == 1
    assert row.total_pnl == Decimal("200.00")
    assert row.win_rate == Decimal(1)
    assert row.avg_trade_pnl == Decimal(200)
    assert row.last_trade_at == MONDAY
    started, executed = events_of(execution)
    assert started.event_type is EventType.CHALLENGE_STATUS_CHANGED
    assert started.event_data == {
        "from": "PENDING",
        "to": "ACTIVE",
        "started_at": "2026-03-02T10:00:00.000000Z",
        "trading_date": "2026-03-02",
    }
    assert executed.description == "Trade executed: BUY 10000 EURUSD @ 1.0850, +200.00, equity 100200.00"
    assert (
        executed.user_friendly_message
        == "BUY 10000 EURUSD closed at 1.0850: +200.00 USD. Your equity is 100200.00 USD."
    )
    assert executed.correlation_id == COMMAND
    assert executed.causation_id is None


def test_trade_event_repeats_every_column_of_the_trade() -> None:
    execution = opened()
    execution.execute_trade(trade(7, "-12.50", opened_at=MONDAY - timedelta(hours=1), position_id="P9"))
    recorded = execution.drain()

    executed = only(recorded.events, EventType.TRADE_EXECUTED)
    row = recorded.trades[0]
    assert executed.event_data == {
        "trade": {
            "id": row.id,
            "challenge_id": CHALLENGE,
            "trade_id": "7",
            "symbol": "EURUSD",
            "side": "BUY",
            "quantity": "10000",
            "price": "1.085",
            "realized_pnl": "-12.5",
            "commission": "0",
            "executed_at": "2026-03-02T10:00:00.000000Z",
            "created_at": "2026-11-23T06:00:00.000000Z",
            "sequence_number": 1,
            "external_trade_id": None,
            "position_id": "P9",
            "opened_at": "2026-03-02T09:00:00.000000Z",
            "open_price": None,
            "metadata": {
                "deal": {"side": None, "profit": "-12.5", "swap": "0", "commission": "0", "fee": "0"},
                "entry": None,
            },
        },
        "last_of_time": True,
        "balance_before": "100000",
        "balance_after": "99987.5",
        "equity_before": "100000",
        "equity_after": "99987.5",
    }
    assert row.sequence_number == 1
    assert row.created_at == RECORDED_AT


def test_slow_clock_records_an_event_no_earlier_than_it_occurred() -> None:
    execution = opened()
    late = RECORDED_AT + timedelta(minutes=30)
    execution.execute_trade(trade(1, "1", late))
    recorded = execution.drain()

    assert recorded.events[-1].recorded_at == late
    assert recorded.trades[0].created_at == late


def test_daily_loss_of_exactly_five_percent_is_no_breach_and_a_cent_more_is() -> None:
    at_the_floor, below = opened(), opened()

    at_the_floor.execute_trade(trade(1, "-5000"))
    below.execute_trade(trade(1, "-5000.01"))

    assert at_the_floor.snapshot().status is ChallengeStatus.ACTIVE
    assert below.snapshot().status is ChallengeStatus.FAILED


def test_breach_records_trade_violation_failure_and_alert_each_caused_by_the_one_before() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-6000"))
    recorded = execution.drain()
    executed, violation, failed, alerted = recorded.events[-4:]

    assert kinds_of(recorded.events[-4:]) == [
        EventType.TRADE_EXECUTED,
        EventType.RISK_VIOLATION_DETECTED,
        EventType.CHALLENGE_FAILED,
        EventType.RISK_ALERT_RAISED,
    ]
    assert violation.causation_id == executed.id
    assert failed.causation_id == violation.id
    assert alerted.causation_id == violation.id
    assert violation.event_data == {
        "preset": "tradesense",
        "rule_version": "1",
        "rule": "daily_loss",
        "severity": "fail",
        "percent": "0.05",
        "limit": "5000",
        "reference": "100000",
        "reference_kind": "equity",
        "amount_base": "day_start_reference",
        "floor": "95000",
        "observed": "equity",
        "observed_value": "94000",
        "equity": "94000",
        "balance": "94000",
        "evaluation": "intraday",
        "comparator": "lt",
        "at": "2026-03-02T10:00:00.000000Z",
        "quality": "closed trades only",
        "trade_number": 1,
    }
    assert violation.description == (
        "Risk violation: daily loss limit of 5 % broken, equity 94000.00 is below the floor 95000.00 "
        "(reference 100000.00, limit 5000.00)"
    )
    row = execution.snapshot()
    assert row.ended_at == MONDAY
    assert row.failure_reason == "daily loss limit of 5 % broken: equity 94000.00, floor 95000.00"
    alert = recorded.alerts[0]
    assert (alert.alert_type, alert.severity) == (AlertType.DAILY_DRAWDOWN_EXCEEDED, AlertSeverity.CRITICAL)


def test_move_through_both_floors_is_a_breach_of_the_higher_one() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "5000"))
    execution.execute_trade(trade(2, "-3000", after(days=1)))
    events_of(execution)

    # Daily floor 105000 × 0.95 = 99750, maximum floor 105000 × 0.90 = 94500; then the day after: 102000 × 0.95 = 96900.
    execution.execute_trade(trade(3, "-20000", after(days=2)))

    violation = only(events_of(execution), EventType.RISK_VIOLATION_DETECTED)
    assert violation.event_data["rule"] == "daily_loss"
    assert violation.event_data["floor"] == "96900"


def test_maximum_loss_is_measured_from_the_highest_equity_ever() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "7000"))
    for day, result in enumerate(("-5000", "-5000"), 1):
        execution.execute_trade(trade(day + 1, result, after(days=day)))
    events_of(execution)

    execution.execute_trade(trade(4, "-700.01", after(days=3)))

    violation = only(events_of(execution), EventType.RISK_VIOLATION_DETECTED)
    assert violation.event_data["rule"] == "maximum_loss"
    assert violation.event_data["reference"] == "107000"
    assert violation.event_data["floor"] == "96300"
    assert violation.event_data["equity"] == "96299.99"


def test_alert_at_eighty_percent_is_raised_once_per_crossing() -> None:
    execution = opened()
    raised = []
    for number, result in enumerate(("-3999", "-1", "-100", "200", "-200"), 1):
        execution.execute_trade(trade(number, result, after(minutes=number)))
        raised.append([alert.alert_type for alert in execution.drain().alerts])

    high = [AlertType.HIGH_DAILY_DRAWDOWN]
    assert raised == [[], high, [], [], high]


def test_daily_alert_begins_anew_with_the_day_and_the_total_one_does_not() -> None:
    execution = opened(daily_percent="0.09")
    execution.execute_trade(trade(1, "-8000"))
    assert [alert.alert_type for alert in execution.drain().alerts] == [
        AlertType.HIGH_DAILY_DRAWDOWN,
        AlertType.HIGH_TOTAL_DRAWDOWN,
    ]

    execution.execute_trade(trade(2, "-100", after(days=1)))
    assert execution.drain().alerts == []


def test_day_change_closes_only_the_day_that_had_rows() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "300"))
    execution.execute_trade(trade(2, "-100", after(hours=1)))
    events_of(execution)

    execution.execute_trade(trade(3, "50", after(days=4)))

    events = events_of(execution)
    closed = only(events, EventType.DAILY_PNL_CALCULATED)
    assert closed.event_data == {
        "trading_date": "2026-03-02",
        "next_trading_date": "2026-03-06",
        "reset_at": "2026-03-03T00:00:00.000000Z",
        "start": "100000",
        "end": "100200",
        "start_reference": "100000",
        "start_balance": "100000",
        "end_balance": "100200",
        "maximum": "100300",
        "minimum": "100000",
        "result": "200",
        "closed_result": "200",
        "trades": 2,
    }
    assert closed.occurred_at == datetime(2026, 3, 3, tzinfo=UTC)
    row = execution.snapshot()
    assert row.trading_date == date(2026, 3, 6)
    assert row.daily_start_equity == Decimal(100200)
    assert row.daily_max_equity == Decimal(100250)
    assert row.daily_min_equity == Decimal(100200)


def test_floating_result_and_closed_loss_are_not_counted_twice() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "0"))
    execution.record_equity(Decimal(98000), after(minutes=1))
    sampled = execution.snapshot()
    execution.execute_trade(trade(2, "-2000", after(minutes=2)))
    closed = execution.snapshot()

    assert (sampled.current_balance, sampled.floating_pnl, sampled.current_equity) == (
        Decimal(100000),
        Decimal(-2000),
        Decimal(98000),
    )
    assert (closed.current_balance, closed.floating_pnl, closed.current_equity) == (
        Decimal(98000),
        Decimal(0),
        Decimal(98000),
    )


def test_equity_sample_below_the_floor_is_a_breach_at_its_time() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "0"))
    execution.record_equity(Decimal("94999.99"), after(minutes=1))

    row = execution.snapshot()
    assert row.status is ChallengeStatus.FAILED
    assert row.ended_at == after(minutes=1)
    violation = only(events_of(execution), EventType.RISK_VIOLATION_DETECTED)
    assert violation.event_data["trade_number"] is None
    assert violation.event_data["observed_value"] == "94999.99"
    assert violation.event_data["quality"] == "proven"


def test_basket_is_judged_after_its_last_row() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-7000", last_of_time=False))
    inside = execution.snapshot()
    execution.execute_trade(trade(2, "9000", last_of_time=False))
    risen = execution.snapshot()
    execution.execute_trade(trade(3, "-1500"))
    after_all = execution.snapshot()

    assert inside.status is ChallengeStatus.ACTIVE
    assert inside.current_equity == Decimal(93000)
    assert inside.daily_min_equity == Decimal(100000)
    assert (risen.current_equity, risen.max_equity_ever) == (Decimal(102000), Decimal(102000))
    assert after_all.max_equity_ever == Decimal(100500)
    assert after_all.daily_min_equity == Decimal(100000)


def test_deciding_trade_is_the_last_row_of_its_basket() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-7000", last_of_time=False))
    execution.execute_trade(trade(2, "1"))

    violation = only(events_of(execution), EventType.RISK_VIOLATION_DETECTED)
    assert violation.event_data["trade_number"] == 2


def test_basket_whose_last_row_never_came_is_judged_before_the_next_row() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-7000", last_of_time=False))
    events_of(execution)

    assert execution.execute_trade(trade(2, "9000", after(minutes=1))) is False

    row = execution.snapshot()
    assert row.status is ChallengeStatus.FAILED
    assert row.ended_at == MONDAY
    assert row.total_trades == 1
    assert EventType.TRADE_EXECUTED not in kinds_of(events_of(execution))


def test_target_reached_exactly_freezes_the_challenge() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "8000"))
    recorded = execution.drain()

    row = execution.snapshot()
    assert row.status is ChallengeStatus.ACTIVE
    assert row.profit_target_reached_at == MONDAY
    assert execution.accepts_rows is False
    reached = only(recorded.events, EventType.PROFIT_TARGET_REACHED)
    assert reached.event_data["trade_number"] == 1
    assert [alert.alert_type for alert in recorded.alerts] == [AlertType.PROFIT_TARGET_REACHED]


def test_trade_on_a_frozen_challenge_is_refused_with_one_alert_a_day() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "8000"))
    before = execution.snapshot()
    late = trade(2, "-1", after(minutes=1))

    with pytest.raises(ChallengeFrozen, match="frozen until it is decided"):
        execution.execute_trade(late)
    assert execution.snapshot() == before
    assert execution.alert_frozen(late) is not None
    assert execution.alert_frozen(trade(3, "-1", after(minutes=2))) is None
    assert execution.alert_frozen(trade(4, "-1", after(days=1))) is not None


def test_challenge_without_freeze_goes_on_after_its_target_and_can_still_fail() -> None:
    execution = opened(freeze_on_target=False)
    execution.execute_trade(trade(1, "8000"))
    execution.execute_trade(trade(2, "100", after(minutes=1)))
    execution.execute_trade(trade(3, "-9000", after(days=1)))

    row = execution.snapshot()
    assert row.status is ChallengeStatus.FAILED
    assert row.profit_target_reached_at == MONDAY
    assert len([e for e in events_of(execution) if e.event_type is EventType.PROFIT_TARGET_REACHED]) == 1


def test_nothing_can_be_added_after_the_end() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-6000"))
    events_of(execution)

    with pytest.raises(ChallengeEnded, match="ended as FAILED at 2026-03-02 10:00:00 UTC"):
        execution.execute_trade(trade(2, "1", after(minutes=1)))
    with pytest.raises(ChallengeEnded):
        execution.adjust_balance(adjustment(1, AdjustmentKind.DEPOSIT, "1", after(minutes=1)))
    with pytest.raises(ChallengeEnded):
        execution.record_equity(Decimal(1), after(minutes=1))
    with pytest.raises(ChallengeEnded):
        execution.close_day(after(days=2))
    assert events_of(execution) == []


def test_earlier_row_is_refused_and_an_equal_time_is_taken() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "1"))

    assert execution.execute_trade(trade(2, "1")) is True
    with pytest.raises(OutOfOrder, match="2026-03-02 09:59:59 UTC is earlier than the last one recorded"):
        execution.execute_trade(trade(3, "1", after(seconds=-1)))
    with pytest.raises(OutOfOrder):
        execution.adjust_balance(adjustment(1, AdjustmentKind.CHARGE, "-1", after(seconds=-1)))


def test_row_of_a_day_that_a_sample_closed_is_refused() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "1"))
    execution.record_equity(Decimal(100001), after(days=1))

    with pytest.raises(DayAlreadyClosed, match="the open one is 2026-03-03"):
        execution.execute_trade(trade(2, "1", after(hours=1)))


def test_loss_beyond_the_balance_leaves_zero_and_later_profits_count_from_there() -> None:
    execution = opened("1000", judge=False)
    execution.execute_trade(trade(1, "-1500"))
    execution.execute_trade(trade(2, "40", after(minutes=1)))

    row = execution.snapshot()
    assert row.current_balance == Decimal(40)
    assert row.total_pnl == Decimal(-1460)


def test_journal_is_never_judged() -> None:
    execution = opened(
        "1000", daily_percent="1", total_percent="1", target_percent="1", judge=False, freeze_on_target=False
    )
    execution.execute_trade(trade(1, "-999"))
    execution.execute_trade(trade(2, "50000", after(minutes=1)))

    recorded = execution.drain()
    assert execution.snapshot().status is ChallengeStatus.ACTIVE
    assert recorded.alerts == []
    assert kinds_of(recorded.events)[2:] == [EventType.TRADE_EXECUTED, EventType.TRADE_EXECUTED]


def test_charge_can_breach_and_changes_no_count_of_trades() -> None:
    execution = opened()
    execution.adjust_balance(adjustment("c1", AdjustmentKind.CHARGE, "-6000"))

    row = execution.snapshot()
    assert row.status is ChallengeStatus.FAILED
    assert (row.total_trades, row.total_pnl, row.last_trade_at) == (0, Decimal(0), None)
    assert row.adjustments_total == Decimal(-6000)
    assert row.current_equity == Decimal(94000)


def test_deposit_moves_no_equity_and_starts_nothing() -> None:
    execution = opened()
    execution.adjust_balance(adjustment("d1", AdjustmentKind.DEPOSIT, "2500"))

    row = execution.snapshot()
    assert row.status is ChallengeStatus.PENDING
    assert row.outside_money == Decimal(2500)
    assert row.current_equity == Decimal(100000)
    booked = only(events_of(execution), EventType.BALANCE_ADJUSTED)
    assert booked.event_data == {
        "adjustment": {
            "adjustment_id": "d1",
            "kind": "DEPOSIT",
            "amount": "2500",
            "executed_at": "2026-03-02T10:00:00.000000Z",
            "comment": "",
        },
        "last_of_time": True,
        "outside_money": True,
        "balance_before": "100000",
        "balance_after": "100000",
        "equity_before": "100000",
        "equity_after": "100000",
    }


def test_withdrawal_on_a_new_day_closes_the_day_before() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "10"))
    events_of(execution)
    execution.adjust_balance(adjustment("w1", AdjustmentKind.WITHDRAWAL, "-10", after(days=1)))

    assert kinds_of(events_of(execution)) == [EventType.DAILY_PNL_CALCULATED, EventType.BALANCE_ADJUSTED]


def test_payout_lowers_equity_but_is_no_loss_of_the_day() -> None:
    execution = opened(judge=False)
    execution.execute_trade(trade(1, "3000"))
    execution.adjust_balance(adjustment("p1", AdjustmentKind.PAYOUT, "-1000", after(minutes=1)))
    events_of(execution)
    execution.close_day(after(days=1))

    row = execution.snapshot()
    assert row.current_equity == Decimal(102000)
    assert row.adjustments_total == Decimal(0)
    assert row.rule_state["payouts"] == "1000"
    assert only(events_of(execution), EventType.DAILY_PNL_CALCULATED).event_data["result"] == "3000"


def test_day_closes_only_when_it_is_over() -> None:
    execution = opened()
    with pytest.raises(ChallengeNotStarted):
        execution.close_day(after(days=1))
    execution.execute_trade(trade(1, "10"))

    with pytest.raises(DayNotOver, match="ends at 2026-03-03 00:00:00 UTC"):
        execution.close_day(datetime(2026, 3, 2, 23, 59, 59, tzinfo=UTC))
    assert execution.close_day(datetime(2026, 3, 3, tzinfo=UTC)) is True
    assert execution.snapshot().trading_date == date(2026, 3, 3)


def test_challenge_can_be_started_without_a_trade_but_once() -> None:
    execution = opened()
    execution.start(MONDAY)

    with pytest.raises(ChallengeAlreadyStarted):
        execution.start(after(minutes=1))
    with pytest.raises(OutOfOrder):
        execution.execute_trade(trade(1, "1", after(seconds=-1)))
    row = execution.snapshot()
    assert (row.status, row.started_at, row.total_trades) == (ChallengeStatus.ACTIVE, MONDAY, 0)


@pytest.mark.parametrize(
    "changes",
    [
        {"quantity": Decimal(0)},
        {"price": Decimal(-1)},
        {"symbol": " EURUSD"},
        {"symbol": ""},
        {"symbol": "X" * 65},
        {"symbol": "EUR\0USD"},
        {"trade_id": " "},
    ],
    ids=str,
)
def test_trade_that_no_ledger_can_take_is_refused(changes: dict[str, Any]) -> None:
    execution = opened()
    before = execution.snapshot()

    with pytest.raises(InvalidTrade):
        execution.execute_trade(trade(1, "1", **changes))
    assert execution.snapshot() == before


@pytest.mark.parametrize("field", ["realized_pnl", "quantity", "price", "commission", "open_price"])
@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "0.123456789", "1234567890123456"])
def test_amount_that_is_not_exact_is_refused(field: str, amount: str) -> None:
    execution = opened()
    before = execution.snapshot()
    wrong: dict[str, Any] = {field: Decimal(amount)}

    with pytest.raises(InexactAmount):
        execution.execute_trade(trade(1, "1", **wrong))
    with pytest.raises(InexactAmount):
        execution.adjust_balance(adjustment(1, AdjustmentKind.PAYOUT, amount))
    assert execution.snapshot() == before


@pytest.mark.parametrize("amount", ["NaN", "sNaN", "Infinity", "0.123456789"])
def test_equity_sample_that_is_not_exact_is_refused(amount: str) -> None:
    execution = opened()
    execution.execute_trade(trade(1, "1"))
    before = execution.snapshot()

    with pytest.raises(InexactAmount):
        execution.record_equity(Decimal(amount), after(minutes=1))
    assert execution.snapshot() == before


def test_sum_that_outgrows_fifteen_digits_is_refused_and_changes_nothing() -> None:
    execution = opened("900000000000000", judge=False)
    before = execution.snapshot()

    with pytest.raises(InexactAmount):
        execution.execute_trade(trade(1, "0.01"))
    assert execution.snapshot() == before


def test_only_a_command_that_moves_the_challenge_raises_its_version() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "1"))
    row = execution.snapshot()

    noted = execution_of(row, last_sequence_number=3)
    noted.add_note(author_id=COMMAND, text="looked at", at=RECORDED_AT)
    traded = execution_of(row, last_sequence_number=3)
    traded.execute_trade(trade(2, "1", after(minutes=1)))

    assert noted.snapshot() == row
    assert traded.snapshot().version == row.version + 1
    assert events_of(traded)[0].sequence_number == 4


def test_challenge_expires_at_the_end_of_its_last_day() -> None:
    execution = opened(max_duration_days=3)
    execution.execute_trade(trade(1, "1"))
    with pytest.raises(NotExpired, match="it would at 2026-03-05 00:00:00 UTC"):
        execution.expire(datetime(2026, 3, 4, 23, 59, tzinfo=UTC))

    execution.expire(datetime(2026, 3, 9, tzinfo=UTC))

    row = execution.snapshot()
    assert row.status is ChallengeStatus.FAILED
    assert row.ended_at == datetime(2026, 3, 5, tzinfo=UTC)
    assert row.failure_reason == "The time limit of 3 days ran out on 2026-03-05 00:00:00 UTC"


def test_trade_after_the_inactivity_limit_ends_the_challenge_and_is_not_recorded() -> None:
    execution = opened(inactivity_days=2)
    execution.execute_trade(trade(1, "1"))
    events_of(execution)

    assert execution.execute_trade(trade(2, "1", datetime(2026, 3, 5, 0, 0, 1, tzinfo=UTC))) is False

    row = execution.snapshot()
    assert (row.status, row.total_trades) == (ChallengeStatus.FAILED, 1)
    assert row.ended_at == datetime(2026, 3, 5, tzinfo=UTC)
    assert kinds_of(events_of(execution)) == [
        EventType.DAILY_PNL_CALCULATED,
        EventType.RISK_VIOLATION_DETECTED,
        EventType.CHALLENGE_FAILED,
        EventType.RISK_ALERT_RAISED,
    ]


def test_challenge_without_a_time_limit_cannot_expire() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "1"))

    with pytest.raises(NotExpired, match="no time limit"):
        execution.expire(after(days=1000))
