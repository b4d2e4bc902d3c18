"""Loss rules as firms publish them, and where the floor of each stands while a challenge runs."""

from dataclasses import dataclass
from decimal import Context, Decimal, Inexact
from enum import StrEnum
from typing import Any, Final

from tradesense_desktop.domain.money import ZERO, Fraction, Money, decimal_text

_exact: Final = Context(prec=60, traps=[Inexact])
_multiply: Final = _exact.multiply
_ALERT_REST: Final = Decimal("0.2")
"""Part of a limit that is left when the alert is raised: 80 % of it is used."""
_NEVER: Final = Decimal("-Infinity")


class AmountBase(StrEnum):
    """What a percentage is taken of; REFERENCE is the rule's own reference as it stands now."""

    INITIAL = "initial"
    DAY_START_REFERENCE = "day_start_reference"
    REFERENCE = "reference"


class Reference(StrEnum):
    """What a loss is measured from.

    BALANCE, EQUITY and MAX_BALANCE_EQUITY are those at the last reset; the peak and the two highest balances
    begin at the initial balance and only rise (the peak of a daily rule begins anew at each reset); INITIAL
    never moves.
    """

    INITIAL = "initial"
    BALANCE = "balance"
    EQUITY = "equity"
    MAX_BALANCE_EQUITY = "max_balance_equity"
    INTRADAY_PEAK = "intraday_peak"
    HIGHEST_EOD_BALANCE = "highest_eod_balance"
    HIGHEST_CLOSED_BALANCE = "highest_closed_balance"


class Observed(StrEnum):
    """What is held against the floor."""

    EQUITY = "equity"
    BALANCE = "balance"


class Evaluation(StrEnum):
    """When a rule is judged: after everything that moves equity, or when the trading day closes."""

    INTRADAY = "intraday"
    END_OF_DAY = "end_of_day"


class Comparator(StrEnum):
    """Whether the floor itself is still allowed: LESS_THAN breaches below it, LESS_OR_EQUAL at it."""

    LESS_THAN = "lt"
    LESS_OR_EQUAL = "le"


class Severity(StrEnum):
    """What a breach does: it ends the challenge, or trading pauses until the next reset."""

    FAIL = "fail"
    PAUSE_UNTIL_RESET = "pause_until_reset"


class OnPayout(StrEnum):
    """What a payout does to a floor: nothing; it goes to the initial balance for good; it falls by the payout."""

    UNCHANGED = "unchanged"
    FLOOR_TO_INITIAL = "floor_to_initial"
    REBASE = "rebase"


class LossRuleName(StrEnum):
    """The two loss rules, in the order in which they are judged."""

    DAILY_LOSS = "daily_loss"
    MAXIMUM_LOSS = "maximum_loss"


@dataclass(frozen=True, slots=True, kw_only=True)
class LossRule:
    """One loss rule: floor = reference − amount, never above initial balance + `lock_offset` where there is a lock.

    The amount is `money`, or `percent` of `amount_base`.
    """

    name: LossRuleName
    percent: Fraction | None
    money: Money | None
    amount_base: AmountBase
    reference: Reference
    observed: Observed
    evaluation: Evaluation
    comparator: Comparator
    severity: Severity
    lock_offset: Money | None
    on_payout: OnPayout


