"""Read the audit log: who did what."""

from tradesense_desktop.domain.permissions import sees_others
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting
from tradesense_desktop.store.audit_log import AuditEntry, list_audit_entries

__all__ = ["AuditEntry", "read_audit_log"]


def read_audit_log(workspace: Workspace, *, last: int) -> tuple[AuditEntry, ...]:
    """The newest entries first; a trader sees those of the own deeds."""
    actor = acting(workspace)
    with refusals(), workspace.reading() as reading:
        return list_audit_entries(reading, stream=None if sees_others(actor) else actor.user_id, limit=last)
