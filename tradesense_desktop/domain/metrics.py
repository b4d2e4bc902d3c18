"""Figures over closed trades and over the daily series, each with the formula that makes it.

Everything is exact decimal arithmetic (50 digits within), rounded half-even to 8 decimals at the end.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_HALF_EVEN, Context, Decimal, localcontext
from enum import StrEnum
from itertools import pairwise
from typing import Final

from tradesense_desktop.domain.closed_trade import ClosedTrade
from tradesense_desktop.domain.daily_series import DailyResult, drawdown, returns, with_flat_days
from tradesense_desktop.domain.money import ZERO, Money

DAYS_A_YEAR: Final = 252
LARGEST_SQN_COUNT: Final = 100
"""Trades that count at the most in the root of SQN, as its author has it."""

_LEAST_FOR_A_SPREAD: Final = 2
_STEP: Final = Decimal("0.00000001")
_WITHIN: Final = Context(prec=50)


class Unit(StrEnum):
    """What a figure is counted in; FRACTION is a part of one, RATIO a plain number."""

    MONEY = "money"
    FRACTION = "fraction"
    RATIO = "ratio"
    COUNT = "count"
    SECONDS = "seconds"
    DAYS = "days"


@dataclass(frozen=True, slots=True)
class MetricValue:
    """One figure; `value` is None where it is not defined, such as a profit factor without a loss."""

    key: str
    value: Decimal | int | None
    unit: Unit
    formula: str
    label: str


def metrics(
    trades: Iterable[ClosedTrade], days: Sequence[DailyResult], initial_balance: Money
) -> tuple[MetricValue, ...]:
    """All figures of a challenge.

    `trades` are in ledger order; `days` are its trading days in order, the open one last, days without a row left
    out (`with_flat_days` puts Monday to Friday back). Wins and losses are trades with a net result above and below
    0; trades of exactly 0 are counted apart and are neither.
    """
    with localcontext(_WITHIN):
        return (*_trade_metrics(list(trades)), *_daily_metrics(with_flat_days(days), initial_balance))


def _trade_metrics(trades: Sequence[ClosedTrade]) -> list[MetricValue]:
    results = [trade.realized_pnl for trade in trades]
    wins = [result for result in results if result > ZERO]
    losses = [result for result in results if result < ZERO]
    gained, lost = sum(wins, ZERO), sum(losses, ZERO)
    average_win, average_loss = _quotient(gained, len(wins)), _quotient(lost, len(losses))
    decided = len(wins) + len(losses)
    holding = [trade.holding_time for trade in trades]
    known = [time for time in holding if time is not None]
    multiples = [trade.realized_pnl / trade.initial_risk for trade in trades if trade.initial_risk is not None]
    return [
        _figure("trades", len(trades), Unit.COUNT, "number of closed trades", "Trades"),
        _figure("wins", len(wins), Unit.COUNT, "trades with net > 0", "Winning trades"),
        _figure("losses", len(losses), Unit.COUNT, "trades with net < 0", "Losing trades"),
        _figure("breakeven", len(trades) - decided, Unit.COUNT, "trades with net = 0", "Breakeven trades"),
        _figure("net_profit", sum(results, ZERO), Unit.MONEY, "Σ net", "Net profit"),
        _figure("gross_profit", gained, Unit.MONEY, "Σ net of wins", "Gross profit"),
        _figure("gross_loss", lost, Unit.MONEY, "Σ net of losses", "Gross loss"),
        _figure(
            "win_rate", _quotient(Decimal(len(wins)), decided), Unit.FRACTION, "wins ÷ (wins + losses)", "Win rate"
        ),
        _figure(
            "profit_factor", _ratio(gained, -lost), Unit.RATIO, "Σ net of wins ÷ |Σ net of losses|", "Profit factor"
        ),
        _figure("average_win", average_win, Unit.MONEY, "Σ net of wins ÷ wins", "Average win"),
        _figure("average_loss", average_loss, Unit.MONEY, "Σ net of losses ÷ losses", "Average loss"),
        _figure(
            "payoff_ratio",
            None if average_win is None or average_loss is None else average_win / -average_loss,
            Unit.RATIO,
            "average win ÷ |average loss|",
            "Payoff ratio",
        ),
        _figure("expectancy", _quotient(gained + lost, decided), Unit.MONEY, "Σ net ÷ (wins + losses)", "Expectancy"),
        _figure("largest_win", max(wins, default=None), Unit.MONEY, "greatest net above 0", "Largest win"),
        _figure("largest_loss", min(losses, default=None), Unit.MONEY, "smallest net below 0", "Largest loss"),
        _figure(
            "longest_winning_streak",
            _longest_streak(results, 1),
            Unit.COUNT,
            "most wins in a row; a breakeven ends it",
            "Longest winning streak",
        ),
        _figure(
            "longest_losing_streak",
            _longest_streak(results, -1),
            Unit.COUNT,
            "most losses in a row; a breakeven ends it",
            "Longest losing streak",
        ),
        _figure(
            "average_holding_time",
            _quotient(_seconds(sum(known, timedelta())), len(known)),
            Unit.SECONDS,
            "Σ (closing − opening) ÷ trades whose opening is known",
            "Average holding time",
        ),
        _figure(
            "r_trades",
            len(multiples),
            Unit.COUNT,
            "trades whose first stop is known and stood before the entry",
            "Trades with a known risk",
        ),
        _figure(
            "average_r",
            _quotient(sum(multiples, ZERO), len(multiples)),
            Unit.RATIO,
            "mean of net ÷ initial risk; risk = |gross ÷ price move| × distance of the first stop",
            "Average R multiple",
        ),
        _figure(
            "sqn",
            _system_quality(multiples),
            Unit.RATIO,
            "√min(n, 100) × mean(R) ÷ deviation(R), n − 1",
            "System quality number",
        ),
    ]


def _daily_metrics(series: Sequence[DailyResult], initial_balance: Money) -> list[MetricValue]:
    daily = returns(series)
    fall = drawdown(series, initial_balance)
    made = series[-1].end - initial_balance if series else ZERO
    results = [day.result for day in series]
    mean = _quotient(sum(daily, ZERO), len(daily))
    spread = _deviation(daily)
    downside = _downside(daily)
    yearly = _yearly_growth(daily)
    root = Decimal(DAYS_A_YEAR).sqrt()
    return [
        _figure(
            "trading_days",
            len(series),
            Unit.DAYS,
            "Monday to Friday from the first to the last day, and weekend days with a row",
            "Days in the series",
        ),
        _figure(
            "maximum_drawdown", fall.money, Unit.MONEY, "max (peak − equity), at the days' ends", "Maximum drawdown"
        ),
        _figure(
            "maximum_drawdown_percent",
            fall.percent,
            Unit.FRACTION,
            "max ((peak − equity) ÷ peak), peak from the initial balance on",
            "Maximum drawdown in percent",
        ),
        _figure(
            "maximum_drawdown_days",
            fall.days,
            Unit.DAYS,
            "days from the peak until it was reached again, or to the last day",
            "Duration of the maximum drawdown",
        ),
        _figure(
            "sharpe",
            None if mean is None or not spread else mean / spread * root,
            Unit.RATIO,
            "mean(r) ÷ deviation(r), n − 1, × √252; r = result ÷ equity at the day's start",
            "Sharpe ratio",
        ),
        _figure(
            "sortino",
            None if mean is None or not downside else mean / downside * root,
            Unit.RATIO,
            "mean(r) ÷ √(Σ min(r, 0)² ÷ n) × √252",
            "Sortino ratio",
        ),
        _figure(
            "calmar",
            None if yearly is None or not fall.percent else yearly / fall.percent,
            Unit.RATIO,
            "((Π (1 + r)) ^ (252 ÷ n) − 1) ÷ maximum drawdown in percent",
            "Calmar ratio",
        ),
        _figure(
            "recovery_factor",
            _ratio(made, fall.money),
            Unit.RATIO,
            "(last equity − initial balance) ÷ maximum drawdown, signed",
            "Recovery factor",
        ),
        _figure("best_day", max(results, default=None), Unit.MONEY, "greatest result of a day", "Best day"),
        _figure("worst_day", min(results, default=None), Unit.MONEY, "smallest result of a day", "Worst day"),
    ]


def _figure(key: str, value: Decimal | int | None, unit: Unit, formula: str, label: str) -> MetricValue:
    if isinstance(value, Decimal):
        value = value.quantize(_STEP, rounding=ROUND_HALF_EVEN)
    return MetricValue(key, value, unit, formula, label)


def _quotient(total: Decimal, count: int) -> Decimal | None:
    return total / count if count else None


def _ratio(part: Decimal, whole: Decimal) -> Decimal | None:
    return part / whole if whole else None


def _seconds(time: timedelta) -> Decimal:
    return Decimal(time // timedelta(microseconds=1)) / 1_000_000


def _longest_streak(results: Sequence[Money], sign: int) -> int:
    longest = current = 0
    for result in results:
        current = current + 1 if result * sign > ZERO else 0
        longest = max(longest, current)
    return longest


def _deviation(values: Sequence[Decimal]) -> Decimal | None:
    """Standard deviation with n − 1; None for fewer than two values, 0 exactly where all are the same."""
    if len(values) < _LEAST_FOR_A_SPREAD:
        return None
    if all(first == second for first, second in pairwise(values)):
        return ZERO
    mean = sum(values, ZERO) / len(values)
    return (sum(((value - mean) ** 2 for value in values), ZERO) / (len(values) - 1)).sqrt()


def _downside(values: Sequence[Decimal]) -> Decimal | None:
    if not values:
        return None
    return (sum((min(value, ZERO) ** 2 for value in values), ZERO) / len(values)).sqrt()


def _yearly_growth(values: Sequence[Decimal]) -> Decimal | None:
    if not values:
        return None
    growth = Decimal(1)
    for value in values:
        growth *= 1 + value
    return None if growth < ZERO else growth ** (Decimal(DAYS_A_YEAR) / len(values)) - 1


def _system_quality(multiples: Sequence[Decimal]) -> Decimal | None:
    spread = _deviation(multiples)
    if not spread:
        return None
    count = Decimal(min(len(multiples), LARGEST_SQN_COUNT))
    return count.sqrt() * (sum(multiples, ZERO) / len(multiples)) / spread
