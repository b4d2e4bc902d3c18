"""What services hand to a screen or a printer: frozen values, no database, no widget."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.money import Fraction, Money, Price, Quantity
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.domain.verdict import Limits, Verdict


@dataclass(frozen=True, slots=True)
class ChallengeSummary:
    """One challenge in a list, with what a trader asks first."""

    challenge: Challenge
    name: str
    preset: str
    is_frozen: bool
    days: int
    limits: Limits
    verdict: Verdict
    open_alerts: int
    is_demo: bool


@dataclass(frozen=True, slots=True)
class ChallengePicture:
    """One challenge with all that its page shows above the tables.

    `today_result` is what the open trading day has made so far; `next_reset` is None for a challenge that has ended
    or is not judged. `events` and `trades` count the rows of the two tables.
    """

    summary: ChallengeSummary
    reset_zone: str
    reset_description: str
    next_reset: datetime | None
    today_result: Money
    server_zone: str | None
    source: str
    trades: int
    events: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One trade as the ledger shows it.

    `equity` stands after it (None where no event tells of it), `rule` is what it decided.
    """

    sequence_number: int
    trade_id: str
    symbol: str
    side: Side
    quantity: Quantity
    price: Price
    realized_pnl: Money
    commission: Money
    executed_at: datetime
    opened_at: datetime | None
    open_price: Price | None
    position_id: str | None
    equity: Money | None
    rule: str | None


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event as a timeline shows it, hashes included; `event_data` is its JSON, read."""

    id: str
    challenge_id: str
    sequence_number: int
    event_type: str
    event_version: str
    event_data: dict[str, Any]
    description: str
    user_friendly_message: str
    occurred_at: datetime
    recorded_at: datetime
    correlation_id: str | None
    causation_id: str | None
    metadata_commitment: str | None
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One figure with its formula; `value` is None where it is not defined (a profit factor without a loss)."""

    key: str
    label: str
    value: Money | Fraction | int | None
    unit: str
    formula: str
