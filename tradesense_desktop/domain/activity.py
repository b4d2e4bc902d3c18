"""What is unusual about how a challenge is traded: pure functions of the ledger's trades in order, and of an instant.

A finding is the moment at which a measure goes from below its threshold to it or above; it ends when the measure falls
below again, so that a run of large trades is found once. Nobody fails by a finding: it asks a person to look.
Trades are looked at one by one, in constant time and memory for each of them but for its symbol's last sizes.
"""

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, Final, NamedTuple

from tradesense_desktop.domain.activity_thresholds import ActivityThresholds
from tradesense_desktop.domain.alert import AlertSeverity, AlertType
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.money import Fraction, Money, Quantity, decimal_text, quotient, signed_money_text

INACTIVE: Final = "activity.inactive_days"
TRADE_SIZE: Final = "activity.trade_size"
CLOSINGS: Final = "activity.closings"
PROFIT: Final = "activity.trade_profit"

SIZES_REMEMBERED: Final = 50
"""Preceding trades of a symbol whose median is taken; enough for a habit, few enough to follow one that changes."""
_ONE_MINUTE: Final = timedelta(minutes=1)


class WatchedTrade(NamedTuple):
    """What is looked at of a row of the ledger; `executed_at` is aware UTC, `realized_pnl` net."""

    sequence_number: int
    symbol: str
    quantity: Quantity
    realized_pnl: Money
    executed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityFinding:
    """A crossing, ready to become an alert; within a challenge, `rule_id` and `key` tell it from every other one.

    `at` is when the threshold was reached; `data` holds what was measured, numbers as integers or decimal texts.
    """

    alert_type: AlertType
    severity: AlertSeverity
    rule_id: str
    key: str
    at: datetime
    title: str
    message: str
    recommended_actions: str
    threshold: Fraction
    data: dict[str, Any]

    @property
    def alert_data(self) -> dict[str, Any]:
        """What the alert holds: the measures, and the key by which the crossing is known again."""
        return {**self.data, "key": self.key}


def unusual_activity(
    trades: Iterable[WatchedTrade], initial_balance: Money, currency: str, thresholds: ActivityThresholds
) -> Iterator[ActivityFinding]:
    """The crossings of a whole ledger, oldest first; `trades` come in order of their sequence numbers."""
    sizes = None if thresholds.size_factor is None else _Sizes(thresholds.size_factor, thresholds.size_trades)
    closings = None if thresholds.closings_a_minute is None else _Closings(thresholds.closings_a_minute)
    profits = None if thresholds.profit_part is None else _Profits(thresholds.profit_part, initial_balance, currency)
    watches = [watch for watch in (sizes, closings, profits) if watch is not None]
    for trade in trades:
        for watch in watches:
            found = watch.see(trade)
            if found is not None:
                yield found


def inactivity(state: ChallengeState, thresholds: ActivityThresholds, now: datetime) -> ActivityFinding | None:
    """That nobody has traded for too long as of `now` (UTC), found once for each stretch without a trade.

    Asked of ACTIVE judged challenges that wait for nobody's decision. N days without a trade are N whole days, in the
    reset zone, after the day of the last trade (or of the start), as a rule set's own `inactivity_days` counts them.
    """
    days = thresholds.inactive_days
    is_watched = state.status is ChallengeStatus.ACTIVE and state.rules.is_judged and not state.is_frozen
    if days is None or not is_watched or state.started_at is None:
        return None
    reset = state.rules.reset
    last = reset.day_of(state.last_trade_at or state.started_at)
    at = reset.start(last + timedelta(days=days + 1))
    if now < at:
        return None
    since = "it started" if state.last_trade_at is None else "the last one"
    return ActivityFinding(
        alert_type=AlertType.INACTIVE_TRADING,
        severity=AlertSeverity.LOW,
        rule_id=INACTIVE,
        key=last.isoformat(),
        at=at,
        title=f"No trade for {_days(days)}",
        message=f"Nothing was traded for {_days(days)} since {since} on {last}.",
        recommended_actions="Import a newer statement if there were trades since; otherwise ask whether the challenge "
        "goes on, and mind the rule set's own limit for inactivity.",
        threshold=Decimal(days),
        data={"days": days, "last_trading_date": last.isoformat()},
    )


