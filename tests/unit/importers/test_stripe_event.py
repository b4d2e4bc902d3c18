"""Stripe's events: what each says of a payment, and which are refused."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.importers import payment_messages as made
from tradesense_desktop.importers.json_document import MessageRefused
from tradesense_desktop.importers.payment_message import PaymentMessage
from tradesense_desktop.importers.read_payment_message import read_payment_message

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def read(folder: Path, message: Any) -> PaymentMessage:
    return read_payment_message(made.written(folder, message))


@pytest.mark.parametrize(
    ("message", "status"),
    [
        (made.stripe_created(), "PENDING"),
        (made.stripe_processing(), "PROCESSING"),
        (made.stripe_succeeded(), "SUCCESS"),
        (made.stripe_failed(), "FAILED"),
        (made.stripe_canceled(), "CANCELLED"),
        (made.stripe_completed(), "SUCCESS"),
        (made.stripe_completed(payment_status="unpaid"), "PROCESSING"),
        (made.stripe("checkout.session.async_payment_succeeded", made.session()), "SUCCESS"),
        (made.stripe("checkout.session.async_payment_failed", made.session(payment_status="unpaid")), "FAILED"),
        (made.stripe("checkout.session.expired", made.session(payment_status="unpaid")), "CANCELLED"),
        (made.stripe_refunded(), "REFUNDED"),
    ],
    ids=lambda each: each if isinstance(each, str) else each["type"],
)
def test_each_event_names_the_intent_the_amount_and_the_challenge(
    tmp_path: Path, message: dict[str, Any], status: str
) -> None:
    found = read(tmp_path, message)

    assert (found.provider, found.kind, found.status) == ("STRIPE", message["type"], status)
    assert (found.payment_id, found.amount, found.currency) == (made.INTENT, Decimal("99.00"), "USD")
    assert found.challenge_id == made.CHALLENGE
    assert found.message_id == message["id"]


def test_time_is_that_of_the_event_in_utc(tmp_path: Path) -> None:
    assert read(tmp_path, made.stripe_created()).at == TEN
    assert read(tmp_path, made.stripe_succeeded()).at == TEN + timedelta(seconds=30)


def test_session_tells_its_own_number_and_the_intent_that_of_the_charge(tmp_path: Path) -> None:
    assert read(tmp_path, made.stripe_completed()).checkout_id == made.SESSION
    assert read(tmp_path, made.stripe_succeeded()).transaction_id == made.CHARGE
    assert read(tmp_path, made.stripe_refunded()).transaction_id == made.CHARGE


def test_session_without_an_intent_is_known_by_itself(tmp_path: Path) -> None:
    expired = made.stripe("checkout.session.expired", made.session(payment_intent=None, payment_status="unpaid"))

    found = read(tmp_path, expired)

    assert (found.payment_id, found.checkout_id, found.number) == (None, made.SESSION, made.SESSION)


def test_expanded_object_stands_for_its_id(tmp_path: Path) -> None:
    assert read(tmp_path, made.stripe_completed(payment_intent=made.intent())).payment_id == made.INTENT


def test_metadata_goes_before_the_reference_and_what_is_an_id_before_what_is_none(tmp_path: Path) -> None:
    other = "0192f0c1-0000-7000-8000-000000000001"

    assert read(tmp_path, made.stripe_completed(metadata={"challenge_id": other})).challenge_id == other
    assert read(tmp_path, made.stripe_completed(metadata={"challenge_id": "x"})).challenge_id == made.CHALLENGE
    assert read(tmp_path, made.stripe_completed(client_reference_id="Otis")).challenge_id == "otis"
    assert read(tmp_path, made.stripe_completed(client_reference_id=None)).challenge_id is None


def test_failure_and_refund_tell_their_reason_and_their_sum(tmp_path: Path) -> None:
    assert read(tmp_path, made.stripe_failed()).failure_reason == "The card was declined."
    assert read(tmp_path, made.stripe_canceled()).failure_reason == "abandoned"
    assert read(tmp_path, made.stripe_refunded(amount_refunded=1234)).refund_amount == Decimal("12.34")


def test_test_mode_is_told(tmp_path: Path) -> None:
    assert read(tmp_path, made.stripe_created() | {"livemode": False}).is_test
    assert not read(tmp_path, made.stripe_created()).is_test


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (made.stripe("invoice.paid", {"id": "in_1"}), "“invoice.paid” tells nothing of a payment"),
        (made.stripe_completed(mode="subscription"), "mode “subscription” pays for no challenge"),
        (made.stripe_completed(payment_status="no_payment_required"), "nothing was to be paid"),
        (made.stripe_completed(payment_status="perhaps"), "“perhaps” is not known"),
        (made.stripe_completed(currency="jpy"), "USD, EUR, GBP, not in JPY"),
        (made.stripe_completed(amount_total="99.00"), "data.object.amount_total” has to be a whole number"),
        (made.stripe_completed(amount_total=99.5), "has to be a whole number"),
        (made.stripe_completed(amount_total=True), "has to be a whole number"),
        (made.stripe_completed(amount_total=None), "has to be a whole number"),
        (made.stripe_completed(amount_total=10**20), "larger than any payment"),
        (made.stripe_created(id=None), "data.object.id” is missing"),
        (made.stripe("payment_intent.succeeded", made.intent(amount_received=5000)), "50.00 of 99.00 were received"),
        (made.stripe_created() | {"created": -(10**15)}, "“created” is no time of this age"),
        (made.stripe_created() | {"data": {}}, "data.object” is missing"),
        (made.stripe_created() | {"livemode": "yes"}, "has to be true or false"),
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
