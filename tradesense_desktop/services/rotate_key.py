"""Replace the key of a workspace by a new one; what is sealed stays as it is, the people's keys are wrapped anew."""

from tradesense_desktop.audit.key_wrap import new_outer_key
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require
from tradesense_desktop.services.read_key_status import KeyStatus, read_key_status
from tradesense_desktop.services.unlock_key import open_outer_keys
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.key_errors import KeyMissing
from tradesense_desktop.store.key_file import opened_key
from tradesense_desktop.store.key_holder import lies_in_file, prepare_key
from tradesense_desktop.store.outer_key_setting import OuterKeySetting, ensure_workspace_id, read_outer_key
from tradesense_desktop.store.outer_keys import environment_passphrase
from tradesense_desktop.store.rotation import begin_rotation, finish_rotation
from tradesense_desktop.store.transaction import Transaction


def rotate_key(workspace: Workspace, *, passphrase: str | None = None, new_passphrase: str | None = None) -> KeyStatus:
    """Make a new key, wrap every person's key under it, and delete the old one.

    Stopped anywhere it goes on by itself when the key is unlocked the next time, or with this again. `passphrase` is
    that of the key file (else the environment's); `new_passphrase` replaces it. Recovery sheets of the old key are of
    no use afterwards. Takes seconds: never on the interface's thread.
    """
    actor = require(workspace, Right.MANAGE_KEYS)
    old = passphrase or environment_passphrase()
    with refusals():
        before = open_outer_keys(workspace, old)
        if before is not None and before.retiring:
            finish_rotation(workspace)
            with workspace.reading() as reading:
                before = read_outer_key(reading)
        if before is None:
            raise KeyMissing
        workspace_id = workspace.write(ensure_workspace_id)
        _check_passphrase(workspace, workspace_id, before, old)
        prepared = prepare_key(workspace_id, new_outer_key(), new_passphrase or old)

        def change(transaction: Transaction) -> None:
            begin_rotation(transaction, workspace, workspace_id, before, prepared)
            details = {"from": before.current, "key_id": prepared.key.id, "holder": prepared.holder.value}
            append_audit(transaction, AuditAction.KEY_ROTATED, actor_id=actor.user_id, details=details)

        # Open before it is named: what is written from that moment on is sealed under it.
        workspace.keys.put(prepared.key)
        workspace.write(change)
        finish_rotation(workspace)
    return read_key_status(workspace)


def _check_passphrase(
    workspace: Workspace, workspace_id: str, setting: OuterKeySetting, passphrase: str | None
) -> None:
    """Raise PassphraseWrong for another passphrase than the key file's: a slip would become the new one."""
    if passphrase and lies_in_file(workspace.directory, setting.current):
        opened_key(workspace.directory, workspace_id, setting.current, passphrase)
