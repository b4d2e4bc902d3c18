"""Unusual activity: each measure crosses its threshold where it was reckoned by hand, and once."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.domain.challenges import MONDAY, after, opened, opened_under, trade
from tradesense_desktop.domain.activity import (
    CLOSINGS,
    INACTIVE,
    PROFIT,
    TRADE_SIZE,
    ActivityFinding,
    WatchedTrade,
    inactivity,
    unusual_activity,
)
from tradesense_desktop.domain.activity_thresholds import ActivityThresholds
from tradesense_desktop.domain.alert import AlertSeverity, AlertType
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.state_record import state_of

OFF: dict[str, Any] = {"inactive_days": None, "size_factor": None, "closings_a_minute": None, "profit_part": None}


def watched(
    number: int, *, lots: str = "1", result: str = "0", at: datetime | None = None, symbol: str = "EURUSD"
) -> WatchedTrade:
    executed_at = MONDAY + timedelta(hours=number) if at is None else at
    return WatchedTrade(number, symbol, Decimal(lots), Decimal(result), executed_at)


def found(trades: list[WatchedTrade], **thresholds: Any) -> list[ActivityFinding]:
    return list(unusual_activity(trades, Decimal(10_000), "EUR", ActivityThresholds(**(OFF | thresholds))))


def places(findings: list[ActivityFinding]) -> list[tuple[str, str]]:
    return [(finding.rule_id, finding.key) for finding in findings]


def lots(*sizes: str) -> list[WatchedTrade]:
    return [watched(number, lots=size) for number, size in enumerate(sizes, 1)]


def results(*amounts: str) -> list[WatchedTrade]:
    return [watched(number, result=amount) for number, amount in enumerate(amounts, 1)]


# Sizes


def test_a_trade_of_the_factor_times_the_median_is_found_and_one_of_less_is_not() -> None:
    before = ["1", "2", "3", "4"]  # median 2.5, three times that is 7.5

    assert places(found(lots(*before, "7.5"), size_factor=Decimal(3), size_trades=4)) == [(TRADE_SIZE, "5")]
    assert places(found(lots(*before, "7.49"), size_factor=Decimal(3), size_trades=4)) == []


def test_a_size_is_told_with_what_it_is_compared_with() -> None:
    (finding,) = found(lots("1", "2", "3", "4", "8"), size_factor=Decimal(3), size_trades=4)

    assert (finding.alert_type, finding.severity) == (AlertType.UNUSUAL_ACTIVITY, AlertSeverity.MEDIUM)
    assert finding.at == MONDAY + timedelta(hours=5)
    assert finding.threshold == Decimal(3)
    assert finding.message == (
        "Trade 5 closed 8 EURUSD, 3.2 times the median of the 4 trades of that symbol before it (2.5)."
    )
    assert finding.alert_data == {
        "trade_number": 5,
        "symbol": "EURUSD",
        "quantity": "8",
        "median": "2.5",
        "preceding": 4,
        "key": "5",
    }


def test_a_run_of_large_trades_is_found_once_and_again_after_an_ordinary_one() -> None:
    sizes = lots("1", "1", "1", "9", "9", "1", "1", "9")

    assert places(found(sizes, size_factor=Decimal(5), size_trades=3)) == [(TRADE_SIZE, "4"), (TRADE_SIZE, "8")]


def test_too_few_trades_of_the_symbol_say_nothing() -> None:
    assert found(lots("1", "1", "99"), size_factor=Decimal(5), size_trades=3) == []


def test_symbols_are_compared_with_themselves() -> None:
    trades = [watched(number, lots="100", symbol="US100") for number in range(1, 4)]
    trades += [watched(number, lots="1") for number in range(4, 7)]
    trades += [watched(7, lots="9"), watched(8, lots="100", symbol="US100")]

    assert places(found(trades, size_factor=Decimal(5), size_trades=3)) == [(TRADE_SIZE, "7")]


def test_a_habit_that_changed_fifty_trades_ago_is_forgotten() -> None:
    trades = lots(*["1"] * 60, *["4"] * 51, "19")  # 19 is below five times 4, far above five times 1

    assert found(trades, size_factor=Decimal(5), size_trades=20) == []


# Closings


def test_rows_of_one_time_are_one_closing() -> None:
    basket = [watched(number, at=MONDAY) for number in range(1, 24)]

    assert found(basket, closings_a_minute=2) == []


@pytest.mark.parametrize(("seconds", "expected"), [(59, [(CLOSINGS, "3")]), (60, [])])
def test_a_minute_is_less_than_sixty_seconds_from_the_first_to_the_last(
    seconds: int, expected: list[tuple[str, str]]
) -> None:
    trades = [watched(1, at=MONDAY), watched(2, at=after(seconds=30)), watched(3, at=after(seconds=seconds))]

    assert places(found(trades, closings_a_minute=3)) == expected


def test_a_storm_of_closings_is_found_once_and_the_next_one_again() -> None:
    times = [0, 1, 2, 3, 4, 600, 601, 602]
    trades = [watched(number, at=after(seconds=second)) for number, second in enumerate(times, 1)]

    assert places(found(trades, closings_a_minute=3)) == [(CLOSINGS, "3"), (CLOSINGS, "8")]


# Profits


def test_one_trade_that_makes_the_part_of_the_initial_balance_is_found_and_told() -> None:
    (finding,) = found(results("499.99", "500"), profit_part=Decimal("0.05"))

    assert (finding.rule_id, finding.key, finding.threshold) == (PROFIT, "2", Decimal("0.05"))
    assert finding.message == "Trade 2 on EURUSD made +500.00 EUR, 5.0 % of the initial balance."


def test_profits_in_a_row_are_found_once_and_a_loss_never() -> None:
    trades = results("600", "700", "-5000", "600")

    assert places(found(trades, profit_part=Decimal("0.05"))) == [(PROFIT, "1"), (PROFIT, "4")]


def test_all_measures_are_told_in_the_order_of_the_trades() -> None:
    trades = [*lots("1", "1", "1"), watched(4, lots="9", result="900"), watched(5, at=MONDAY + timedelta(hours=4))]
    measures = found(trades, size_factor=Decimal(5), size_trades=3, profit_part=Decimal("0.05"), closings_a_minute=20)

    assert places(measures) == [(TRADE_SIZE, "4"), (PROFIT, "4")]


def test_defaults_leave_an_ordinary_ledger_alone() -> None:
    ordinary = [
        watched(number, lots=str(1 + number % 4), result=str((number * 37) % 200 - 90), at=after(minutes=3 * number))
        for number in range(1, 200)
    ]

    assert list(unusual_activity(ordinary, Decimal(10_000), "EUR", ActivityThresholds())) == []


# Inactivity


def idle(execution: Execution, now: datetime, days: int | None = 14) -> ActivityFinding | None:
    return inactivity(state_of(execution.snapshot()), ActivityThresholds(inactive_days=days), now)


def test_fourteen_whole_days_after_the_day_of_the_last_trade_are_one_too_many() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "10"))  # Monday, 2 March 2026, 10:00 UTC
    over = datetime(2026, 3, 17, tzinfo=UTC)

    assert idle(execution, over - timedelta(microseconds=1)) is None
    finding = idle(execution, over)
    assert finding is not None
    assert (finding.rule_id, finding.key, finding.at) == (INACTIVE, "2026-03-02", over)
    assert finding.message == "Nothing was traded for 14 days since the last one on 2026-03-02."
    assert finding.alert_type is AlertType.INACTIVE_TRADING


def test_one_stretch_has_one_key_however_late_it_is_looked_at() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "10"))
    early, late = idle(execution, after(days=20)), idle(execution, after(days=900))

    assert early == late
    execution.execute_trade(trade(2, "10", after(days=30)))
    again = idle(execution, after(days=900))
    assert again is not None
    assert again.key == date(2026, 4, 1).isoformat()


def test_days_are_those_of_the_reset_zone() -> None:
    execution = opened(reset="Pacific/Auckland 00:00")
    execution.execute_trade(trade(1, "10", datetime(2026, 3, 2, 12, tzinfo=UTC)))  # 3 March, 01:00 there

    finding = idle(execution, after(days=60), 1)

    assert finding is not None
    assert (finding.key, finding.at) == ("2026-03-03", datetime(2026, 3, 4, 11, tzinfo=UTC))


def test_a_challenge_started_without_a_trade_is_idle_since_then() -> None:
    execution = opened()
    execution.start(MONDAY)

    finding = idle(execution, after(days=15))

    assert finding is not None
    assert finding.message == "Nothing was traded for 14 days since it started on 2026-03-02."


def _waiting() -> Execution:
    execution = opened()
    execution.execute_trade(trade(1, "8000"))
    assert execution.is_frozen
    return execution


def _failed() -> Execution:
    execution = opened()
    execution.execute_trade(trade(1, "-6000"))
    return execution


def _journal() -> Execution:
    execution = opened_under("journal")
    execution.execute_trade(trade(1, "10"))
    return execution


@pytest.mark.parametrize("make", [opened, _waiting, _failed, _journal])
def test_pending_frozen_ended_and_unjudged_challenges_are_never_idle(make: Any) -> None:
    assert idle(make(), after(days=900)) is None


def test_idleness_can_be_turned_off() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "10"))

    assert idle(execution, after(days=900), None) is None
