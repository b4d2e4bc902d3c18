"""Unlock the key of a workspace for as long as the program runs; a rotation that was interrupted goes on then."""

from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting
from tradesense_desktop.services.read_key_status import KeyStatus, read_key_status
from tradesense_desktop.store.key_errors import KeyLocked, KeyNotHeld
from tradesense_desktop.store.key_holder import lies_in_file
from tradesense_desktop.store.outer_key_setting import OuterKeySetting, read_outer_key, read_workspace_id
from tradesense_desktop.store.outer_keys import environment_passphrase
from tradesense_desktop.store.rotation import finish_rotation


def unlock_key(workspace: Workspace, *, passphrase: str | None = None) -> KeyStatus:
    """Open the key from the keyring of the system, or from the key file with `passphrase` (else the environment's).

    Every handle of the open workspace sees it. A workspace without a key has nothing to unlock. Takes up to a second
    and may wait for a person who unlocks the keyring: never on the interface's thread. Raises Refused for a wrong
    passphrase, one that is missing, or a key that this machine does not hold.
    """
    actor = acting(workspace)
    with refusals():
        setting = open_outer_keys(workspace, passphrase)
        if setting is not None and setting.retiring and may(actor, Right.MANAGE_KEYS):
            finish_rotation(workspace)
    return read_key_status(workspace)


def open_outer_keys(workspace: Workspace, passphrase: str | None) -> OuterKeySetting | None:
    """Open every outer key that the workspace names; which those are. Raises StoreRefusal where the current one stays.

    One that retires may be gone already: then nothing needs it.
    """
    with workspace.reading() as reading:
        setting, workspace_id = read_outer_key(reading), read_workspace_id(reading)
    if setting is None or workspace_id is None:
        return None
    for key_id in setting.named:
        workspace.keys.open_with(workspace_id, key_id, passphrase or environment_passphrase())
    if workspace.keys.find(setting.current) is None:
        in_file = lies_in_file(workspace.directory, setting.current)
        raise KeyLocked(setting.current) if in_file else KeyNotHeld(setting.current)
    return setting
