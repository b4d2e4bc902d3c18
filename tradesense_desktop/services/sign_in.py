"""Sign in, unlock and sign out: a password proved, waiting after wrong ones, a session, and all of it written down."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Final
from uuid import uuid4

from tradesense_desktop.domain.account import AccountWaits
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.lock_out import locked_until
from tradesense_desktop.domain.people import Actor, User, UserStatus
from tradesense_desktop.domain.plain_text import is_keepable
from tradesense_desktop.services.errors import PasswordChangeNeeded, SignInRefused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.password_hash import is_password, new_password_hash, raised_hash
from tradesense_desktop.services.permission import acting
from tradesense_desktop.store.audit_log import append_audit
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.device import device_id_of
from tradesense_desktop.store.sessions import Session, check_actor, end_session, extend_session, insert_session
from tradesense_desktop.store.sign_in_attempts import accept_attempt, failures_since_success, record_attempt
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import find_user_by_email, has_people, note_sign_in, read_password_hash, read_user

SESSION_LENGTH: Final = timedelta(hours=12)
WRONG: Final = "The address and the password do not belong together."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A handle on the workspace that acts as the person, and who it is."""

    workspace: Workspace
    user: User


@dataclass(frozen=True, slots=True)
class _Proof:
    """A password that was right: whose, and the hash that it was compared with."""

    user: User
    password_hash: str


def has_accounts(workspace: Workspace) -> bool:
    """Whether somebody has to sign in here."""
    return workspace.actor is None or not workspace.actor.is_sole_owner


def sign_in(workspace: Workspace, email: str, password: str, *, new_password: str | None = None) -> SignedIn:
    """Sign in with address and password; takes a quarter of a second, more with a new password.

    Whoever signs in for the first time has a password that somebody else gave them and has to choose another:
    PasswordChangeNeeded says so, and `new_password` brings it. Raises SignInRefused, with the same sentence and after
    the same time for an unknown address and a wrong password. In a firm's workspace the server decides.
    """
    if workspace.firm is not None:
        from tradesense_desktop.services.sign_in_to_firm import sign_in_to_firm

        return sign_in_to_firm(workspace, password, email=email, new_password=new_password)
    with refusals():
        proof = _prove(workspace, email, password)
        user = proof.user
        if user.last_login_at is None and new_password is None:
            raise PasswordChangeNeeded
        changed = raised_hash(password, proof.password_hash)
        if new_password is not None:
            if new_password == password:
                raise SignInRefused("The new password is the old one; choose another.")
            changed = new_password_hash(new_password, user.email)
        session_id = str(uuid4())

        def begin(transaction: Transaction) -> User:
            now = datetime.now(UTC)
            _check_still(transaction, proof)
            note_sign_in(transaction, read_user(transaction, user.id), now, changed)
            insert_session(
                transaction,
                Session(
                    id=session_id,
                    user_id=user.id,
                    device_id=device_id_of(transaction),
                    started_at=now,
                    last_seen_at=now,
                    expires_at=now + SESSION_LENGTH,
                    ended_at=None,
                ),
            )
            append_audit(
                transaction, AuditAction.SIGNED_IN, actor_id=user.id, target_table="sessions", target_id=session_id
            )
            if new_password is not None:
                append_audit(transaction, AuditAction.PASSWORD_CHANGED, actor_id=user.id)
            return read_user(transaction, user.id)

        signed_in = workspace.write(begin, Acting(Authority.SIGN_IN, user.id))
        return SignedIn(workspace.acting_as(Actor(user.id, user.role, session_id)), signed_in)


def unlock(workspace: Workspace, password: str) -> None:
    """Prove the password of whoever acts once more, and go on with the same session.

    Raises SignInRefused, and SignedOut where the session is over.
    """
    actor = acting(workspace)
    if workspace.firm is not None:
        from tradesense_desktop.services.sign_in_to_firm import unlock_in_firm

        unlock_in_firm(workspace, actor, password)
        return
    with refusals():
        with workspace.reading() as reading:
            email = read_user(reading, actor.user_id).email
        proof = _prove(workspace, email, password)

        def go_on(transaction: Transaction) -> None:
            check_actor(transaction, actor)
            now = datetime.now(UTC)
            _check_still(transaction, proof)
            assert actor.session_id is not None
            extend_session(transaction, actor.session_id, seen=now, until=now + SESSION_LENGTH)

        workspace.write(go_on, Acting(Authority.UNLOCK, actor.user_id))