class LossTracker:
    """A loss rule on its way through a challenge: reference, floor, and whether its alert is out.

    A breach is `observed < floor` (or <=), which is loss > percent × base without a division; a limit of zero
    (a base of zero) is never used and never breached. `is_alerted` and `is_breached` hold what the last judgement
    found, so that one crossing is told once.
    """

    __slots__ = (
        "alert_level",
        "amount",
        "breach_level",
        "day_reference",
        "floor",
        "floor_override",
        "follows_closed_balance",
        "follows_peak",
        "initial_balance",
        "is_alerted",
        "is_breached",
        "is_intraday",
        "is_strict",
        "observes_balance",
        "reference",
        "rule",
    )

    def __init__(self, rule: LossRule, initial_balance: Money) -> None:
        self.rule = rule
        self.initial_balance = initial_balance
        self.reference = initial_balance
        self.day_reference = initial_balance
        self.floor_override: Money | None = None
        self.is_alerted = False
        self.is_breached = False
        self.is_strict = rule.comparator is Comparator.LESS_THAN
        self.is_intraday = rule.evaluation is Evaluation.INTRADAY
        self.observes_balance = rule.observed is Observed.BALANCE
        self.follows_peak = rule.reference is Reference.INTRADAY_PEAK
        self.follows_closed_balance = rule.reference is Reference.HIGHEST_CLOSED_BALANCE
        self._place_floor()

    def rise_to(self, value: Money) -> None:
        """Take a higher value as the reference; a lower one changes nothing."""
        if value > self.reference:
            self.reference = value
            self._place_floor()

    def follow(self, equity: Money, balance: Money) -> bool:
        """Take balance and equity after a settlement; whether 80 % of the limit is used."""
        if self.follows_peak:
            if equity > self.reference:
                self.rise_to(equity)
        elif self.follows_closed_balance:
            self.rise_to(balance)
        if (balance if self.observes_balance else equity) <= self.alert_level:
            return True
        if self.is_alerted:
            self.is_alerted = False
        return False

    def close_day(self, balance: Money) -> None:
        """Take the balance at which a trading day closed."""
        if self.rule.reference is Reference.HIGHEST_EOD_BALANCE:
            self.rise_to(balance)

    def begin_day(self, balance: Money, equity: Money) -> None:
        """Take balance and equity at a reset."""
        kind = self.rule.reference
        if kind is Reference.BALANCE:
            self.reference = balance
        elif kind is Reference.EQUITY:
            self.reference = equity
        elif kind is Reference.MAX_BALANCE_EQUITY:
            self.reference = max(balance, equity)
        elif kind is Reference.INTRADAY_PEAK and self.rule.name is LossRuleName.DAILY_LOSS:
            self.reference = equity
        self.day_reference = self.reference
        if self.rule.name is LossRuleName.DAILY_LOSS:
            self.is_alerted = False
        self.is_breached = False
        self._place_floor()

    def pay_out(self, amount: Money) -> None:
        """Take a payout (a positive amount) as the rule says."""
        if self.rule.on_payout is OnPayout.REBASE:
            self.reference -= amount
            self.day_reference -= amount
        elif self.rule.on_payout is OnPayout.FLOOR_TO_INITIAL:
            self.floor_override = self.initial_balance
        self._place_floor()

    def breaches(self, observed: Money) -> bool:
        """Whether `observed` lies beyond the floor."""
        return observed < self.breach_level if self.is_strict else observed <= self.breach_level

    @property
    def base(self) -> Money:
        """What the amount is taken of; the reference where it is a fixed sum."""
        if self.rule.percent is None or self.rule.amount_base is AmountBase.REFERENCE:
            return self.reference
        return self.initial_balance if self.rule.amount_base is AmountBase.INITIAL else self.day_reference

    def _place_floor(self) -> None:
        rule = self.rule
        amount = rule.money if rule.percent is None else _multiply(rule.percent, self.base)
        assert amount is not None
        floor = _exact.subtract(self.reference, amount)
        if rule.lock_offset is not None:
            floor = min(floor, self.initial_balance + rule.lock_offset)
        if self.floor_override is not None:
            floor = self.floor_override
        self.amount = amount
        self.floor = floor
        if amount > ZERO:
            self.breach_level = floor
            self.alert_level = floor + _multiply(amount, _ALERT_REST)
        else:
            self.breach_level = self.alert_level = _NEVER

    def as_json(self) -> dict[str, Any]:
        """What has to be remembered from one command to the next."""
        return {
            "reference": decimal_text(self.reference),
            "day_reference": decimal_text(self.day_reference),
            "floor_override": None if self.floor_override is None else decimal_text(self.floor_override),
            "alerted": self.is_alerted,
            "breached": self.is_breached,
        }

    def remember(self, state: dict[str, Any]) -> None:
        """Take up what `as_json` wrote."""
        self.reference = Decimal(state["reference"])
        self.day_reference = Decimal(state["day_reference"])
        override = state["floor_override"]
        self.floor_override = None if override is None else Decimal(override)
        self.is_alerted = state["alerted"]
        self.is_breached = state["breached"]
        self._place_floor()
