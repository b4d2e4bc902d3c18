"""Make the first key of a workspace: from then on private data that is written is sealed."""

from tradesense_desktop.audit.key_wrap import new_outer_key
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require
from tradesense_desktop.services.read_key_status import KeyStatus, read_key_status
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.key_errors import KeyThere
from tradesense_desktop.store.key_holder import keep_key, prepare_key
from tradesense_desktop.store.outer_key_setting import (
    OuterKeySetting,
    ensure_workspace_id,
    read_outer_key,
    write_outer_key,
)
from tradesense_desktop.store.transaction import Transaction


def make_key(workspace: Workspace, *, passphrase: str | None = None) -> KeyStatus:
    """Make a key and keep it in the keyring of the system; without one in a file under `passphrase`.

    What was written before stays as it is. Takes up to a second: never on the interface's thread.
    """
    actor = require(workspace, Right.MANAGE_KEYS)
    with refusals():
        with workspace.reading() as reading:
            _check_none(read_outer_key(reading))
        workspace_id = workspace.write(ensure_workspace_id)
        prepared = prepare_key(workspace_id, new_outer_key(), passphrase)

        def change(transaction: Transaction) -> None:
            _check_none(read_outer_key(transaction))
            keep_key(workspace.directory, workspace_id, prepared)
            write_outer_key(transaction, OuterKeySetting(prepared.key.id, (), prepared.holder))
            details = {"key_id": prepared.key.id, "holder": prepared.holder.value}
            append_audit(transaction, AuditAction.KEY_MADE, actor_id=actor.user_id, details=details)

        workspace.write(change)
        workspace.keys.put(prepared.key)
    return read_key_status(workspace)


def _check_none(setting: OuterKeySetting | None) -> None:
    if setting is not None:
        raise KeyThere(setting.current)
