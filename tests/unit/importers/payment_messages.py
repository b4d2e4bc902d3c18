"""Messages of payment providers for tests, in the shapes that the providers publish; every value is made up here."""

import json
from pathlib import Path
from typing import Any

CHALLENGE = "0192f0c1-5b7e-7a11-8c3d-4e5f60718293"
INTENT = "pi_3Nq7TradeSense0001"
SESSION = "cs_test_b1TradeSense0001"
CHARGE = "ch_3Nq7TradeSense0001"
ORDER = "6XS12345AB678901C"
CAPTURE = "4KT98765CD432109E"
REFUND = "7LM45678EF210987G"
FIRST_SECOND = 1_772_445_600
"""2026-03-02T10:00:00Z."""


def written(folder: Path, message: Any, name: str = "event.json") -> Path:
    """The message in a file."""
    path = folder / name
    path.write_text(message if isinstance(message, str) else json.dumps(message), encoding="utf-8")
    return path


def stripe(kind: str, thing: dict[str, Any], *, created: int = FIRST_SECOND, **changes: Any) -> dict[str, Any]:
    """An event of Stripe around an object."""
    event = {
        "id": f"evt_{kind}_{created}",
        "object": "event",
        "api_version": "2024-06-20",
        "created": created,
        "data": {"object": thing},
        "livemode": True,
        "pending_webhooks": 1,
        "request": {"id": None, "idempotency_key": None},
        "type": kind,
    }
    return event | changes


def session(**changes: Any) -> dict[str, Any]:
    """A Checkout Session of Stripe that is paid."""
    return {
        "id": SESSION,
        "object": "checkout.session",
        "amount_subtotal": 9900,
        "amount_total": 9900,
        "client_reference_id": CHALLENGE,
        "currency": "usd",
        "livemode": True,
        "metadata": {},
        "mode": "payment",
        "payment_intent": INTENT,
        "payment_status": "paid",
        "status": "complete",
    } | changes


def intent(**changes: Any) -> dict[str, Any]:
    """A PaymentIntent of Stripe."""
    return {
        "id": INTENT,
        "object": "payment_intent",
        "amount": 9900,
        "amount_received": 0,
        "canceled_at": None,
        "cancellation_reason": None,
        "currency": "usd",
        "last_payment_error": None,
        "latest_charge": None,
        "metadata": {"challenge_id": CHALLENGE},
        "status": "requires_payment_method",
    } | changes


def charge(**changes: Any) -> dict[str, Any]:
    """A Charge of Stripe that was refunded whole."""
    return {
        "id": CHARGE,
        "object": "charge",
        "amount": 9900,
        "amount_captured": 9900,
        "amount_refunded": 9900,
        "currency": "usd",
        "metadata": {"challenge_id": CHALLENGE},
        "paid": True,
        "payment_intent": INTENT,
        "refunded": True,
        "status": "succeeded",
    } | changes


def stripe_created(**changes: Any) -> dict[str, Any]:
    return stripe("payment_intent.created", intent(**changes), created=FIRST_SECOND)


def stripe_processing() -> dict[str, Any]:
    return stripe("payment_intent.processing", intent(status="processing"), created=FIRST_SECOND + 10)


def stripe_failed() -> dict[str, Any]:
    error = {"code": "card_declined", "message": "The card was declined.", "type": "card_error"}
    return stripe("payment_intent.payment_failed", intent(last_payment_error=error), created=FIRST_SECOND + 20)


def stripe_succeeded() -> dict[str, Any]:
    paid = intent(status="succeeded", amount_received=9900, latest_charge=CHARGE)
    return stripe("payment_intent.succeeded", paid, created=FIRST_SECOND + 30)


def stripe_completed(**changes: Any) -> dict[str, Any]:
    return stripe("checkout.session.completed", session(**changes), created=FIRST_SECOND + 31)


def stripe_canceled() -> dict[str, Any]:
    gone = intent(status="canceled", cancellation_reason="abandoned")
    return stripe("payment_intent.canceled", gone, created=FIRST_SECOND + 40)


