"""PayPal's webhook events about a payment: the event envelope around a resource of orders v2 or payments v2.

Source: PayPal's reference of webhook event names and of the two interfaces, read 2026-11-25.

    CHECKOUT.ORDER.APPROVED       PENDING: the payer has agreed, no money has moved
    PAYMENT.CAPTURE.PENDING       PROCESSING
    PAYMENT.CAPTURE.COMPLETED     SUCCESS
    PAYMENT.CAPTURE.DENIED        FAILED (DECLINED likewise)
    PAYMENT.CAPTURE.REFUNDED      REFUNDED: the resource is a refund, and its link `up` names the capture
    PAYMENT.CAPTURE.REVERSED      REFUNDED: the resource is the refund or the capture itself

The id of the capture is the payment's number. An order is known by its own id until a capture names it
(supplementary_data.related_ids.order_id) and takes its place. The challenge is named by custom_id or invoice_id.
A refund does not tell what was paid: the capture has to be recorded before.

PayPal's signature is in headers of the delivery, not in the file: it is not checked here.
"""

import re
from typing import Any, Final

from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.payment import CURRENCIES, PaymentProvider, PaymentStatus
from tradesense_desktop.importers.json_document import Fields
from tradesense_desktop.importers.payment_message import PaymentMessage, challenge_named

_ORDER: Final = "CHECKOUT.ORDER.APPROVED"
_CAPTURE: Final = {
    "PAYMENT.CAPTURE.PENDING": PaymentStatus.PROCESSING,
    "PAYMENT.CAPTURE.COMPLETED": PaymentStatus.SUCCESS,
    "PAYMENT.CAPTURE.DENIED": PaymentStatus.FAILED,
    "PAYMENT.CAPTURE.DECLINED": PaymentStatus.FAILED,
}
_REFUNDED: Final = "PAYMENT.CAPTURE.REFUNDED"
KINDS: Final = (_ORDER, *_CAPTURE, _REFUNDED, "PAYMENT.CAPTURE.REVERSED")
_CAPTURE_LINK: Final = re.compile(r".*/payments/captures/([A-Za-z0-9-]{1,64})/?", re.ASCII)


def is_paypal_event(document: Fields) -> bool:
    """Whether the file is an event of PayPal."""
    return "event_type" in document and "resource" in document


def read_paypal_event(document: Fields, text: str) -> PaymentMessage:
    """The message that an event is. Raises MessageRefused, also for an event of another kind."""
    kind = document.text("event_type")
    if kind not in KINDS:
        raise document.refused(f"PayPal's “{kind[:60]}” tells nothing of a payment that is kept here; nothing changed.")
    resource = document.fields("resource")
    if kind == _ORDER:
        found = _order(resource)
    elif kind in _CAPTURE:
        found = _capture(resource, _CAPTURE[kind])
    else:
        is_refund = kind == _REFUNDED or document.optional_text("resource_type") == "refund"
        found = _money_back(resource, is_refund=is_refund)
    return PaymentMessage(
        provider=PaymentProvider.PAYPAL,
        kind=kind,
        message_id=document.text("id"),
        at=document.instant("create_time"),
        text=text,
        **found,
    )


def _order(order: Fields) -> dict[str, Any]:
    units = order.list_of_fields("purchase_units")
    if len(units) != 1:
        raise order.refused(f"an order for one challenge has one purchase unit; this one has {len(units)}.")
    amount, currency = _amount(units[0], "amount")
    return {
        "payment_id": None,
        "checkout_id": order.text("id"),
        "status": PaymentStatus.PENDING,
        "amount": amount,
        "currency": currency,
        "challenge_id": _challenge(units[0]),
    }


def _capture(capture: Fields, status: PaymentStatus) -> dict[str, Any]:
    amount, currency = _amount(capture, "amount")
    details = capture.optional_fields("status_details")
    reason = None if details is None else details.optional_text("reason")
    return {
        "payment_id": capture.text("id"),
        "checkout_id": _order_id(capture),
        "status": status,
        "amount": amount,
        "currency": currency,
        "challenge_id": _challenge(capture),
        "fee": _fee(capture, currency),
        "failure_reason": reason if status is PaymentStatus.FAILED else None,
    }


def _money_back(resource: Fields, *, is_refund: bool) -> dict[str, Any]:
    """A refund, which names its capture, or the capture itself, all of which went back."""
    given, currency = _amount(resource, "amount")
    found: dict[str, Any] = {
        "payment_id": resource.text("id"),
        "checkout_id": _order_id(resource),
        "status": PaymentStatus.REFUNDED,
        "amount": given,
        "currency": currency,
        "challenge_id": _challenge(resource),
        "refund_amount": given,
    }
    if is_refund:
        found |= {"payment_id": _capture_of(resource), "amount": None}
        breakdown = resource.optional_fields("seller_payable_breakdown")
        if breakdown is not None and "total_refunded_amount" in breakdown:
            found["refund_amount"], _ = _amount(breakdown, "total_refunded_amount")
    return found


def _amount(thing: Fields, key: str) -> tuple[Money, str]:
    amount = thing.fields(key)
    currency = amount.text("currency_code").upper()
    if currency not in CURRENCIES:
        raise thing.refused(f"payments are kept in {', '.join(CURRENCIES)}, not in {currency[:20]}.")
    return amount.decimal_text("value"), currency


def _fee(capture: Fields, currency: str) -> Money | None:
    breakdown = capture.optional_fields("seller_receivable_breakdown")
    if breakdown is None or "paypal_fee" not in breakdown:
        return None
    fee, fee_currency = _amount(breakdown, "paypal_fee")
    return fee if fee_currency == currency else None


def _challenge(thing: Fields) -> str | None:
    return challenge_named([thing.optional_text("custom_id"), thing.optional_text("invoice_id")])


def _order_id(thing: Fields) -> str | None:
    supplementary = thing.optional_fields("supplementary_data")
    related = None if supplementary is None else supplementary.optional_fields("related_ids")
    return None if related is None else related.optional_text("order_id")


def _capture_of(refund: Fields) -> str:
    """The capture that a refund's link `up` leads to."""
    for link in refund.list_of_fields("links"):
        if link.optional_text("rel") == "up":
            found = _CAPTURE_LINK.fullmatch(link.text("href"))
            if found is not None:
                return found[1]
    raise refund.refused("the refund does not name its capture (no link “up” to one).")
