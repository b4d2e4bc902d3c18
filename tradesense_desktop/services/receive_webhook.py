"""Take in what a payment provider's webhook delivered: the payment moves, and its challenge starts when it is paid.

Messages come late, twice and out of order: what is known already changes nothing and says so. A refusal writes
nothing; the same file can be handed in again.
"""

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import UUID, uuid5

from tradesense_desktop.domain.commands import RecordPayment, UpdatePaymentStatus
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.money import ZERO, money_text
from tradesense_desktop.domain.payment import Payment, PaymentProvider, PaymentStatus, Standing, standing_of
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.importers.payment_message import PaymentMessage
from tradesense_desktop.importers.read_payment_message import read_payment_message
from tradesense_desktop.services.carry_out_payment import (
    PaymentOutcome,
    PaymentRun,
    known,
    new_payment_id,
    refund_further,
)
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.firm_commands import TakeInMessage
from tradesense_desktop.services.handed_in_file import bytes_of
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.pending_commands import pending_of
from tradesense_desktop.services.permission import require, require_within
from tradesense_desktop.services.record_payment import check_same
from tradesense_desktop.store.command_results import find_command_result
from tradesense_desktop.store.payments import (
    find_payment_of_checkout,
    find_payment_of_provider,
    read_payment,
    update_payment,
)
from tradesense_desktop.store.transaction import Reading, Transaction

