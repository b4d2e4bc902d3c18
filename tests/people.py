"""People for tests: a workspace with accounts, and handles that act as each of them.

A password's hash takes a quarter of a second: it is made once a process and given to everybody.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from uuid import uuid4

from tradesense_desktop.domain.people import Actor, Role, UserStatus
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.password_hash import new_password_hash
from tradesense_desktop.services.sign_in import SESSION_LENGTH
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.sessions import Session, insert_session
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import change_user, find_owner, insert_user, note_sign_in, read_user

PASSWORD = "quiet-harbour-77"


@cache
def password_hash() -> str:
    """The hash of PASSWORD."""
    return new_password_hash(PASSWORD, "")


@dataclass(frozen=True, slots=True)
class People:
    """Handles on one workspace, each acting as one person; `nobody` has not signed in.

    `trader` is whoever owned the workspace before it had accounts; `other` is a second trader.
    """

    nobody: Workspace
    trader: Workspace
    other: Workspace
    auditor: Workspace
    admin: Workspace
    second_admin: Workspace
    superadmin: Workspace

    def of(self, name: str) -> Workspace:
        handle: Workspace = getattr(self, name)
        return handle


EMAILS = {
    "trader": "tina@example.org",
    "other": "otis@example.org",
    "auditor": "aude@example.org",
    "admin": "ada@example.org",
    "second_admin": "ben@example.org",
    "superadmin": "sue@example.org",
}
ROLES = {
    "trader": Role.USER,
    "other": Role.USER,
    "auditor": Role.AUDITOR,
    "admin": Role.ADMIN,
    "second_admin": Role.ADMIN,
    "superadmin": Role.SUPERADMIN,
}


def id_of(handle: Workspace) -> str:
    """Who acts through a handle."""
    assert handle.actor is not None
    return handle.actor.user_id


def make_people(workspace: Workspace) -> People:
    """End the mode without accounts: everybody of EMAILS with the same PASSWORD, and each signed in."""
    hashed = password_hash()

    def change(transaction: Transaction) -> dict[str, str]:
        owner_id = find_owner(transaction)
        assert owner_id is not None
        change_user(transaction, read_user(transaction, owner_id), email=EMAILS["trader"], password_hash=hashed)
        ids = {"trader": owner_id}
        for name, role in ROLES.items():
            if name != "trader":
                ids[name] = insert_user(
                    transaction,
                    user_id=str(uuid4()),
                    email=EMAILS[name],
                    password_hash=hashed,
                    role=role,
                    status=UserStatus.ACTIVE,
                ).id
        for user_id in ids.values():
            note_sign_in(transaction, read_user(transaction, user_id), datetime.now(UTC), None)
        return ids

    ids = workspace.write(change, Acting(Authority.SET_UP))
    nobody = workspace.acting_as(None)
    return People(nobody, **{name: begin_session(nobody, user_id, ROLES[name]) for name, user_id in ids.items()})


def begin_session(nobody: Workspace, user_id: str, role: Role) -> Workspace:
    """A handle that acts as somebody, with a session of its own, without the wait for bcrypt."""
    now = datetime.now(UTC)
    session = Session(
        id=str(uuid4()),
        user_id=user_id,
        device_id=None,
        started_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LENGTH,
        ended_at=None,
    )
    nobody.write(lambda transaction: insert_session(transaction, session), Acting(Authority.SIGN_IN, user_id))
    return nobody.acting_as(Actor(user_id, role, session.id))


@contextmanager
def workspace_with_people(directory: Path) -> Iterator[People]:
    """A new workspace with accounts, closed afterwards."""
    workspace = open_workspace(directory)
    try:
        yield make_people(workspace)
    finally:
        workspace.close()
