"""Sign in to a firm's workspace: the server proves the password, and without it what this computer knows of it.

The replica is not written but for the session: what the server writes down comes back with the next pull, and a
sign-in without the server waits to be sent.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import uuid4

from tradesense_desktop.domain.account import AccountWaits, check_new_password, normal_password
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.firm_session import FirmSession
from tradesense_desktop.domain.offline_sign_in import is_still_valid
from tradesense_desktop.domain.people import Actor, User, UserStatus
from tradesense_desktop.domain.plain_text import is_keepable
from tradesense_desktop.services.errors import (
    PasswordChangeNeeded,
    ServerNeeded,
    SignInRefused,
    refusals,
)
from tradesense_desktop.services.firm_connection import address_of, binding_of
from tradesense_desktop.services.note_in_firm import note_in_firm
from tradesense_desktop.services.password_hash import most_common_passwords
from tradesense_desktop.services.sign_in import CLOSED, SESSION_LENGTH, WRONG, SignedIn
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.device import device_id_of, read_device_id
from tradesense_desktop.store.firm_attempts import accept_firm_attempt, begin_firm_attempt, withdraw_firm_attempt
from tradesense_desktop.store.offline_verifier import (
    find_verifier,
    fits_verifier,
    forget_verifier,
    has_verifiers,
    keep_verifier,
    new_verifier,
    read_offline_days,
)
from tradesense_desktop.store.sessions import (
    Session,
    check_actor,
    end_session,
    extend_session,
    insert_session,
    list_open_sessions,
)
from tradesense_desktop.store.users import ascii_lower, read_user

if TYPE_CHECKING:
    from tradesense_desktop.server.connection import ServerConnection
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.store.transaction import Transaction

_FIRST_HERE: Final = "Signing in for the first time on this computer"
_LONG_AGO: Final = "Nobody has signed in here with the server for {days} days, and signing in now"
_OTHER_ACCOUNT: Final = "The server knows this login as somebody else; connect to the firm anew."


@dataclass(frozen=True, slots=True)
class _Proof:
    """A password that was right: whose, the connection where the server took it, and the wrong ones before it."""

    user: User
    password: str
    connection: ServerConnection | None
    failures_before: int


def sign_in_to_firm(
    workspace: Workspace, password: str, *, email: str | None = None, new_password: str | None = None
) -> SignedIn:
    """Sign in as the person whom the workspace is bound to; `email` is theirs unless it is given.

    Where the server can be reached it decides; where it cannot, whoever has signed in here with it in the last 30 days
    (settable) is let in. Whoever signs in for the first time has to choose a password of their own. Raises
    SignInRefused, with the same sentence for an unknown address and a wrong password, PasswordChangeNeeded, and
    ServerNeeded.
    """
    with refusals():
        proof = _prove(workspace, email, password)
        user, taken = proof.user, proof.password
        if proof.connection is not None:
            with proof.connection as connection:
                taken = _begin_on_server(workspace, connection, proof, new_password)
            keep_verifier(workspace.directory, new_verifier(user.id, taken, datetime.now(UTC)))
        elif new_password is not None:
            raise ServerNeeded("Choosing another password")
        _check_open(user)
        handle = _begin_session(workspace, user, taken)
        if proof.connection is None:
            note_in_firm(handle, AuditAction.SIGNED_IN, "Sign-in without the server", {"offline": True})
        if proof.failures_before:
            details = {"reason": "wrong", "attempts": proof.failures_before}
            note_in_firm(handle, AuditAction.SIGN_IN_REFUSED, "Wrong passwords before a sign-in", details)
        return SignedIn(handle, user)


def unlock_in_firm(workspace: Workspace, actor: Actor, password: str) -> None:
    """Prove the password of whoever acts once more, and go on with the same session."""
    with refusals():
        proof = _prove(workspace, None, password)
        if proof.connection is not None:
            proof.connection.close()
            keep_verifier(workspace.directory, new_verifier(proof.user.id, proof.password, datetime.now(UTC)))

        def go_on(transaction: Transaction) -> None:
            check_actor(transaction, actor)
            now = datetime.now(UTC)
            assert actor.session_id is not None
            extend_session(transaction, actor.session_id, seen=now, until=now + SESSION_LENGTH)

        workspace.write(go_on, Acting(Authority.UNLOCK, actor.user_id))
        if workspace.firm_session is not None:
            workspace.firm_session.take(proof.password)


def sign_out_of_firm(workspace: Workspace, actor: Actor) -> None:
    """End the session of whoever acts on this computer."""
    session_id = actor.session_id
    assert session_id is not None
    with refusals():
        workspace.write(
            lambda transaction: end_session(transaction, session_id, datetime.now(UTC)),
            Acting(Authority.SIGN_IN, actor.user_id),
        )


def change_password_in_firm(workspace: Workspace, actor: Actor, old: str, new: str) -> None:
    """Set a new password on the server; every other session on this computer ends. Raises ServerNeeded too."""
    from tradesense_desktop.server.people import people_refusals, set_own_password

    with refusals():
        proof = _prove(workspace, None, old)
        if proof.connection is None:
            raise ServerNeeded("Changing a password")
        with proof.connection as connection:
            _check_new(old, new, proof.user.email)
            with people_refusals(connection, address_of(binding_of(workspace))):
                set_own_password(connection, new)
        taken = normal_password(new)
        keep_verifier(workspace.directory, new_verifier(actor.user_id, taken, datetime.now(UTC)))
        if workspace.firm_session is not None:
            workspace.firm_session.take(taken)

        def end_others(transaction: Transaction) -> None:
            now = datetime.now(UTC)
            for session in list_open_sessions(transaction, now, actor.user_id):
                if session.id != actor.session_id:
                    end_session(transaction, session.id, now)

        workspace.write(end_others, Acting(Authority.SIGN_IN, actor.user_id))
        note_in_firm(workspace, AuditAction.PASSWORD_CHANGED, "A new password", {})


def _prove(workspace: Workspace, email: str | None, password: str) -> _Proof:
    """The attempt is written down before the password is looked at; one that is right is taken back at once.

    Where somebody else is named, the server is asked all the same, with a password that nobody has: it takes as long.
    """
    from tradesense_desktop.server.errors import AccountClosed, CertificateRefused, ServerUnreachable
    from tradesense_desktop.server.errors import SignInRefused as ServerSignInRefused

    binding = binding_of(workspace)
    with workspace.reading() as reading:
        user = read_user(reading, binding.user_id)
    named = user.email if email is None else email.strip()
    is_known = is_keepable(named) and ascii_lower(named) == ascii_lower(user.email)
    now = datetime.now(UTC)
    attempt = begin_firm_attempt(workspace.directory, named, now)
    if attempt.waits_until is not None:
        raise SignInRefused(str(AccountWaits(attempt.waits_until, now)), until=attempt.waits_until)
    typed = normal_password(password)
    try:
        connection: ServerConnection | None = _connected(workspace, typed if is_known and _can_be_sent(typed) else None)
    except AccountClosed as refusal:
        if not is_known:
            raise SignInRefused(WRONG) from refusal
        # Whoever knew the password was told so by the server: from now on it is asked again.
        forget_verifier(workspace.directory, user.id)
        raise SignInRefused(CLOSED[UserStatus.SUSPENDED]) from refusal
    except ServerSignInRefused as refusal:
        raise SignInRefused(WRONG) from refusal
    except (ServerUnreachable, CertificateRefused) as failure:
        connection = None
        _check_offline(workspace, user.id if is_known else None, typed, attempt.id, failure)
    if connection is not None and not (is_known and _can_be_sent(typed)):
        connection.close()
        raise SignInRefused(WRONG)
    accept_firm_attempt(workspace.directory, attempt.id)
    return _Proof(user, typed, connection, attempt.failures_before)


def _connected(workspace: Workspace, password: str | None) -> ServerConnection:
    from tradesense_desktop.server.connection import connect

    return connect(address_of(binding_of(workspace)), secrets.token_urlsafe(18) if password is None else password)


def _can_be_sent(password: str) -> bool:
    """Whether libpq would take it as it is: an empty one, or one with half a character, is nobody's."""
    return bool(password) and is_keepable(password)


