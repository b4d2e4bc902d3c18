"""Govern people: verify, suspend, readmit, change a role, delete; each with what it leaves in the audit log.

In a firm's workspace the server does it, and writes it down.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from tradesense_desktop.domain.account import AccountState, LastSuperadmin, OwnAccount, RankTooLow
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.errors import ReasonMissing
from tradesense_desktop.domain.people import Actor, Role, User, UserStatus
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.domain.plain_text import keepable
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.firm_people import govern_in_firm
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.sessions import end_sessions
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import change_user, list_users, read_user


def verify_user(workspace: Workspace, user_id: str) -> User:
    """Let somebody who was registered sign in."""
    if workspace.firm is not None:
        return govern_in_firm(workspace, Right.SUSPEND_USER, user_id, "verify")
    return _move(
        workspace,
        user_id,
        AuditAction.USER_VERIFIED,
        before=UserStatus.PENDING_VERIFICATION,
        after=UserStatus.ACTIVE,
    )


def suspend_user(workspace: Workspace, user_id: str, *, reason: str) -> User:
    """Keep somebody out, with a reason; their sessions end at once."""
    with refusals():
        if not reason.strip():
            raise ReasonMissing("Suspending somebody")
        keepable(reason, "The reason")
    if workspace.firm is not None:
        return govern_in_firm(workspace, Right.SUSPEND_USER, user_id, "suspend", reason=reason)
    return _move(
        workspace,
        user_id,
        AuditAction.USER_SUSPENDED,
        before=UserStatus.ACTIVE,
        after=UserStatus.SUSPENDED,
        details={"reason": reason},
    )


def readmit_user(workspace: Workspace, user_id: str) -> User:
    """Let somebody who was suspended sign in again."""
    if workspace.firm is not None:
        return govern_in_firm(workspace, Right.SUSPEND_USER, user_id, "readmit")
    return _move(
        workspace,
        user_id,
        AuditAction.USER_READMITTED,
        before=UserStatus.SUSPENDED,
        after=UserStatus.ACTIVE,
    )


def change_role(workspace: Workspace, user_id: str, role: Role) -> User:
    """Give somebody another role; their sessions end, for they were begun in the old one."""
    if workspace.firm is not None:
        return govern_in_firm(workspace, Right.CHANGE_ROLE, user_id, "role", value=role.value)

    def change(transaction: Transaction, before: User, actor: Actor) -> User:
        if before.role is role:
            raise AccountState(f"the role is {role.value} already")
        after = change_user(transaction, before, role=role)
        details = {"from": before.role.value, "to": role.value}
        _finish(transaction, actor, before, AuditAction.ROLE_CHANGED, details)
        return after

    return _govern(workspace, Right.CHANGE_ROLE, user_id, change, leaves=role is not Role.SUPERADMIN)


def delete_user(workspace: Workspace, user_id: str, *, reason: str) -> User:
    """Close an account for good, with a reason; what the person did stays, and the address may be used again."""
    if workspace.firm is not None:
        return govern_in_firm(workspace, Right.DELETE_USER, user_id, "delete", reason=reason)

    def change(transaction: Transaction, before: User, actor: Actor) -> User:
        if not reason.strip():
            raise ReasonMissing("Deleting an account")
        keepable(reason, "The reason")
        now = max(datetime.now(UTC), before.created_at)
        after = change_user(
            transaction, before, status=UserStatus.CLOSED, deleted_at=now, deleted_reason=reason.strip()
        )
        _finish(transaction, actor, before, AuditAction.USER_DELETED, {})
        return after

    return _govern(workspace, Right.DELETE_USER, user_id, change)


def _move(
    workspace: Workspace,
    user_id: str,
    action: AuditAction,
    *,
    before: UserStatus,
    after: UserStatus,
    details: dict[str, Any] | None = None,
) -> User:
    def change(transaction: Transaction, user: User, actor: Actor) -> User:
        if user.status is not before:
            raise AccountState(f"the account is {user.status.value} and not {before.value}")
        moved = change_user(transaction, user, status=after)
        _finish(transaction, actor, user, action, details or {})
        return moved

    return _govern(workspace, Right.SUSPEND_USER, user_id, change, leaves=after is not UserStatus.ACTIVE)


def _govern(
    workspace: Workspace,
    right: Right,
    user_id: str,
    change: Callable[[Transaction, User, Actor], User],
    *,
    leaves: bool = True,
) -> User:
    """Run `change` on a person that whoever acts may govern; `leaves`: they are no super-administrator afterwards."""
    actor = require(workspace, right)

    def governed(transaction: Transaction) -> User:
        before = read_user(transaction, user_id)
        if before.id == actor.user_id:
            raise OwnAccount
        if before.deleted_at is not None:
            raise AccountState("the account is deleted")
        if actor.role is Role.ADMIN and before.role.decides:
            raise RankTooLow(before.role)
        if leaves and _is_last_superadmin(transaction, before):
            raise LastSuperadmin
        return change(transaction, before, actor)

    with refusals():
        return workspace.write(governed)


def _is_last_superadmin(transaction: Transaction, user: User) -> bool:
    standing = [each.id for each in list_users(transaction) if each.role is Role.SUPERADMIN and each.may_sign_in]
    return standing == [user.id]


def _finish(transaction: Transaction, actor: Actor, user: User, action: AuditAction, details: dict[str, Any]) -> None:
    end_sessions(transaction, user.id, datetime.now(UTC))
    append_audit(transaction, action, actor_id=actor.user_id, target_table="users", target_id=user.id, details=details)