def stripe_refunded(**changes: Any) -> dict[str, Any]:
    return stripe("charge.refunded", charge(**changes), created=FIRST_SECOND + 90)


def paypal(kind: str, resource: dict[str, Any], *, resource_type: str, at: str, **changes: Any) -> dict[str, Any]:
    """An event of PayPal around a resource."""
    event = {
        "id": f"WH-{kind}-{at}",
        "event_version": "1.0",
        "create_time": at,
        "resource_type": resource_type,
        "resource_version": "2.0",
        "event_type": kind,
        "summary": "A summary for people",
        "resource": resource,
        "links": [{"href": "https://api.paypal.com/v1/notifications/webhooks-events/WH-1", "rel": "self"}],
    }
    return event | changes


def money(value: str, currency: str = "USD") -> dict[str, str]:
    return {"currency_code": currency, "value": value}


def paypal_approved(**unit: Any) -> dict[str, Any]:
    order = {
        "id": ORDER,
        "intent": "CAPTURE",
        "status": "APPROVED",
        "purchase_units": [{"reference_id": "default", "amount": money("99.00"), "custom_id": CHALLENGE} | unit],
        "create_time": "2026-03-02T10:00:00Z",
    }
    return paypal("CHECKOUT.ORDER.APPROVED", order, resource_type="checkout-order", at="2026-03-02T10:00:00.000Z")


def capture(**changes: Any) -> dict[str, Any]:
    """A capture of PayPal."""
    return {
        "id": CAPTURE,
        "amount": money("99.00"),
        "custom_id": CHALLENGE,
        "final_capture": True,
        "status": "COMPLETED",
        "supplementary_data": {"related_ids": {"order_id": ORDER}},
        "seller_receivable_breakdown": {
            "gross_amount": money("99.00"),
            "paypal_fee": money("3.37"),
            "net_amount": money("95.63"),
        },
        "links": [
            {"href": f"https://api.paypal.com/v2/payments/captures/{CAPTURE}", "rel": "self", "method": "GET"},
            {"href": f"https://api.paypal.com/v2/checkout/orders/{ORDER}", "rel": "up", "method": "GET"},
        ],
    } | changes


def paypal_capture(state: str, at: str = "2026-03-02T10:00:30.250Z", **changes: Any) -> dict[str, Any]:
    """An event about a capture: PENDING, COMPLETED, DENIED or DECLINED."""
    return paypal(f"PAYMENT.CAPTURE.{state}", capture(status=state, **changes), resource_type="capture", at=at)


def paypal_refunded(given: str = "99.00", total: str | None = None, **changes: Any) -> dict[str, Any]:
    breakdown = {"gross_amount": money(given), "paypal_fee": money("0.00"), "net_amount": money(given)}
    if total is not None:
        breakdown["total_refunded_amount"] = money(total)
    refund = {
        "id": REFUND,
        "amount": money(given),
        "status": "COMPLETED",
        "seller_payable_breakdown": breakdown,
        "links": [
            {"href": f"https://api.paypal.com/v2/payments/refunds/{REFUND}", "rel": "self", "method": "GET"},
            {"href": f"https://api.paypal.com/v2/payments/captures/{CAPTURE}", "rel": "up", "method": "GET"},
        ],
    } | changes
    return paypal("PAYMENT.CAPTURE.REFUNDED", refund, resource_type="refund", at="2026-03-03T09:00:00Z")


def paypal_reversed() -> dict[str, Any]:
    return paypal(
        "PAYMENT.CAPTURE.REVERSED", capture(status="REFUNDED"), resource_type="capture", at="2026-03-04T09:00:00Z"
    )


def neutral(**changes: Any) -> dict[str, Any]:
    """A message in our own form; None leaves a key out."""
    message = {
        "tradesense_payment": 1,
        "provider": "BANK_TRANSFER",
        "payment_id": "2026-0117",
        "status": "SUCCESS",
        "amount": "99.00",
        "currency": "USD",
        "challenge_id": CHALLENGE,
        "at": "2026-03-02T10:00:00Z",
    } | changes
    return {key: value for key, value in message.items() if value is not None}
