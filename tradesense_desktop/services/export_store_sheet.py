"""Export the recovery sheet of a workspace that is encrypted as a whole: without its key nothing of it opens."""

from datetime import UTC, datetime

from tradesense_desktop.audit.recovery_sheet import sheet_text
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.note_in_firm import note_in_firm
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting, require
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.encrypted_store import store_sheet


def export_store_sheet(workspace: Workspace, *, passphrase: str | None = None) -> str:
    """The text of the sheet, to be printed; that somebody has it is in the audit log. Raises Refused for a plain one.

    `passphrase` is that of the key file, else the environment's. Never on the interface's thread.
    """
    # The file of a firm's replica belongs to whoever works with it, and so does its key.
    in_firm = workspace.firm is not None
    actor = acting(workspace) if in_firm else require(workspace, Right.MANAGE_KEYS)
    if not workspace.is_encrypted:
        raise Refused("This workspace is not encrypted as a whole; the sheet of its key is that of “key export”.")
    with refusals():
        sheet = store_sheet(workspace.directory, passphrase)
        details = {"key_id": sheet.key.id, "of": "store"}
        if in_firm:
            note_in_firm(workspace, AuditAction.KEY_EXPORTED, "The recovery sheet of this copy", details)
        else:
            workspace.write(
                lambda transaction: append_audit(
                    transaction, AuditAction.KEY_EXPORTED, actor_id=actor.user_id, details=details
                )
            )
    return sheet_text(sheet, datetime.now(UTC), command="workspace recover")
