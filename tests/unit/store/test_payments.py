"""Payments in the store: found, moved and listed, on a real file."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from tests.unit.store.keys import give_key
from tests.unit.store.ledgers import create_challenge, fixed_uuid
from tradesense_desktop.audit.sealing import SealBroken
from tradesense_desktop.domain.payment import Payment, PaymentProvider, PaymentStatus, new_payment
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.errors import PaymentUnknown
from tradesense_desktop.store.payments import (
    PaymentFilter,
    PaymentPlace,
    find_payment,
    find_payment_of_checkout,
    find_payment_of_provider,
    has_successful_payment,
    insert_payment,
    keep_message,
    list_payments,
    read_message,
    read_payment,
    update_payment,
)
from tradesense_desktop.store.tables import payments
from tradesense_desktop.store.users import find_owner
from tradesense_desktop.store.workspace import Workspace

AT = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
ADMIN = Acting(Authority.ADMIN, fixed_uuid(9_999))
"""Who writes: payments are an administrator's."""
SEALED = {"webhook_data", "provider_metadata", "provider_response", "metadata"}


def payment(workspace: Workspace, number: int, **changes: Any) -> Payment:
    with workspace.reading() as reading:
        owner_id = find_owner(reading)
    assert owner_id is not None
    fields: dict[str, Any] = {
        "payment_id": fixed_uuid(1_000 + number),
        "user_id": owner_id,
        "challenge_id": fixed_uuid(1),
        "provider": PaymentProvider.STRIPE,
        "amount": Decimal("99.5"),
        "currency": "USD",
        "at": AT + timedelta(minutes=number),
        "recorded_at": AT + timedelta(days=1),
        "provider_payment_id": f"pi_{number}",
    }
    return new_payment(**(fields | changes))


def inserted(workspace: Workspace, found: Payment) -> Payment:
    workspace.write(lambda transaction: insert_payment(transaction, found), ADMIN)
    return found


@pytest.fixture(autouse=True)
def challenge(workspace: Workspace) -> None:
    create_challenge(workspace, 1)


def test_payment_has_one_field_a_column_but_for_the_sealed_ones() -> None:
    assert set(Payment.__dataclass_fields__) == set(payments.columns.keys()) - SEALED


def test_payment_comes_back_as_it_was_written(workspace: Workspace) -> None:
    written = inserted(
        workspace,
        payment(
            workspace,
            1,
            fee=Decimal("2.37"),
            retry_count=2,
            external_payment_id="cs_1",
            provider_transaction_id="ch_1",
        )
        .moved(PaymentStatus.PROCESSING, AT)
        .moved(PaymentStatus.SUCCESS, AT + timedelta(hours=1))
        .moved(PaymentStatus.REFUNDED, AT + timedelta(hours=2), refund_amount=Decimal("0.01")),
    )

    with workspace.reading() as reading:
        assert read_payment(reading, written.id) == written
        assert find_payment_of_provider(reading, PaymentProvider.STRIPE, "pi_1") == written
        assert find_payment_of_checkout(reading, PaymentProvider.STRIPE, "cs_1") == written
        assert find_payment_of_provider(reading, PaymentProvider.PAYPAL, "pi_1") is None
        assert find_payment(reading, fixed_uuid(5)) is None
        with pytest.raises(PaymentUnknown, match="no payment"):
            read_payment(reading, fixed_uuid(5))


def test_changed_payment_is_returned_as_the_store_holds_it(workspace: Workspace) -> None:
    before = inserted(workspace, payment(workspace, 1))
    paid = before.moved(PaymentStatus.SUCCESS, AT)

    stored = workspace.write(
        lambda transaction: update_payment(transaction, before, replace(paid, fee=Decimal(1))), ADMIN
    )

    with workspace.reading() as reading:
        assert read_payment(reading, before.id) == stored
    assert (stored.status, stored.processed_at, stored.completed_at, stored.fee) == ("SUCCESS", AT, AT, Decimal(1))
    assert stored.status_updated_at > before.status_updated_at
    assert stored.updated_at >= stored.status_updated_at


def test_change_of_what_is_no_longer_so_is_refused(workspace: Workspace) -> None:
    before = inserted(workspace, payment(workspace, 1))
    failed = before.moved(PaymentStatus.FAILED, AT)
    workspace.write(lambda transaction: update_payment(transaction, before, failed), ADMIN)

    with pytest.raises(PaymentUnknown):
        workspace.write(
            lambda transaction: update_payment(transaction, before, before.moved(PaymentStatus.SUCCESS, AT)), ADMIN
        )


