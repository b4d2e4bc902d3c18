"""Read people: everybody with what an administrator asks first, open sessions, and one by address."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from tradesense_desktop.domain.people import Actor, Role, User
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import NotFound, Refused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting, require
from tradesense_desktop.store.challenges import count_challenges
from tradesense_desktop.store.sessions import Session, list_open_sessions
from tradesense_desktop.store.users import OWNER_EMAIL, find_user_by_email, list_users, read_user

_FEWEST_LETTERS = 4
_ROLE_WORDS: Final = {
    Role.USER: "a trader",
    Role.AUDITOR: "an auditor",
    Role.ADMIN: "an administrator",
    Role.SUPERADMIN: "a super-administrator",
}


@dataclass(frozen=True, slots=True)
class Person:
    """One person in a list: the account, how many challenges they have, and their open sessions, newest first."""

    user: User
    challenges: int
    sessions: tuple[Session, ...]


def read_people(workspace: Workspace, *, include_deleted: bool = False) -> tuple[Person, ...]:
    """Everybody, oldest account first. Raises NotAllowed."""
    require(workspace, Right.READ_USERS)
    with refusals(), workspace.reading() as reading:
        counts = count_challenges(reading)
        sessions: dict[str, list[Session]] = {}
        for session in list_open_sessions(reading, datetime.now(UTC)):
            sessions.setdefault(session.user_id, []).append(session)
        return tuple(
            Person(user, counts.get(user.id, 0), tuple(sessions.get(user.id, ())))
            for user in list_users(reading, include_deleted=include_deleted)
        )


def read_names(workspace: Workspace) -> dict[str, str]:
    """What to call everybody by id: the address for staff; a trader sees the own address and the roles of others."""
    actor = acting(workspace)
    with refusals(), workspace.reading() as reading:
        return {user.id: _name(user, actor) for user in list_users(reading, include_deleted=True)}


def read_myself(workspace: Workspace) -> User:
    """The account of whoever acts."""
    actor = acting(workspace)
    with refusals(), workspace.reading() as reading:
        return read_user(reading, actor.user_id)


def find_person(workspace: Workspace, who: str) -> User:
    """The person with this address or id, or the beginning of one. Raises NotAllowed, NotFound and Refused."""
    require(workspace, Right.READ_USERS)
    wanted = who.strip()
    with refusals(), workspace.reading() as reading:
        found = find_user_by_email(reading, wanted)
        if found is not None:
            return found
        everybody = list_users(reading, include_deleted=True)
    small = wanted.lower()
    matching = [user for user in everybody if user.id.startswith(small)] if len(small) >= _FEWEST_LETTERS else []
    if not matching:
        raise NotFound(f"There is nobody called {wanted[:80]} in this workspace; tradesense user list names everybody.")
    if len(matching) > 1:
        raise Refused(f"{len(matching)} people's ids begin with {small[:40]}; write more of it, or the address.")
    return matching[0]


def _name(user: User, actor: Actor) -> str:
    if user.email == OWNER_EMAIL:
        return "the owner"
    return user.email if actor.role.is_staff or user.id == actor.user_id else _ROLE_WORDS[user.role]
