"""Stripe's events about a payment: an Event around a Checkout Session, a PaymentIntent or a Charge.

Source: Stripe's API reference of those objects and its list of event types, read 2026-11-25.

    checkout.session.completed                 SUCCESS where payment_status is `paid`, PROCESSING where it is `unpaid`
    checkout.session.async_payment_succeeded   SUCCESS
    checkout.session.async_payment_failed      FAILED
    checkout.session.expired                   CANCELLED
    payment_intent.created                     PENDING
    payment_intent.processing                  PROCESSING
    payment_intent.succeeded                   SUCCESS
    payment_intent.payment_failed              FAILED (this attempt; a later one that succeeds is a payment of its own)
    payment_intent.canceled                    CANCELLED
    charge.refunded                            REFUNDED, of amount_refunded

The id of the PaymentIntent is the payment's number: session and charge name it too. A session that has none (one that
expired) is known by its own id. The challenge is named by `metadata.challenge_id`, or by the session's
client_reference_id. Amounts are whole numbers of cents, which holds for USD, EUR and GBP.

Stripe's signature is in a header of the delivery, not in the file: it is not checked here.
"""

from collections.abc import Callable
from typing import Any, Final

from tradesense_desktop.domain.payment import CURRENCIES, PaymentProvider, PaymentStatus
from tradesense_desktop.importers.json_document import Fields
from tradesense_desktop.importers.payment_message import PaymentMessage, challenge_named

_SESSION: Final = {
    "checkout.session.completed": PaymentStatus.SUCCESS,
    "checkout.session.async_payment_succeeded": PaymentStatus.SUCCESS,
    "checkout.session.async_payment_failed": PaymentStatus.FAILED,
    "checkout.session.expired": PaymentStatus.CANCELLED,
}
_INTENT: Final = {
    "payment_intent.created": PaymentStatus.PENDING,
    "payment_intent.processing": PaymentStatus.PROCESSING,
    "payment_intent.succeeded": PaymentStatus.SUCCESS,
    "payment_intent.payment_failed": PaymentStatus.FAILED,
    "payment_intent.canceled": PaymentStatus.CANCELLED,
}
_REFUND: Final = "charge.refunded"
KINDS: Final = (*_SESSION, *_INTENT, _REFUND)


def is_stripe_event(document: Fields) -> bool:
    """Whether the file is an event of Stripe: its envelope says so itself."""
    return "object" in document and document.optional_text("object") == "event" and "data" in document


def read_stripe_event(document: Fields, text: str) -> PaymentMessage:
    """The message that an event is. Raises MessageRefused, also for an event of another kind."""
    kind = document.text("type")
    read = _reader(kind)
    if read is None:
        raise document.refused(f"Stripe's “{kind[:60]}” tells nothing of a payment that is kept here; nothing changed.")
    thing = document.fields("data").fields("object")
    currency = thing.text("currency").upper()
    if currency not in CURRENCIES:
        raise document.refused(f"payments are kept in {', '.join(CURRENCIES)}, not in {currency[:20]}.")
    return PaymentMessage(
        provider=PaymentProvider.STRIPE,
        kind=kind,
        message_id=document.text("id"),
        currency=currency,
        at=document.unix_time("created"),
        is_test=not document.truth("livemode", default=True),
        text=text,
        **read(kind, thing),
    )


def _reader(kind: str) -> Callable[[str, Fields], dict[str, Any]] | None:
    if kind in _SESSION:
        return _session
    if kind in _INTENT:
        return _intent
    return _refund if kind == _REFUND else None


def _session(kind: str, session: Fields) -> dict[str, Any]:
    mode = session.optional_text("mode") or "payment"
    if mode != "payment":
        raise session.refused(f"a checkout of mode “{mode[:40]}” pays for no challenge; nothing changed.")
    status = _SESSION[kind]
    if kind == "checkout.session.completed":
        paid = session.text("payment_status")
        if paid == "no_payment_required":
            raise session.refused("nothing was to be paid by this checkout; nothing changed.")
        if paid not in {"paid", "unpaid"}:
            raise session.refused(f"the payment status “{paid[:40]}” is not known.")
        status = PaymentStatus.SUCCESS if paid == "paid" else PaymentStatus.PROCESSING
    return {
        "payment_id": session.optional_reference("payment_intent"),
        "checkout_id": session.text("id"),
        "status": status,
        "amount": session.minor_units("amount_total"),
        "challenge_id": challenge_named([_in_metadata(session), session.optional_text("client_reference_id")]),
        "failure_reason": "The payment of the checkout failed." if status is PaymentStatus.FAILED else None,
    }


def _intent(kind: str, intent: Fields) -> dict[str, Any]:
    status = _INTENT[kind]
    amount = intent.minor_units("amount")
    if status is PaymentStatus.SUCCESS and "amount_received" in intent:
        received = intent.minor_units("amount_received")
        if received != amount:
            raise intent.refused(
                f"{received} of {amount} were received; a payment in part is recorded by hand (payment add)."
            )
    reason = None
    if status is PaymentStatus.FAILED:
        error = intent.optional_fields("last_payment_error")
        reason = None if error is None else error.optional_text("message") or error.optional_text("code")
    elif status is PaymentStatus.CANCELLED:
        reason = intent.optional_text("cancellation_reason")
    return {
        "payment_id": intent.text("id"),
        "checkout_id": None,
        "transaction_id": intent.optional_reference("latest_charge"),
        "status": status,
        "amount": amount,
        "challenge_id": challenge_named([_in_metadata(intent)]),
        "failure_reason": reason,
    }


def _refund(_kind: str, charge: Fields) -> dict[str, Any]:
    charge_id = charge.text("id")
    return {
        # A charge of the time before PaymentIntents has none; it is then known by itself.
        "payment_id": charge.optional_reference("payment_intent") or charge_id,
        "checkout_id": None,
        "transaction_id": charge_id,
        "status": PaymentStatus.REFUNDED,
        "amount": charge.minor_units("amount"),
        "challenge_id": challenge_named([_in_metadata(charge)]),
        "refund_amount": charge.minor_units("amount_refunded"),
    }


def _in_metadata(thing: Fields) -> str | None:
    metadata = thing.optional_fields("metadata")
    return None if metadata is None else metadata.optional_text("challenge_id")
