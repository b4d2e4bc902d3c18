"""Closed trades in groups: by symbol, side, weekday, hour and holding time."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final

from tradesense_desktop.domain.closed_trade import ClosedTrade
from tradesense_desktop.domain.money import ZERO, Fraction, Money, quotient
from tradesense_desktop.domain.trading_day import WallClock

HOLDING_TIMES: Final = (
    ("under 1 minute", timedelta(minutes=1)),
    ("1 to 15 minutes", timedelta(minutes=15)),
    ("15 to 60 minutes", timedelta(hours=1)),
    ("1 to 4 hours", timedelta(hours=4)),
    ("4 to 24 hours", timedelta(days=1)),
    ("1 to 7 days", timedelta(days=7)),
)
LONGER: Final = "over 7 days"
NOT_KNOWN: Final = "not known"


class Dimension(StrEnum):
    """What trades are grouped by; weekday and hour are those of the closing."""

    SYMBOL = "symbol"
    SIDE = "side"
    WEEKDAY = "weekday"
    HOUR = "hour"
    HOLDING_TIME = "holding_time"


@dataclass(frozen=True, slots=True)
class Group:
    """The trades of one group; `key` is a symbol, a side, a weekday (0 is Monday), an hour or a holding time."""

    key: str | int
    trades: int
    wins: int
    losses: int
    net: Money
    win_rate: Fraction | None
    average: Money


def breakdown(trades: Iterable[ClosedTrade], dimension: Dimension, zone: str = "UTC") -> tuple[Group, ...]:
    """The trades in groups, in the order of their keys; `zone` says whose weekdays and hours. Raises UnknownZone."""
    key_of = _key(dimension, WallClock.named(zone))
    counts: dict[str | int, list[int]] = {}
    sums: dict[str | int, Money] = {}
    for trade in trades:
        key = key_of(trade)
        count = counts.setdefault(key, [0, 0, 0])
        count[0] += 1
        count[1] += trade.realized_pnl > ZERO
        count[2] += trade.realized_pnl < ZERO
        sums[key] = sums.get(key, ZERO) + trade.realized_pnl
    return tuple(_group(key, counts[key], sums[key]) for key in sorted(counts, key=_order(dimension)))


def _group(key: str | int, count: list[int], net: Money) -> Group:
    trades, wins, losses = count
    decided = wins + losses
    rate = quotient(Fraction(wins), Fraction(decided)) if decided else None
    return Group(key, trades, wins, losses, net, rate, quotient(net, Money(trades)))


def _key(dimension: Dimension, clock: WallClock) -> Callable[[ClosedTrade], str | int]:
    keys: dict[Dimension, Callable[[ClosedTrade], str | int]] = {
        Dimension.SYMBOL: lambda trade: trade.symbol,
        Dimension.SIDE: lambda trade: trade.side.value,
        Dimension.WEEKDAY: lambda trade: clock.reading(trade.executed_at).weekday(),
        Dimension.HOUR: lambda trade: clock.reading(trade.executed_at).hour,
        Dimension.HOLDING_TIME: _holding_time,
    }
    return keys[dimension]


def _holding_time(trade: ClosedTrade) -> str:
    time = trade.holding_time
    if time is None:
        return NOT_KNOWN
    return next((name for name, limit in HOLDING_TIMES if time < limit), LONGER)


def _order(dimension: Dimension) -> Callable[[str | int], Any]:
    if dimension is Dimension.HOLDING_TIME:
        places = {name: place for place, (name, _) in enumerate(HOLDING_TIMES)}
        return lambda key: places.get(str(key), len(places) + (key == NOT_KNOWN))
    return lambda key: key
