"""People on the firm's server: whoever is connected, their password, and what administrators do with others.

A password leaves this computer only as the proof that SCRAM makes of it: a new one is set by its verifier.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from psycopg import Error
from psycopg.sql import SQL, Literal

from tradesense_desktop.domain.account import normal_password
from tradesense_desktop.domain.people import Role, User, UserStatus
from tradesense_desktop.domain.server_address import ServerAddress
from tradesense_desktop.server.connection import ServerConnection, answered_within, translated
from tradesense_desktop.server.errors import ServerRefusal
from tradesense_desktop.server.installation import scram_verifier

_ANSWER_SECONDS: Final = 30.0
_FORBIDDEN: Final = "TS403"
_LOCKED: Final = "55P03"
_OWN_STATES: Final = ("TS", "23505", _LOCKED)
"""What the functions of `ts_api` refuse with themselves: their own codes, an address that is taken, a lock in use."""
_WAITED: Final = "Somebody else is changing accounts at this moment; try again."
_SILENT: Final = "The server refused it."
# As text, since a database that was restored may spell times in a way that the driver does not read.
_INSTANT: Final = "YYYY-MM-DD HH24:MI:SS.US+00:00"
_PERSON: Final = (
    "SELECT id::text, email, role::text, status::text, deleted_reason, version,"
    " to_char(created_at AT TIME ZONE 'UTC', %(form)s), to_char(updated_at AT TIME ZONE 'UTC', %(form)s),"
    " to_char(last_login_at AT TIME ZONE 'UTC', %(form)s), to_char(deleted_at AT TIME ZONE 'UTC', %(form)s)"
    " FROM public.users WHERE id = %(user_id)s"
)
_OWN: Final = (
    # The names of the columns are granted one by one.
    "SELECT id::text, role::text, status::text, to_char(last_login_at AT TIME ZONE 'UTC', %(form)s)"
    " FROM public.users WHERE id = ts_api.me()"
)


class GoverningRefused(ServerRefusal):
    """What the server does not do with a person's account; `why` is its own sentence."""

    def __init__(self, why: str, *, is_forbidden: bool) -> None:
        self.why = why
        self.is_forbidden = is_forbidden
        super().__init__(why)


@contextmanager
def people_refusals(connection: ServerConnection, address: ServerAddress) -> Iterator[None]:
    """As `connection.translated`, and the sentences that the functions of `ts_api` refuse with are kept.

    A server that never answers is given up after half a minute.
    """
    with translated(address), answered_within(connection, _ANSWER_SECONDS):
        try:
            yield
        except Error as error:
            if not (error.sqlstate or "").startswith(_OWN_STATES):
                raise
            why = _WAITED if error.sqlstate == _LOCKED else error.diag.message_primary or _SILENT
            raise GoverningRefused(why, is_forbidden=error.sqlstate == _FORBIDDEN) from error


@dataclass(frozen=True, slots=True)
class OwnServerAccount:
    """Who is connected, as the server knows them now; `last_login_at` is None before the first sign-in."""

    user_id: str
    role: Role
    status: UserStatus
    last_login_at: datetime | None


@dataclass(frozen=True, slots=True)
class ServerLogin:
    """An account that was made on the server: the person's id, and the name that they connect with."""

    user_id: str
    login: str


def read_own_account(connection: ServerConnection) -> OwnServerAccount | None:
    """The account of whoever is connected; None where the login belongs to nobody."""
    row = connection.execute(_OWN, {"form": _INSTANT}).fetchone()
    if row is None:
        return None
    user_id, role, status, last_login_at = row
    seen = None if last_login_at is None else datetime.fromisoformat(last_login_at)
    return OwnServerAccount(user_id, Role(role), UserStatus(status), seen)


def note_signed_in(connection: ServerConnection, device_id: str) -> None:
    """Have the server write down that whoever is connected has signed in on this device."""
    connection.execute("SELECT ts_api.signed_in(%s)", (device_id,))


def set_own_password(connection: ServerConnection, password: str) -> None:
    """Give whoever is connected another password."""
    # A statement of the server's own that takes no parameters: the literal is quoted by the driver.
    connection.execute(SQL("ALTER ROLE SESSION_USER PASSWORD {}").format(Literal(_verifier(connection, password))))


def _verifier(connection: ServerConnection, password: str) -> str:
    """What the server keeps of a password, made here: SCRAM's verifier does not depend on the login."""
    return scram_verifier(connection, "any", normal_password(password))


def register_person(connection: ServerConnection, email: str, role: Role, password: str) -> ServerLogin:
    """Make an account with a first password that its owner has to change."""
    row = connection.execute(
        "SELECT id::text, db_role FROM ts_api.register_person(%s, %s, %s)",
        (email, role.value, _verifier(connection, password)),
    ).fetchone()
    assert row is not None
    return ServerLogin(*row)


def govern_person(
    connection: ServerConnection, user_id: str, act: str, *, value: str | None, reason: str | None
) -> None:
    """Suspend, readmit, verify or delete somebody, or give them the role `value`."""
    connection.execute("SELECT ts_api.govern_person(%s, %s, %s, %s)", (user_id, act, value, reason))


def read_server_person(connection: ServerConnection, user_id: str) -> User | None:
    """Somebody as the server knows them now; None for whom the reader does not see."""
    row = connection.execute(_PERSON, {"form": _INSTANT, "user_id": user_id}).fetchone()
    if row is None:
        return None
    person_id, email, role, status, deleted_reason, version, created_at, updated_at, *seldom = row
    last_login_at, deleted_at = (None if text is None else datetime.fromisoformat(text) for text in seldom)
    return User(
        id=person_id,
        email=email,
        role=Role(role),
        status=UserStatus(status),
        created_at=datetime.fromisoformat(created_at),
        updated_at=datetime.fromisoformat(updated_at),
        last_login_at=last_login_at,
        deleted_at=deleted_at,
        deleted_reason=deleted_reason,
        version=version,
    )
