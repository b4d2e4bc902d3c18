"""Import a recovery sheet: this machine holds the key of the workspace again."""

from tradesense_desktop.audit.recovery_sheet import read_sheet
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require
from tradesense_desktop.services.read_key_status import KeyStatus, read_key_status
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.data_keys import check_opens
from tradesense_desktop.store.key_errors import SheetForeign
from tradesense_desktop.store.key_holder import keep_key, prepare_key
from tradesense_desktop.store.outer_key_setting import read_outer_key, read_workspace_id
from tradesense_desktop.store.outer_keys import environment_passphrase
from tradesense_desktop.store.transaction import Reading, Transaction


def import_recovery_sheet(workspace: Workspace, text: str, *, passphrase: str | None = None) -> KeyStatus:
    """Keep the key of a sheet in the keyring of the system; without one in the key file under `passphrase`.

    Raises Refused for a text that is no sheet, was mistyped, or belongs to another workspace or an older key. Never
    on the interface's thread.
    """
    actor = require(workspace, Right.MANAGE_KEYS)
    with refusals():
        sheet = read_sheet(text)

        def check(reading: Reading) -> None:
            setting = read_outer_key(reading)
            if setting is None or sheet.key.id not in setting.named or read_workspace_id(reading) != sheet.workspace_id:
                raise SheetForeign(sheet.key.id)
            check_opens(reading, sheet.key)

        with workspace.reading() as reading:
            check(reading)
        prepared = prepare_key(sheet.workspace_id, sheet.key, passphrase or environment_passphrase())

        def change(transaction: Transaction) -> None:
            check(transaction)
            keep_key(workspace.directory, sheet.workspace_id, prepared)
            details = {"key_id": sheet.key.id, "holder": prepared.holder.value}
            append_audit(transaction, AuditAction.KEY_IMPORTED, actor_id=actor.user_id, details=details)

        workspace.write(change)
        workspace.keys.put(sheet.key)
    return read_key_status(workspace)
