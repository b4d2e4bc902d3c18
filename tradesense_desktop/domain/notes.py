"""Events that change nothing of the challenge: notes, alerts that people handle, payments."""

from datetime import datetime
from typing import Any

from tradesense_desktop.domain.alert import AlertStatus, RiskAlert
from tradesense_desktop.domain.errors import ReasonMissing
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.plain_text import keepable
from tradesense_desktop.domain.recording import Recording


def record_note(recording: Recording, *, author_id: str, text: str, at: datetime, kind: str = "note") -> str:
    """Record what a person writes down about a challenge; `kind` is `note` or `archived`."""
    if not text.strip():
        raise ReasonMissing("A note" if kind == "note" else "Archiving")
    keepable(text, "The note")
    word = "Note" if kind == "note" else "Archived"
    return recording.emit(
        EventType.NOTE_ADDED,
        {"author_id": author_id, "kind": kind, "text": text, "at": instant_text(at)},
        at,
        (f"{word} by {author_id}: {text}", text),
        None,
    )


def record_alert_update(
    recording: Recording, alert: RiskAlert, status: AlertStatus, *, actor_id: str, at: datetime, comment: str
) -> RiskAlert:
    """Record what a person makes of an alert, and return it as it is then. Raises AlertClosed."""
    keepable(comment, "The comment")
    moved = alert.moved(status, by=actor_id, at=at)
    recording.updated_alerts.append(moved)
    data: dict[str, Any] = {
        "alert_id": alert.id,
        "from": alert.status.value,
        "to": status.value,
        "actor_id": actor_id,
        "comment": comment,
        "at": instant_text(moved.updated_at),
    }
    word = status.value.replace("_", " ").lower()
    recording.emit(
        EventType.RISK_ALERT_UPDATED,
        data,
        moved.updated_at,
        (
            f"Alert {alert.alert_type} {alert.status.value} to {status.value} by {actor_id}",
            f"“{alert.title}” is now {word}.",
        ),
        None,
    )
    return moved


def record_payment_status(
    recording: Recording,
    *,
    payment_id: str,
    before: str | None,
    after: str,
    amount: str,
    currency: str,
    at: datetime,
) -> str:
    """Record that a payment for the challenge changed its status; `amount` is a decimal's text."""
    data = {
        "payment_id": payment_id,
        "from": before,
        "to": after,
        "amount": amount,
        "currency": currency,
        "at": instant_text(at),
    }
    origin = "new" if before is None else before
    return recording.emit(
        EventType.PAYMENT_STATUS_CHANGED,
        data,
        at,
        (
            f"Payment {payment_id}: {origin} to {after}, {amount} {currency}",
            f"Your payment of {amount} {currency} is {after.lower()}.",
        ),
        None,
    )
