"""Run one command on one challenge: read, decide, record, in one transaction, and once."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final
from uuid import uuid4

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.identifiers import UuidSource
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.command_results import CommandResult, find_command_result, record_command_result
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import ensure_owner

# Seeded by the operating system; the ids of one command need to be distinct, not secret, and a million of them cheap.
_random_bits: Final = random.Random(random.SystemRandom().getrandbits(256)).getrandbits  # noqa: S311


def new_identifiers(now: datetime) -> UuidSource:
    """Source of version 7 UUIDs for one command."""
    return UuidSource(int(now.timestamp() * 1000), _random_bits)


def new_execution(challenge: Challenge | None, last_sequence_number: int, command_id: str, now: datetime) -> Execution:
    """An execution on a challenge as it is stored, or on one that the command creates."""
    return Execution(
        challenge,
        last_sequence_number=last_sequence_number,
        command_id=command_id,
        recorded_at=now,
        new_id=new_identifiers(now),
    )


def run_command(
    workspace: Workspace,
    challenge_id: str,
    command_type: str,
    carry_out: Callable[[Execution, str, datetime], object],
    *,
    command_id: str | None = None,
) -> Challenge:
    """Carry a command out on a stored challenge and return the row as it is then.

    `carry_out` gets the execution, the actor's id and the time. The same `command_id` again changes nothing and
    returns the row as it stands. Raises what the domain refuses; then nothing was written.
    """
    identity = command_id or str(uuid4())

    def change(transaction: Transaction) -> Challenge:
        before = read_challenge(transaction, challenge_id)
        if find_command_result(transaction, identity) is not None:
            return before
        now = datetime.now(UTC)
        actor_id = ensure_owner(transaction)
        recorder = Recorder.of_known(transaction, before)
        execution = new_execution(before, recorder.last_sequence_number, identity, now)
        carry_out(execution, actor_id, now)
        recorder.append(execution.drain())
        after = recorder.finish(execution.snapshot())
        record_command_result(
            transaction,
            CommandResult(
                command_id=identity,
                command_type=command_type,
                actor_id=actor_id,
                challenge_id=challenge_id,
                issued_at=now,
                recorded_at=now,
                result={
                    "status": after.status.value,
                    "version": after.version,
                    "events": execution.last_sequence_number,
                },
            ),
        )
        return after

    return workspace.write(change)
