"""Every SQLite connection of the program: how it is opened, what it may do, and what plain SQL may call on it."""

import contextlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TypeAlias

from pysqlite3 import dbapi2

from tradesense_desktop.store import schema_functions
from tradesense_desktop.store.authority import Acting, Authority, Scope, may_write
from tradesense_desktop.store.capture_triggers import CAPTURE_PREFIX, CAPTURE_TRIGGERS, CAPTURED
from tradesense_desktop.store.drivers import driver_of
from tradesense_desktop.store.row_guards import REPLICA_GUARDS, ROW_GUARDS, SET_ACTING

_BUSY_SECONDS: Final = 5.0
_CACHED_STATEMENTS: Final = 256
_WRITER_KIBIBYTES: Final = 65_536
"""Of memory for pages, used only as far as they are needed: with SQLite's own 2 MB a bulk load takes twice as long."""
_READER_KIBIBYTES: Final = 16_384
_FILE_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700

_PRAGMAS: Final = (
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",  # a page that changes under a mapping would be read unchecked
    "PRAGMA secure_delete = ON",  # what is removed, an erased person's key above all, is overwritten
    "PRAGMA temp_store = MEMORY",  # nothing of a person's ledger in a temporary file
    "PRAGMA journal_size_limit = 67108864",
)

_ALLOWED_PRAGMAS: Final[dict[str, bool]] = {
    "data_version": False,
    "database_list": False,
    "foreign_key_check": True,
    "foreign_key_list": True,
    "index_info": True,
    "index_list": True,
    "index_xinfo": True,
    "integrity_check": True,
    "page_count": False,
    "page_size": False,
    "quick_check": True,
    "read_uncommitted": False,  # SQLAlchemy asks for it once
    "table_info": True,
    "table_list": True,
    "table_xinfo": True,
    "user_version": False,
    "wal_checkpoint": True,
}
"""What may be asked once a connection is set up, and whether with an argument; nothing here changes a setting."""

_REFUSED_ACTIONS: Final = frozenset(
    {
        dbapi2.SQLITE_ALTER_TABLE,
        dbapi2.SQLITE_ANALYZE,  # its tables would be a change of the schema
        dbapi2.SQLITE_ATTACH,  # VACUUM INTO needs it too: a copy is made with the backup API
        dbapi2.SQLITE_CREATE_INDEX,
        dbapi2.SQLITE_CREATE_TABLE,
        dbapi2.SQLITE_CREATE_TRIGGER,
        dbapi2.SQLITE_CREATE_VIEW,
        dbapi2.SQLITE_CREATE_VTABLE,
        dbapi2.SQLITE_DETACH,
        dbapi2.SQLITE_DROP_INDEX,
        dbapi2.SQLITE_DROP_TABLE,
        dbapi2.SQLITE_DROP_TEMP_INDEX,
        dbapi2.SQLITE_DROP_TEMP_TABLE,
        dbapi2.SQLITE_DROP_TEMP_TRIGGER,
        dbapi2.SQLITE_DROP_TEMP_VIEW,
        dbapi2.SQLITE_DROP_TRIGGER,
        dbapi2.SQLITE_DROP_VIEW,
        dbapi2.SQLITE_DROP_VTABLE,
        # A temporary table or view of the same name would stand before ours, a temporary trigger beside our guards.
        dbapi2.SQLITE_CREATE_TEMP_INDEX,
        dbapi2.SQLITE_CREATE_TEMP_TABLE,
        dbapi2.SQLITE_CREATE_TEMP_TRIGGER,
        dbapi2.SQLITE_CREATE_TEMP_VIEW,
    }
)
_VERBS: Final = {dbapi2.SQLITE_INSERT: "INSERT", dbapi2.SQLITE_UPDATE: "UPDATE", dbapi2.SQLITE_DELETE: "DELETE"}
_SCHEMA_TABLES: Final = frozenset({"sqlite_master", "sqlite_temp_master", "sqlite_sequence", "schema_version"})
_REFUSED_FUNCTIONS: Final = frozenset({"load_extension", "fts3_tokenizer"})

Authorizer: TypeAlias = Callable[[int, str | None, str | None, str | None, str | None], int]


def connect(path: Path, *, read_only: bool = False) -> dbapi2.Connection:
    """A connection to a store whose schema is known to be ours, in autocommit mode: transactions are begun by hand.

    With `read_only` the file is opened for reading and `query_only` is on. Usable from several threads, one at a
    time. Waits 5 seconds for another writer, then fails with SQLITE_BUSY. Foreign keys and recursive triggers are
    on, every commit reaches the disk, and what would change the schema, its guards or `replica_apply` is refused.
    """
    connection = _open(path, read_only=read_only)
    try:
        _make_ours(connection, read_only=read_only)
        connection.set_authorizer(_authorize)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_write(path: Path, *, is_replica: bool = False) -> dbapi2.Connection:
    """As `connect`, for the writer thread: nobody has signed in, and `act_as` says who writes from then on.

    On a firm's replica the row guards spare a pull, and what anybody else writes is noted (captured_changes.py).
    """
    connection = _open(path, read_only=False)
    try:
        _make_ours(connection, read_only=False)
        connection.executescript(REPLICA_GUARDS + CAPTURE_TRIGGERS if is_replica else ROW_GUARDS)
        connection.set_authorizer(_AUTHORIZERS[Authority.SIGN_IN, Scope.DEVICE if is_replica else Scope.LOCAL])
    except BaseException:
        connection.close()
        raise
    return connection


