"""Replacing the outer key, in steps each of which is one transaction, so that it goes on wherever it was stopped.

1. The new key is kept, and the setting names it as current and the old one as retiring: new data keys are wrapped by
   the new one. Before this commit nothing knows the new key; after it both are needed and both are kept.
2. Data keys are re-wrapped, some at a time; each row names the outer key that opens it.
3. When no row names a retiring key any more, it is removed from where it is kept and from the setting.
"""

from typing import Final

from tradesense_desktop.store.data_keys import rewrap_some
from tradesense_desktop.store.key_errors import KeyReplaced
from tradesense_desktop.store.key_holder import PreparedKey, drop_key, keep_key
from tradesense_desktop.store.outer_key_setting import (
    OuterKeySetting,
    read_outer_key,
    read_workspace_id,
    write_outer_key,
)
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.workspace import Workspace

_KEYS_A_STEP: Final = 200


def begin_rotation(
    transaction: Transaction, workspace: Workspace, workspace_id: str, before: OuterKeySetting, prepared: PreparedKey
) -> None:
    """Step 1. Raises KeyReplaced where the setting is not `before` any more."""
    if read_outer_key(transaction) != before:
        raise KeyReplaced
    keep_key(workspace.directory, workspace_id, prepared)
    retiring = (*before.retiring, before.current)
    write_outer_key(transaction, OuterKeySetting(prepared.key.id, retiring, prepared.holder))


def finish_rotation(workspace: Workspace) -> None:
    """Steps 2 and 3; does nothing where there is nothing to do. Raises KeyLocked where a key it needs is not open."""
    while workspace.write(_rewrap):
        pass
    for key_id in workspace.write(lambda transaction: _retire(transaction, workspace)):
        workspace.keys.forget(key_id)


def _rewrap(transaction: Transaction) -> int:
    setting = read_outer_key(transaction)
    return 0 if setting is None or not setting.retiring else rewrap_some(transaction, setting, _KEYS_A_STEP)


def _retire(transaction: Transaction, workspace: Workspace) -> tuple[str, ...]:
    setting, workspace_id = read_outer_key(transaction), read_workspace_id(transaction)
    if setting is None or workspace_id is None or not setting.retiring:
        return ()
    # No data key can have come under a retiring one since the last look: new ones are wrapped by the current one.
    while rewrap_some(transaction, setting, _KEYS_A_STEP):
        pass
    for key_id in setting.retiring:
        drop_key(workspace.directory, workspace_id, key_id)
    write_outer_key(transaction, OuterKeySetting(setting.current, (), setting.holder))
    return setting.retiring
