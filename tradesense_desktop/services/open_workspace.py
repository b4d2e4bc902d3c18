"""Open a workspace: the store of one trader, or of one firm's replica."""

from pathlib import Path

from tradesense_desktop.services.errors import refusals
from tradesense_desktop.store import workspace as stored
from tradesense_desktop.store.workspace import Workspace

__all__ = ["Workspace", "open_workspace"]


def open_workspace(directory: Path) -> Workspace:
    """The workspace in `directory`, made there on first use. Raises Refused for a folder or a file that is not ours."""
    with refusals():
        return stored.open_workspace(directory)
