"""`tradesense payment …`: what was paid for challenges, by webhook or by hand."""

from pathlib import Path

import click

from tradesense_desktop.cli.amount import Amount
from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.outcome import tell_outcome
from tradesense_desktop.cli.output import print_document, print_pairs, print_table
from tradesense_desktop.cli.program import Session
from tradesense_desktop.domain.money import Money, money_text
from tradesense_desktop.domain.payment import CURRENCIES, Payment, PaymentProvider, PaymentStatus
from tradesense_desktop.domain.sealed import Sealed
from tradesense_desktop.services.carry_out_payment import PaymentOutcome
from tradesense_desktop.services.change_payment import change_payment_status, refund_payment
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import find_challenge
from tradesense_desktop.services.read_payments import (
    PaymentFilter,
    PaymentPlace,
    find_payment_id,
    read_payment,
    read_payments,
    read_provider_message,
)
from tradesense_desktop.services.receive_webhook import outcome_sentence, receive_webhook
from tradesense_desktop.services.record_payment import record_payment

_STATUS = click.Choice([status.value for status in PaymentStatus], case_sensitive=False)
_PROVIDER = click.Choice([provider.value for provider in PaymentProvider], case_sensitive=False)


@click.group("payment", epilog="Example: tradesense payment list --status PENDING")
def payment_group() -> None:
    """Payments for challenges: what a provider told, and what came in otherwise."""


_WEBHOOK_HELP = """Take in a message of a payment provider; the same one again changes nothing.

FILE holds one JSON object of at most 1 MB, recognised by its content: an event of Stripe (checkout.session.*,
payment_intent.*, charge.refunded), an event of PayPal (CHECKOUT.ORDER.APPROVED, PAYMENT.CAPTURE.*), or

\b
  {"tradesense_payment": 1, "provider": "BANK_TRANSFER",
   "payment_id": "2026-0117", "status": "SUCCESS",
   "amount": "99.00", "currency": "USD",
   "challenge_id": "0192f0c1-…", "at": "2026-03-02T10:00:00Z",
   "fee": "2.50", "refund_amount": "99.00",
   "failure_reason": "card declined"}

of which the last three may be left out. Stripe's metadata.challenge_id (or client_reference_id) and PayPal's
custom_id (or invoice_id) hold the id of the challenge.

The signatures of the providers are in the headers of their delivery, not in the file: they are NOT checked here.
Hand in only what your receiver has checked.
"""


