"""The state of a challenge and how each event changes it: the one code that commands and replay share.

Execution decides and then calls these methods; replay calls the same ones with what the events hold. Whatever is
not in an event (the peak, the day's extremes, alerts that are out) is computed here from what is, so that folding
the events of a challenge gives its row again.
"""

from datetime import UTC, date, datetime
from typing import Any, Final

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.judgement import Finding, judge, judge_losses
from tradesense_desktop.domain.loss_rule import Evaluation, LossRuleName, LossTracker, Severity
from tradesense_desktop.domain.money import ZERO, Money
from tradesense_desktop.domain.rule_set import RuleSet
from tradesense_desktop.domain.trading_day import DaySet

_LATEST: Final = datetime.max.replace(tzinfo=UTC)
_NOTHING: Final[list[Finding]] = []


class ChallengeState:
    """A challenge while events are applied to it; the names are those of the table where the table has them.

    One thread. Every method that applies an event first judges a settlement that was left unfinished, so that a
    group whose last row never came is judged before whatever follows it.
    """

    __slots__ = (
        "adjustments_total",
        "approvals",
        "awaits_row",
        "best_day",
        "current_balance",
        "current_equity",
        "daily_max_equity",
        "daily_min_equity",
        "daily_start_equity",
        "day_end",
        "day_result",
        "day_start",
        "day_start_balance",
        "day_start_equity",
        "day_trades",
        "decision",
        "earned_days",
        "ended_at",
        "failure_reason",
        "floating_pnl",
        "frozen_alert_on",
        "funded_at",
        "highest_closed_balance",
        "highest_end_of_day_balance",
        "initial_balance",
        "is_settled",
        "largest_gap",
        "last_row_at",
        "last_sample_at",
        "last_trade_at",
        "losses",
        "opened_from",
        "opened_until",
        "outside_money",
        "payouts",
        "peak",
        "profit_target_reached_at",
        "profitable_days",
        "rules",
        "samples",
        "started_at",
        "status",
        "target_level",
        "total_pnl",
        "total_trades",
        "trackers",
        "traded_days",
        "trading_date",
        "wins",
    )

    def __init__(self, rules: RuleSet) -> None:
        initial = rules.initial_balance
        self.rules = rules
        self.initial_balance = initial
        self.status = ChallengeStatus.PENDING
        self.current_balance = self.current_equity = self.peak = initial
        self.daily_start_equity = self.daily_max_equity = self.daily_min_equity = initial
        self.day_start_balance = self.day_start_equity = initial
        self.highest_closed_balance = self.highest_end_of_day_balance = initial
        self.floating_pnl = self.total_pnl = self.outside_money = self.adjustments_total = self.payouts = ZERO
        self.day_result = self.best_day = ZERO
        self.total_trades = self.wins = self.losses = self.day_trades = self.profitable_days = 0
        self.samples = self.largest_gap = 0
        self.trading_date: date | None = None
        self.day_start = self.day_end = _LATEST
        self.opened_from = self.opened_until = _LATEST
        self.started_at: datetime | None = None
        self.ended_at: datetime | None = None
        self.last_trade_at: datetime | None = None
        self.last_row_at: datetime | None = None
        self.last_sample_at: datetime | None = None
        self.profit_target_reached_at: datetime | None = None
        self.funded_at: datetime | None = None
        self.failure_reason: str | None = None
        self.frozen_alert_on: date | None = None
        self.is_settled = True
        self.awaits_row = False
        self.decision: dict[str, Any] | None = None
        self.approvals: list[str] = []
        self.traded_days = DaySet()
        self.earned_days = DaySet()
        self.trackers = [LossTracker(rule, initial) for rule in rules.loss_rules]
        self.target_level: Money | None = None if rules.target is None else initial + rules.target.profit

    # What holds now

    @property
    def is_broken(self) -> bool:
        """Whether a rule has ended the challenge, and not a person."""
        return (
            self.status is ChallengeStatus.FAILED
            and self.decision is not None
            and self.decision["severity"] == Severity.FAIL
        )

    @property
    def is_frozen(self) -> bool:
        """Whether the target is reached and the challenge waits for the funding decision."""
        return (
            self.profit_target_reached_at is not None
            and self.rules.freezes_on_target
            and self.status is ChallengeStatus.ACTIVE
        )

    @property
    def accepts_rows(self) -> bool:
        """Whether a trade may still come: neither ended nor frozen."""
        return not self.status.is_end and not self.is_frozen

    def tracker(self, name: LossRuleName) -> LossTracker | None:
        """The loss rule of that name as it stands, or None where the rule set has none."""
        return next((tracker for tracker in self.trackers if tracker.rule.name is name), None)

    def trading_days(self) -> int:
        """Days on which a trade was opened and, where the rule set asks for it, the minimum profit was made."""
        minimum = self.rules.min_day_profit
        if minimum is None:
            return len(self.traded_days)
        today = self.trading_date
        earned_today = today is not None and today in self.traded_days and self.day_result >= minimum
        return self.traded_days.shared_with(self.earned_days) + earned_today

    def days_in_profit(self) -> int:
        """Trading days that made the minimum of `min_profitable_days`, the open one included."""
        rule = self.rules.min_profitable_days
        if rule is None:
            return 0
        return self.profitable_days + (self.trading_date is not None and self.day_result >= rule.minimum)

    def is_consistent(self) -> bool:
        """Whether the best day is no larger a part of the profit than allowed; false while there is no profit."""
        share = self.rules.best_day_share
        if share is None:
            return True
        total = self.total_pnl + self.adjustments_total
        return total > ZERO and max(self.best_day, self.day_result) <= share * total

    def are_days_met(self) -> bool:
        """Whether trading days and profitable days are enough."""
        profitable = self.rules.min_profitable_days
        return self.trading_days() >= self.rules.min_trading_days and (
            profitable is None or self.days_in_profit() >= profitable.days
        )

    # Events

    def start(self, at: datetime) -> None:
        """Begin trading: PENDING becomes ACTIVE and the trading day of `at` opens."""
        self.status = ChallengeStatus.ACTIVE
        self.started_at = self.last_row_at = at
        self._open_day(self.rules.reset.day_of(at))

    def trade(
        self, realized_pnl: Money, executed_at: datetime, opened_at: datetime | None, last_of_time: bool
    ) -> list[Finding]:
        """Apply a trade; judges after the last row of its time."""
        if not self.is_settled and executed_at != self.last_row_at:
            self.finish_settlement()
        balance = max(self.current_balance + realized_pnl, ZERO)
        self.current_balance = self.current_equity = balance
        self.floating_pnl = ZERO
        self.total_pnl += realized_pnl
        self.day_result += realized_pnl
        self.total_trades += 1
        self.day_trades += 1
        if realized_pnl > ZERO:
            self.wins += 1
        elif realized_pnl < ZERO:
            self.losses += 1
        self.last_trade_at = self.last_row_at = executed_at
        opened = executed_at if opened_at is None else opened_at
        if not self.opened_from <= opened < self.opened_until:
            self._count_opening(opened)
        if last_of_time:
            return self.settle(executed_at)
        self.is_settled = False
        return _NOTHING

    def book(self, kind: AdjustmentKind, amount: Money, executed_at: datetime, last_of_time: bool) -> list[Finding]:
        """Apply a balance operation of any kind; `amount` is signed."""
        if kind.is_outside_money:
            return self.move_outside_money(amount, executed_at, last_of_time)
        if kind is AdjustmentKind.PAYOUT:
            return self.pay_out(-amount, executed_at, last_of_time)
        return self.adjust(amount, executed_at, last_of_time)

    def adjust(self, amount: Money, executed_at: datetime, last_of_time: bool) -> list[Finding]:
        """Apply a balance operation that is a result; a floating result known from a sample stays."""
        if not self.is_settled and executed_at != self.last_row_at:
            self.finish_settlement()
        self.current_balance = max(ZERO, self.current_balance + amount)
        self.current_equity = max(ZERO, self.current_balance + self.floating_pnl)
        self.adjustments_total += amount
        self.day_result += amount
        return self._row_done(executed_at, last_of_time)

    def pay_out(self, amount: Money, executed_at: datetime, last_of_time: bool) -> list[Finding]:
        """Apply a payout (a positive amount): equity falls, the result of the day does not."""
        if not self.is_settled and executed_at != self.last_row_at:
            self.finish_settlement()
        self.current_balance = max(ZERO, self.current_balance - amount)
        self.current_equity = max(ZERO, self.current_balance + self.floating_pnl)
        self.payouts += amount
        self.day_start_balance -= amount
        self.day_start_equity -= amount
        for tracker in self.trackers:
            tracker.pay_out(amount)
        return self._row_done(executed_at, last_of_time)

    def move_outside_money(self, amount: Money, executed_at: datetime, last_of_time: bool) -> list[Finding]:
        """Apply money from outside: no result, equity stays. A challenge that has not started does not start."""
        if not self.is_settled and executed_at != self.last_row_at:
            self.finish_settlement()
        self.outside_money += amount
        return self._row_done(executed_at, last_of_time)

    def sample(self, equity: Money, at: datetime) -> list[Finding]:
        """Apply an equity sample."""
        if not self.is_settled:
            self.finish_settlement()
        self.floating_pnl = equity - self.current_balance
        self.current_equity = max(ZERO, equity)
        since = self.last_sample_at or self.started_at
        if since is not None:
            self.largest_gap = max(self.largest_gap, int((at - since).total_seconds()))
        self.last_sample_at = at
        self.samples += 1
        return self.settle(at)

    def close_day(self, next_date: date) -> list[Finding]:
        """Close the open trading day and begin `next_date`; judged at the close and again at the reset."""
        findings = self.finish_settlement()
        closed_at = self.day_end
        if self.accepts_rows:
            findings = findings + judge_losses(self, Evaluation.END_OF_DAY, closed_at)
        self._close_books()
        for tracker in self.trackers:
            tracker.close_day(self.current_balance)
            tracker.begin_day(self.current_balance, self.current_equity)
        daily = self.tracker(LossRuleName.DAILY_LOSS)
        self.daily_start_equity = self.current_equity if daily is None else daily.reference
        self.daily_max_equity = self.daily_min_equity = self.current_equity
        self.day_start_balance = self.current_balance
        self.day_start_equity = self.current_equity
        self._open_day(next_date)
        if self.accepts_rows:
            findings = findings + judge(self, closed_at)
        return findings

    def breached(self, decision: dict[str, Any]) -> None:
        """Note the violation that decides, or pauses."""
        if not self.is_settled:
            self.finish_settlement()
        if decision["severity"] == Severity.FAIL:
            self.decision = decision

    def reach_target(self, decision: dict[str, Any], at: datetime) -> None:
        """Note that the profit target is reached; approvals begin anew."""
        if not self.is_settled:
            self.finish_settlement()
        self.profit_target_reached_at = at
        self.decision = decision
        self.approvals = []

    def fail(self, reason: str, at: datetime) -> None:
        """End as FAILED."""
        if not self.is_settled:
            self.finish_settlement()
        self.status = ChallengeStatus.FAILED
        self.ended_at = at
        self.failure_reason = reason

    def approve(self, approver_id: str) -> None:
        """Note one person's approval."""
        self.approvals = [*self.approvals, approver_id]

    def reject(self) -> None:
        """Go back to trading: the target counts as not reached, and only a new row can reach it again."""
        self.awaits_row = True
        self.profit_target_reached_at = None
        self.decision = None
        self.approvals = []

    def fund(self, at: datetime) -> None:
        """End as FUNDED."""
        self.status = ChallengeStatus.FUNDED
        self.ended_at = self.funded_at = at

    # Judging

    def finish_settlement(self) -> list[Finding]:
        """Judge a settlement whose last row never came, as of its time; nothing where there is none."""
        if self.is_settled:
            return []
        assert self.last_row_at is not None
        return self.settle(self.last_row_at)

    def settle(self, at: datetime) -> list[Finding]:
        """Take the peak and the day's extremes after the last row of a time, and judge."""
        equity, balance = self.current_equity, self.current_balance
        self.is_settled = True
        self.awaits_row = False
        self.peak = max(self.peak, equity)
        self.daily_max_equity = max(self.daily_max_equity, equity)
        self.daily_min_equity = min(self.daily_min_equity, equity)
        self.highest_closed_balance = max(self.highest_closed_balance, balance)
        is_worth_judging = False
        for tracker in self.trackers:
            if tracker.follow(equity, balance):
                is_worth_judging = True
        level = self.target_level
        if is_worth_judging or (level is not None and (equity >= level or balance >= level)):
            return judge(self, at) if self.accepts_rows else _NOTHING
        return _NOTHING

    # Within

    def _row_done(self, executed_at: datetime, last_of_time: bool) -> list[Finding]:
        self.last_row_at = executed_at
        if last_of_time:
            return self.settle(executed_at)
        self.is_settled = False
        return _NOTHING

    def _open_day(self, day: date) -> None:
        self.trading_date = day
        self.day_start = self.rules.reset.start(day)
        self.day_end = self.rules.reset.end(day)

    def _close_books(self) -> None:
        """What the closing day leaves behind for the rules that count days."""
        assert self.trading_date is not None
        if self.rules.min_day_profit is not None and self.day_result >= self.rules.min_day_profit:
            self.earned_days.add(self.trading_date)
        profitable = self.rules.min_profitable_days
        if profitable is not None and self.day_result >= profitable.minimum:
            self.profitable_days += 1
        self.best_day = max(self.best_day, self.day_result)
        self.highest_end_of_day_balance = max(self.highest_end_of_day_balance, self.current_balance)
        self.day_result = ZERO
        self.day_trades = 0

    def _count_opening(self, opened: datetime) -> None:
        reset = self.rules.reset
        day = reset.day_of(opened)
        self.traded_days.add(day)
        self.opened_from, self.opened_until = reset.start(day), reset.end(day)
