"""Rule sets: what `rules_config` can say, read and checked once, and never guessed.

`rules_config` is a JSON object of strings, integers, truth values and null. Every key is optional; what is left out
is the default set, preset `tradesense`. The three percents are columns of the challenge; a rule without an amount
of its own takes them.

    preset, version, title, rule_page, checked, source, server_zone   where the rules and the rows come from (free)
    judge                false: nothing is judged, no alert, never FAILED nor FUNDED
    reset                "Europe/Prague 00:00" or "America/New_York+7h"
    daily_loss, maximum_loss   null (no such rule) or {amount: {percent | money}, amount_base, reference, observed,
                         evaluation, comparator, severity, lock_at: null | {offset}, on_payout}
    target               null or {amount: {percent | money}, observed, positions_closed}
    freeze_on_target, min_trading_days, min_day_profit: {percent | money},
    min_profitable_days: {days, minimum: {percent | money}}, consistency: {best_day_share},
    max_duration_days, inactivity_days, phases (phase.py), phase (from 0), profit_split, approvals,
    payment_required
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, TypeVar

from tradesense_desktop.domain.errors import InexactAmount, InvalidRules
from tradesense_desktop.domain.loss_rule import (
    AmountBase,
    Comparator,
    Evaluation,
    LossRule,
    LossRuleName,
    Observed,
    OnPayout,
    Reference,
    Severity,
)
from tradesense_desktop.domain.money import ZERO, Fraction, Money, exact
from tradesense_desktop.domain.trading_day import ResetClock

DEFAULT_RESET: Final = "UTC 00:00"
_ONE: Final = Fraction(1)
_FREE_KEYS: Final = frozenset({"preset", "version", "title", "rule_page", "checked", "source", "server_zone"})
_RULE_KEYS: Final = frozenset(
    {
        "judge",
        "reset",
        "daily_loss",
        "maximum_loss",
        "target",
        "freeze_on_target",
        "min_trading_days",
        "min_day_profit",
        "min_profitable_days",
        "consistency",
        "max_duration_days",
        "inactivity_days",
        "phases",
        "phase",
        "profit_split",
        "approvals",
        "payment_required",
    }
)
_DEFAULT_LOSS_RULES: Final[Mapping[LossRuleName, Mapping[str, str]]] = {
    LossRuleName.DAILY_LOSS: {"amount_base": "day_start_reference", "reference": "equity"},
    LossRuleName.MAXIMUM_LOSS: {"amount_base": "reference", "reference": "intraday_peak"},
}
_Choice = TypeVar("_Choice", bound=StrEnum)


@dataclass(frozen=True, slots=True)
class TargetRule:
    """The profit target: `observed` has to reach initial balance + `profit`.

    `positions_closed` asks besides that no floating result is known.
    """

    profit: Money
    observed: Observed
    positions_closed: bool


@dataclass(frozen=True, slots=True)
class ProfitableDays:
    """How many trading days have to close with at least `minimum` made."""

    days: int
    minimum: Money


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """The rules of one challenge, amounts worked out for its initial balance.

    `version` names the edition of the rules (the day from which they held). Fractions are parts of one.
    """

    preset: str
    version: str
    initial_balance: Money
    is_judged: bool
    reset: ResetClock
    daily_loss: LossRule | None
    maximum_loss: LossRule | None
    target: TargetRule | None
    freezes_on_target: bool
    min_trading_days: int
    min_day_profit: Money | None
    min_profitable_days: ProfitableDays | None
    best_day_share: Fraction | None
    max_duration_days: int | None
    inactivity_days: int | None
    phase: int
    phases: tuple[Mapping[str, Any], ...]
    profit_split: Fraction | None
    approvals: int
    needs_payment: bool

    @classmethod
    def from_config(
        cls,
        config: Mapping[str, Any],
        *,
        initial_balance: Money,
        max_daily_drawdown_percent: Fraction,
        max_total_drawdown_percent: Fraction,
        profit_target_percent: Fraction,
    ) -> "RuleSet":
        """The rule set that `config` and the three percents describe. Raises InvalidRules."""
        reading = _Reading(config, "", initial_balance)
        reading.know(_FREE_KEYS | _RULE_KEYS)
        is_judged = reading.truth("judge", default=True)
        phases = config.get("phases", ())
        if not isinstance(phases, list | tuple) or not all(isinstance(phase, Mapping) for phase in phases):
            raise InvalidRules("phases", "a list of objects is expected")
        return cls(
            preset=str(config.get("preset", "tradesense")),
            version=str(config.get("version", "1")),
            initial_balance=initial_balance,
            is_judged=is_judged,
            reset=ResetClock.parse(reading.text("reset", DEFAULT_RESET)),
            daily_loss=reading.loss_rule(LossRuleName.DAILY_LOSS, max_daily_drawdown_percent) if is_judged else None,
            maximum_loss=reading.loss_rule(LossRuleName.MAXIMUM_LOSS, max_total_drawdown_percent)
            if is_judged
            else None,
            target=reading.target(profit_target_percent) if is_judged else None,
            freezes_on_target=reading.truth("freeze_on_target", default=True) and is_judged,
            min_trading_days=reading.count("min_trading_days") or 0,
            min_day_profit=reading.amount("min_day_profit"),
            min_profitable_days=reading.profitable_days(),
            best_day_share=reading.best_day_share(),
            max_duration_days=reading.count("max_duration_days"),
            inactivity_days=reading.count("inactivity_days"),
            phase=reading.count("phase", least=0) or 0,
            phases=tuple(phases),
            profit_split=reading.fraction("profit_split"),
            approvals=reading.count("approvals") or 1,
            needs_payment=reading.truth("payment_required", default=False),
        )

    @property
    def loss_rules(self) -> tuple[LossRule, ...]:
        """The loss rules there are, in the order in which they are judged."""
        return tuple(rule for rule in (self.daily_loss, self.maximum_loss) if rule is not None)


class _Reading:
    """One JSON object being read; `path` says where it stands."""

    def __init__(self, config: Mapping[str, Any], path: str, initial_balance: Money) -> None:
        self.config = config
        self.path = path
        self.initial_balance = initial_balance

    def place(self, key: str) -> str:
        return f"{self.path}.{key}" if self.path else key

    def know(self, keys: frozenset[str]) -> None:
        for key in self.config:
            if key not in keys:
                raise InvalidRules(self.place(key), "no rule of this name is known")

    def inner(self, key: str) -> "_Reading | None":
        value = self.config.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise InvalidRules(self.place(key), "an object is expected")
        return _Reading(value, self.place(key), self.initial_balance)

    def text(self, key: str, default: str) -> str:
        value = self.config.get(key, default)
        if not isinstance(value, str):
            raise InvalidRules(self.place(key), "a text is expected")
        return value

    def truth(self, key: str, *, default: bool) -> bool:
        value = self.config.get(key, default)
        if not isinstance(value, bool):
            raise InvalidRules(self.place(key), "true or false is expected")
        return value

    def count(self, key: str, least: int = 1) -> int | None:
        value = self.config.get(key)
        if value is None:
            return None
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise InvalidRules(self.place(key), f"a whole number of at least {least} is expected")
        return value

    def choice(self, key: str, kind: type[_Choice], default: str) -> _Choice:
        value = self.config.get(key, default)
        try:
            return kind(value)
        except ValueError:
            known = ", ".join(kind)
            raise InvalidRules(self.place(key), f"“{value}” is none of {known}") from None

    def decimal(self, key: str) -> Money:
        value = self.config[key]
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise InvalidRules(self.place(key), "a decimal is written as a string")
        try:
            return exact(value)
        except InexactAmount as inexact:
            raise InvalidRules(self.place(key), f"“{inexact.text}” is no exact decimal") from None

    def fraction(self, key: str) -> Fraction | None:
        if self.config.get(key) is None:
            return None
        value = self.decimal(key)
        if not ZERO < value <= _ONE:
            raise InvalidRules(self.place(key), "a part of one is expected, above 0 and at most 1")
        return value

    def share_or_sum(self, key: str) -> tuple[Fraction | None, Money | None] | None:
        amount = self.inner(key)
        if amount is None:
            return None
        amount.know(frozenset({"percent", "money"}))
        if len(amount.config) != 1:
            raise InvalidRules(amount.path, "either “percent” or “money” is expected")
        if "percent" in amount.config:
            return amount.fraction("percent"), None
        money = amount.decimal("money")
        if money <= ZERO:
            raise InvalidRules(amount.place("money"), "an amount above 0 is expected")
        return None, money

    def amount(self, key: str) -> Money | None:
        found = self.share_or_sum(key)
        if found is None:
            return None
        percent, money = found
        return money if percent is None else percent * self.initial_balance

    def loss_rule(self, name: LossRuleName, column_percent: Fraction) -> LossRule | None:
        if name in self.config and self.config[name] is None:
            return None
        rule = self.inner(name) or _Reading({}, name, self.initial_balance)
        rule.know(
            frozenset(
                {
                    "amount",
                    "amount_base",
                    "reference",
                    "observed",
                    "evaluation",
                    "comparator",
                    "severity",
                    "lock_at",
                    "on_payout",
                }
            )
        )
        percent, money = rule.share_or_sum("amount") or (column_percent, None)
        if percent is not None and percent != column_percent:
            raise InvalidRules(rule.place("amount"), f"{percent} is not the {column_percent} of the challenge")
        defaults = _DEFAULT_LOSS_RULES[name]
        lock = rule.inner("lock_at")
        if lock is not None:
            lock.know(frozenset({"offset"}))
            if "offset" not in lock.config:
                raise InvalidRules(lock.path, "“offset” is missing")
        return LossRule(
            name=name,
            percent=percent,
            money=money,
            amount_base=rule.choice("amount_base", AmountBase, defaults["amount_base"]),
            reference=rule.choice("reference", Reference, defaults["reference"]),
            observed=rule.choice("observed", Observed, "equity"),
            evaluation=rule.choice("evaluation", Evaluation, "intraday"),
            comparator=rule.choice("comparator", Comparator, "lt"),
            severity=rule.choice("severity", Severity, "fail"),
            lock_offset=None if lock is None else lock.decimal("offset"),
            on_payout=rule.choice("on_payout", OnPayout, "unchanged"),
        )

    def target(self, column_percent: Fraction) -> TargetRule | None:
        if "target" in self.config and self.config["target"] is None:
            return None
        target = self.inner("target") or _Reading({}, "target", self.initial_balance)
        target.know(frozenset({"amount", "observed", "positions_closed"}))
        percent, _money = target.share_or_sum("amount") or (column_percent, None)
        if percent is not None and percent != column_percent:
            raise InvalidRules(target.place("amount"), f"{percent} is not the {column_percent} of the challenge")
        profit = target.amount("amount")
        return TargetRule(
            profit=column_percent * self.initial_balance if profit is None else profit,
            observed=target.choice("observed", Observed, "equity"),
            positions_closed=target.truth("positions_closed", default=False),
        )

    def profitable_days(self) -> ProfitableDays | None:
        rule = self.inner("min_profitable_days")
        if rule is None:
            return None
        rule.know(frozenset({"days", "minimum"}))
        days = rule.count("days")
        minimum = rule.amount("minimum")
        if days is None or minimum is None:
            raise InvalidRules(rule.path, "“days” and “minimum” are expected")
        return ProfitableDays(days, minimum)

    def best_day_share(self) -> Fraction | None:
        rule = self.inner("consistency")
        if rule is None:
            return None
        rule.know(frozenset({"best_day_share"}))
        return rule.fraction("best_day_share")
