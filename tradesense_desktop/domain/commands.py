"""Commands: what people and programs ask for, each carried out whole or not at all, and once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tradesense_desktop.domain.adjustment import Adjustment
from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.domain.money import Fraction, Money
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
class RegisterUser(Command):
    """Add a person; `password_hash` is a hash or `!`, never a password."""

    user_id: str
    email: str
    password_hash: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeRole(Command):
    """Give a person another role."""

    user_id: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendUser(Command):
    """Keep a person from signing in."""

    user_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SoftDeleteUser(Command):
    """Take a person out of use, with a reason; nothing is removed."""

    user_id: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CreateChallenge(Command):
    """Open a challenge as PENDING, with its terms and rules."""

    challenge_id: str
    user_id: str
    challenge_type: str
    currency: str
    initial_balance: Money
    max_daily_drawdown_percent: Fraction
    max_total_drawdown_percent: Fraction
    profit_target_percent: Fraction
    rules_config: dict[str, Any]
    previous_challenge_id: str | None = None


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
    """Approve the funding; the actor is the approver."""

    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectFunding(ChallengeCommand):
    """Reject the funding, with a reason; the challenge fails or goes back to trading."""

    reason: str
    fails: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenNextPhase(ChallengeCommand):
    """Open the next phase of a funded challenge as a new challenge."""

    new_challenge_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveChallenge(ChallengeCommand):
    """Hide a challenge, with a reason; nothing is removed."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddNote(ChallengeCommand):
    """Write something down about a challenge."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPayment(Command):
    """Record a payment that was begun; `challenge_id` may come later."""

    payment_id: str
    user_id: str
    challenge_id: str | None
    provider: str
    provider_payment_id: str | None
    amount: Money
    currency: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatePaymentStatus(Command):
    """Record what a payment provider says about a payment; the same message again changes nothing."""

    payment_id: str
    status: str
    occurred_at: datetime
    webhook_data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RaiseAlert(ChallengeCommand):
    """Raise an alert from outside the rules."""

    alert_type: str
    severity: AlertSeverity
    title: str
    message: str
    alert_data: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class AcknowledgeAlert(ChallengeCommand):
    """Say that an alert was seen."""

    alert_id: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResolveAlert(ChallengeCommand):
    """Say that what an alert tells of is dealt with."""

    alert_id: str
    comment: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkFalsePositive(ChallengeCommand):
    """Say that an alert was none."""

    alert_id: str
    comment: str = ""
