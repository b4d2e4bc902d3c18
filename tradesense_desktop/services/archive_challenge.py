"""Archive a challenge: hidden from the lists, nothing deleted."""

from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.store.users import find_owner


def archive_challenge(workspace: Workspace, challenge_id: str, reason: str = "Archived by its owner.") -> None:
    """Hide a challenge, also one that has ended; its file can be imported into a new one."""
    with refusals():
        with workspace.reading() as reading:
            actor_id = find_owner(reading) or ""
        run_command(
            workspace,
            challenge_id,
            lambda execution, now: execution.archive(actor_id=actor_id, reason=reason, at=now),
        )