def sign_out(workspace: Workspace) -> Workspace:
    """End the session of whoever acts; a handle on the workspace as it is for nobody."""
    actor = workspace.actor
    nobody = workspace.acting_as(None)
    if actor is None or actor.session_id is None:
        return nobody
    session_id = actor.session_id
    if workspace.firm is not None:
        from tradesense_desktop.services.sign_in_to_firm import sign_out_of_firm

        sign_out_of_firm(workspace, actor)
        return nobody

    def end(transaction: Transaction) -> None:
        if end_session(transaction, session_id, datetime.now(UTC)):
            append_audit(
                transaction,
                AuditAction.SIGNED_OUT,
                actor_id=actor.user_id,
                target_table="sessions",
                target_id=session_id,
            )

    with refusals():
        workspace.write(end, Acting(Authority.SIGN_IN, actor.user_id))
    return nobody


def prove_password(workspace: Workspace, email: str, password: str) -> User:
    """Whose password it is; counts as an attempt to sign in. Raises SignInRefused."""
    with refusals():
        return _prove(workspace, email, password).user


def _prove(workspace: Workspace, email: str, password: str) -> _Proof:
    """The attempt is written down before the password is looked at: tries at the same moment all count.

    A right one is taken back at once, whatever comes of the sign-in: only wrong passwords make an account wait.
    """
    now = datetime.now(UTC)
    if not email.strip() or not is_keepable(email):
        is_password(password, None)
        workspace.write(lambda transaction: _note_refusal(transaction, None, "wrong"), Acting(Authority.SIGN_IN))
        raise SignInRefused(WRONG)

    def begin(transaction: Transaction) -> tuple[User | None, str | None, str, datetime | None]:
        if not has_people(transaction):
            return None, None, "", None
        user = find_user_by_email(transaction, email)
        waits = locked_until(failures_since_success(transaction, email), now)
        if waits is not None:
            _note_refusal(transaction, user, "waits")
            return user, None, "", waits
        attempt_id = record_attempt(transaction, email[:254], device_id_of(transaction), now)
        return user, None if user is None else read_password_hash(transaction, user.id), attempt_id, None

    user, stored, attempt_id, waits = workspace.write(begin, Acting(Authority.SIGN_IN))
    if waits is not None:
        raise SignInRefused(str(AccountWaits(waits, now)), until=waits)
    is_right = is_password(password, stored)
    if user is not None and stored is not None and is_right:
        if user.may_sign_in:
            accepted = partial(accept_attempt, attempt_id=attempt_id, user_id=user.id)
            workspace.write(accepted, Acting(Authority.SIGN_IN))
            return _Proof(user, stored)
        workspace.write(lambda transaction: _note_refusal(transaction, user, user.status), Acting(Authority.SIGN_IN))
        raise SignInRefused(CLOSED[user.status])
    workspace.write(lambda transaction: _note_refusal(transaction, user, "wrong"), Acting(Authority.SIGN_IN))
    raise SignInRefused(WRONG)


def _check_still(transaction: Transaction, proof: _Proof) -> None:
    """Raise SignInRefused where the account or its password changed while the password was looked at."""
    user = read_user(transaction, proof.user.id)
    if not user.may_sign_in:
        raise SignInRefused(CLOSED[user.status])
    if user.role is not proof.user.role or read_password_hash(transaction, user.id) != proof.password_hash:
        raise SignInRefused("The account was changed a moment ago; sign in again.")


def _note_refusal(transaction: Transaction, user: User | None, reason: str) -> None:
    """Nobody has proved to be anybody: it goes to the chain of the device."""
    append_audit(
        transaction,
        AuditAction.SIGN_IN_REFUSED,
        actor_id=None,
        target_table=None if user is None else "users",
        target_id=None if user is None else user.id,
        details={"reason": reason},
    )


CLOSED: Final = {
    UserStatus.ACTIVE: WRONG,
    UserStatus.PENDING_VERIFICATION: "The account waits to be verified by an administrator.",
    UserStatus.SUSPENDED: "The account is suspended; ask an administrator.",
    UserStatus.CLOSED: "The account is closed.",
}
