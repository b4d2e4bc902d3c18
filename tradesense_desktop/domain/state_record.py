"""The row of a challenge and the state it stands for, both ways.

`rule_state` holds what the columns do not: counts behind the quotients, the settlement that is unfinished, the
day's own figures, what each loss rule remembers, the days that count, approvals, samples, and the decision.
"""

from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.instant import instant_text, parse_instant
from tradesense_desktop.domain.money import Fraction, Money, decimal_text, exact_text, quotient
from tradesense_desktop.domain.rule_set import RuleSet
from tradesense_desktop.domain.trading_day import DaySet


def rules_of(challenge: Challenge) -> RuleSet:
    """The rule set that a challenge is bound to."""
    return RuleSet.from_config(
        challenge.rules_config,
        initial_balance=challenge.initial_balance,
        max_daily_drawdown_percent=challenge.max_daily_drawdown_percent,
        max_total_drawdown_percent=challenge.max_total_drawdown_percent,
        profit_target_percent=challenge.profit_target_percent,
    )


def state_of(challenge: Challenge) -> ChallengeState:
    """The state that a stored row stands for."""
    state = ChallengeState(rules_of(challenge))
    state.status = challenge.status
    state.current_balance = challenge.current_balance
    state.floating_pnl = challenge.floating_pnl
    state.current_equity = challenge.current_equity
    state.peak = challenge.max_equity_ever
    state.daily_start_equity = challenge.daily_start_equity
    state.daily_max_equity = challenge.daily_max_equity
    state.daily_min_equity = challenge.daily_min_equity
    state.total_trades = challenge.total_trades
    state.total_pnl = challenge.total_pnl
    state.outside_money = challenge.outside_money
    state.adjustments_total = challenge.adjustments_total
    state.started_at = challenge.started_at
    state.ended_at = challenge.ended_at
    state.last_trade_at = challenge.last_trade_at
    state.failure_reason = challenge.failure_reason
    state.profit_target_reached_at = challenge.profit_target_reached_at
    state.funded_at = challenge.funded_at
    state.trading_date = challenge.trading_date
    if challenge.trading_date is not None:
        state.day_start = state.rules.reset.start(challenge.trading_date)
        state.day_end = state.rules.reset.end(challenge.trading_date)
    if challenge.rule_state:
        _remember(state, challenge.rule_state)
    return state


def rule_state(state: ChallengeState) -> dict[str, Any]:
    """What `rule_state` of the row holds."""
    return {
        "wins": state.wins,
        "losses": state.losses,
        "last_row_at": _optional_instant(state.last_row_at),
        "settled_peak": None if state.is_settled else decimal_text(state.peak),
        "payouts": decimal_text(state.payouts),
        "day": {
            "trades": state.day_trades,
            "result": decimal_text(state.day_result),
            "start_balance": decimal_text(state.day_start_balance),
            "start_equity": decimal_text(state.day_start_equity),
        },
        "days": {
            "traded": state.traded_days.as_json(),
            "earned": state.earned_days.as_json(),
            "profitable": state.profitable_days,
            "best": decimal_text(state.best_day),
        },
        "highest_closed_balance": decimal_text(state.highest_closed_balance),
        "highest_end_of_day_balance": decimal_text(state.highest_end_of_day_balance),
        "rules": {tracker.rule.name.value: tracker.as_json() for tracker in state.trackers},
        "samples": {
            "count": state.samples,
            "last_at": _optional_instant(state.last_sample_at),
            "largest_gap_seconds": state.largest_gap,
        },
        "approvals": list(state.approvals),
        "frozen_alert_on": None if state.frozen_alert_on is None else state.frozen_alert_on.isoformat(),
        "awaits_row": state.awaits_row,
        "decision": state.decision,
    }


def _remember(state: ChallengeState, saved: Mapping[str, Any]) -> None:
    state.wins = saved["wins"]
    state.losses = saved["losses"]
    state.last_row_at = _instant_or_none(saved["last_row_at"])
    state.is_settled = saved["settled_peak"] is None
    if not state.is_settled:
        state.peak = Decimal(saved["settled_peak"])
    state.payouts = Decimal(saved["payouts"])
    day, days, samples = saved["day"], saved["days"], saved["samples"]
    state.day_trades = day["trades"]
    state.day_result = Decimal(day["result"])
    state.day_start_balance = Decimal(day["start_balance"])
    state.day_start_equity = Decimal(day["start_equity"])
    state.traded_days = DaySet.from_json(days["traded"])
    state.earned_days = DaySet.from_json(days["earned"])
    state.profitable_days = days["profitable"]
    state.best_day = Decimal(days["best"])
    state.highest_closed_balance = Decimal(saved["highest_closed_balance"])
    state.highest_end_of_day_balance = Decimal(saved["highest_end_of_day_balance"])
    for tracker in state.trackers:
        tracker.remember(saved["rules"][tracker.rule.name.value])
    state.samples = samples["count"]
    state.last_sample_at = _instant_or_none(samples["last_at"])
    state.largest_gap = samples["largest_gap_seconds"]
    state.approvals = list(saved["approvals"])
    frozen_alert_on = saved["frozen_alert_on"]
    state.frozen_alert_on = None if frozen_alert_on is None else date.fromisoformat(frozen_alert_on)
    state.awaits_row = saved["awaits_row"]
    state.decision = saved["decision"]


def moved_columns(state: ChallengeState) -> dict[str, Any]:
    """Every column that events move, as the row holds it. Raises InexactAmount where a sum outgrew its column."""
    decided = state.wins + state.losses
    columns: dict[str, Any] = {
        "current_balance": state.current_balance,
        "floating_pnl": state.floating_pnl,
        "current_equity": state.current_equity,
        "max_equity_ever": max(state.peak, state.current_equity),
        "daily_start_equity": state.daily_start_equity,
        "daily_max_equity": state.daily_max_equity,
        "daily_min_equity": state.daily_min_equity,
        "total_pnl": state.total_pnl,
        "outside_money": state.outside_money,
        "adjustments_total": state.adjustments_total,
        "win_rate": _share(state.wins, decided),
        "avg_trade_pnl": None if not state.total_trades else _average(state.total_pnl, state.total_trades),
    }
    for value in columns.values():
        if value is not None:
            exact_text(value)
    columns.update(
        trading_date=state.trading_date,
        total_trades=state.total_trades,
        status=state.status,
        started_at=state.started_at,
        ended_at=state.ended_at,
        last_trade_at=state.last_trade_at,
        failure_reason=state.failure_reason,
        profit_target_reached_at=state.profit_target_reached_at,
        funded_at=state.funded_at,
        rule_state=rule_state(state),
    )
    return columns


def _share(part: int, whole: int) -> Fraction | None:
    return None if not whole else quotient(Decimal(part), Decimal(whole))


def _average(total: Money, count: int) -> Money:
    return quotient(total, Decimal(count))


def _optional_instant(instant: datetime | None) -> str | None:
    return None if instant is None else instant_text(instant)


def _instant_or_none(text: str | None) -> datetime | None:
    return None if text is None else parse_instant(text)
