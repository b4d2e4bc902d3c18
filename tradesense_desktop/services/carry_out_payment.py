"""Carry out a command on a payment: its row, its events and the start of the challenge, in one transaction."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.commands import ChallengeCommand, RecordPayment, UpdatePaymentStatus
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.payment import Payment, PaymentStatus, new_payment, steps_between
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require_within
from tradesense_desktop.services.run_command import new_execution, new_identifiers
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.command_results import CommandResult, record_command_result
from tradesense_desktop.store.errors import ActorGone
from tradesense_desktop.store.payments import insert_payment, keep_message, read_payment, update_payment
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentOutcome:
    """What became of a payment: as it stands now, what it was before, and whether that started its challenge.

    `before` is None for one that was not recorded yet. Where nothing changed, it was known already. `is_message_kept`
    says whether the provider's message could be sealed; None where there was none to keep.
    """

    payment: Payment
    before: PaymentStatus | None
    is_changed: bool
    is_challenge_started: bool
    is_message_kept: bool | None = None


def known(payment: Payment) -> PaymentOutcome:
    """The outcome where there was nothing to do."""
    return PaymentOutcome(payment=payment, before=payment.status, is_changed=False, is_challenge_started=False)


class PaymentRun:
    """One command on a payment, being carried out; asks first whether the acting person may, as administrators do.

    Raises ChallengeUnknown, NotAllowed, and ActorGone where the command names somebody else.
    """

    def __init__(self, transaction: Transaction, workspace: Workspace, command: ChallengeCommand) -> None:
        actor = require_within(transaction, workspace, Right.MANAGE_PAYMENTS, command.challenge_id)
        if actor.user_id != command.actor_id:
            raise ActorGone(command.actor_id, "somebody else has signed in")
        self._transaction = transaction
        self._command = command
        self._now = max(datetime.now(UTC), command.issued_at)
        self._challenge: Challenge = read_challenge(transaction, command.challenge_id)
        self._recorder = Recorder.of_known(transaction, self._challenge)
        self._execution: Execution = new_execution(
            self._challenge, self._recorder.last_sequence_number, command.command_id, self._now
        )
        self._is_started = False

    def record(
        self, command: RecordPayment, payment_id: str, message: Mapping[str, Any] | None = None
    ) -> PaymentOutcome:
        """Write a new payment and all that it leads to; `message` is what the provider sent."""
        begun = new_payment(
            payment_id=payment_id,
            user_id=self._challenge.user_id,
            challenge_id=command.challenge_id,
            provider=command.provider,
            amount=command.amount,
            currency=command.currency,
            at=command.paid_at,
            recorded_at=max(self._now, command.paid_at),
            provider_payment_id=command.provider_payment_id,
            provider_transaction_id=command.provider_transaction_id,
            external_payment_id=command.external_payment_id,
            fee=command.fee,
            retry_count=command.retry_count,
        )
        payment, before = begun, None
        if command.status is PaymentStatus.PENDING:
            self._tell(payment, before, command.paid_at)
        else:
            for step in steps_between(payment.status, command.status):
                payment = payment.moved(
                    step,
                    command.paid_at,
                    refund_amount=command.refund_amount,
                    failure_reason=command.failure_reason,
                )
                self._tell(payment, before, command.paid_at)
                before = step
        insert_payment(self._transaction, payment)
        return self._finish(payment, None, message)

    def update(
        self, command: UpdatePaymentStatus, payment: Payment, message: Mapping[str, Any] | None = None
    ) -> PaymentOutcome:
        """Move a recorded payment on, step by step. Raises PaymentStatusImpossible and InvalidPayment."""
        first = payment.status
        for step in steps_between(payment.status, command.status):
            moved = payment.moved(
                step, command.changed_at, refund_amount=command.refund_amount, failure_reason=command.failure_reason
            )
            moved = replace(
                moved,
                provider_payment_id=command.provider_payment_id or payment.provider_payment_id,
                provider_transaction_id=command.provider_transaction_id or payment.provider_transaction_id,
                fee=payment.fee if command.fee is None else command.fee,
            )
            before = payment.status
            payment = update_payment(self._transaction, payment, moved)
            self._tell(payment, before, command.changed_at)
        return self._finish(payment, first, message)

    def _tell(self, payment: Payment, before: PaymentStatus | None, at: datetime) -> None:
        """Record the event, and start the challenge where the money has come in."""
        event_id = self._execution.change_payment_status(
            payment_id=payment.id,
            before=before,
            after=payment.status,
            amount=payment.amount,
            currency=payment.currency,
            at=at,
        )
        is_waiting = self._execution.status is ChallengeStatus.PENDING and self._challenge.archived_at is None
        if payment.status is PaymentStatus.SUCCESS and is_waiting:
            last = self._execution.last_row_at
            self._execution.start(at if last is None else max(at, last), cause=event_id)
            self._is_started = True

    def _finish(
        self, payment: Payment, before: PaymentStatus | None, message: Mapping[str, Any] | None
    ) -> PaymentOutcome:
        is_kept = None if message is None else keep_message(self._transaction, payment, message)
        self._recorder.append(self._execution.drain())
        self._recorder.finish(self._execution.snapshot())
        record_command_result(
            self._transaction,
            CommandResult(
                command_id=self._command.command_id,
                command_type=type(self._command).__name__,
                actor_id=self._command.actor_id,
                challenge_id=self._command.challenge_id,
                issued_at=self._command.issued_at,
                recorded_at=self._now,
                result={"payment_id": payment.id, "status": payment.status.value},
            ),
        )
        _write_down(self._transaction, self._command.actor_id, payment, before)
        return PaymentOutcome(
            payment=read_payment(self._transaction, payment.id),
            before=before,
            is_changed=True,
            is_challenge_started=self._is_started,
            is_message_kept=is_kept,
        )


def refund_further(
    transaction: Transaction,
    actor_id: str,
    payment: Payment,
    refund_amount: Money,
    message: Mapping[str, Any] | None = None,
) -> PaymentOutcome:
    """Note that of a REFUNDED payment more has gone back by now: its status stays, and so no event tells of it."""
    further = payment.refunded_further(refund_amount)
    if further is payment:
        return known(payment)
    stored = update_payment(transaction, payment, further)
    is_kept = None if message is None else keep_message(transaction, stored, message)
    _write_down(transaction, actor_id, stored, payment.status)
    return PaymentOutcome(
        payment=read_payment(transaction, payment.id),
        before=payment.status,
        is_changed=True,
        is_challenge_started=False,
        is_message_kept=is_kept,
    )


def _write_down(transaction: Transaction, actor_id: str, payment: Payment, before: PaymentStatus | None) -> None:
    action = AuditAction.PAYMENT_RECORDED if before is None else AuditAction.PAYMENT_CHANGED
    append_audit(
        transaction,
        action,
        actor_id=actor_id,
        target_table="payments",
        target_id=payment.id,
        details={"from": None if before is None else before.value, "to": payment.status.value},
    )


def new_payment_id() -> str:
    """The id of a payment that is to be recorded."""
    return new_identifiers(datetime.now(UTC))()