@payment_group.command(
    "webhook", help=_WEBHOOK_HELP, epilog="Example: tradesense --as ada@example.org payment webhook event.json"
)
@click.argument("file", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def webhook_command(session: Session, file: Path, as_json: bool) -> None:
    """Take in a message of a payment provider, once."""
    result = receive_webhook(session.workspace(), file)
    tell_outcome(session, result, result.sentence, *result.notes, as_json=as_json)


@payment_group.command("list", epilog="Example: tradesense payment list --status PENDING")
@click.option("--status", type=_STATUS, help="Only these.")
@click.option("--provider", type=_PROVIDER, help="Only those of this provider.")
@click.option("--challenge", "challenge_id", metavar="ID", help="Only those for this challenge.")
@json_option
@click.pass_obj
def list_command(
    session: Session, status: str | None, provider: str | None, challenge_id: str | None, as_json: bool
) -> None:
    """List payments, newest first: your own, or everybody's for those who see them."""
    workspace = session.workspace()
    which = PaymentFilter(
        status=None if status is None else PaymentStatus(status.upper()),
        provider=None if provider is None else PaymentProvider(provider.upper()),
        challenge_id=None if challenge_id is None else find_challenge(workspace, challenge_id),
    )
    payments = _every(workspace, which)
    if as_json:
        print_document(payments)
        return
    if not payments:
        click.echo("No payments here.")
        return
    print_table(
        ("id", "begun (UTC)", "provider", "number", "amount", "", "status", "given back", "challenge", "reason"),
        [
            (
                payment.id,
                payment.initiated_at,
                payment.provider,
                payment.provider_payment_id,
                money_text(payment.amount),
                payment.currency,
                payment.status,
                None if payment.refund_amount is None else money_text(payment.refund_amount),
                payment.challenge_id,
                payment.failure_reason,
            )
            for payment in payments
        ],
        right=frozenset({4, 7}),
    )


@payment_group.command("show", epilog="Example: tradesense payment show 2026-0117")
@click.argument("payment_id", metavar="ID")
@json_option
@click.pass_obj
def show_command(session: Session, payment_id: str, as_json: bool) -> None:
    """Show a payment, and the last message about it where one is kept and its key is here."""
    workspace = session.workspace()
    full_id = find_payment_id(workspace, payment_id)
    payment, message = read_payment(workspace, full_id), read_provider_message(workspace, full_id)
    kept = "sealed" if isinstance(message, Sealed) else None if message is None else str(message.get("text"))
    columns = {name: getattr(payment, name) for name in Payment.__dataclass_fields__}
    if as_json:
        print_document({**columns, "message": kept})
        return
    print_pairs([*((name.replace("_", " "), value) for name, value in columns.items()), ("message", kept)])


@payment_group.command(
    "add",
    epilog="Example: tradesense payment add --challenge 0192f0c1 --amount 99 --currency USD --reference 2026-0117",
)
@click.option("--challenge", "challenge_id", required=True, metavar="ID", help="What is paid for.")
@click.option("--amount", required=True, type=Amount(), help="What is to be paid.")
@click.option("--currency", required=True, type=click.Choice(CURRENCIES, case_sensitive=False))
@click.option("--provider", type=_PROVIDER, default=PaymentProvider.BANK_TRANSFER.value, show_default=True)
@click.option("--reference", metavar="R", help="Its number there; the same one again is the same payment.")
@click.option("--received", is_flag=True, help="The money is there: the challenge begins.")
@json_option
@click.pass_obj
def add_command(
    session: Session,
    *,
    challenge_id: str,
    amount: Money,
    currency: str,
    provider: str,
    reference: str | None,
    received: bool,
    as_json: bool,
) -> None:
    """Record a payment by hand, PENDING until it is marked as received (payment status ID SUCCESS)."""
    workspace = session.workspace()
    outcome = record_payment(
        workspace,
        find_challenge(workspace, challenge_id),
        amount=amount,
        currency=currency,
        provider=PaymentProvider(provider.upper()),
        reference=reference,
        is_received=received,
    )
    _show(session, outcome, as_json=as_json)


@payment_group.command("status", epilog="Example: tradesense payment status 2026-0117 CANCELLED --reason 'never came'")
@click.argument("payment_id", metavar="ID")
@click.argument("status", type=_STATUS)
@click.option("--reason", metavar="R", help="Why it FAILED or was CANCELLED.")
@json_option
@click.pass_obj
def status_command(session: Session, payment_id: str, status: str, reason: str | None, as_json: bool) -> None:
    """Move a payment one step on. ID is the beginning of its id, or the provider's number."""
    workspace = session.workspace()
    full_id = find_payment_id(workspace, payment_id)
    outcome = change_payment_status(workspace, full_id, PaymentStatus(status.upper()), reason=reason)
    _show(session, outcome, as_json=as_json)


@payment_group.command("refund", epilog="Example: tradesense payment refund 2026-0117 --amount 49.50")
@click.argument("payment_id", metavar="ID")
@click.option("--amount", type=Amount(), help="All that went back so far; the whole unless named.")
@json_option
@click.pass_obj
def refund_command(session: Session, payment_id: str, amount: Money | None, as_json: bool) -> None:
    """Note that a payment was given back; the money itself is sent by the provider, not by this program."""
    workspace = session.workspace()
    _show(session, refund_payment(workspace, find_payment_id(workspace, payment_id), amount=amount), as_json=as_json)


def _every(workspace: Workspace, which: PaymentFilter) -> list[Payment]:
    found: list[Payment] = []
    place: PaymentPlace | None = None
    while True:
        page = read_payments(workspace, which, after=place)
        found += page.payments
        if page.end is None:
            return found
        place = page.end


def _show(session: Session, outcome: PaymentOutcome, *, as_json: bool) -> None:
    tell_outcome(session, outcome, outcome_sentence(outcome), as_json=as_json)
