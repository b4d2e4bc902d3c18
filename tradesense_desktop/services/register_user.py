"""Register a person: an address, a role, and a password that they change at their first sign-in."""

from uuid import uuid4

from tradesense_desktop.domain.account import checked_email
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.people import Role, User, UserStatus
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.firm_people import register_in_firm
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.password_hash import new_password_hash
from tradesense_desktop.services.permission import require
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import insert_user


def register_user(
    workspace: Workspace, *, email: str, password: str, role: Role = Role.USER, is_verified: bool = True
) -> User:
    """Make an account, in a firm's workspace on its server; somebody who is not verified yet cannot sign in.

    Raises NotAllowed and Refused.
    """
    if workspace.firm is not None:
        return register_in_firm(workspace, email=email, password=password, role=role, is_verified=is_verified).user
    actor = require(workspace, Right.REGISTER_TRADER if role is Role.USER else Right.REGISTER_STAFF)
    with refusals():
        address = checked_email(email)
        password_hash = new_password_hash(password, address)
        user_id = str(uuid4())

        def change(transaction: Transaction) -> User:
            registered = insert_user(
                transaction,
                user_id=user_id,
                email=address,
                password_hash=password_hash,
                role=role,
                status=UserStatus.ACTIVE if is_verified else UserStatus.PENDING_VERIFICATION,
            )
            append_audit(
                transaction,
                AuditAction.USER_REGISTERED,
                actor_id=actor.user_id,
                target_table="users",
                target_id=user_id,
                details={"role": role.value, "status": registered.status.value},
            )
            return registered

        return workspace.write(change)
