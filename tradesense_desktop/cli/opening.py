"""`tradesense open` and `start`: a challenge before there is a statement."""

import click

from tradesense_desktop.cli.amount import Amount
from tradesense_desktop.cli.challenges import json_option
from tradesense_desktop.cli.outcome import tell_outcome
from tradesense_desktop.cli.owner import named_owner, owner_option
from tradesense_desktop.cli.program import Session
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.money import Money, money_text
from tradesense_desktop.services.open_challenge import open_challenge, start_challenge
from tradesense_desktop.services.read_challenges import find_challenge


@click.command("open", epilog="Example: tradesense open --preset ftmo_2_step --balance 100000 --payment-required")
@click.option("--preset", required=True, metavar="NAME", help="Rules of the challenge.")
@click.option("--balance", "initial_balance", required=True, type=Amount(), help="What the account begins with.")
@click.option("--currency", default="USD", show_default=True, metavar="CODE", help="Currency of the account.")
@click.option("--payment-required", is_flag=True, help="Nothing begins before a payment for it has come in.")
@owner_option
@json_option
@click.pass_obj
def open_command(
    session: Session,
    *,
    preset: str,
    initial_balance: Money,
    currency: str,
    payment_required: bool,
    owner: str | None,
    as_json: bool,
) -> None:
    """Open a challenge of your own, in a firm that of a trader, as PENDING, before there is a statement.

    Its rows come with `tradesense import FILE --challenge ID`; the first statement binds it to its account and zone.
    """
    workspace = session.workspace()
    challenge = open_challenge(
        workspace,
        preset=preset,
        initial_balance=initial_balance,
        currency=currency,
        is_payment_required=payment_required,
        owner_id=named_owner(workspace, owner),
    )
    sentence = (
        f"Challenge {challenge.id} is open: {challenge.challenge_type}, {money_text(challenge.initial_balance)} "
        f"{challenge.currency}, {challenge.status}."
    )
    notes = ["It begins when an administrator has recorded its payment."] if payment_required else []
    tell_outcome(session, _row(challenge), sentence, *notes, as_json=as_json)


@click.command("start", epilog="Example: tradesense start 0192f0c1")
@click.argument("challenge_id", metavar="ID")
@json_option
@click.pass_obj
def start_command(session: Session, challenge_id: str, as_json: bool) -> None:
    """Start a PENDING challenge of your own now, without a trade."""
    workspace = session.workspace()
    challenge = start_challenge(workspace, find_challenge(workspace, challenge_id))
    sentence = f"Challenge {challenge.id} is {challenge.status} since {challenge.started_at:%Y-%m-%d %H:%M:%S} UTC."
    tell_outcome(session, _row(challenge), sentence, as_json=as_json)


def _row(challenge: Challenge) -> dict[str, object]:
    return {name: getattr(challenge, name) for name in Challenge.__dataclass_fields__}
