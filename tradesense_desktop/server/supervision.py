"""What an operator wants to know of a firm's server, and the sessions that hold locks and do nothing."""

from dataclasses import dataclass
from typing import Any, Final

from psycopg import Connection
from psycopg.rows import class_row

from tradesense_desktop.server.installation import check_installed, undone_when_refused

IDLE_SECONDS: Final = 10
"""How long a person's session may stand within a transaction before it counts as forgotten or hostile."""


@dataclass(frozen=True, slots=True)
class IdleSession:
    """A person's session that stands within a transaction; `seconds` since its last statement."""

    pid: int
    login: str
    seconds: int


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """A firm's server as it is now.

    `people` counts those who are not deleted, by role and status. `open_databases` are others of the same PostgreSQL
    that everybody with a login may enter: pg_hba.conf should keep people out of them.
    """

    postgresql: str
    database: str
    schema_version: str
    api_version: int
    instance: str
    people: dict[str, int]
    streams: int
    entries: int
    devices: int
    idle_sessions: tuple[IdleSession, ...]
    open_databases: tuple[str, ...]


def server_status(connection: Connection[Any]) -> ServerStatus:
    """Look at the server as its superuser. Raises NotInstalled."""
    check_installed(connection)
    with connection.transaction():
        row = connection.execute(_STATE).fetchone()
        assert row is not None
        return ServerStatus(
            postgresql=row[0],
            database=row[1],
            schema_version=row[2],
            api_version=row[3],
            instance=row[4],
            people=dict(connection.execute(_PEOPLE).fetchall()),
            streams=row[5],
            entries=row[6],
            devices=row[7],
            idle_sessions=_idle_sessions(connection, IDLE_SECONDS),
            open_databases=tuple(name for (name,) in connection.execute(_OPEN)),
        )


def end_idle_sessions(connection: Connection[Any], seconds: int = IDLE_SECONDS) -> tuple[IdleSession, ...]:
    """End every person's session that has stood within a transaction for so long; those that were ended."""
    with undone_when_refused(connection):
        idle = _idle_sessions(connection, seconds)
        for session in idle:
            connection.execute(b"SELECT pg_terminate_backend(%s)", [session.pid])
        return idle


def _idle_sessions(connection: Connection[Any], seconds: int) -> tuple[IdleSession, ...]:
    with connection.cursor(row_factory=class_row(IdleSession)) as cursor:
        return tuple(cursor.execute(_IDLE, [seconds]).fetchall())


_STATE: Final = b"""
    SELECT
        current_setting('server_version'), current_database(), state.schema_version, state.api_version,
        state.instance::text,
        (SELECT count(*) FROM public.sync_stream), (SELECT coalesce(sum(head), 0)::bigint FROM public.sync_stream),
        (SELECT count(*) FROM public.sync_device WHERE revoked_at IS NULL)
    FROM ts_api.server_state() AS state
"""
_PEOPLE: Final = b"""
    SELECT role || ' ' || status, count(*) FROM public.users WHERE deleted_at IS NULL GROUP BY role, status ORDER BY 1
"""
_IDLE: Final = b"""
    SELECT pid, usename::text AS login, floor(extract(epoch FROM clock_timestamp() - state_change))::integer AS seconds
    FROM pg_stat_activity
    WHERE datname = current_database() AND state LIKE 'idle in transaction%%' AND usename ~ '^u_[0-9a-f]{32}$'
        AND clock_timestamp() - state_change >= make_interval(secs => %s)
    ORDER BY state_change
"""
_OPEN: Final = b"""
    SELECT datname::text FROM pg_database
    WHERE datallowconn AND datname <> current_database() AND EXISTS (
        SELECT FROM aclexplode(coalesce(datacl, acldefault('d', datdba)))
        WHERE grantee = 0 AND privilege_type = 'CONNECT')
    ORDER BY 1
"""
