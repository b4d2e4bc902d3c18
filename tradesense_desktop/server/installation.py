"""The firm's server is made: schema, roles, rights, policies, streams and functions, all of it or nothing.

What stands in schema/server/*.sql is loaded in the order of the names, after the schema itself, in one transaction;
again on a server that has it, which changes nothing. Connections come from a superuser, in autocommit mode.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from uuid import uuid4

import psycopg
from psycopg import Connection

from tradesense_desktop.server.errors import ServerTooNew
from tradesense_desktop.server.installation_errors import (
    DatabaseTaken,
    EmailUnfit,
    EncodingUnfit,
    InstallationFailed,
    NoSuperuser,
    NotInstalled,
    PeopleWithoutStreams,
    PostgresqlTooOld,
    SuperadminExists,
)
from tradesense_desktop.settings import schema_directory

NEWEST_SCHEMA: Final = "1.0"
_FIRST_SOUND: Final = {15: 150_014, 16: 160_010, 17: 170_006}
"""Per major version the first that has CVE-2025-8713 fixed; 18 came after it."""
_OLDEST_MAJOR: Final = 15
_WAIT_FOR_LOCKS: Final = b"SET LOCAL lock_timeout = '20s'; SET LOCAL client_min_messages = warning"
_RELATIONS: Final = b"""
    SELECT space.nspname, class.relname
    FROM pg_class AS class JOIN pg_namespace AS space ON space.oid = class.relnamespace
    WHERE space.nspname NOT IN ('pg_catalog', 'information_schema') AND space.nspname !~ '^pg_(toast|temp)'
        AND class.relkind IN ('r', 'p', 'v', 'm', 'f', 'S')
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = class.oid AND deptype = 'e')
    ORDER BY 1, 2
"""
_OURS: Final = frozenset({"schema_version", "users", "challenges", "trades", "challenge_events", "sync_stream"})
_OUR_SPACES: Final = frozenset({"public", "ts_api", "ts_private"})


@dataclass(frozen=True, slots=True)
class Installed:
    """What `install` found and made; `was_there`: the database was a firm's server before."""

    database: str
    schema_version: str
    was_there: bool


@dataclass(frozen=True, slots=True)
class NewLogin:
    """Somebody who can sign in from now on: the id of the person, and the login of PostgreSQL's."""

    user_id: str
    login: str


def install(connection: Connection[Any]) -> Installed:
    """Make the database a firm's server, or bring one that is to this program's state; all or nothing.

    Raises PostgresqlTooOld, NoSuperuser, EncodingUnfit, DatabaseTaken, PeopleWithoutStreams, ServerTooNew or
    InstallationFailed; then nothing was changed.
    """
    check_server(connection)
    was_there = _is_ours(connection)
    with undone_when_refused(connection):
        connection.execute(_WAIT_FOR_LOCKS)
        connection.execute(_schema())
        if connection.execute(_STRANGERS).fetchone() is not None:
            raise PeopleWithoutStreams(connection.info.dbname)
        for path in sorted((schema_directory() / "server").glob("*.sql")):
            connection.execute(path.read_bytes())
    return Installed(connection.info.dbname, _version(connection), was_there)


def migrate(connection: Connection[Any]) -> Installed:
    """Bring a firm's server to this program's state. Raises NotInstalled, and what `install` raises."""
    check_server(connection)
    check_installed(connection)
    return install(connection)


def new_epoch(connection: Connection[Any]) -> int:
    """Begin a new epoch of every stream, as has to be done after a restore; how many there are.

    Every replica is fetched anew, and what was sent since the backup waits there for a click. Rights on the database
    itself are not in every backup, so they are given anew too. Raises NotInstalled, and what `install` raises.
    """
    migrate(connection)
    with undone_when_refused(connection):
        return connection.execute(b"UPDATE public.sync_stream SET epoch = gen_random_uuid()").rowcount


