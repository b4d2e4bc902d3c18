"""Workspaces with a key, for tests of what is sealed."""

from tradesense_desktop.audit.key_wrap import OuterKey, new_outer_key
from tradesense_desktop.store.outer_key_setting import (
    KeyHolder,
    OuterKeySetting,
    ensure_workspace_id,
    write_outer_key,
)
from tradesense_desktop.store.workspace import Workspace

PASSPHRASE = "correct horse battery staple"


def give_key(workspace: Workspace) -> OuterKey:
    """A key that stands open, kept nowhere: what needs no passphrase and no keyring."""
    key = new_outer_key()
    workspace.keys.put(key)
    workspace.write(ensure_workspace_id)
    workspace.write(lambda transaction: write_outer_key(transaction, OuterKeySetting(key.id, (), KeyHolder.FILE)))
    return key
