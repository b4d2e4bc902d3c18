"""Archive a challenge: hidden from the lists, nothing deleted."""

from datetime import UTC, datetime
from uuid import uuid4

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.commands import ArchiveChallenge
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require_within
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.store.challenges import read_challenge


def archive_challenge(workspace: Workspace, challenge_id: str, *, reason: str = "Archived by its owner.") -> Challenge:
    """Hide a challenge, also one that has ended; its file can be imported into a new one. Twice is done once."""
    with refusals():
        with workspace.reading() as reading:
            actor = require_within(reading, workspace, Right.ARCHIVE, challenge_id)
            stored = read_challenge(reading, challenge_id)
        if stored.archived_at is not None:
            return stored
    command = ArchiveChallenge(
        command_id=str(uuid4()),
        actor_id=actor.user_id,
        issued_at=datetime.now(UTC),
        challenge_id=challenge_id,
        reason=reason,
    )
    return run_command(workspace, command)