class _Sizes:
    """How large a trade is beside the median of its symbol's preceding ones."""

    __slots__ = ("_above", "_factor", "_least", "_order", "_sorted")

    def __init__(self, factor: Decimal, least: int) -> None:
        self._factor = factor
        self._least = least
        self._order: dict[str, deque[Quantity]] = {}
        self._sorted: dict[str, list[Quantity]] = {}
        self._above: set[str] = set()

    def see(self, trade: WatchedTrade) -> ActivityFinding | None:
        symbol, quantity = trade.symbol, trade.quantity
        order = self._order.get(symbol)
        if order is None:
            self._order[symbol] = deque((quantity,))
            self._sorted[symbol] = [quantity]
            return None
        sizes = self._sorted[symbol]
        found = None
        count = len(sizes)
        if count >= self._least:
            # Twice the median, so that nothing is divided.
            doubled = sizes[count // 2] + sizes[(count - 1) // 2]
            if quantity * 2 < self._factor * doubled:
                self._above.discard(symbol)
            elif symbol not in self._above:
                self._above.add(symbol)
                found = self._finding(trade, doubled / 2, count)
        if count >= SIZES_REMEMBERED:
            del sizes[bisect_left(sizes, order.popleft())]
        order.append(quantity)
        insort(sizes, quantity)
        return found

    def _finding(self, trade: WatchedTrade, median: Quantity, count: int) -> ActivityFinding:
        times = quotient(trade.quantity, median)
        return ActivityFinding(
            alert_type=AlertType.UNUSUAL_ACTIVITY,
            severity=AlertSeverity.MEDIUM,
            rule_id=TRADE_SIZE,
            key=str(trade.sequence_number),
            at=trade.executed_at,
            title="Trade far larger than usual",
            message=f"Trade {trade.sequence_number} closed {decimal_text(trade.quantity)} {trade.symbol}, {times:.1f} "
            f"times the median of the {count} trades of that symbol before it ({decimal_text(median)}).",
            recommended_actions="Look at the trades around it: a larger size after losses, or one trade that decides "
            "the challenge, is worth a question to the trader.",
            threshold=self._factor,
            data={
                "trade_number": trade.sequence_number,
                "symbol": trade.symbol,
                "quantity": decimal_text(trade.quantity),
                "median": decimal_text(median),
                "preceding": count,
            },
        )


class _Closings:
    """How often within one minute something was closed; rows of one time are one settlement and count once."""

    __slots__ = ("_count", "_is_above", "_times")

    def __init__(self, count: int) -> None:
        self._count = count
        self._times: deque[datetime] = deque()
        self._is_above = False

    def see(self, trade: WatchedTrade) -> ActivityFinding | None:
        times, at = self._times, trade.executed_at
        if times and times[-1] == at:
            return None
        times.append(at)
        while at - times[0] >= _ONE_MINUTE:
            times.popleft()
        if len(times) < self._count:
            self._is_above = False
            return None
        if self._is_above:
            return None
        self._is_above = True
        return ActivityFinding(
            alert_type=AlertType.UNUSUAL_ACTIVITY,
            severity=AlertSeverity.LOW,
            rule_id=CLOSINGS,
            key=str(trade.sequence_number),
            at=at,
            title="Many closings within one minute",
            message=f"Positions were closed at {len(times)} different times within one minute, the last of them "
            f"with trade {trade.sequence_number}.",
            recommended_actions="See whether a program trades here that the rules do not allow, or whether the same "
            "position was closed in many small parts.",
            threshold=Decimal(self._count),
            data={"trade_number": trade.sequence_number, "closings": len(times)},
        )


class _Profits:
    """How much of the initial balance one trade won; large losses have the alerts of the loss rules."""

    __slots__ = ("_currency", "_initial", "_is_above", "_limit", "_part")

    def __init__(self, part: Fraction, initial_balance: Money, currency: str) -> None:
        self._part = part
        self._initial = initial_balance
        self._limit = part * initial_balance
        self._currency = currency
        self._is_above = False

    def see(self, trade: WatchedTrade) -> ActivityFinding | None:
        if trade.realized_pnl < self._limit:
            self._is_above = False
            return None
        if self._is_above:
            return None
        self._is_above = True
        share = quotient(trade.realized_pnl * 100, self._initial)
        return ActivityFinding(
            alert_type=AlertType.UNUSUAL_ACTIVITY,
            severity=AlertSeverity.MEDIUM,
            rule_id=PROFIT,
            key=str(trade.sequence_number),
            at=trade.executed_at,
            title="One trade made much of the profit",
            message=f"Trade {trade.sequence_number} on {trade.symbol} made {signed_money_text(trade.realized_pnl)} "
            f"{self._currency}, {share:.1f} % of the initial balance.",
            recommended_actions="Compare what was risked with the other trades: one trade that makes a challenge says "
            "little about how the account would be traded.",
            threshold=self._part,
            data={
                "trade_number": trade.sequence_number,
                "symbol": trade.symbol,
                "realized_pnl": decimal_text(trade.realized_pnl),
                "initial_balance": decimal_text(self._initial),
            },
        )


def _days(count: int) -> str:
    return f"{count} day{'' if count == 1 else 's'}"
