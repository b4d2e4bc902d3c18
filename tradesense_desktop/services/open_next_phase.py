"""Open the next phase: a new challenge for the trader whose challenge is FUNDED, once."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import uuid4

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.commands import OpenNextPhase
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.domain.terms import next_phase_terms, next_phase_type
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.pending_commands import pending_of
from tradesense_desktop.services.permission import require_within
from tradesense_desktop.services.run_command import new_execution, new_identifiers
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.command_results import CommandResult, find_first_result, record_command_result
from tradesense_desktop.store.errors import ActorGone
from tradesense_desktop.store.phases import find_next_phase
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction


@dataclass(frozen=True, slots=True)
class NextPhase:
    """The challenge of the next phase; `is_new` is False where it had been opened before."""

    challenge: Challenge
    is_new: bool


def open_next_phase(workspace: Workspace, challenge_id: str, *, command_id: str | None = None) -> NextPhase:
    """Open the phase after a FUNDED challenge, PENDING, under the rules of that phase; or the one that there is.

    One that was archived as a mistake does not count. Raises NotAllowed, and Refused where the challenge is not
    FUNDED or its rules name no further phase.
    """
    with refusals():
        with workspace.reading() as reading:
            actor = require_within(reading, workspace, Right.OPEN_NEXT_PHASE, challenge_id)
        command = OpenNextPhase(
            command_id=command_id or str(uuid4()),
            actor_id=actor.user_id,
            issued_at=datetime.now(UTC),
            challenge_id=challenge_id,
        )
        return run_opening(workspace, command)


def run_opening(workspace: Workspace, command: OpenNextPhase) -> NextPhase:
    """Carry the command out in a transaction of its own. Raises Refused."""
    with refusals():
        return workspace.write(
            lambda transaction: carry_out_opening(transaction, workspace, command),
            pending=pending_of(workspace, command),
        )


def carry_out_opening(transaction: Transaction, workspace: Workspace, command: OpenNextPhase) -> NextPhase:
    """Carry the command out, in the transaction that is given."""
    actor = require_within(transaction, workspace, Right.OPEN_NEXT_PHASE, command.challenge_id)
    if actor.user_id != command.actor_id:
        raise ActorGone(command.actor_id, "somebody else has signed in")
    known = _known(transaction, command)
    if known is not None:
        return NextPhase(read_challenge(transaction, known), is_new=False)
    passed = read_challenge(transaction, command.challenge_id)
    terms = next_phase_terms(passed)
    now = max(datetime.now(UTC), command.issued_at)
    execution = new_execution(None, 0, command.command_id, now)
    execution.create(
        challenge_id=new_identifiers(now)(),
        user_id=passed.user_id,
        challenge_type=next_phase_type(passed),
        currency=passed.currency,
        initial_balance=passed.initial_balance,
        rules_config=terms.rules_config,
        max_daily_drawdown_percent=terms.max_daily_drawdown_percent,
        max_total_drawdown_percent=terms.max_total_drawdown_percent,
        profit_target_percent=terms.profit_target_percent,
        previous_challenge_id=passed.id,
    )
    recorder = Recorder.of_new(transaction, execution.snapshot())
    recorder.append(execution.drain())
    challenge = recorder.finish(execution.snapshot())
    _write_down(transaction, command, challenge, now)
    return NextPhase(challenge, is_new=True)


def _known(transaction: Transaction, command: OpenNextPhase) -> str | None:
    """Id of the challenge that this command, or another one, has opened already."""
    first = find_first_result(transaction, command)
    if first is not None and first.challenge_id is not None:
        return first.challenge_id
    return find_next_phase(transaction, command.challenge_id)


def _write_down(transaction: Transaction, command: OpenNextPhase, challenge: Challenge, now: datetime) -> None:
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
    append_audit(
        transaction,
        AuditAction.NEXT_PHASE_OPENED,
        actor_id=command.actor_id,
        target_table="challenges",
        target_id=challenge.id,
        details={"previous_challenge_id": command.challenge_id, "phase": challenge.rules_config["phase"]},
    )
