"""Set up accounts: end the mode without them, with a password for the owner and the first super-administrator."""

from datetime import UTC, datetime
from uuid import uuid4

from tradesense_desktop.domain.account import AccountState, checked_email
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.people import Role, User, UserStatus
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.password_hash import new_password_hash
from tradesense_desktop.services.permission import check_local
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.errors import EmailTaken
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import ascii_lower, change_user, find_owner, insert_user, note_sign_in, read_user


def set_up_accounts(
    workspace: Workspace,
    *,
    owner_email: str,
    owner_password: str,
    administrator_email: str,
    administrator_password: str,
) -> User:
    """Give the owner of a workspace without accounts an address and a password, and make the first super-administrator.

    Both are two people: nobody decides about their own challenge. From then on everybody signs in. Raises Refused.
    """
    check_local(workspace, "Setting up accounts", "an administrator registers people on the server (user add)")
    with refusals():
        owner, administrator = checked_email(owner_email), checked_email(administrator_email)
        if ascii_lower(owner) == ascii_lower(administrator):
            raise EmailTaken(administrator)
        owner_hash = new_password_hash(owner_password, owner)
        administrator_hash = new_password_hash(administrator_password, administrator)

        def change(transaction: Transaction) -> User:
            now = datetime.now(UTC)
            owner_id = find_owner(transaction)
            if owner_id is None:
                raise AccountState("this workspace has accounts already; an administrator adds further ones")
            first = insert_user(
                transaction,
                user_id=str(uuid4()),
                email=administrator,
                password_hash=administrator_hash,
                role=Role.SUPERADMIN,
                status=UserStatus.ACTIVE,
            )
            change_user(transaction, read_user(transaction, owner_id), email=owner, password_hash=owner_hash)
            for user_id in (owner_id, first.id):
                # Both have typed their passwords themselves: none of them has to be changed at the first sign-in.
                note_sign_in(transaction, read_user(transaction, user_id), now, None)
            append_audit(
                transaction,
                AuditAction.ACCOUNTS_SET_UP,
                actor_id=owner_id,
                target_table="users",
                target_id=first.id,
            )
            return read_user(transaction, first.id)

        return workspace.write(change, Acting(Authority.SET_UP))
