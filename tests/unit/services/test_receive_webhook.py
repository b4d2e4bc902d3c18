"""Messages of payment providers come in: once each, in any order, and a challenge starts when it is paid."""

import itertools
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.people import People, begin_session, id_of, workspace_with_people
from tests.unit.importers import payment_messages as made
from tests.unit.services.test_run_command import trade
from tests.unit.store.keys import give_key
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.commands import ExecuteTrade
from tradesense_desktop.domain.payment import Payment
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.archive_challenge import archive_challenge
from tradesense_desktop.services.errors import NotAllowed, NotSignedIn, Refused
from tradesense_desktop.services.govern_user import change_role
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.read_payments import read_payments, read_provider_message
from tradesense_desktop.services.receive_webhook import WebhookResult, receive_webhook
from tradesense_desktop.services.replay_challenge import replay_challenge
from tradesense_desktop.services.run_command import run_command

TEN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


@pytest.fixture
def challenge(people: People) -> Challenge:
    """A PENDING challenge of the trader."""
    return open_challenge(people.trader, preset="tradesense", initial_balance=Decimal(10000))


class Post:
    """Hands messages in as an administrator, each about the challenge instead of the made-up one."""

    def __init__(self, people: People, challenge: Challenge, folder: Path) -> None:
        self.people = people
        self.challenge_id = challenge.id
        self.folder = folder

    def send(self, message: dict[str, Any]) -> WebhookResult:
        path = made.written(self.folder, message)
        path.write_text(path.read_text(encoding="utf-8").replace(made.CHALLENGE, self.challenge_id), encoding="utf-8")
        return receive_webhook(self.people.admin, path)

    def payments(self) -> tuple[Payment, ...]:
        return read_payments(self.people.admin).payments

    def payment(self) -> Payment:
        (only,) = self.payments()
        return only

    def challenge(self) -> Challenge:
        return read_challenge(self.people.trader, self.challenge_id).summary.challenge

    def told(self) -> list[tuple[str | None, str]]:
        """From which status to which, as the events say."""
        return [
            (event.event_data["from"], event.event_data["to"])
            for event in read_all_events(self.people.auditor, self.challenge_id)
            if event.event_type == "PAYMENT_STATUS_CHANGED"
        ]


@pytest.fixture
def post(people: People, challenge: Challenge, tmp_path: Path) -> Post:
    return Post(people, challenge, tmp_path)


def test_paid_checkout_is_a_payment_and_starts_its_challenge(post: Post) -> None:
    result = post.send(made.stripe_completed())

    payment, challenge = post.payment(), post.challenge()
    assert result.sentence == (
        f"Payment {made.INTENT} of 99.00 USD is SUCCESS, new; challenge {challenge.id} has started."
    )
    assert (payment.status, payment.amount, payment.currency) == ("SUCCESS", Decimal(99), "USD")
    assert (payment.provider_payment_id, payment.external_payment_id) == (made.INTENT, made.SESSION)
    assert (payment.user_id, payment.challenge_id) == (id_of(post.people.trader), challenge.id)
    assert payment.completed_at == challenge.started_at == TEN + timedelta(seconds=31)
    assert challenge.status == "ACTIVE"
    created, paid, started = read_all_events(post.people.trader, challenge.id)
    assert (paid.event_type, started.event_type) == ("PAYMENT_STATUS_CHANGED", "CHALLENGE_STATUS_CHANGED")
    assert (started.causation_id, started.correlation_id) == (paid.id, paid.correlation_id)
    assert created.correlation_id != paid.correlation_id
    assert replay_challenge(post.people.trader, challenge.id).equals_stored is True


def test_same_message_again_changes_nothing(post: Post) -> None:
    post.send(made.stripe_completed())
    payment, events = post.payment(), read_all_events(post.people.trader, post.challenge_id)

    again = post.send(made.stripe_completed())
    other = post.send(made.stripe_succeeded())

    for result in (again, other):
        assert (result.is_changed, result.is_challenge_started) == (False, False)
        assert result.sentence == f"Payment {made.INTENT} of 99.00 USD is SUCCESS already; nothing changed."
    assert post.payment() == payment
    assert read_all_events(post.people.trader, post.challenge_id) == events


