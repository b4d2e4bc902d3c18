"""Erase a person who was deleted: their key and their address are destroyed, so that nothing private opens again."""

from datetime import UTC, datetime

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.people import User
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import check_local, require
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.data_keys import destroy_data_key
from tradesense_desktop.store.key_errors import ErasedAlready, ErasedKeyInLog, NotDeletedYet
from tradesense_desktop.store.sign_in_attempts import forget_attempts
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import change_user, find_user_by_email, read_user


def erase_person(workspace: Workspace, user_id: str) -> User:
    """Destroy the data key of a deleted person, their address and their sign-in attempts; for good.

    Trades, events and alerts stay, and every hash stays valid: what was sealed is still there and opens to nobody.
    Copies of the store that were made before (backups) hold the key still: they have to be deleted by hand. Raises
    Refused, and also where the person is erased but the log of changes could not be emptied: then call it again.
    """
    actor = require(workspace, Right.DELETE_USER, user_id)
    check_local(workspace, "Erasing somebody", "whoever runs the server does it there, once the account is deleted")

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
        try:
            erased = workspace.write(change)
        except ErasedAlready:
            _empty_log(workspace)
            raise
        _empty_log(workspace)
    return erased


def _empty_log(workspace: Workspace) -> None:
    """The log of changes holds the wrapped key and the address still. Raises ErasedKeyInLog."""
    if not workspace.fold_log():
        raise ErasedKeyInLog
