"""Recover a workspace that is encrypted as a whole, from its sheet: this machine holds its key again."""

from pathlib import Path

from tradesense_desktop.audit.recovery_sheet import read_sheet
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.store.encrypted_store import recover_store


def recover_workspace(directory: Path, text: str, *, passphrase: str | None = None) -> None:
    """Keep the key of a sheet in the keyring of the system; without one in the key file under `passphrase`.

    The workspace cannot be open: nobody acts, and whoever has the sheet has the key. Raises Refused for a text that
    is no sheet, was mistyped, or belongs to another workspace.
    """
    with refusals():
        recover_store(directory, read_sheet(text), passphrase)