STRIPE_PAID = [made.stripe_created(), made.stripe_processing(), made.stripe_succeeded(), made.stripe_completed()]
STRIPE_BACK = [made.stripe_processing(), made.stripe_succeeded(), made.stripe_refunded()]
STRIPE_GONE = [made.stripe_created(), made.stripe_processing(), made.stripe_canceled()]
PAYPAL_PAID = [made.paypal_approved(), made.paypal_capture("PENDING"), made.paypal_capture("COMPLETED")]
PAYPAL_DENIED = [made.paypal_approved(), made.paypal_capture("PENDING"), made.paypal_capture("DENIED")]


@pytest.mark.parametrize(
    ("messages", "status", "challenge_status"),
    [
        (messages, status, challenge_status)
        for ordered, status, challenge_status in (
            (STRIPE_PAID, "SUCCESS", "ACTIVE"),
            (STRIPE_BACK, "REFUNDED", "ACTIVE"),
            (STRIPE_GONE, "CANCELLED", "PENDING"),
            (PAYPAL_PAID, "SUCCESS", "ACTIVE"),
            (PAYPAL_DENIED, "FAILED", "PENDING"),
        )
        for messages in itertools.permutations(ordered)
    ],
)
def test_messages_of_one_payment_end_in_one_state_in_whatever_order(
    post: Post, messages: tuple[dict[str, Any], ...], status: str, challenge_status: str
) -> None:
    for message in (*messages, *messages):
        post.send(message)

    payment = post.payment()
    assert payment.status == status
    assert payment.provider_payment_id in {made.INTENT, made.CAPTURE}
    assert post.challenge().status == challenge_status
    told = post.told()
    assert told[0][0] is None
    assert told[-1][1] == status
    assert all(before[1] == after[0] for before, after in itertools.pairwise(told))


def test_order_that_was_approved_takes_the_number_of_its_capture_and_the_fee(post: Post) -> None:
    post.send(made.paypal_approved())
    approved = post.payment()
    post.send(made.paypal_capture("COMPLETED"))

    paid = post.payment()
    assert (approved.provider_payment_id, approved.status, approved.fee) == (made.ORDER, "PENDING", 0)
    assert (paid.id, paid.provider_payment_id, paid.external_payment_id) == (approved.id, made.CAPTURE, made.ORDER)
    assert paid.fee == Decimal("3.37")


def test_money_that_comes_by_a_later_attempt_is_a_payment_of_its_own(post: Post) -> None:
    post.send(made.stripe_failed())
    failed = post.payment()
    post.send(made.stripe_succeeded())
    post.send(made.stripe_failed())
    post.send(made.stripe_completed())

    attempts = {payment.status: payment for payment in post.payments()}
    assert set(attempts) == {"FAILED", "SUCCESS"}
    assert len(post.payments()) == 2
    assert attempts["FAILED"].id == failed.id
    assert attempts["FAILED"].failure_reason == "The card was declined."
    assert (attempts["FAILED"].provider_payment_id, attempts["FAILED"].external_payment_id) == (None, made.INTENT)
    assert (attempts["SUCCESS"].provider_payment_id, attempts["SUCCESS"].retry_count) == (made.INTENT, 1)
    assert post.challenge().status == "ACTIVE"
    assert post.told() == [(None, "FAILED"), (None, "SUCCESS")]


def test_second_capture_of_an_order_is_another_payment(post: Post) -> None:
    post.send(made.paypal_capture("DENIED"))
    post.send(made.paypal_capture("COMPLETED", id="9ZZ00000AA000000B"))
    post.send(made.paypal_approved())

    assert sorted(payment.status for payment in post.payments()) == ["FAILED", "SUCCESS"]