def act_as(connection: dbapi2.Connection, acting: Acting) -> None:
    """Let a connection of `connect_to_write` write what `acting` may, between two transactions.

    Within one it holds until the transaction is rolled back, with which `temp.acting` goes back too.
    """
    connection.set_authorizer(_authorize_acting)
    connection.execute(SET_ACTING, (acting.authority.value, acting.user_id))
    connection.set_authorizer(_AUTHORIZERS[acting.authority, acting.scope])


def connect_to_migrate(path: Path) -> dbapi2.Connection:
    """A connection that may change the schema: for store/migrations.py alone."""
    connection = _open(path, read_only=False)
    try:
        _make_ours(connection, read_only=False)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_stranger(path: Path) -> dbapi2.Connection:
    """A read-only connection to a file that may be hostile: nothing in its schema is trusted or knows our functions."""
    connection = _open(path, read_only=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def applying_replica(connection: dbapi2.Connection) -> Iterator[None]:
    """Let a pull write what the server decided: within, `replica_apply` is 1 on this connection alone.

    For a connection of `connect`, under which no role is held.

    Enter within a transaction and leave before its commit, so that no other connection ever sees the 1. An
    exception inside leaves the row as it is: the transaction has to be rolled back.
    """
    connection.set_authorizer(_authorize_pull)
    try:
        connection.execute("UPDATE replica_apply SET active = 1")
        yield
        connection.execute("UPDATE replica_apply SET active = 0")
    finally:
        connection.set_authorizer(_authorize)


def make_private(path: Path) -> None:
    """Make an empty file, and its folder where that is missing, so that nobody else can read them.

    A file that is there, or that somebody else makes at the same moment, stays as it is.
    """
    if not path.parent.exists():
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE))


def close_to_others(path: Path) -> None:
    """Take the rights of others away from a store that is known to be ours."""
    path.chmod(_FILE_MODE)


def _open(path: Path, *, read_only: bool) -> dbapi2.Connection:
    mode = "ro" if read_only else "rw"
    driver = driver_of(path)
    connection: dbapi2.Connection = driver.module.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
    )
    try:
        if driver.raw_key is not None:
            connection.execute(f"PRAGMA key = \"x'{driver.raw_key.hex()}'\"")
        connection.execute(f"PRAGMA cache_size = -{_READER_KIBIBYTES if read_only else _WRITER_KIBIBYTES}")
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _make_ours(connection: dbapi2.Connection, *, read_only: bool) -> None:
    """Settings for a file whose schema is ours, or is about to be."""
    if read_only:
        connection.execute("PRAGMA query_only = ON")
    else:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
    schema_functions.register(connection)
    # Off, it would forbid our own hash functions within triggers.
    connection.execute("PRAGMA trusted_schema = ON")


def _authorize(action: int, first: str | None, second: str | None, database: str | None, inner: str | None) -> int:
    """Whether a statement may do `action`; everything but pulls is asked here, when a statement is prepared."""
    if action in _VERBS and first == "replica_apply":
        return int(dbapi2.SQLITE_DENY)
    return _authorize_pull(action, first, second, database, inner)


def _authorize_pull(
    action: int,
    first: str | None,
    second: str | None,
    _database: str | None,
    _inner: str | None,
) -> int:
    """As `_authorize`, and `replica_apply` may be written."""
    refused = action in _REFUSED_ACTIONS
    if action in _VERBS:
        refused = first in _SCHEMA_TABLES
    elif action == dbapi2.SQLITE_FUNCTION:
        refused = str(second).lower() in _REFUSED_FUNCTIONS
    elif action == dbapi2.SQLITE_PRAGMA:
        takes_argument = _ALLOWED_PRAGMAS.get(str(first).lower())
        refused = takes_argument is None or (second is not None and not takes_argument)
    return int(dbapi2.SQLITE_DENY if refused else dbapi2.SQLITE_OK)


def _authorize_acting(
    action: int, first: str | None, second: str | None, database: str | None, inner: str | None
) -> int:
    """Whether a statement may say who writes: `act_as` alone is asked here."""
    if action in _VERBS and first == "acting" and database == "temp":
        return int(dbapi2.SQLITE_OK)
    return _authorize_pull(action, first, second, database, inner)


def _authorizer_of(authority: Authority, scope: Scope) -> Authorizer:
    """As `_authorize`, and nothing is written but what `authority` may write."""
    beyond = _authorize_pull if authority is Authority.PULL else _authorize

    def authorize(action: int, first: str | None, second: str | None, database: str | None, inner: str | None) -> int:
        verb = _VERBS.get(action)
        if verb is not None and not may_write(authority, verb, str(first), second, inner, scope):
            is_noted = first == CAPTURED and database == "temp" and str(inner).startswith(CAPTURE_PREFIX)
            return int(dbapi2.SQLITE_OK if is_noted else dbapi2.SQLITE_DENY)
        return beyond(action, first, second, database, inner)

    return authorize


_AUTHORIZERS: Final = {
    (authority, scope): _authorizer_of(authority, scope) for authority in Authority for scope in Scope
}
