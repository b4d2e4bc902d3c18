"""The challenge as a row: everything that is stored of it, with the names of the table `challenges`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Final

from tradesense_desktop.domain.money import Fraction, Money


class ChallengeStatus(StrEnum):
    """Where a challenge is on its way; FAILED and FUNDED are ends."""

    PENDING = "PENDING"
    ACTIVE = "ACTIVE"
    FAILED = "FAILED"
    FUNDED = "FUNDED"

    @property
    def is_end(self) -> bool:
        """Whether nothing may move the challenge any more."""
        return self is ChallengeStatus.FAILED or self is ChallengeStatus.FUNDED


@dataclass(frozen=True, slots=True, kw_only=True)
class Challenge:
    """One challenge as of its last event; one field a column of the table `challenges`.

    Amounts are in `currency`, the three percents are parts of one, times are aware UTC. `trading_date` is None
    while the challenge is PENDING. `max_equity_ever` is the peak; inside an unfinished settlement it is raised to
    `current_equity` and the peak that rules go by waits in `rule_state`. `rules_config` and `rule_state` are JSON
    objects of strings, integers and truth values (rule_set.py, challenge_state.py) and are never changed in place.
    """

    id: str
    user_id: str
    challenge_type: str
    currency: str
    initial_balance: Money
    max_daily_drawdown_percent: Fraction
    max_total_drawdown_percent: Fraction
    profit_target_percent: Fraction
    current_balance: Money
    floating_pnl: Money
    current_equity: Money
    max_equity_ever: Money
    daily_start_equity: Money
    daily_max_equity: Money
    daily_min_equity: Money
    trading_date: date | None
    total_trades: int
    total_pnl: Money
    outside_money: Money
    adjustments_total: Money
    win_rate: Fraction | None
    avg_trade_pnl: Money | None
    status: ChallengeStatus
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    last_trade_at: datetime | None
    failure_reason: str | None
    profit_target_reached_at: datetime | None
    funded_at: datetime | None
    previous_challenge_id: str | None
    writer_device_id: str | None
    archived_at: datetime | None
    rules_config: dict[str, Any]
    rule_state: dict[str, Any]
    metadata: Mapping[str, Any]
    version: int


NOT_REBUILT: Final = frozenset(
    {"id", "version", "created_at", "updated_at", "archived_at", "writer_device_id", "metadata"}
)
"""Columns that replay does not rebuild; it rebuilds every other one."""

REBUILT: Final = tuple(name for name in Challenge.__dataclass_fields__ if name not in NOT_REBUILT)
"""Columns that folding the events gives exactly, in the order of the table."""


def rebuilt_columns(challenge: Challenge) -> dict[str, Any]:
    """The columns of `challenge` that its events hold, by name."""
    return {name: getattr(challenge, name) for name in REBUILT}
