"""Read notifications: what a bell shows whoever acts, newest first, told from what is in the store alone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.payment import PaymentStatus
from tradesense_desktop.domain.people import Actor, Role
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting
from tradesense_desktop.services.read_challenges import challenge_name
from tradesense_desktop.store.notices import (
    Decision,
    NamedChallenge,
    OpenAlert,
    PaymentMove,
    list_decisions,
    list_open_alerts,
    list_own_alerts,
    list_payment_moves,
    list_phases_opened,
    list_waiting,
)
from tradesense_desktop.store.transaction import Reading

MOST: Final = 50
"""How many notifications there are at most; what is older is found on the screens themselves."""


class NotificationKind(StrEnum):
    """What a notification is about, and so which screen it leads to."""

    ALERT = "alert"
    FUNDING_DECIDED = "funding_decided"
    FUNDING_DUE = "funding_due"
    PAYMENT = "payment"
    PHASE_OPENED = "phase_opened"


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One thing to be told. `id` stays the same as long as there is nothing new to say; `at` is aware UTC.

    `at` is when the workspace came to know, which for a statement of last year is the day of its import.
    """

    id: str
    at: datetime
    kind: NotificationKind
    title: str
    text: str
    severity: AlertSeverity
    challenge_id: str | None
    alert_id: str | None


@dataclass(frozen=True, slots=True)
class Notifications:
    """The newest notifications, newest first; the first `unread` of them are newer than the mark that was given."""

    items: tuple[Notification, ...]
    unread: int


def read_notifications(workspace: Workspace, *, since: datetime | None = None) -> Notifications:
    """What there is to tell whoever acts; `since` is when they last looked (None: never). Raises NotSignedIn.

    Traders hear of the own open alerts, of decisions about their funding, of payments and of the next phase;
    administrators of challenges that wait for their decision and of open alerts that matter; auditors of critical ones.
    """
    actor = acting(workspace)
    with refusals(), workspace.reading() as reading:
        found = sorted(_found(reading, actor), key=lambda each: (each.at, each.id), reverse=True)[:MOST]
    return Notifications(tuple(found), sum(since is None or each.at > since for each in found))


def _found(reading: Reading, actor: Actor) -> Iterable[Notification]:
    if actor.role is Role.USER:
        yield from map(_of_alert, list_own_alerts(reading, actor.user_id, MOST))
        yield from map(_of_decision, list_decisions(reading, actor.user_id, MOST))
        yield from map(_of_payment, list_payment_moves(reading, actor.user_id, MOST))
        yield from map(_of_phase, list_phases_opened(reading, actor.user_id, MOST))
        return
    yield from map(_of_alert, list_open_alerts(reading, AlertSeverity.CRITICAL, MOST))
    if actor.role.decides:
        yield from map(_of_alert, list_open_alerts(reading, AlertSeverity.HIGH, MOST))
        yield from map(_of_waiting, list_waiting(reading, actor.user_id, MOST))


def _of_alert(alert: OpenAlert) -> Notification:
    return Notification(
        id=f"alert:{alert.id}",
        at=alert.at,
        kind=NotificationKind.ALERT,
        title=alert.title,
        text=alert.message,
        severity=alert.severity,
        challenge_id=alert.challenge_id,
        alert_id=alert.id,
    )


_DECISIONS: Final = {
    EventType.FUNDING_APPROVED: ("Funding approved", AlertSeverity.LOW),
    EventType.FUNDING_REJECTED: ("Funding not approved", AlertSeverity.HIGH),
    EventType.CHALLENGE_FUNDED: ("Account funded", AlertSeverity.LOW),
}


def _of_decision(decision: Decision) -> Notification:
    title, severity = _DECISIONS[decision.event_type]
    return Notification(
        id=f"event:{decision.event_id}",
        at=decision.at,
        kind=NotificationKind.FUNDING_DECIDED,
        title=title,
        text=decision.message,
        severity=severity,
        challenge_id=decision.challenge_id,
        alert_id=None,
    )


_PAYMENTS: Final = {
    PaymentStatus.PENDING: ("Payment expected", "A payment was begun and is waited for.", AlertSeverity.LOW),
    PaymentStatus.PROCESSING: ("Payment on its way", "The provider is processing a payment.", AlertSeverity.LOW),
    PaymentStatus.SUCCESS: ("Payment received", "A payment has arrived.", AlertSeverity.LOW),
    PaymentStatus.FAILED: ("Payment failed", "A payment did not go through.", AlertSeverity.HIGH),
    PaymentStatus.CANCELLED: ("Payment cancelled", "A payment was given up.", AlertSeverity.MEDIUM),
    PaymentStatus.REFUNDED: ("Payment refunded", "A payment was paid back.", AlertSeverity.LOW),
}


def _of_payment(move: PaymentMove) -> Notification:
    title, text, severity = _PAYMENTS[move.status]
    if move.challenge is not None:
        text = f"{_name(move.challenge)}: {text[0].lower()}{text[1:]}"
    return Notification(
        id=f"payment:{move.payment_id}:{move.status.value}",
        at=move.at,
        kind=NotificationKind.PAYMENT,
        title=title,
        text=text,
        severity=severity,
        challenge_id=None if move.challenge is None else move.challenge.id,
        alert_id=None,
    )


def _of_phase(challenge: NamedChallenge) -> Notification:
    return Notification(
        id=f"phase:{challenge.id}",
        at=challenge.at,
        kind=NotificationKind.PHASE_OPENED,
        title="Next phase opened",
        text=f"{_name(challenge)} is open and starts with its first trade.",
        severity=AlertSeverity.LOW,
        challenge_id=challenge.id,
        alert_id=None,
    )


def _of_waiting(challenge: NamedChallenge) -> Notification:
    return Notification(
        id=f"funding:{challenge.id}:{challenge.at:%Y%m%d%H%M%S%f}",
        at=challenge.at,
        kind=NotificationKind.FUNDING_DUE,
        title="Funding decision due",
        text=f"{_name(challenge)} has reached its target and waits for your decision.",
        severity=AlertSeverity.MEDIUM,
        challenge_id=challenge.id,
        alert_id=None,
    )


def _name(challenge: NamedChallenge) -> str:
    return challenge_name(challenge.challenge_type, challenge.initial_balance, challenge.currency)
