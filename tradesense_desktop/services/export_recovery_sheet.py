"""Export the recovery sheet of a workspace: its key on paper, for the day on which keyring or passphrase are gone."""

from datetime import UTC, datetime

from tradesense_desktop.audit.recovery_sheet import RecoverySheet, sheet_text
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require
from tradesense_desktop.services.unlock_key import open_outer_keys
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.key_errors import KeyLocked, KeyMissing
from tradesense_desktop.store.outer_key_setting import ensure_workspace_id


def export_recovery_sheet(workspace: Workspace, *, passphrase: str | None = None) -> str:
    """The text of the sheet, to be printed; that somebody has it is in the audit log.

    `passphrase` opens the key file where the key is not open yet. Never on the interface's thread.
    """
    actor = require(workspace, Right.MANAGE_KEYS)
    with refusals():
        setting = open_outer_keys(workspace, passphrase)
        if setting is None:
            raise KeyMissing
        key = workspace.keys.find(setting.current)
        if key is None:
            raise KeyLocked(setting.current)
        workspace_id = workspace.write(ensure_workspace_id)
        workspace.write(
            lambda transaction: append_audit(
                transaction, AuditAction.KEY_EXPORTED, actor_id=actor.user_id, details={"key_id": key.id}
            )
        )
    return sheet_text(RecoverySheet(workspace_id, key), datetime.now(UTC))
