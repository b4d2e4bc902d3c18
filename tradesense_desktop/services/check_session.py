"""Check a session: whether whoever acts through a handle still may."""

from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting
from tradesense_desktop.store.sessions import check_actor


def check_session(workspace: Workspace) -> None:
    """Raise SignedOut where the account, the role or the session of whoever acts has changed, and NotSignedIn."""
    actor = acting(workspace)
    with refusals(), workspace.reading() as reading:
        check_actor(reading, actor)
