"""Change one's own password."""

from datetime import UTC, datetime

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.services.errors import SignInRefused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.password_hash import new_password_hash
from tradesense_desktop.services.permission import acting
from tradesense_desktop.services.sign_in import prove_password
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.sessions import end_session, list_open_sessions
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import change_user, read_user


def change_password(workspace: Workspace, old: str, new: str) -> None:
    """Set a new password for whoever acts; every other session of theirs ends. Raises SignInRefused and Refused."""
    actor = acting(workspace)
    if workspace.firm is not None:
        from tradesense_desktop.services.sign_in_to_firm import change_password_in_firm

        change_password_in_firm(workspace, actor, old, new)
        return
    with refusals():
        with workspace.reading() as reading:
            email = read_user(reading, actor.user_id).email
        prove_password(workspace, email, old)
        if new == old:
            raise SignInRefused("The new password is the old one; choose another.")
        password_hash = new_password_hash(new, email)

        def change(transaction: Transaction) -> None:
            now = datetime.now(UTC)
            change_user(transaction, read_user(transaction, actor.user_id), password_hash=password_hash)
            for session in list_open_sessions(transaction, now, actor.user_id):
                if session.id != actor.session_id:
                    end_session(transaction, session.id, now)
            append_audit(transaction, AuditAction.PASSWORD_CHANGED, actor_id=actor.user_id)

        workspace.write(change)
