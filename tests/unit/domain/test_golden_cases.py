"""The firms' own examples: I is the initial balance, B0 and E0 are balance and equity at the reset."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from tests.unit.domain.challenges import (
    after,
    events_of,
    kinds_of,
    only,
    opened,
    opened_under,
    preset,
    trade,
)
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.limits import limits
from tradesense_desktop.domain.terms import Terms


def daily_floor(row: Challenge) -> Decimal:
    found = limits(row).daily_loss
    assert found is not None
    return found.floor


def maximum_floor(row: Challenge) -> Decimal:
    found = limits(row).maximum_loss
    assert found is not None
    return found.floor


def closed_at(execution: Execution, balances: list[str]) -> list[Decimal]:
    """Floors of the maximum loss after days that closed at these balances."""
    floors = []
    balance = execution.snapshot().initial_balance
    for day, end in enumerate(balances, 1):
        execution.execute_trade(trade(day, str(Decimal(end) - balance), after(days=day)))
        execution.close_day(after(days=day + 1))
        balance = Decimal(end)
        floors.append(maximum_floor(execution.snapshot()))
    return floors


@pytest.mark.parametrize(
    ("name", "floor"),
    [
        ("ftmo_2_step", "100000"),
        ("fundednext_stellar_2_step", "100000"),
        ("the5ers_high_stakes", "101650"),
        ("fundingpips_2_step", "101650"),
        ("alpha_capital_pro", "99750"),
        ("blue_guardian_2_step", "103000"),
    ],
)
def test_daily_floor_after_a_reset_with_balance_105k_and_equity_107k(name: str, floor: str) -> None:
    execution = opened_under(name, terms=_without_target(name))
    execution.execute_trade(trade(1, "5000"))
    execution.record_equity(Decimal(107000), after(minutes=1))
    execution.close_day(after(days=1))

    assert daily_floor(execution.snapshot()) == Decimal(floor)


def test_ftmo_2_step_with_balance_102k_at_midnight_has_its_floor_at_97k() -> None:
    execution = opened_under("ftmo_2_step")
    execution.execute_trade(trade(1, "2000"))
    execution.close_day(after(days=1))

    assert daily_floor(execution.snapshot()) == Decimal(97000)


def test_ftmo_2_step_has_its_floor_at_95k_on_the_first_day() -> None:
    execution = opened_under("ftmo_2_step")
    execution.execute_trade(trade(1, "2000"))

    assert daily_floor(execution.snapshot()) == Decimal(95000)


def test_ftmo_1_step_maximum_loss_follows_the_highest_end_of_day_balance_and_never_falls() -> None:
    assert closed_at(opened_under("ftmo_1_step"), ["104000", "103000"]) == [Decimal(94000), Decimal(94000)]


def test_ftmo_room_that_shrinks_at_midnight_is_a_breach_without_a_move_of_price() -> None:
    execution = opened_under("ftmo_2_step", "200000")
    execution.execute_trade(trade(1, "4000", datetime(2026, 3, 2, 22, 0, tzinfo=UTC)))
    execution.record_equity(Decimal(191000), datetime(2026, 3, 2, 22, 59, tzinfo=UTC))
    assert execution.snapshot().status is ChallengeStatus.ACTIVE
    assert daily_floor(execution.snapshot()) == Decimal(190000)
    events_of(execution)

    assert execution.close_day(datetime(2026, 3, 2, 23, 0, tzinfo=UTC)) is False

    row = execution.snapshot()
    assert row.status is ChallengeStatus.FAILED
    assert row.ended_at == datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
    assert row.trading_date == date(2026, 3, 3)
    events = events_of(execution)
    assert kinds_of(events)[:3] == [
        EventType.DAILY_PNL_CALCULATED,
        EventType.RISK_VIOLATION_DETECTED,
        EventType.CHALLENGE_FAILED,
    ]
    violation = only(events, EventType.RISK_VIOLATION_DETECTED)
    assert violation.event_data["floor"] == "194000"
    assert violation.event_data["trade_number"] is None


def test_trade_that_comes_after_a_breach_at_midnight_is_not_recorded() -> None:
    execution = opened_under("ftmo_2_step", "200000")
    execution.execute_trade(trade(1, "4000", datetime(2026, 3, 2, 22, 0, tzinfo=UTC)))
    execution.record_equity(Decimal(191000), datetime(2026, 3, 2, 22, 59, tzinfo=UTC))

    assert execution.execute_trade(trade(2, "500", datetime(2026, 3, 3, 9, 0, tzinfo=UTC))) is False
    assert execution.snapshot().total_trades == 1


def test_ftmo_maximum_loss_counts_the_floating_result() -> None:
    execution = opened_under("ftmo_2_step")
    execution.execute_trade(trade(1, "-4000"))
    execution.execute_trade(trade(2, "-4000", after(days=1)))
    execution.close_day(after(days=2))
    assert execution.snapshot().current_balance == Decimal(92000)
    events_of(execution)

    execution.record_equity(Decimal(92000 - 2001), after(days=2, minutes=1))

    violation = only(events_of(execution), EventType.RISK_VIOLATION_DETECTED)
    assert violation.event_data["rule"] == "maximum_loss"
    assert violation.event_data["floor"] == "90000"
    assert violation.event_data["observed_value"] == "89999"


def test_topstep_floor_follows_the_highest_end_of_day_balance_and_locks_at_the_initial_balance() -> None:
    execution = opened_under("topstep", "50000")

    assert closed_at(execution, ["50500", "50000", "52500", "53000"]) == [
        Decimal(48500),
        Decimal(48500),
        Decimal(50000),
        Decimal(50000),
    ]


def test_topstep_floor_does_not_move_within_a_day() -> None:
    execution = opened_under("topstep", "50000")
    execution.execute_trade(trade(1, "500"))

    assert maximum_floor(execution.snapshot()) == Decimal(48000)


def test_e8_floor_follows_the_highest_closed_balance_and_locks() -> None:
    execution = opened_under("e8_one")
    execution.execute_trade(trade(1, "2000"))
    first = maximum_floor(execution.snapshot())
    execution.execute_trade(trade(2, "5000", after(minutes=1)))

    assert (first, maximum_floor(execution.snapshot())) == (Decimal(96000), Decimal(100000))


def test_apex_intraday_floor_follows_the_equity_peak() -> None:
    execution = opened_under("apex_intraday", "50000")
    execution.execute_trade(trade(1, "0"))
    execution.record_equity(Decimal(50900), after(minutes=1))
    execution.record_equity(Decimal(50100), after(minutes=2))

    assert maximum_floor(execution.snapshot()) == Decimal(48900)


def test_apex_threshold_fails_when_it_is_touched() -> None:
    execution = opened_under("apex_intraday", "50000")
    execution.execute_trade(trade(1, "-2000"))

    assert execution.snapshot().status is ChallengeStatus.FAILED


def test_trailing_3k_at_the_end_of_day_and_intraday_on_the_same_path() -> None:
    seen = {}
    for reference in ("highest_eod_balance", "intraday_peak"):
        execution = opened(
            daily_loss=None,
            maximum_loss={"amount": {"money": "3000"}, "reference": reference, "evaluation": "end_of_day"},
            target=None,
        )
        execution.execute_trade(trade(1, "0"))
        execution.record_equity(Decimal(104000), after(minutes=1))
        execution.execute_trade(trade(2, "-500", after(minutes=2)))
        floor = maximum_floor(execution.snapshot())
        execution.close_day(after(days=1))
        seen[reference] = (floor, execution.snapshot().status)

    assert seen == {
        "highest_eod_balance": (Decimal(97000), ChallengeStatus.ACTIVE),
        "intraday_peak": (Decimal(101000), ChallengeStatus.FAILED),
    }


def test_best_day_of_1500_at_half_needs_3000_in_all() -> None:
    execution = opened("10000", target_percent="0.20", consistency={"best_day_share": "0.5"})
    execution.execute_trade(trade(1, "1500"))
    execution.execute_trade(trade(2, "700", after(days=1)))
    execution.execute_trade(trade(3, "799.99", after(days=2)))
    before = execution.snapshot()
    execution.execute_trade(trade(4, "0.01", after(days=2, minutes=1)))

    assert before.profit_target_reached_at is None
    assert execution.snapshot().profit_target_reached_at == after(days=2, minutes=1)


def test_blue_guardian_day_changes_at_five_in_the_afternoon_in_new_york() -> None:
    execution = opened_under("blue_guardian_2_step")
    execution.execute_trade(trade(1, "1", datetime(2026, 3, 2, 21, 59, tzinfo=UTC)))
    execution.execute_trade(trade(2, "1", datetime(2026, 3, 2, 22, 0, tzinfo=UTC)))

    assert execution.snapshot().trading_date == date(2026, 3, 3)


def test_pause_of_apex_end_of_day_is_told_once_a_day_and_ends_with_the_day() -> None:
    execution = opened_under("apex_end_of_day", "50000")
    execution.execute_trade(trade(1, "-1000"))
    execution.execute_trade(trade(2, "-10", after(minutes=1)))
    execution.execute_trade(trade(3, "500", after(minutes=2)))
    execution.execute_trade(trade(4, "-500", after(minutes=3)))
    first_day = events_of(execution)
    execution.execute_trade(trade(5, "-900", after(days=1)))

    row = execution.snapshot()
    assert row.status is ChallengeStatus.ACTIVE
    assert kinds_of(first_day).count(EventType.RISK_VIOLATION_DETECTED) == 1
    violation = only(first_day, EventType.RISK_VIOLATION_DETECTED)
    assert violation.event_data["severity"] == "pause_until_reset"
    assert EventType.RISK_VIOLATION_DETECTED not in kinds_of(events_of(execution))


def test_ftmo_target_needs_closed_trades_and_four_trading_days() -> None:
    execution = opened_under("ftmo_2_step")
    for day in range(3):
        execution.execute_trade(trade(day, "4000", after(days=day), opened_at=after(days=day, minutes=-5)))
    third_day = execution.snapshot()
    execution.execute_trade(trade(9, "1", after(days=3), opened_at=after(days=2)))
    opened_the_day_before = execution.snapshot()
    execution.execute_trade(trade(10, "1", after(days=3, hours=1), opened_at=after(days=3)))

    assert third_day.current_equity == Decimal(112000)
    assert third_day.profit_target_reached_at is None
    assert opened_the_day_before.profit_target_reached_at is None
    assert execution.snapshot().profit_target_reached_at == after(days=3, hours=1)


def test_the5ers_needs_three_days_of_half_a_percent() -> None:
    execution = opened_under("the5ers_high_stakes")
    for day, result in enumerate(("9000", "499.99", "500")):
        execution.execute_trade(trade(day, result, after(days=day)))
    two_days = execution.snapshot()
    execution.execute_trade(trade(8, "500", after(days=3)))

    assert two_days.profit_target_reached_at is None
    assert execution.snapshot().profit_target_reached_at == after(days=3)


def _without_target(name: str) -> Terms:
    terms = preset(name).terms(Decimal(100000))
    terms.rules_config["target"] = None
    return terms
