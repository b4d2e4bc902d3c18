"""Open a workspace: the store of one trader, or of one firm's replica."""

from pathlib import Path

from tradesense_desktop.services.errors import refusals
from tradesense_desktop.store import encrypted_store
from tradesense_desktop.store import workspace as stored
from tradesense_desktop.store.drivers import STORE_NAME
from tradesense_desktop.store.workspace import Workspace

__all__ = ["Workspace", "is_made", "needs_passphrase", "open_workspace"]


def open_workspace(directory: Path, *, encrypted: bool = False, passphrase: str | None = None) -> Workspace:
    """The workspace in `directory`, made there on first use; with `encrypted` a new one is encrypted as a whole.

    `passphrase` is that of its key file, else the environment's. Raises Refused for a folder or a file that is not
    ours, and for a passphrase that is wrong or missing.
    """
    with refusals():
        return stored.open_workspace(directory, encrypted=encrypted, passphrase=passphrase)


def needs_passphrase(directory: Path) -> bool:
    """Whether the workspace in `directory` is encrypted as a whole and a passphrase opens it."""
    with refusals():
        return encrypted_store.needs_passphrase(directory)


def is_made(directory: Path) -> bool:
    """Whether there is a workspace in `directory`."""
    return (directory / STORE_NAME).exists() or (directory / encrypted_store.MARKER_NAME).exists()
