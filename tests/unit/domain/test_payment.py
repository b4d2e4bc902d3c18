"""Payments: the steps they take, and what a message means that comes late, twice or too early."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.challenges import CHALLENGE, OWNER, opened
from tradesense_desktop.domain.errors import InexactAmount, InvalidText
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.payment import (
    InvalidPayment,
    Payment,
    PaymentProvider,
    PaymentStatus,
    PaymentStatusImpossible,
    Standing,
    new_payment,
    standing_of,
    steps_between,
)

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
NUMBER = "00000000-0000-4000-8000-0000000000f1"
LEGAL = {
    ("PENDING", "PROCESSING"),
    ("PENDING", "SUCCESS"),
    ("PENDING", "FAILED"),
    ("PENDING", "CANCELLED"),
    ("PROCESSING", "SUCCESS"),
    ("PROCESSING", "FAILED"),
    ("PROCESSING", "CANCELLED"),
    ("SUCCESS", "REFUNDED"),
}
WAYS = {
    "PENDING": (),
    "PROCESSING": ("PROCESSING",),
    "SUCCESS": ("SUCCESS",),
    "FAILED": ("FAILED",),
    "CANCELLED": ("CANCELLED",),
    "REFUNDED": ("SUCCESS", "REFUNDED"),
}


def payment(**changes: Any) -> Payment:
    fields: dict[str, Any] = {
        "payment_id": NUMBER,
        "user_id": OWNER,
        "challenge_id": CHALLENGE,
        "provider": PaymentProvider.STRIPE,
        "amount": Decimal("99.00"),
        "currency": "USD",
        "at": AT,
        "recorded_at": AT,
    }
    return new_payment(**(fields | changes))


def payment_in(status: str) -> Payment:
    found = payment()
    for step in WAYS[status]:
        found = found.moved(PaymentStatus(step), AT)
    return found


@pytest.mark.parametrize("before", PaymentStatus)
@pytest.mark.parametrize("after", PaymentStatus)
def test_payment_takes_the_legal_steps_and_no_other(before: PaymentStatus, after: PaymentStatus) -> None:
    if (before, after) in LEGAL:
        assert payment_in(before).moved(after, AT).status is after
    else:
        with pytest.raises(PaymentStatusImpossible, match=f"is {before} and cannot become {after}"):
            payment_in(before).moved(after, AT)


def test_each_step_writes_its_own_times() -> None:
    later = AT + timedelta(hours=1)

    processing = payment().moved(PaymentStatus.PROCESSING, later)
    paid = processing.moved(PaymentStatus.SUCCESS, later + timedelta(hours=1))
    back = paid.moved(PaymentStatus.REFUNDED, later + timedelta(hours=2))
    failed = payment().moved(PaymentStatus.FAILED, later, failure_reason="card declined")
    cancelled = payment().moved(PaymentStatus.CANCELLED, later)

    assert (processing.processing_started_at, processing.processed_at) == (later, None)
    assert paid.processed_at == paid.completed_at == later + timedelta(hours=1)
    assert (back.refunded_at, back.processed_at) == (later + timedelta(hours=2), paid.processed_at)
    assert (failed.failed_at, failed.processed_at, failed.failure_reason) == (later, later, "card declined")
    assert (cancelled.failed_at, cancelled.processed_at, cancelled.failure_reason) == (None, later, None)


def test_refund_is_of_the_whole_unless_an_amount_is_named() -> None:
    paid = payment_in("SUCCESS")

    assert paid.moved(PaymentStatus.REFUNDED, AT).refund_amount == Decimal(99)
    assert paid.moved(PaymentStatus.REFUNDED, AT, refund_amount=Decimal("0.01")).refund_amount == Decimal("0.01")


@pytest.mark.parametrize("amount", ["0", "-1", "99.01"])
def test_refund_outside_the_amount_is_refused(amount: str) -> None:
    with pytest.raises(InvalidPayment, match="refund"):
        payment_in("SUCCESS").moved(PaymentStatus.REFUNDED, AT, refund_amount=Decimal(amount))


def test_further_refund_is_the_larger_sum_whatever_comes_first() -> None:
    back = payment_in("SUCCESS").moved(PaymentStatus.REFUNDED, AT, refund_amount=Decimal(40))

    assert back.refunded_further(Decimal(60)).refund_amount == Decimal(60)
    assert back.refunded_further(Decimal(40)) is back
    assert back.refunded_further(Decimal(10)) is back
    with pytest.raises(InvalidPayment, match="refund"):
        back.refunded_further(Decimal(100))


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"amount": Decimal(0)}, "amount has to be above 0"),
        ({"amount": Decimal(-5)}, "amount has to be above 0"),
        ({"fee": Decimal("-0.01")}, "fee"),
        ({"currency": "CHF"}, "USD, EUR, GBP; “CHF” is none"),
        ({"currency": "usd"}, "none of them"),
        ({"provider_payment_id": " "}, "1 to 255"),
        ({"external_payment_id": "x" * 256}, "1 to 255"),
    ],
)
def test_payment_that_no_table_takes_is_refused(changes: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidPayment, match=words):
        payment(**changes)


def test_amounts_are_exact_and_texts_can_be_kept() -> None:
    with pytest.raises(InexactAmount):
        payment(amount=Decimal("0.000000001"))
    with pytest.raises(InvalidText):
        payment(provider_payment_id="pi_\0")
    with pytest.raises(InvalidText):
        payment().moved(PaymentStatus.FAILED, AT, failure_reason="\ud800")


def test_long_reason_is_cut() -> None:
    assert payment().moved(PaymentStatus.FAILED, AT, failure_reason="x" * 900).failure_reason == "x" * 500


def test_message_of_what_is_or_was_is_known() -> None:
    for status, known in {
        "PENDING": {"PENDING"},
        "PROCESSING": {"PENDING", "PROCESSING"},
        "SUCCESS": {"PENDING", "PROCESSING", "SUCCESS"},
        "FAILED": {"PENDING", "PROCESSING", "FAILED", "CANCELLED"},
        "CANCELLED": {"PENDING", "PROCESSING", "FAILED", "CANCELLED"},
        "REFUNDED": {"PENDING", "PROCESSING", "SUCCESS", "REFUNDED"},
    }.items():
        for message in known:
            assert standing_of(payment_in(status), PaymentStatus(message), AT) is Standing.KNOWN


def test_money_that_comes_after_a_failure_came_by_another_attempt() -> None:
    for status in ("FAILED", "CANCELLED"):
        assert standing_of(payment_in(status), PaymentStatus.SUCCESS, AT) is Standing.ANOTHER_ATTEMPT


def test_failure_of_an_earlier_attempt_is_known_and_one_after_the_money_came_is_impossible() -> None:
    paid = payment_in("SUCCESS")

    assert standing_of(paid, PaymentStatus.FAILED, AT - timedelta(minutes=5)) is Standing.KNOWN
    with pytest.raises(PaymentStatusImpossible):
        standing_of(paid, PaymentStatus.FAILED, AT + timedelta(minutes=5))


def _tell(found: Payment, messages: Iterable[PaymentStatus]) -> Payment:
    for message in messages:
        if standing_of(found, message, AT) is Standing.NEWS:
            for step in steps_between(found.status, message):
                found = found.moved(step, AT)
    return found


@pytest.mark.parametrize("end", [(), ("SUCCESS",), ("FAILED",), ("CANCELLED",), ("SUCCESS", "REFUNDED")])
@given(st.data())
def test_messages_of_one_payment_end_in_one_state_in_any_order_and_however_often(
    end: tuple[str, ...], data: st.DataObject
) -> None:
    messages = [PaymentStatus(name) for name in ("PENDING", "PROCESSING", *end)]
    repeated = data.draw(st.lists(st.sampled_from(messages), max_size=6))
    order = data.draw(st.permutations(messages + repeated))

    assert _tell(payment(), order).status is messages[-1]


@given(st.lists(st.sampled_from(PaymentStatus), max_size=8))
def test_payment_never_stands_where_its_times_do_not_say_so(wanted: list[PaymentStatus]) -> None:
    found = payment()
    for status in wanted:
        if found.status.may_become(status):
            found = found.moved(status, AT)
        is_end = found.status not in {PaymentStatus.PENDING, PaymentStatus.PROCESSING}
        assert (found.processed_at is not None) is is_end
        assert (found.refund_amount is not None) is (found.status is PaymentStatus.REFUNDED)
        assert (found.failed_at is not None) is (found.status is PaymentStatus.FAILED)


def test_challenge_started_by_a_payment_names_it_as_the_cause() -> None:
    execution = opened()
    execution.drain()

    cause = execution.change_payment_status(
        payment_id=NUMBER, before=None, after="SUCCESS", amount=Decimal(99), currency="USD", at=AT
    )
    execution.start(AT, cause=cause)

    paid, started = execution.drain().events
    assert (paid.id, paid.event_type) == (cause, EventType.PAYMENT_STATUS_CHANGED)
    assert (started.event_type, started.causation_id) == (EventType.CHALLENGE_STATUS_CHANGED, cause)
    assert execution.snapshot().started_at == AT
