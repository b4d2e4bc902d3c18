"""The people of a demo: one for each role, with passwords made on this computer that lie beside the demo.

A demo is nobody's record, so whoever opens it may look at it as any of them.
"""

import json
import secrets
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from uuid import uuid4

from tradesense_desktop.domain.account import AccountState
from tradesense_desktop.domain.people import Actor, Role, UserStatus
from tradesense_desktop.services.challenge_origin import is_demo
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.password_hash import new_password_hash
from tradesense_desktop.services.sign_in import SESSION_LENGTH, SignedIn, sign_in
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.connection import make_private
from tradesense_desktop.store.sessions import Session, insert_session
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import change_user, find_owner, insert_user, note_sign_in, read_user

_FILE: Final = "demo_people.json"
_CAST: Final = (
    ("tina@demo.example", Role.USER, "Tina, trader"),
    ("otis@demo.example", Role.USER, "Otis, trader"),
    ("aude@demo.example", Role.AUDITOR, "Aude, auditor"),
    ("ada@demo.example", Role.ADMIN, "Ada, administrator"),
    ("ben@demo.example", Role.ADMIN, "Ben, administrator"),
    ("sue@demo.example", Role.SUPERADMIN, "Sue, super-administrator"),
)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody whom a demo can be looked at as."""

    email: str
    password: str
    role: Role
    title: str


def demo_people(directory: Path) -> tuple[DemoPerson, ...]:
    """The people of the demo in `directory`, the trader who owns it first; nobody for what is no demo."""
    path = directory / _FILE
    if not is_demo(directory) or not path.is_file():
        return ()
    return tuple(
        DemoPerson(each["email"], each["password"], Role(each["role"]), each["title"])
        for each in json.loads(path.read_text(encoding="utf-8"))
    )


def enter_demo(workspace: Workspace, email: str | None = None) -> SignedIn | None:
    """Sign in to a demo as one of its people (its trader unless named); None where this is no demo of theirs."""
    found = [each for each in demo_people(workspace.directory) if email is None or each.email == email]
    return sign_in(workspace, found[0].email, found[0].password) if found else None


def make_demo_people(workspace: Workspace) -> dict[str, Workspace]:
    """End the mode without accounts: the cast with one password, and a handle that acts as each, by address.

    Raises AccountState in a workspace that has accounts: nobody becomes a super-administrator this way.

    One password for all of them, because a hash takes a quarter of a second.
    """
    password = secrets.token_urlsafe(18)
    hashed = new_password_hash(password, "")

    def change(transaction: Transaction) -> dict[str, Workspace]:
        now = datetime.now(UTC)
        handles: dict[str, Workspace] = {}
        if find_owner(transaction) is None:
            raise AccountState("this workspace has accounts already, and a demo is made in a new one")
        for email, role, _title in _CAST:
            owner_id = find_owner(transaction)
            if owner_id is not None:
                user_id = owner_id
                change_user(transaction, read_user(transaction, user_id), email=email, password_hash=hashed)
            else:
                user_id = str(uuid4())
                insert_user(
                    transaction,
                    user_id=user_id,
                    email=email,
                    password_hash=hashed,
                    role=role,
                    status=UserStatus.ACTIVE,
                )
            note_sign_in(transaction, read_user(transaction, user_id), now, None)
            handles[email] = workspace.acting_as(Actor(user_id, role, str(uuid4())))
        return handles

    handles = workspace.write(change, Acting(Authority.SET_UP))
    for handle in handles.values():
        _begin_session(handle)
    path = workspace.directory / _FILE
    make_private(path)
    people = [asdict(DemoPerson(email, password, role, title)) for email, role, title in _CAST]
    path.write_text(json.dumps(people, indent=2), encoding="utf-8")
    return handles


def _begin_session(handle: Workspace) -> None:
    actor = handle.actor
    assert actor is not None
    assert actor.session_id is not None
    now = datetime.now(UTC)
    session = Session(
        id=actor.session_id,
        user_id=actor.user_id,
        device_id=None,
        started_at=now,
        last_seen_at=now,
        expires_at=now + SESSION_LENGTH,
        ended_at=None,
    )
    handle.write(lambda transaction: insert_session(transaction, session), Acting(Authority.SIGN_IN, actor.user_id))