_FURTHEST_AHEAD: Final = timedelta(hours=1)
_COMMANDS: Final = UUID("6f1c5b52-3d0e-5c3a-9a55-7f1f6a0f8e21")
"""Name space of the command ids that are made of messages: the same message is the same command."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookResult:
    """What a message was and what it changed; `sentence` says it to a person.

    `before` is None for a payment that was not recorded yet. `is_test` says that the provider marks it as a try-out.
    """

    provider: PaymentProvider
    kind: str
    payment: Payment
    before: PaymentStatus | None
    is_changed: bool
    is_challenge_started: bool
    is_test: bool
    sentence: str
    notes: tuple[str, ...] = ()


def receive_webhook(workspace: Workspace, path: Path) -> WebhookResult:
    """Take in the message in the file, once. Raises NotAllowed where it pays for one's own challenge, and Refused.

    The provider's signature is not checked, for it is not in the file: whoever hands it in answers for it.
    """
    with refusals():
        actor = require(workspace, Right.MANAGE_PAYMENTS)
        message = read_payment_message(path)
        now = datetime.now(UTC)
        if message.at > now + _FURTHEST_AHEAD:
            raise Refused(f"{path.name}: its time lies in the future ({message.at:%Y-%m-%d %H:%M:%S} UTC).")
        command = TakeInMessage(
            command_id=command_id_of(message), actor_id=actor.user_id, issued_at=now, file_name=path.name
        )
        attachment = bytes_of(path) if workspace.is_firm else None
        outcome = take_in_message(workspace, command, message, attachment)
    return WebhookResult(
        provider=message.provider,
        kind=message.kind,
        payment=outcome.payment,
        before=outcome.before,
        is_changed=outcome.is_changed,
        is_challenge_started=outcome.is_challenge_started,
        is_test=message.is_test,
        sentence=outcome_sentence(outcome),
        notes=tuple(
            note
            for note, is_told in (
                ("The provider marks this message as a test.", message.is_test),
                (
                    "The message itself is not kept: there is no open key here to seal it.",
                    outcome.is_message_kept is False,
                ),
            )
            if is_told
        ),
    )


def take_in_message(
    workspace: Workspace, command: TakeInMessage, message: PaymentMessage, attachment: bytes | None
) -> PaymentOutcome:
    """Take in a message that was read; `attachment` are the bytes of its file. Raises Refused."""
    delivery = _Delivery(command, message)
    with refusals():
        return workspace.write(
            lambda transaction: delivery.take_in(transaction, workspace),
            pending=pending_of(workspace, command, attachment),
        )


def command_id_of(message: PaymentMessage) -> str:
    """The id of the command that takes in this message: the same message is the same command."""
    digest = hashlib.sha256(message.text.encode("utf-8", "surrogatepass")).hexdigest()
    return str(uuid5(_COMMANDS, f"{message.provider}\n{message.message_id}\n{digest}"))


class _Delivery:
    """One message on its way into the store."""

    def __init__(self, command: TakeInMessage, message: PaymentMessage) -> None:
        self._message = message
        self._file_name = command.file_name
        self._actor_id = command.actor_id
        self._now = now = command.issued_at
        self._command_id = command.command_id
        self._payment_id = new_payment_id()
        # As it was written: what a provider sends may hold numbers that our canonical JSON does not admit.
        self._kept = {"kind": message.kind, "received_at": instant_text(now), "text": message.text}

    def take_in(self, transaction: Transaction, workspace: Workspace) -> PaymentOutcome:
        message = self._message
        recorded = _recorded(transaction, message)
        challenge_id = message.challenge_id or (None if recorded is None else recorded.challenge_id)
        if challenge_id is None:
            raise self._refused("it names no challenge, and its payment is not recorded here.")
        require_within(transaction, workspace, Right.MANAGE_PAYMENTS, challenge_id)
        first = find_command_result(transaction, self._command_id)
        if first is not None:
            return known(read_payment(transaction, first.result["payment_id"]))
        if recorded is None:
            return self._record(transaction, workspace, challenge_id, retry_count=0)
        check_same(recorded, amount=message.amount, currency=message.currency, challenge_id=message.challenge_id)
        standing = standing_of(recorded, message.status, message.at)
        if standing is Standing.KNOWN:
            return self._again(transaction, recorded)
        if standing is Standing.ANOTHER_ATTEMPT:
            _release(transaction, recorded)
            return self._record(transaction, workspace, challenge_id, retry_count=recorded.retry_count + 1)
        command = UpdatePaymentStatus(
            command_id=self._command_id,
            actor_id=self._actor_id,
            issued_at=self._now,
            challenge_id=challenge_id,
            payment_id=recorded.id,
            status=message.status,
            changed_at=message.at,
            refund_amount=message.refund_amount,
            failure_reason=message.failure_reason,
            provider_payment_id=message.payment_id,
            provider_transaction_id=message.transaction_id,
            fee=message.fee,
        )
        return PaymentRun(transaction, workspace, command).update(command, recorded, self._kept)

    def _record(
        self, transaction: Transaction, workspace: Workspace, challenge_id: str, *, retry_count: int
    ) -> PaymentOutcome:
        message = self._message
        if message.amount is None:
            raise self._refused("the payment that was given back is not recorded here; hand in its capture first.")
        command = RecordPayment(
            command_id=self._command_id,
            actor_id=self._actor_id,
            issued_at=self._now,
            challenge_id=challenge_id,
            provider=message.provider,
            amount=message.amount,
            currency=message.currency,
            status=message.status,
            paid_at=message.at,
            provider_payment_id=message.number,
            provider_transaction_id=message.transaction_id,
            external_payment_id=message.checkout_id,
            fee=ZERO if message.fee is None else message.fee,
            retry_count=retry_count,
            refund_amount=message.refund_amount,
            failure_reason=message.failure_reason,
        )
        return PaymentRun(transaction, workspace, command).record(command, self._payment_id, self._kept)

    def _again(self, transaction: Transaction, recorded: Payment) -> PaymentOutcome:
        """A message about what is recorded; only a refund may tell that by now more went back."""
        refund = self._message.refund_amount
        if recorded.status is not PaymentStatus.REFUNDED or refund is None:
            return known(recorded)
        return refund_further(transaction, self._actor_id, recorded, refund, self._kept)

    def _refused(self, reason: str) -> Refused:
        return Refused(f"{self._file_name}: {reason}")


def _recorded(reading: Reading, message: PaymentMessage) -> Payment | None:
    """The payment that the message is about.

    A checkout that has become no payment yet is recorded under its own number; the first message that names both
    takes its place. A checkout can lead to several payments, of which the others failed.
    """
    if message.payment_id is not None:
        found = find_payment_of_provider(reading, message.provider, message.payment_id)
        if found is not None or message.checkout_id is None:
            return found
        return find_payment_of_provider(reading, message.provider, message.checkout_id)
    assert message.checkout_id is not None
    return find_payment_of_provider(reading, message.provider, message.checkout_id) or find_payment_of_checkout(
        reading, message.provider, message.checkout_id
    )


def _release(transaction: Transaction, failed: Payment) -> None:
    """Leave the provider's number to the attempt that brought the money; the failed one keeps it as its origin."""
    origin = failed.external_payment_id or failed.provider_payment_id
    update_payment(transaction, failed, replace(failed, provider_payment_id=None, external_payment_id=origin))


def outcome_sentence(outcome: PaymentOutcome) -> str:
    """What became of a payment, for a person."""
    payment = outcome.payment
    what = f"Payment {payment.number} of {money_text(payment.amount)} {payment.currency}"
    if not outcome.is_changed:
        return f"{what} is {payment.status} already; nothing changed."
    given_back = "" if payment.refund_amount is None else f" ({money_text(payment.refund_amount)} given back)"
    came_from = "new" if outcome.before is None else f"was {outcome.before}"
    started = f"; challenge {payment.challenge_id} has started" if outcome.is_challenge_started else ""
    return f"{what} is {payment.status}{given_back}, {came_from}{started}."
