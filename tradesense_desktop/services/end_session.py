"""End a session of somebody, or all of them: they have to sign in again."""

from datetime import UTC, datetime

from tradesense_desktop.domain.account import RankTooLow
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting, check_local, require
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.sessions import end_sessions
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import read_user


def end_sessions_of(workspace: Workspace, user_id: str) -> int:
    """End every open session of a person; one's own may always be ended. How many there were."""
    actor = acting(workspace)
    if user_id != actor.user_id:
        require(workspace, Right.SUSPEND_USER, user_id)
        check_local(
            workspace, "Ending the sessions of somebody else", "suspend them, and the server lets them in no more"
        )

    def change(transaction: Transaction) -> int:
        person = read_user(transaction, user_id)
        if actor.role is Role.ADMIN and person.role.decides and user_id != actor.user_id:
            raise RankTooLow(person.role)
        ended = end_sessions(transaction, user_id, datetime.now(UTC))
        if ended and workspace.firm is None:
            append_audit(
                transaction,
                AuditAction.SESSION_ENDED,
                actor_id=actor.user_id,
                target_table="users",
                target_id=user_id,
                details={"sessions": ended},
            )
        return ended

    with refusals():
        return workspace.write(change)