def test_refund_is_noted_with_its_sum_and_a_further_one_with_the_larger(post: Post) -> None:
    post.send(made.paypal_capture("COMPLETED"))
    post.send(made.paypal_refunded("40.00"))
    first = post.payment()
    further = post.send(made.paypal_refunded("20.00", total="60.00"))
    late = post.send(made.paypal_refunded("40.00"))

    assert (first.status, first.refund_amount) == ("REFUNDED", Decimal(40))
    assert first.refunded_at == datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
    assert (further.is_changed, further.payment.refund_amount) == (True, Decimal(60))
    assert (late.is_changed, late.payment.refund_amount) == (False, Decimal(60))
    assert post.told() == [(None, "SUCCESS"), ("SUCCESS", "REFUNDED")]
    assert post.challenge().status == "ACTIVE"


def test_refund_of_a_payment_that_is_not_recorded_waits_for_its_capture(post: Post) -> None:
    with pytest.raises(Refused, match="not recorded here"):
        post.send(made.paypal_refunded())
    with pytest.raises(Refused, match="hand in its capture first"):
        post.send(made.paypal_refunded(custom_id=made.CHALLENGE))
    assert post.payments() == ()


def test_status_after_the_end_of_the_challenge_is_still_told(post: Post) -> None:
    post.send(made.stripe_completed())
    run_command(
        post.people.trader,
        ExecuteTrade(
            command_id="00000000-0000-4000-8000-0000000000e1",
            actor_id=id_of(post.people.trader),
            issued_at=datetime.now(UTC),
            challenge_id=post.challenge_id,
            trade=trade(1, "-2000.00", TEN + timedelta(days=1)),
        ),
    )
    assert post.challenge().status == "FAILED"

    post.send(made.stripe_refunded())

    assert post.told()[-1] == ("SUCCESS", "REFUNDED")
    assert replay_challenge(post.people.trader, post.challenge_id).equals_stored is True


def test_archived_challenge_is_not_started(post: Post) -> None:
    archive_challenge(post.people.trader, post.challenge_id)

    result = post.send(made.stripe_completed())

    assert (result.payment.status, result.is_challenge_started) == ("SUCCESS", False)
    assert post.challenge().status == "PENDING"


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (made.stripe("invoice.paid", {"id": "in_1"}), "tells nothing of a payment that is kept here"),
        (made.stripe_completed(client_reference_id=None), "it names no challenge, and its payment is not recorded"),
        (made.stripe_completed(client_reference_id="Otis"), "There is no challenge otis in this workspace"),
        (made.neutral(challenge_id="0192f0c1-0000-7000-8000-000000000001"), "There is no challenge 0192f0c1-0000"),
        (made.stripe_completed(currency="chf"), "not in CHF"),
        (made.neutral(amount="0"), "the amount has to be above 0"),
        (made.neutral(amount="-99.00"), "the amount has to be above 0, and -99.00 is not"),
        (made.neutral(fee="-1.00"), "the fee of -1.00 is below 0"),
        (made.neutral(status="REFUNDED", refund_amount="99.01"), "the refund of 99.01 is not above 0 and at most"),
        (made.stripe_refunded(amount_refunded=0), "the refund of 0.00"),
        (made.neutral(payment_id="x" * 300), "1 to 255 characters"),
        (made.neutral(at="2990-01-01T00:00:00Z"), "its time lies in the future"),
    ],
    ids=lambda each: each if isinstance(each, str) else "",
)
def test_message_that_makes_no_payment_is_refused_and_nothing_is_written(
    post: Post, message: dict[str, Any], words: str
) -> None:
    before = read_all_events(post.people.trader, post.challenge_id)

    with pytest.raises(Refused) as refusal:
        post.send(message)

    assert words in refusal.value.sentence
    assert post.payments() == ()
    assert read_all_events(post.people.trader, post.challenge_id) == before


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (made.stripe_completed(amount_total=5000), "another amount: recorded 99; sent 50"),
        (made.stripe_completed(currency="eur"), "another currency: recorded USD; sent EUR"),
        (made.stripe_completed(client_reference_id="0192f0c1-0000-7000-8000-000000000001"), "no challenge 0192f0c1"),
    ],
)
def test_message_that_says_something_else_of_a_payment_is_a_conflict(
    post: Post, message: dict[str, Any], words: str
) -> None:
    post.send(made.stripe_completed())

    with pytest.raises(Refused) as refusal:
        post.send(message)

    assert words in refusal.value.sentence


