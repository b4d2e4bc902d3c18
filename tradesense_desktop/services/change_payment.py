"""Change a payment by hand: mark it as received, as failed, cancel it, give money back."""

from datetime import UTC, datetime
from uuid import uuid4

from tradesense_desktop.domain.commands import UpdatePaymentStatus
from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.payment import Payment, PaymentStatus, PaymentStatusImpossible
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.carry_out_payment import PaymentOutcome, PaymentRun, known, refund_further
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.firm_commands import MovePayment
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.pending_commands import pending_of
from tradesense_desktop.services.permission import require
from tradesense_desktop.store.errors import PaymentUnknown
from tradesense_desktop.store.payments import read_payment
from tradesense_desktop.store.transaction import Transaction


def change_payment_status(
    workspace: Workspace, payment_id: str, status: PaymentStatus, *, reason: str | None = None
) -> PaymentOutcome:
    """Move a payment one step on, as of now; SUCCESS starts a challenge that waits for it.

    The status that it has already changes nothing. `reason` is for FAILED and CANCELLED. Raises NotAllowed where it
    is one's own payment, and Refused for a step that there is not.
    """
    return _change(workspace, payment_id, status, reason=reason)


def refund_payment(workspace: Workspace, payment_id: str, *, amount: Money | None = None) -> PaymentOutcome:
    """Note that a payment was given back; the money itself moves elsewhere. Raises NotAllowed and Refused.

    `amount` is all that went back so far, None the whole; a later, larger one replaces it.
    """
    return _change(workspace, payment_id, PaymentStatus.REFUNDED, amount=amount)


def _change(
    workspace: Workspace,
    payment_id: str,
    status: PaymentStatus,
    *,
    reason: str | None = None,
    amount: Money | None = None,
) -> PaymentOutcome:
    with refusals():
        actor = require(workspace, Right.MANAGE_PAYMENTS)
        request = MovePayment(
            command_id=str(uuid4()),
            actor_id=actor.user_id,
            issued_at=datetime.now(UTC),
            payment_id=payment_id,
            status=status,
            reason=reason,
            amount=amount,
        )
        return move_payment(workspace, request)


def move_payment(workspace: Workspace, request: MovePayment) -> PaymentOutcome:
    """Move the payment on as it stands then. Raises Refused."""
    status, amount = request.status, request.amount

    def change(transaction: Transaction) -> PaymentOutcome:
        payment = read_payment(transaction, request.payment_id)
        command = UpdatePaymentStatus(
            command_id=request.command_id,
            actor_id=request.actor_id,
            issued_at=request.issued_at,
            challenge_id=_challenge_of(payment),
            payment_id=payment.id,
            status=status,
            changed_at=request.issued_at,
            refund_amount=amount,
            failure_reason=request.reason if status.is_unpaid_end else None,
        )
        run = PaymentRun(transaction, workspace, command)
        if payment.status is PaymentStatus.REFUNDED and status is PaymentStatus.REFUNDED:
            total = payment.amount if amount is None else amount
            return refund_further(transaction, request.actor_id, payment, total)
        if payment.status is status:
            return known(payment)
        if not payment.status.may_become(status):
            raise PaymentStatusImpossible(payment.number, payment.status, status)
        return run.update(command, payment)

    with refusals():
        return workspace.write(change, pending=pending_of(workspace, request))


def _challenge_of(payment: Payment) -> str:
    """The challenge of a payment; one that plain SQL made without a challenge is not handled here."""
    if payment.challenge_id is None:
        raise PaymentUnknown(payment.id)
    return payment.challenge_id
