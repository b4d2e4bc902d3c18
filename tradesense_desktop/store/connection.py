"""Every SQLite connection of the program: how it is opened, what it may do, and what plain SQL may call on it."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from pysqlite3 import dbapi2

from tradesense_desktop.store import schema_functions

_BUSY_SECONDS: Final = 5.0
_CACHED_STATEMENTS: Final = 256
_CACHE_KIBIBYTES: Final = 65_536
"""Of memory for pages, used only as far as they are needed: with SQLite's own 2 MB a bulk load takes twice as long."""
_FILE_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700

_PRAGMAS: Final = (
    f"PRAGMA cache_size = -{_CACHE_KIBIBYTES}",
    "PRAGMA foreign_keys = ON",
    "PRAGMA recursive_triggers = ON",
    "PRAGMA cell_size_check = ON",
    "PRAGMA mmap_size = 0",
    "PRAGMA temp_store = MEMORY",
    "PRAGMA journal_size_limit = 67108864",
)

# PRAGMAs that a connection may use after it has been set up; with a value only where `True` stands.
_ALLOWED_PRAGMAS: Final[dict[str, bool]] = {
    "data_version": False,
    "database_list": False,
    "foreign_key_check": True,
    "foreign_key_list": True,
    "index_info": True,
    "index_list": True,
    "index_xinfo": True,
    "integrity_check": True,
    "optimize": True,
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

_REFUSED_ACTIONS: Final = frozenset(
    {
        dbapi2.SQLITE_ALTER_TABLE,
        dbapi2.SQLITE_ATTACH,
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
        # A temporary trigger or table of the same name would stand before ours.
        dbapi2.SQLITE_CREATE_TEMP_INDEX,
        dbapi2.SQLITE_CREATE_TEMP_TABLE,
        dbapi2.SQLITE_CREATE_TEMP_TRIGGER,
        dbapi2.SQLITE_CREATE_TEMP_VIEW,
    }
)
_WRITES: Final = frozenset({dbapi2.SQLITE_INSERT, dbapi2.SQLITE_UPDATE, dbapi2.SQLITE_DELETE})
_UNWRITABLE_TABLES: Final = frozenset(
    {"sqlite_master", "sqlite_temp_master", "sqlite_sequence", "replica_apply", "schema_version"}
)


def connect(path: Path, *, read_only: bool = False) -> dbapi2.Connection:
    """A connection to a store whose schema is known to be ours, in autocommit mode: transactions are begun by hand.

    With `read_only` the file is opened for reading and `query_only` is on. Usable from several threads, one at a
    time. Waits 5 seconds for another writer, then fails with SQLITE_BUSY. Foreign keys and recursive triggers are
    on, every commit reaches the disk, and what would change the schema or its guards is refused.
    """
    connection = _open(path, read_only=read_only)
    try:
        if not read_only:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = FULL")
        schema_functions.register(connection)
        connection.execute("PRAGMA trusted_schema = ON")
        if read_only:
            connection.execute("PRAGMA query_only = ON")
        connection.set_authorizer(_authorizer)
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_migrate(path: Path) -> dbapi2.Connection:
    """A connection that may change the schema: for store/migrations.py alone."""
    connection = _open(path, read_only=False)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        schema_functions.register(connection)
        connection.execute("PRAGMA trusted_schema = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def connect_to_stranger(path: Path) -> dbapi2.Connection:
    """A read-only connection to a file that may be hostile: its schema is not trusted and none of our functions is known."""
    connection = _open(path, read_only=True)
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
        connection.execute("PRAGMA query_only = ON")
    except BaseException:
        connection.close()
        raise
    return connection


def make_private(path: Path) -> None:
    """Make the file and its folder, where they are missing, so that nobody else can read them; then close the file to others."""
    if not path.parent.exists():
        path.parent.mkdir(mode=_FOLDER_MODE, parents=True)
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE))
    path.chmod(_FILE_MODE)


def _open(path: Path, *, read_only: bool) -> dbapi2.Connection:
    mode = "ro" if read_only else "rw"
    connection = dbapi2.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=_BUSY_SECONDS,
        isolation_level=None,
        check_same_thread=False,
        cached_statements=_CACHED_STATEMENTS,
    )
    try:
        for pragma in _PRAGMAS:
            connection.execute(pragma)
    except BaseException:
        connection.close()
        raise
    return connection


def _authorizer(action: int, first: str | None, second: str | None, _database: str | None, inner: str | None) -> int:
    """Whether a statement may do `action`; `inner` names the trigger or view that does it."""
    if action in _WRITES:
        return dbapi2.SQLITE_DENY if first in _UNWRITABLE_TABLES else dbapi2.SQLITE_OK
    if action == dbapi2.SQLITE_PRAGMA:
        takes_value = _ALLOWED_PRAGMAS.get(str(first).lower())
        allowed = takes_value is not None and (second is None or takes_value)
        return dbapi2.SQLITE_OK if allowed else dbapi2.SQLITE_DENY
    if action in _REFUSED_ACTIONS:
        return dbapi2.SQLITE_DENY
    return dbapi2.SQLITE_OK


Authorizer = Callable[[int, Any, Any, Any, Any], int]
