"""Note in a firm what was done on this computer: an entry of the audit log that waits for the server."""

from collections.abc import Mapping
from typing import Any
from uuid import uuid4

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.pending_write import PendingCommand

KIND = "AuditEntry"


def note_in_firm(workspace: Workspace, action: AuditAction, title: str, details: Mapping[str, Any]) -> None:
    """Have the server write down what whoever acts did here; `title` tells the person what waits."""
    actor = acting(workspace)
    recipe = {"action": action.value, "details": dict(details)}
    workspace.write(
        lambda transaction: append_audit(transaction, action, actor_id=actor.user_id, details=details),
        pending=PendingCommand(command_id=str(uuid4()), kind=KIND, title=title, recipe=recipe),
    )
