"""What a person may want to be told of: open alerts, decisions, payments, phases opened, challenges that wait.

Every query is bounded and finds its rows by an index; times are those at which the store came to know, newest first.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Final

from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.payment import PaymentStatus
from tradesense_desktop.store.column_types import present_instant
from tradesense_desktop.store.transaction import Reading


@dataclass(frozen=True, slots=True)
class OpenAlert:
    """An alert that nobody has acknowledged."""

    id: str
    challenge_id: str | None
    severity: AlertSeverity
    title: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Decision:
    """An event about the funding of a challenge; `message` is its sentence for the trader."""

    event_id: str
    event_type: EventType
    challenge_id: str
    message: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NamedChallenge:
    """A challenge with what it is called by, and when it was opened or last changed."""

    id: str
    challenge_type: str
    initial_balance: Money
    currency: str
    at: datetime


@dataclass(frozen=True, slots=True)
class PaymentMove:
    """A payment with the status that it came to last, and what it was for (None: for no challenge yet)."""

    payment_id: str
    status: PaymentStatus
    at: datetime
    challenge: NamedChallenge | None


OWN_ALERTS: Final = (
    "SELECT id, challenge_id, severity, title, message, created_at FROM risk_alerts"
    " WHERE user_id = ? AND +status = 'ACTIVE' ORDER BY created_at DESC LIMIT ?"
)
ALERTS_OF_SEVERITY: Final = (
    "SELECT id, challenge_id, severity, title, message, created_at FROM risk_alerts"
    " WHERE status = 'ACTIVE' AND severity = ? ORDER BY created_at DESC LIMIT ?"
)
# A cross join, which SQLite does not turn round: there are few such events, and millions of others of a challenge.
DECISIONS: Final = (
    "SELECT event.id, event.event_type, event.challenge_id, coalesce(event.user_friendly_message, event.description),"
    " event.recorded_at FROM challenge_events AS event CROSS JOIN challenges ON challenges.id = event.challenge_id"
    " WHERE event.event_type IN ('FUNDING_APPROVED', 'FUNDING_REJECTED', 'CHALLENGE_FUNDED')"
    " AND +challenges.user_id = ? ORDER BY event.recorded_at DESC, event.sequence_number DESC LIMIT ?"
)
PAYMENTS: Final = (
    "SELECT payments.id, payments.status, payments.status_updated_at, challenges.id, challenges.challenge_type,"
    " printf('%.15g', challenges.initial_balance), challenges.currency, challenges.created_at"
    " FROM payments LEFT JOIN challenges ON challenges.id = payments.challenge_id WHERE payments.user_id = ?"
    " ORDER BY payments.status_updated_at DESC LIMIT ?"
)
PHASES: Final = (
    "SELECT id, challenge_type, printf('%.15g', initial_balance), currency, created_at FROM challenges"
    " WHERE user_id = ? AND +previous_challenge_id IS NOT NULL AND archived_at IS NULL"
    " ORDER BY created_at DESC LIMIT ?"
)
WAITING: Final = (
    "SELECT id, challenge_type, printf('%.15g', initial_balance), currency, updated_at FROM challenges"
    " INDEXED BY idx_challenges_funding_queue WHERE status = 'ACTIVE' AND profit_target_reached_at IS NOT NULL"
    " AND archived_at IS NULL AND user_id <> ?"
    " AND NOT EXISTS (SELECT 1 FROM json_each(challenges.rule_state, '$.approvals') AS approval"
    " WHERE approval.value = ?) ORDER BY updated_at DESC LIMIT ?"
)


def list_own_alerts(reading: Reading, user_id: str, count: int) -> tuple[OpenAlert, ...]:
    """The newest open alerts on what belongs to a person."""
    return _alerts(reading.driver.execute(OWN_ALERTS, (user_id, count)))


def list_open_alerts(reading: Reading, severity: AlertSeverity, count: int) -> tuple[OpenAlert, ...]:
    """The newest open alerts of a severity, whosever they are."""
    return _alerts(reading.driver.execute(ALERTS_OF_SEVERITY, (severity.value, count)))


def list_decisions(reading: Reading, user_id: str, count: int) -> tuple[Decision, ...]:
    """The newest approvals, rejections and fundings of a person's challenges."""
    return tuple(
        Decision(event_id, EventType(event_type), challenge_id, message or "", present_instant(at))
        for event_id, event_type, challenge_id, message, at in reading.driver.execute(DECISIONS, (user_id, count))
    )


def list_payment_moves(reading: Reading, user_id: str, count: int) -> tuple[PaymentMove, ...]:
    """A person's payments, the one that moved last first."""
    return tuple(
        PaymentMove(
            payment_id,
            PaymentStatus(status),
            present_instant(at),
            None if challenge[0] is None else _challenges([challenge])[0],
        )
        for payment_id, status, at, *challenge in reading.driver.execute(PAYMENTS, (user_id, count))
    )


def list_phases_opened(reading: Reading, user_id: str, count: int) -> tuple[NamedChallenge, ...]:
    """A person's challenges that go on from another, the one opened last first."""
    return _challenges(reading.driver.execute(PHASES, (user_id, count)))


def list_waiting(reading: Reading, approver_id: str, count: int) -> tuple[NamedChallenge, ...]:
    """Challenges that wait for a funding decision of this person: not the own, and not approved by them already."""
    return _challenges(reading.driver.execute(WAITING, (approver_id, approver_id, count)))


def _alerts(rows: Iterable[tuple[str, str | None, str, str, str, str]]) -> tuple[OpenAlert, ...]:
    return tuple(
        OpenAlert(alert_id, challenge_id, AlertSeverity(severity), title, message, present_instant(at))
        for alert_id, challenge_id, severity, title, message, at in rows
    )


def _challenges(rows: Iterable[Sequence[str]]) -> tuple[NamedChallenge, ...]:
    return tuple(
        NamedChallenge(challenge_id, challenge_type, Decimal(balance), currency, present_instant(at))
        for challenge_id, challenge_type, balance, currency, at in rows
    )