def _check_offline(
    workspace: Workspace, user_id: str | None, password: str, attempt_id: str, failure: Exception
) -> None:
    """Raise SignInRefused for a password that does not fit the verifier, ServerNeeded where there is none or it is old.

    That a computer has no verifier at all anybody may know; whose it has, only whoever knows the password.
    """
    directory = workspace.directory
    if not has_verifiers(directory):
        withdraw_firm_attempt(directory, attempt_id)
        raise ServerNeeded(_FIRST_HERE, str(failure)) from failure
    verifier = None if user_id is None else find_verifier(directory, user_id)
    if not fits_verifier(password, verifier) or verifier is None:
        raise SignInRefused(WRONG) from failure
    days = read_offline_days(directory)
    if not is_still_valid(verifier.proved_at, days, datetime.now(UTC)):
        accept_firm_attempt(directory, attempt_id)
        raise ServerNeeded(_LONG_AGO.format(days=days), str(failure)) from failure


def _begin_on_server(
    workspace: Workspace, connection: ServerConnection, proof: _Proof, new_password: str | None
) -> str:
    """Have the server write the sign-in down, after a password of one's own is set; the password from now on."""
    from tradesense_desktop.server.people import note_signed_in, people_refusals, read_own_account, set_own_password

    taken = proof.password
    with people_refusals(connection, address_of(binding_of(workspace))):
        account = read_own_account(connection)
        if account is None:
            raise SignInRefused(CLOSED[UserStatus.SUSPENDED])
        if account.user_id != proof.user.id:
            raise SignInRefused(_OTHER_ACCOUNT)
        if account.last_login_at is None and new_password is None:
            raise PasswordChangeNeeded
        if new_password is not None:
            _check_new(proof.password, new_password, proof.user.email)
            taken = normal_password(new_password)
            set_own_password(connection, taken)
        note_signed_in(connection, read_device_id(workspace.directory))
    return taken


def _check_new(old: str, new: str, email: str) -> None:
    check_new_password(new, email, most_common_passwords())
    if normal_password(new) == normal_password(old):
        raise SignInRefused("The new password is the old one; choose another.")


def _check_open(user: User) -> None:
    """Raise SignInRefused where the replica knows the account as closed; what the server knows comes by a pull."""
    if not user.may_sign_in:
        raise SignInRefused(CLOSED[user.status])


def _begin_session(workspace: Workspace, user: User, password: str) -> Workspace:
    """A handle that acts as the person in the role that the replica knows."""
    session_id = str(uuid4())

    def begin(transaction: Transaction) -> None:
        now = datetime.now(UTC)
        session = Session(
            id=session_id,
            user_id=user.id,
            device_id=device_id_of(transaction),
            started_at=now,
            last_seen_at=now,
            expires_at=now + SESSION_LENGTH,
            ended_at=None,
        )
        insert_session(transaction, session)

    workspace.write(begin, Acting(Authority.SIGN_IN, user.id))
    return workspace.acting_as(Actor(user.id, user.role, session_id, in_firm=True), FirmSession(user.id, password))
