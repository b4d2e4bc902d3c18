"""Payments by hand: recorded, moved on, given back, and read by those who may."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.people import People, begin_session, id_of, workspace_with_people
from tradesense_desktop.domain.payment import PaymentProvider, PaymentStatus
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.carry_out_payment import PaymentOutcome
from tradesense_desktop.services.change_payment import change_payment_status, refund_payment
from tradesense_desktop.services.errors import NotAllowed, NotFound, NotSignedIn, Refused
from tradesense_desktop.services.govern_user import change_role
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.read_payments import (
    PaymentFilter,
    find_payment_id,
    read_payment,
    read_payments,
)
from tradesense_desktop.services.record_payment import record_payment
from tradesense_desktop.services.replay_challenge import replay_challenge

PRICE = Decimal("99.00")


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


def opened(handle: Workspace) -> str:
    return open_challenge(handle, preset="tradesense", initial_balance=Decimal(10000)).id


def recorded(people: People, challenge_id: str, reference: str | None = "2026-0117") -> PaymentOutcome:
    return record_payment(people.admin, challenge_id, amount=PRICE, currency="usd", reference=reference)


def test_awaited_transfer_starts_the_challenge_once_it_is_marked_as_received(people: People) -> None:
    challenge_id = opened(people.trader)
    awaited = recorded(people, challenge_id)
    waiting = read_challenge(people.trader, challenge_id).summary.challenge

    received = change_payment_status(people.second_admin, awaited.payment.id, PaymentStatus.SUCCESS)

    challenge = read_challenge(people.trader, challenge_id).summary.challenge
    assert (awaited.payment.status, awaited.before, awaited.is_challenge_started) == ("PENDING", None, False)
    assert (awaited.payment.provider, awaited.payment.provider_payment_id) == ("BANK_TRANSFER", "2026-0117")
    assert waiting.status == "PENDING"
    assert (received.before, received.payment.status, received.is_challenge_started) == ("PENDING", "SUCCESS", True)
    assert (challenge.status, challenge.started_at) == ("ACTIVE", received.payment.completed_at)
    assert replay_challenge(people.trader, challenge_id).equals_stored is True


def test_received_transfer_starts_the_challenge_at_once(people: People) -> None:
    challenge_id = opened(people.trader)

    outcome = record_payment(
        people.admin,
        challenge_id,
        amount=PRICE,
        currency="EUR",
        provider=PaymentProvider.MOCK,
        is_received=True,
    )

    assert (outcome.payment.status, outcome.is_challenge_started) == ("SUCCESS", True)


def test_same_reference_is_the_same_payment_and_another_amount_a_conflict(people: People) -> None:
    challenge_id = opened(people.trader)
    first = recorded(people, challenge_id)

    again = recorded(people, challenge_id)

    assert (again.is_changed, again.payment) == (False, first.payment)
    with pytest.raises(Refused, match="another amount: recorded 99; sent 98"):
        record_payment(people.admin, challenge_id, amount=Decimal(98), currency="USD", reference="2026-0117")
    with pytest.raises(Refused, match="another challenge"):
        recorded(people, opened(people.other))
    assert len(read_payments(people.admin).payments) == 1


def test_payments_without_a_reference_are_many(people: People) -> None:
    challenge_id = opened(people.trader)

    assert recorded(people, challenge_id, None).payment.id != recorded(people, challenge_id, None).payment.id


def test_payment_is_cancelled_or_fails_with_a_reason_and_then_stays(people: People) -> None:
    challenge_id = opened(people.trader)
    cancelled = recorded(people, challenge_id, "1").payment
    failed = recorded(people, challenge_id, "2").payment

    first = change_payment_status(people.admin, cancelled.id, PaymentStatus.CANCELLED, reason="never came")
    second = change_payment_status(people.admin, failed.id, PaymentStatus.FAILED, reason="bounced")
    again = change_payment_status(people.admin, failed.id, PaymentStatus.FAILED, reason="another word")

    assert (first.payment.failure_reason, first.payment.processed_at is not None) == ("never came", True)
    assert (second.payment.failure_reason, second.payment.failed_at is not None) == ("bounced", True)
    assert (again.is_changed, again.payment.failure_reason) == (False, "bounced")
    with pytest.raises(Refused, match="Payment 1 is CANCELLED and cannot become SUCCESS"):
        change_payment_status(people.admin, cancelled.id, PaymentStatus.SUCCESS)
    assert read_challenge(people.trader, challenge_id).summary.challenge.status == "PENDING"


def test_refund_is_of_a_part_or_of_the_whole_and_only_of_what_came_in(people: People) -> None:
    challenge_id = opened(people.trader)
    payment_id = recorded(people, challenge_id).payment.id
    with pytest.raises(Refused, match="is PENDING and cannot become REFUNDED"):
        refund_payment(people.admin, payment_id)
    change_payment_status(people.admin, payment_id, PaymentStatus.SUCCESS)
    with pytest.raises(Refused, match=r"the refund of 99\.01"):
        refund_payment(people.admin, payment_id, amount=Decimal("99.01"))

    part = refund_payment(people.admin, payment_id, amount=Decimal("49.50"))
    whole = refund_payment(people.admin, payment_id)
    again = refund_payment(people.admin, payment_id)

    assert (part.payment.status, part.payment.refund_amount) == ("REFUNDED", Decimal("49.5"))
    assert (whole.is_changed, whole.payment.refund_amount) == (True, Decimal(99))
    assert not again.is_changed
    told = [event.event_data["to"] for event in read_all_events(people.trader, challenge_id)[1:]]
    assert told == ["PENDING", "SUCCESS", "ACTIVE", "REFUNDED"]


def test_payments_are_managed_by_administrators_for_others_only(people: People) -> None:
    challenge_id = opened(people.trader)
    payment_id = recorded(people, challenge_id).payment.id
    change_role(people.superadmin, id_of(people.trader), Role.ADMIN)
    promoted = begin_session(people.nobody, id_of(people.trader), Role.ADMIN)

    for handle in (promoted, people.other, people.auditor):
        with pytest.raises(NotAllowed):
            record_payment(handle, challenge_id, amount=PRICE, currency="USD")
        with pytest.raises(NotAllowed):
            change_payment_status(handle, payment_id, PaymentStatus.SUCCESS)
        with pytest.raises(NotAllowed):
            refund_payment(handle, payment_id)
    with pytest.raises(NotSignedIn):
        record_payment(people.nobody, challenge_id, amount=PRICE, currency="USD")
    assert change_payment_status(people.superadmin, payment_id, PaymentStatus.SUCCESS).is_changed


def test_payment_of_nothing_is_refused(people: People) -> None:
    with pytest.raises(Refused, match="no challenge"):
        recorded(people, "0192f0c1-0000-7000-8000-000000000001")
    with pytest.raises(Refused, match="no payment"):
        refund_payment(people.admin, "0192f0c1-0000-7000-8000-000000000001")
    with pytest.raises(Refused, match="the currency has to be USD, EUR, GBP"):
        record_payment(people.admin, opened(people.trader), amount=PRICE, currency="CHF")


def test_trader_sees_the_own_payments_and_staff_sees_all(people: People) -> None:
    own = recorded(people, opened(people.trader), "1").payment
    others = recorded(people, opened(people.other), "2").payment

    assert read_payments(people.trader).payments == (own,)
    assert read_payments(people.other).payments == (others,)
    for handle in (people.auditor, people.admin, people.superadmin):
        assert read_payments(handle).payments == (others, own)
    assert read_payment(people.trader, own.id) == own
    with pytest.raises(Refused, match="no payment"):
        read_payment(people.trader, others.id)
    with pytest.raises(NotFound):
        find_payment_id(people.trader, "2")
    with pytest.raises(NotSignedIn):
        read_payments(people.nobody)


def test_payments_come_in_pages_and_by_filter(people: People) -> None:
    challenge_id = opened(people.trader)
    payments = [recorded(people, challenge_id, str(number)).payment for number in range(5)]
    change_payment_status(people.admin, payments[0].id, PaymentStatus.CANCELLED)

    first = read_payments(people.trader, limit=3)
    second = read_payments(people.trader, limit=3, after=first.end)

    assert [payment.provider_payment_id for payment in first.payments] == ["4", "3", "2"]
    assert [payment.provider_payment_id for payment in second.payments] == ["1", "0"]
    assert second.end is None
    pending = read_payments(people.auditor, PaymentFilter(status=PaymentStatus.PENDING)).payments
    assert [payment.provider_payment_id for payment in pending] == ["4", "3", "2", "1"]


def test_payment_is_found_by_its_number_or_the_beginning_of_its_id(people: People) -> None:
    payment = recorded(people, opened(people.trader)).payment

    assert find_payment_id(people.admin, "2026-0117") == payment.id
    assert find_payment_id(people.admin, payment.id[:18].upper()) == payment.id
    with pytest.raises(NotFound):
        find_payment_id(people.admin, payment.id[:3])
    with pytest.raises(NotFound):
        find_payment_id(people.admin, "%" * 4)
    recorded(people, opened(people.trader), "2026-0118")
    with pytest.raises(Refused, match="Several payments"):
        find_payment_id(people.admin, payment.id[:4])


def test_owner_without_accounts_records_no_payment(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "workspace") as workspace:
        challenge_id = opened(workspace)

        with pytest.raises(NotAllowed):
            record_payment(workspace, challenge_id, amount=PRICE, currency="USD")
        assert read_payments(workspace).payments == ()