def test_one_number_of_a_provider_is_one_payment(workspace: Workspace) -> None:
    inserted(workspace, payment(workspace, 1))

    with pytest.raises(DBAPIError, match="number is taken"):
        inserted(workspace, payment(workspace, 2, provider_payment_id="pi_1"))
    inserted(workspace, payment(workspace, 3, provider=PaymentProvider.MOCK, provider_payment_id="pi_1"))


def test_checkout_gives_the_payment_that_still_has_its_number(workspace: Workspace) -> None:
    live = inserted(workspace, payment(workspace, 1, external_payment_id="O-1"))
    inserted(workspace, payment(workspace, 2, external_payment_id="O-1", provider_payment_id=None))

    with workspace.reading() as reading:
        assert find_payment_of_checkout(reading, PaymentProvider.STRIPE, "O-1") == live


def test_challenge_is_paid_for_while_a_payment_stands_as_success(workspace: Workspace) -> None:
    for number, status in enumerate(("FAILED", "CANCELLED", "PROCESSING"), 1):
        inserted(workspace, payment(workspace, number).moved(PaymentStatus(status), AT))
    with workspace.reading() as reading:
        assert not has_successful_payment(reading, fixed_uuid(1))

    inserted(workspace, payment(workspace, 9).moved(PaymentStatus.SUCCESS, AT))

    with workspace.reading() as reading:
        assert has_successful_payment(reading, fixed_uuid(1))
        assert not has_successful_payment(reading, fixed_uuid(2))


def test_pages_are_newest_first_and_together_hold_everything_once(workspace: Workspace) -> None:
    # Several of one time: the id decides.
    every = [
        inserted(workspace, payment(workspace, number, at=AT + timedelta(minutes=number // 3))) for number in range(10)
    ]
    expected = sorted(every, key=lambda each: (each.initiated_at, each.id), reverse=True)

    found: list[Payment] = []
    place = None
    with workspace.reading() as reading:
        while page := list_payments(reading, after=place, limit=3):
            found += page
            place = PaymentPlace(page[-1].initiated_at, page[-1].id)

    assert found == expected


def test_filters_choose_and_combine(workspace: Workspace) -> None:
    paid = inserted(workspace, payment(workspace, 1).moved(PaymentStatus.SUCCESS, AT))
    by_bank = inserted(workspace, payment(workspace, 2, provider=PaymentProvider.BANK_TRANSFER))
    inserted(workspace, payment(workspace, 3))

    def ids(**which: Any) -> list[str]:
        with workspace.reading() as reading:
            return [found.id for found in list_payments(reading, PaymentFilter(**which), limit=10)]

    assert ids(status=PaymentStatus.SUCCESS) == [paid.id]
    assert ids(provider=PaymentProvider.BANK_TRANSFER, status=PaymentStatus.PENDING) == [by_bank.id]
    assert len(ids(user_id=paid.user_id)) == len(ids(challenge_id=fixed_uuid(1))) == 3
    assert ids(user_id=fixed_uuid(7)) == ids(challenge_id=fixed_uuid(2)) == []


def test_message_is_kept_sealed_and_opens_in_its_own_row_alone(workspace: Workspace) -> None:
    give_key(workspace)
    first, second = inserted(workspace, payment(workspace, 1)), inserted(workspace, payment(workspace, 2))
    message = {"kind": "payment_intent.succeeded", "text": "otis@example.org"}

    assert workspace.write(lambda transaction: keep_message(transaction, first, message), ADMIN) is True

    with workspace.reading() as reading:
        assert read_message(reading, first.id) == message
        assert read_message(reading, second.id) is None
        (stored,) = reading.core.execute(select(payments.c.webhook_data).where(payments.c.id == first.id)).scalars()
    assert stored["sealed"] == 1
    assert "otis" not in str(stored)
    workspace.write(
        lambda transaction: transaction.core.execute(
            update(payments).where(payments.c.id == second.id).values(webhook_data=stored)
        ),
        ADMIN,
    )
    with workspace.reading() as reading, pytest.raises(SealBroken):
        read_message(reading, second.id)


def test_later_message_takes_the_place_of_the_one_before(workspace: Workspace) -> None:
    give_key(workspace)
    found = inserted(workspace, payment(workspace, 1))

    for number in (1, 2):
        workspace.write(lambda transaction, n=number: keep_message(transaction, found, {"number": n}), ADMIN)

    with workspace.reading() as reading:
        assert read_message(reading, found.id) == {"number": 2}


def test_message_is_not_kept_where_nothing_can_seal_it(workspace: Workspace) -> None:
    found = inserted(workspace, payment(workspace, 1))

    assert workspace.write(lambda transaction: keep_message(transaction, found, {"text": "x"}), ADMIN) is False

    with workspace.reading() as reading:
        assert read_message(reading, found.id) is None
