"""Run one command on one challenge: read, decide, record, in one transaction."""

import random
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.identifiers import UuidSource
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction

_UNPREDICTABLE = random.SystemRandom().getrandbits


def new_identifiers(now: datetime) -> UuidSource:
    """Source of version 7 UUIDs for one command."""
    return UuidSource(int(now.timestamp() * 1000), _UNPREDICTABLE)


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
    workspace: Workspace, challenge_id: str, carry_out: Callable[[Execution, datetime], object]
) -> Challenge:
    """Carry a command out on a stored challenge and return the row as it is then. Raises what the domain refuses."""
    command_id = str(uuid4())

    def change(transaction: Transaction) -> Challenge:
        now = datetime.now(UTC)
        before = read_challenge(transaction, challenge_id)
        recorder = Recorder.of_known(transaction, before)
        execution = new_execution(before, read_head(transaction, challenge_id).sequence_number, command_id, now)
        carry_out(execution, now)
        recorder.append(execution.drain())
        return recorder.finish(execution.snapshot())

    return workspace.write(change)