def test_payment_does_not_move_to_another_challenge(post: Post) -> None:
    post.send(made.stripe_completed())
    other = open_challenge(post.people.other, preset="tradesense", initial_balance=Decimal(10000))

    with pytest.raises(Refused, match="another challenge"):
        post.send(made.stripe_completed(client_reference_id=other.id))


def test_failure_after_the_money_came_is_refused(post: Post) -> None:
    post.send(made.stripe_succeeded())

    with pytest.raises(Refused, match="is SUCCESS and cannot become CANCELLED"):
        post.send(made.stripe_canceled())


def test_message_without_a_challenge_finds_it_by_its_payment(post: Post) -> None:
    post.send(made.stripe_completed())

    assert post.send(made.stripe_refunded(metadata={})).payment.status == "REFUNDED"


def test_only_administrators_take_messages_in(post: Post, tmp_path: Path) -> None:
    path = made.written(tmp_path, made.neutral(challenge_id=post.challenge_id))
    for handle in (post.people.trader, post.people.other, post.people.auditor):
        with pytest.raises(NotAllowed):
            receive_webhook(handle, path)
    with pytest.raises(NotSignedIn):
        receive_webhook(post.people.nobody, path)
    assert post.payments() == ()


def test_own_payment_is_refused_to_its_owner_even_as_an_administrator(post: Post, tmp_path: Path) -> None:
    trader_id = id_of(post.people.trader)
    change_role(post.people.superadmin, trader_id, Role.ADMIN)
    promoted = begin_session(post.people.nobody, trader_id, Role.ADMIN)
    path = made.written(tmp_path, made.neutral(challenge_id=post.challenge_id))

    with pytest.raises(NotAllowed, match="may not record payments where it is your own"):
        receive_webhook(promoted, path)

    assert post.payments() == ()


def test_who_took_a_message_in_stands_in_the_audit_log_without_amounts(post: Post) -> None:
    post.send(made.stripe_processing())
    post.send(made.stripe_succeeded())
    post.send(made.stripe_succeeded())

    entries = [entry for entry in read_audit_log(post.people.superadmin, last=50) if entry.target_table == "payments"]

    assert [(entry.action, entry.actor_id, dict(entry.details)) for entry in reversed(entries)] == [
        ("PAYMENT_RECORDED", id_of(post.people.admin), {"from": None, "to": "PROCESSING"}),
        ("PAYMENT_CHANGED", id_of(post.people.admin), {"from": "PROCESSING", "to": "SUCCESS"}),
    ]


def test_message_is_kept_sealed_under_the_key_of_who_pays(post: Post) -> None:
    give_key(post.people.superadmin)
    result = post.send(made.stripe_processing())
    post.send(made.stripe_succeeded())

    assert result.notes == ()
    for handle in (post.people.trader, post.people.auditor):
        kept = read_provider_message(handle, result.payment.id)
        assert kept is not None
        assert kept["kind"] == "payment_intent.succeeded"
        assert json.loads(kept["text"])["data"]["object"]["id"] == made.INTENT
    with pytest.raises(Refused, match="no payment"):
        read_provider_message(post.people.other, result.payment.id)


def test_message_is_not_kept_where_there_is_no_key_and_that_is_told(post: Post) -> None:
    result = post.send(made.stripe_succeeded())

    assert result.notes == ("The message itself is not kept: there is no open key here to seal it.",)
    assert read_provider_message(post.people.trader, result.payment.id) is None


def test_message_of_the_test_mode_is_told_as_such(post: Post) -> None:
    result = post.send(made.stripe_completed() | {"livemode": False})

    assert result.is_test
    assert "The provider marks this message as a test." in result.notes