def add_first_superadmin(connection: Connection[Any], email: str, password: str) -> NewLogin:
    """Enter the firm's first person; only the proof that SCRAM makes of the password reaches the server.

    Raises SuperadminExists where there is one, EmailUnfit, NotInstalled.
    """
    check_installed(connection)
    login = NewLogin(str(uuid4()), f"u_{uuid4().hex}")
    verifier = scram_verifier(connection, login.login, password)
    with undone_when_refused(connection):
        connection.execute(b"LOCK TABLE public.users IN SHARE ROW EXCLUSIVE MODE")
        if connection.execute(_SUPERADMINS).fetchone() is not None:
            raise SuperadminExists
        try:
            # Whoever installs has typed this password themself: it has not to be changed at the first sign-in.
            connection.execute(
                b"INSERT INTO public.users (id, email, password_hash, role, db_role, last_login_at)"
                b" VALUES (%s, %s, '!', 'SUPERADMIN', %s, now())",
                [login.user_id, email, login.login],
            )
        except (psycopg.errors.UniqueViolation, psycopg.errors.CheckViolation) as error:
            raise EmailUnfit from error
        connection.execute(b"SELECT ts_private.make_login(%s, 'SUPERADMIN', %s)", [login.login, verifier])
    return login


def keep_first_passwords(connection: Connection[Any]) -> None:
    """Let everybody go on with the password that they were given, as a trial does; elsewhere they choose their own."""
    connection.execute(b"UPDATE public.users SET last_login_at = now() WHERE last_login_at IS NULL")


def scram_verifier(connection: Connection[Any], login: str, password: str) -> str:
    """What PostgreSQL keeps of a password: it proves the password and does not tell it."""
    verifier: bytes = connection.pgconn.encrypt_password(password.encode(), login.encode(), b"scram-sha-256")
    return verifier.decode()


def check_server(connection: Connection[Any]) -> None:
    """Raise what keeps this PostgreSQL, login or database from being a firm's server."""
    check_postgresql(connection.info.server_version)
    row = connection.execute(
        b"SELECT rolsuper, current_user, current_setting('server_encoding'), current_database()"
        b" FROM pg_roles WHERE rolname = current_user"
    ).fetchone()
    assert row is not None
    is_superuser, login, encoding, database = row
    if not is_superuser:
        raise NoSuperuser(login)
    if encoding != "UTF8":
        raise EncodingUnfit(database, encoding)
    relations = connection.execute(_RELATIONS).fetchall()
    is_ours = {name for space, name in relations if space == "public"} >= _OURS
    strange = [f"{space}.{name}" for space, name in relations if not is_ours or space not in _OUR_SPACES]
    if strange:
        raise DatabaseTaken(database, strange[0])
    if is_ours and _numbered(_version(connection)) > _numbered(NEWEST_SCHEMA):
        raise ServerTooNew("schema", _version(connection), NEWEST_SCHEMA)


def check_postgresql(number: int) -> None:
    """Raise PostgresqlTooOld; `number` is the version as PostgreSQL counts it: 150014 is 15.14."""
    major = number // 10_000
    if major < _OLDEST_MAJOR or number < _FIRST_SOUND.get(major, 0):
        raise PostgresqlTooOld(f"{major}.{number % 10_000}")


def check_installed(connection: Connection[Any]) -> None:
    """Raise NotInstalled where `install` has not been."""
    if not _is_ours(connection):
        raise NotInstalled(connection.info.dbname)


@contextmanager
def undone_when_refused(connection: Connection[Any]) -> Iterator[None]:
    """A transaction; what PostgreSQL refuses in it is InstallationFailed."""
    try:
        with connection.transaction():
            yield
    except psycopg.Error as error:
        raise InstallationFailed(error.diag.message_primary or type(error).__name__) from error


def _is_ours(connection: Connection[Any]) -> bool:
    row = connection.execute(b"SELECT to_regclass('ts_private.installation') IS NOT NULL").fetchone()
    assert row is not None
    return bool(row[0])


def _version(connection: Connection[Any]) -> str:
    rows = connection.execute(b"SELECT version FROM public.schema_version").fetchall()
    return max((str(version) for (version,) in rows), key=_numbered)


def _numbered(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _schema() -> bytes:
    """The schema without its own BEGIN and COMMIT: here it is part of a larger whole."""
    text = (schema_directory() / "tradesense_schema.sql").read_bytes()
    _, begin, rest = text.partition(b"\nBEGIN;\n")
    inside, commit, _ = rest.rpartition(b"\nCOMMIT;\n")
    assert begin
    assert commit
    return inside


_STRANGERS: Final = b"""
    SELECT 1 FROM public.users AS person
    WHERE NOT EXISTS (SELECT FROM public.sync_stream AS stream WHERE stream.user_id = person.id) LIMIT 1
"""
_SUPERADMINS: Final = b"SELECT 1 FROM public.users WHERE role = 'SUPERADMIN' AND deleted_at IS NULL LIMIT 1"
