"""PayPal's events: what each says of a payment, and which are refused."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.importers import payment_messages as made
from tradesense_desktop.importers.json_document import MessageRefused
from tradesense_desktop.importers.payment_message import PaymentMessage
from tradesense_desktop.importers.read_payment_message import read_payment_message


def read(folder: Path, message: Any) -> PaymentMessage:
    return read_payment_message(made.written(folder, message))


@pytest.mark.parametrize(
    ("state", "status"),
    [("PENDING", "PROCESSING"), ("COMPLETED", "SUCCESS"), ("DENIED", "FAILED"), ("DECLINED", "FAILED")],
)
def test_event_of_a_capture_names_it_and_its_order(tmp_path: Path, state: str, status: str) -> None:
    found = read(tmp_path, made.paypal_capture(state))

    assert (found.provider, found.kind, found.status) == ("PAYPAL", f"PAYMENT.CAPTURE.{state}", status)
    assert (found.payment_id, found.checkout_id) == (made.CAPTURE, made.ORDER)
    assert (found.amount, found.currency, found.fee) == (Decimal("99.00"), "USD", Decimal("3.37"))
    assert found.challenge_id == made.CHALLENGE
    assert found.at == datetime(2026, 3, 2, 10, 0, 30, 250_000, tzinfo=UTC)


def test_approved_order_is_a_payment_that_begins(tmp_path: Path) -> None:
    found = read(tmp_path, made.paypal_approved())

    assert (found.status, found.payment_id, found.number) == ("PENDING", None, made.ORDER)
    assert (found.amount, found.challenge_id) == (Decimal("99.00"), made.CHALLENGE)


def test_refund_points_at_its_capture_and_does_not_tell_what_was_paid(tmp_path: Path) -> None:
    found = read(tmp_path, made.paypal_refunded("40.00"))

    assert (found.status, found.payment_id, found.transaction_id) == ("REFUNDED", made.CAPTURE, None)
    assert (found.amount, found.refund_amount, found.challenge_id) == (None, Decimal("40.00"), None)


def test_second_refund_tells_the_sum_of_both(tmp_path: Path) -> None:
    assert read(tmp_path, made.paypal_refunded("20.00", total="60.00")).refund_amount == Decimal("60.00")


def test_reversal_is_of_the_capture_itself_or_a_refund_of_it(tmp_path: Path) -> None:
    of_capture = read(tmp_path, made.paypal_reversed())
    of_refund = read(tmp_path, made.paypal_refunded() | {"event_type": "PAYMENT.CAPTURE.REVERSED"})

    for found in (of_capture, of_refund):
        assert (found.status, found.payment_id, found.refund_amount) == ("REFUNDED", made.CAPTURE, Decimal("99.00"))


def test_challenge_stands_in_custom_id_or_in_invoice_id(tmp_path: Path) -> None:
    by_invoice = made.paypal_capture("COMPLETED", custom_id="Otis", invoice_id=made.CHALLENGE.upper())

    assert read(tmp_path, by_invoice).challenge_id == made.CHALLENGE


def test_denied_capture_tells_why(tmp_path: Path) -> None:
    denied = made.paypal_capture("DENIED", status_details={"reason": "BUYER_COMPLAINT"})
    pending = made.paypal_capture("PENDING", status_details={"reason": "ECHECK"})

    assert read(tmp_path, denied).failure_reason == "BUYER_COMPLAINT"
    assert read(tmp_path, pending).failure_reason is None


def test_fee_in_another_currency_is_not_taken_for_one_in_this(tmp_path: Path) -> None:
    breakdown = {"paypal_fee": made.money("3.00", "EUR")}

    assert read(tmp_path, made.paypal_capture("COMPLETED", seller_receivable_breakdown=breakdown)).fee is None


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (made.paypal("BILLING.PLAN.CREATED", {}, resource_type="plan", at="2026-03-02T10:00:00Z"), "BILLING.PLAN"),
        (made.paypal_capture("COMPLETED", amount=made.money("99.00", "AUD")), "not in AUD"),
        (made.paypal_capture("COMPLETED", amount={"currency_code": "USD", "value": 99}), "has to be a text"),
        (made.paypal_capture("COMPLETED", amount=made.money("ninety")), "resource.amount.value” has to be an amount"),
        (made.paypal_capture("COMPLETED", amount=made.money("1e3")), "has to be an amount"),
        (made.paypal_capture("COMPLETED", amount=None), "resource.amount” is missing"),
        (made.paypal_refunded(links=[]), "does not name its capture"),
        (made.paypal_capture("COMPLETED", at="yesterday"), "“create_time” has to be a time"),
        (made.paypal_capture("COMPLETED", at="2026-03-02T10:00:00"), "“create_time” has to be a time"),
        (made.paypal_approved() | {"resource": {"id": made.ORDER, "purchase_units": []}}, "one purchase unit"),
        (made.paypal_capture("COMPLETED", links="none") | {"resource": []}, "“resource” has to be an object"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_event_that_cannot_be_taken_is_refused_with_one_sentence(
    tmp_path: Path, message: dict[str, Any], words: str
) -> None:
    with pytest.raises(MessageRefused) as refusal:
        read(tmp_path, message)

    assert str(refusal.value).startswith("event.json: ")
    assert words in str(refusal.value)
