"""Archive a challenge: hidden from the lists, nothing deleted."""

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.store.challenges import read_challenge


def archive_challenge(
    workspace: Workspace, challenge_id: str, *, reason: str = "Archived by its owner.", command_id: str | None = None
) -> Challenge:
    """Hide a challenge, also one that has ended; its file can be imported into a new one. Twice is done once."""
    with refusals():
        with workspace.reading() as reading:
            stored = read_challenge(reading, challenge_id)
        if stored.archived_at is not None:
            return stored
        return run_command(
            workspace,
            challenge_id,
            "ArchiveChallenge",
            lambda execution, actor_id, now: execution.archive(actor_id=actor_id, reason=reason, at=now),
            command_id=command_id,
        )
