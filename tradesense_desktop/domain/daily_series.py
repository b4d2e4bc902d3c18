"""The daily series of a challenge: one result a trading day, flat days kept, and the drawdown on it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.money import ZERO, Money

_ONE_DAY: Final = timedelta(days=1)
_SATURDAY: Final = 5


@dataclass(frozen=True, slots=True)
class DailyResult:
    """One trading day: what it made, and the equity at its end."""

    day: date
    result: Money
    end: Money


@dataclass(frozen=True, slots=True)
class Drawdown:
    """The deepest fall below the peak so far, in money and as a part of the peak, which may be two falls.

    `days` is how many days of the series the deepest one by percent lasted, from its peak to the day that reached
    it again, or to the last day where none did.
    """

    money: Money
    percent: Decimal
    days: int


def open_day(challenge: Challenge) -> DailyResult | None:
    """The trading day that is still open, which no DAILY_PNL_CALCULATED tells of yet.

    None before the start, and where the day has only begun: no trade, and equity where it was at the reset.
    """
    if challenge.trading_date is None or not challenge.rule_state:
        return None
    day = challenge.rule_state["day"]
    started_with = Decimal(day["start_equity"])
    if not day["trades"] and challenge.current_equity == started_with:
        return None
    return DailyResult(challenge.trading_date, challenge.current_equity - started_with, challenge.current_equity)


def with_flat_days(days: Sequence[DailyResult]) -> list[DailyResult]:
    """`days` (in order, one each) and the days from Monday to Friday between them that had no row."""
    series: list[DailyResult] = []
    for result in days:
        if series:
            between = series[-1].day + _ONE_DAY
            while between < result.day:
                if between.weekday() < _SATURDAY:
                    series.append(DailyResult(between, ZERO, series[-1].end))
                between += _ONE_DAY
        series.append(result)
    return series


def returns(series: Sequence[DailyResult]) -> list[Decimal]:
    """Each day's result as a part of the equity that it began with; 0 where that was 0."""
    return [ZERO if day.end == day.result else day.result / (day.end - day.result) for day in series]


def drawdown(series: Sequence[DailyResult], initial_balance: Money) -> Drawdown:
    """The maximum drawdown on daily ends, the peak seeded with the initial balance."""
    peak, peak_index = initial_balance, -1
    money = percent = ZERO
    deepest_from = -1
    for index, day in enumerate(series):
        if day.end >= peak:
            peak, peak_index = day.end, index
            continue
        fall = peak - day.end
        money = max(money, fall)
        if fall / peak > percent:
            percent, deepest_from = fall / peak, peak_index
    if not percent:
        return Drawdown(ZERO, ZERO, 0)
    top = initial_balance if deepest_from < 0 else series[deepest_from].end
    recovered = (index for index in range(deepest_from + 1, len(series)) if series[index].end >= top)
    return Drawdown(money, percent, next(recovered, len(series) - 1) - deepest_from)
