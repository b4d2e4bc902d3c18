"""Open a challenge before there is a statement: PENDING, until it is started, paid for, or its rows come in.

The first statement that is imported into it (`--challenge ID`) binds it to its account and server zone
(import_binding.py).
"""

from dataclasses import replace
from datetime import UTC, datetime
from uuid import uuid4

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.commands import CreateChallenge, StartChallenge
from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.services.errors import NotAllowed, NotSignedIn, Refused, refusals
from tradesense_desktop.services.firm_commands import OpenChallenge
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.opening_terms import opening_terms
from tradesense_desktop.services.pending_commands import pending_of
from tradesense_desktop.services.permission import require, require_within
from tradesense_desktop.services.presets import preset_named
from tradesense_desktop.services.run_command import new_execution, new_identifiers, run_command
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.command_results import CommandResult, find_first_result, record_command_result
from tradesense_desktop.store.errors import ActorGone
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import read_user


def open_challenge(
    workspace: Workspace,
    *,
    preset: str,
    initial_balance: Money,
    currency: str = "USD",
    is_payment_required: bool = False,
    owner_id: str | None = None,
) -> Challenge:
    """Open a challenge under a preset. With `is_payment_required` nothing begins before it is paid for.

    It is one's own; in a firm's workspace, where administrators open them, that of `owner_id`. Raises NotAllowed, and
    Refused where the preset does not know such an account, or where a payment is asked for and nobody could record it.
    """
    with refusals():
        actor = require(workspace, Right.START_CHALLENGE)
        if is_payment_required and actor.is_sole_owner:
            raise Refused(
                "In a workspace without accounts nobody could record the payment; open the challenge without asking "
                "for one."
            )
        if workspace.is_firm and owner_id is None:
            raise Refused("In a firm's workspace a challenge is opened for somebody: name the trader.", "--for EMAIL")
        command = OpenChallenge(
            command_id=str(uuid4()),
            actor_id=actor.user_id,
            issued_at=datetime.now(UTC),
            owner_id=owner_id or actor.user_id,
            preset=preset,
            initial_balance=initial_balance,
            currency=currency.upper(),
            is_payment_required=is_payment_required,
        )
        return carry_out_opening(workspace, command)


def carry_out_opening(workspace: Workspace, request: OpenChallenge) -> Challenge:
    """Open the challenge that is asked for, once. Raises Refused."""
    rules = preset_named(request.preset)

    def change(transaction: Transaction) -> Challenge:
        terms = opening_terms(transaction, rules, request.initial_balance, on=request.issued_at.date())
        if request.is_payment_required:
            terms = replace(terms, rules_config={**terms.rules_config, "payment_required": True})
        command = CreateChallenge(
            command_id=request.command_id,
            actor_id=request.actor_id,
            issued_at=request.issued_at,
            user_id=request.owner_id,
            challenge_type=rules.title,
            initial_balance=request.initial_balance,
            currency=request.currency,
            terms=terms,
        )
        return create_challenge(transaction, workspace, command)

    with refusals():
        return workspace.write(change, pending=pending_of(workspace, request))


def start_challenge(workspace: Workspace, challenge_id: str) -> Challenge:
    """Start a challenge of one's own now, without a trade. Raises NotAllowed, and Refused where it has started."""
    with refusals(), workspace.reading() as reading:
        actor = require_within(reading, workspace, Right.START_CHALLENGE, challenge_id)
    command = StartChallenge(
        command_id=str(uuid4()), actor_id=actor.user_id, issued_at=datetime.now(UTC), challenge_id=challenge_id
    )
    return run_command(workspace, command)


def create_challenge(transaction: Transaction, workspace: Workspace, command: CreateChallenge) -> Challenge:
    """Carry out the command, once: the same one again returns the challenge that it made.

    Raises NotSignedIn, NotAllowed, ActorGone where the command names somebody else than who acts, and UserUnknown.
    """
    actor = workspace.actor
    if actor is None:
        raise NotSignedIn
    if actor.user_id != command.actor_id:
        raise ActorGone(command.actor_id, "somebody else has signed in")
    if not may(actor, Right.START_CHALLENGE, owner_id=command.user_id):
        raise NotAllowed(Right.START_CHALLENGE, actor.role)
    first = find_first_result(transaction, command)
    if first is not None and first.challenge_id is not None:
        return read_challenge(transaction, first.challenge_id)
    read_user(transaction, command.user_id)
    now = max(datetime.now(UTC), command.issued_at)
    execution = new_execution(None, 0, command.command_id, now)
    execution.create(
        challenge_id=new_identifiers(now)(),
        user_id=command.user_id,
        challenge_type=command.challenge_type,
        currency=command.currency,
        initial_balance=command.initial_balance,
        rules_config=command.terms.rules_config,
        max_daily_drawdown_percent=command.terms.max_daily_drawdown_percent,
        max_total_drawdown_percent=command.terms.max_total_drawdown_percent,
        profit_target_percent=command.terms.profit_target_percent,
    )
    recorder = Recorder.of_new(transaction, execution.snapshot())
    recorder.append(execution.drain())
    challenge = recorder.finish(execution.snapshot())
    record_command_result(
        transaction,
        CommandResult(
            command_id=command.command_id,
            command_type=type(command).__name__,
            actor_id=command.actor_id,
            challenge_id=challenge.id,
            issued_at=command.issued_at,
            recorded_at=now,
            result={"status": challenge.status.value, "version": challenge.version, "events": 1},
        ),
    )
    return challenge
