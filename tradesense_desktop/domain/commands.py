"""Commands: what people and programs ask for, each carried out whole or not at all, and once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tradesense_desktop.domain.adjustment import Adjustment
from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.domain.money import ZERO, Money
from tradesense_desktop.domain.payment import PaymentProvider, PaymentStatus
from tradesense_desktop.domain.terms import Terms
from tradesense_desktop.domain.trade import Trade


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """What every command carries: its UUID (the same one again is the same command), who asks, and when (UTC)."""

    command_id: str
    actor_id: str
    issued_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChallengeCommand(Command):
    """A command on one challenge that exists."""

    challenge_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StartChallenge(ChallengeCommand):
    """Start a challenge without a trade."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecuteTrade(ChallengeCommand):
    """Record one trade."""

    trade: Trade


@dataclass(frozen=True, slots=True, kw_only=True)
class ExecuteTrades(ChallengeCommand):
    """Record trades and balance operations in this order, with the same result as one by one."""

    rows: tuple[Trade | Adjustment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordEquity(ChallengeCommand):
    """Record what the equity was seen to be at an instant."""

    equity: Money
    observed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AdjustBalance(ChallengeCommand):
    """Record a balance operation."""

    adjustment: Adjustment


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseDay(ChallengeCommand):
    """Close the trading day that is over at `issued_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExpireChallenge(ChallengeCommand):
    """End a challenge whose limit in days is passed at `issued_at`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailChallenge(ChallengeCommand):
    """End a challenge by hand, with a reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveFunding(ChallengeCommand):
    """Approve the funding; the actor is the approver.

    `seen_sequence_number` is the last event that the approver has seen, None for one who does not say.
    """

    comment: str = ""
    seen_sequence_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectFunding(ChallengeCommand):
    """Reject the funding, with a reason; the challenge fails or goes back to trading.

    `seen_sequence_number` is as that of ApproveFunding.
    """

    reason: str
    fails: bool
    seen_sequence_number: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNextPhase(ChallengeCommand):
    """Open the phase that comes after a FUNDED challenge, once, for the same trader."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveChallenge(ChallengeCommand):
    """Hide a challenge, with a reason; nothing is removed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(ChallengeCommand):
    """Write something down about a challenge."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlert(ChallengeCommand):
    """Raise an alert from outside the rules."""

    alert_type: str
    severity: AlertSeverity
    title: str
    message: str
    alert_data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleAlert(ChallengeCommand):
    """What a person makes of an alert of the challenge; `comment` may be empty."""

    alert_id: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlert(HandleAlert):
    """Note that somebody has seen the alert and looks after it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveAlert(HandleAlert):
    """Close the alert: what it told of is dealt with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkFalsePositive(HandleAlert):
    """Close the alert: there was nothing to it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateChallenge(Command):
    """Open a challenge as PENDING, before there is a statement or a trade."""

    user_id: str
    challenge_type: str
    initial_balance: Money
    currency: str
    terms: Terms


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment(ChallengeCommand):
    """Record a payment for the challenge that is not recorded yet, in the status that it has; `paid_at` is its time."""

    provider: PaymentProvider
    amount: Money
    currency: str
    status: PaymentStatus
    paid_at: datetime
    provider_payment_id: str | None = None
    provider_transaction_id: str | None = None
    external_payment_id: str | None = None
    fee: Money = ZERO
    retry_count: int = 0
    refund_amount: Money | None = None
    failure_reason: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePaymentStatus(ChallengeCommand):
    """Move a recorded payment of the challenge on; `changed_at` is when it moved, `refund_amount` None the whole.

    The provider's numbers and the fee are what a message knows of them; None leaves what is recorded.
    """

    payment_id: str
    status: PaymentStatus
    changed_at: datetime
    refund_amount: Money | None = None
    failure_reason: str | None = None
    provider_payment_id: str | None = None
    provider_transaction_id: str | None = None
    fee: Money | None = None
