"""Verdicts: how a challenge stands against its rules, and how sure that is."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tradesense_desktop.domain.money import Fraction, Money


class Quality(StrEnum):
    """What a verdict rests on; never more is claimed than the data shows."""

    PROVEN = "proven"
    ESTIMATED = "estimated"
    CLOSED_TRADES_ONLY = "closed trades only"


class VerdictStatus(StrEnum):
    """Where a challenge stands."""

    PENDING = "PENDING"
    WITHIN_LIMITS = "WITHIN_LIMITS"
    TARGET_REACHED = "TARGET_REACHED"
    FAILED = "FAILED"
    FUNDED = "FUNDED"
    NOT_JUDGED = "NOT_JUDGED"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The judgement on a challenge as of its last event.

    `rule` names the rule that decided (`daily_loss`, `maximum_loss`, `profit_target`, …), `at` the instant and
    `trade_number` the ledger row (None where no trade decided); `floor` and `equity` are those of the breach.
    `sentence` says it to a trader.
    """

    status: VerdictStatus
    rule: str | None
    at: datetime | None
    trade_number: int | None
    floor: Money | None
    equity: Money | None
    quality: Quality
    sentence: str


@dataclass(frozen=True, slots=True)
class LossLimit:
    """A loss rule now: `room` may still be lost; `used` is the part of the limit that is used (may pass 1)."""

    rule: str
    limit: Fraction
    floor: Money
    base: Money
    room: Money
    used: Fraction


@dataclass(frozen=True, slots=True)
class ProfitTarget:
    """The target as it stands now; `progress` is the part of it that is made (may be below 0 or pass 1)."""

    fraction: Fraction
    equity: Money
    missing: Money
    progress: Fraction


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit of the rule set as it stands now; None where the rule set has no such rule."""

    daily_loss: LossLimit | None
    maximum_loss: LossLimit | None
    target: ProfitTarget | None
    trading_days: int
    required_trading_days: int
