"""Record a payment by hand: a bank transfer that is awaited or has come in."""

from datetime import UTC, datetime
from uuid import uuid4

from tradesense_desktop.domain.commands import RecordPayment
from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.payment import Payment, PaymentConflict, PaymentProvider, PaymentStatus
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.domain.plain_text import keepable
from tradesense_desktop.services.carry_out_payment import PaymentOutcome, PaymentRun, known, new_payment_id
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.pending_commands import pending_of
from tradesense_desktop.services.permission import require
from tradesense_desktop.store.payments import find_payment_of_provider
from tradesense_desktop.store.transaction import Transaction


def record_payment(
    workspace: Workspace,
    challenge_id: str,
    *,
    amount: Money,
    currency: str,
    provider: PaymentProvider = PaymentProvider.BANK_TRANSFER,
    reference: str | None = None,
    is_received: bool = False,
) -> PaymentOutcome:
    """Record a payment for a challenge, PENDING or, where the money is there, SUCCESS (which starts the challenge).

    The same `reference` of the same provider again is the same payment: nothing changes, and another amount, currency
    or challenge is refused as a conflict. Raises NotAllowed where it is one's own challenge, and Refused.
    """
    with refusals():
        actor = require(workspace, Right.MANAGE_PAYMENTS)
        now = datetime.now(UTC)
        command = RecordPayment(
            command_id=str(uuid4()),
            actor_id=actor.user_id,
            issued_at=now,
            challenge_id=challenge_id,
            provider=provider,
            amount=amount,
            currency=currency.upper(),
            status=PaymentStatus.SUCCESS if is_received else PaymentStatus.PENDING,
            paid_at=now,
            provider_payment_id=None if reference is None else keepable(reference, "The provider's number").strip(),
        )
        return run_recording(workspace, command)


def run_recording(workspace: Workspace, command: RecordPayment) -> PaymentOutcome:
    """Carry the command out in a transaction of its own. Raises Refused."""
    payment_id = new_payment_id()
    with refusals():
        return workspace.write(
            lambda transaction: _record(transaction, workspace, command, payment_id),
            pending=pending_of(workspace, command),
        )


def _record(transaction: Transaction, workspace: Workspace, command: RecordPayment, payment_id: str) -> PaymentOutcome:
    run = PaymentRun(transaction, workspace, command)
    number = command.provider_payment_id
    recorded = None if number is None else find_payment_of_provider(transaction, command.provider, number)
    if recorded is not None:
        check_same(recorded, amount=command.amount, currency=command.currency, challenge_id=command.challenge_id)
        return known(recorded)
    return run.record(command, payment_id)


def check_same(recorded: Payment, *, amount: Money | None, currency: str, challenge_id: str | None) -> None:
    """Raise PaymentConflict where what is told of a recorded payment differs; None is not told."""
    for what, stored, sent in (
        ("amount", recorded.amount, amount),
        ("currency", recorded.currency, currency),
        ("challenge", recorded.challenge_id, challenge_id),
    ):
        if sent is not None and stored != sent:
            raise PaymentConflict(recorded.number, what, str(stored), str(sent))
