"""Erase a person who was deleted: their key and their address are destroyed, so that nothing private opens again."""

from datetime import UTC, datetime

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.people import User
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.data_keys import destroy_data_key
from tradesense_desktop.store.key_errors import ErasedAlready, NotDeletedYet
from tradesense_desktop.store.sign_in_attempts import forget_attempts
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import change_user, find_user_by_email, read_user


def erase_person(workspace: Workspace, user_id: str) -> User:
    """Destroy the data key of a deleted person, their address and their sign-in attempts; for good.

    Trades, events and alerts stay, and every hash stays valid: what was sealed is still there and opens to nobody.
    Copies of the store that were made before (backups) hold the key still: they have to be deleted by hand.
    """
    actor = require(workspace, Right.DELETE_USER, user_id)

    def change(transaction: Transaction) -> User:
        before = read_user(transaction, user_id)
        if before.deleted_at is None:
            raise NotDeletedYet(user_id)
        erased_email = f"{user_id}@erased.invalid"
        if before.email == erased_email:
            raise ErasedAlready(user_id)
        destroy_data_key(transaction, user_id, datetime.now(UTC))
        is_taken_again = find_user_by_email(transaction, before.email) is not None
        forget_attempts(transaction, user_id, None if is_taken_again else before.email)
        after = change_user(transaction, before, email=erased_email)
        append_audit(
            transaction, AuditAction.USER_ERASED, actor_id=actor.user_id, target_table="users", target_id=user_id
        )
        return after

    with refusals():
        erased = workspace.write(change)
        # The log of changes holds the wrapped key still.
        workspace.fold_log()
    return erased
