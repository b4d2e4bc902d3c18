from datetime import date
from decimal import Decimal

from tests.unit.domain.challenges import after, opened, trade
from tradesense_desktop.domain.daily_series import (
    DailyResult,
    Drawdown,
    drawdown,
    open_day,
    returns,
    with_flat_days,
)


def ends(*equities: int) -> list[DailyResult]:
    before, series = 10000, []
    for day, equity in enumerate(equities, 2):
        series.append(DailyResult(date(2026, 3, day), Decimal(equity - before), Decimal(equity)))
        before = equity
    return series


def test_weekdays_without_a_row_are_kept_flat_and_weekends_only_with_a_row() -> None:
    friday = DailyResult(date(2026, 3, 6), Decimal(10), Decimal(10010))
    saturday = DailyResult(date(2026, 3, 14), Decimal(5), Decimal(10015))

    assert with_flat_days([friday, saturday]) == [
        friday,
        *(DailyResult(date(2026, 3, day), Decimal(0), Decimal(10010)) for day in range(9, 14)),
        saturday,
    ]


def test_return_of_a_day_is_its_result_by_the_equity_it_began_with() -> None:
    assert returns(ends(10100, 9999)) == [Decimal("0.01"), Decimal("-0.01")]
    assert returns([DailyResult(date(2026, 3, 2), Decimal(5), Decimal(5))]) == [Decimal(0)]


def test_drawdown_of_the_first_day_counts_from_the_initial_balance() -> None:
    assert drawdown(ends(9000, 9500), Decimal(10000)) == Drawdown(Decimal(1000), Decimal("0.1"), 2)


def test_drawdown_lasts_from_its_peak_until_the_peak_is_reached_again() -> None:
    assert drawdown(ends(12000, 9000, 11000, 12000, 11999), Decimal(10000)) == Drawdown(
        Decimal(3000), Decimal("0.25"), 3
    )


def test_deepest_fall_in_money_and_in_percent_may_be_two_falls() -> None:
    found = drawdown(ends(7000, 20000, 16500), Decimal(10000))

    assert (found.money, found.percent, found.days) == (Decimal(3500), Decimal("0.3"), 2)


def test_series_that_never_falls_has_no_drawdown() -> None:
    assert drawdown(ends(10000, 10001), Decimal(10000)) == Drawdown(Decimal(0), Decimal(0), 0)
    assert drawdown([], Decimal(10000)) == Drawdown(Decimal(0), Decimal(0), 0)


def test_open_day_is_the_one_that_no_event_tells_of_yet() -> None:
    execution = opened()
    assert open_day(execution.snapshot()) is None

    execution.execute_trade(trade(1, "300"))
    execution.execute_trade(trade(2, "-100", after(days=1)))

    assert open_day(execution.snapshot()) == DailyResult(date(2026, 3, 3), Decimal(-100), Decimal(100200))
    execution.close_day(after(days=2))
    assert open_day(execution.snapshot()) is None
