"""A store is made, or brought to the newest schema; a newer one, a foreign file or a changed schema is refused."""

from functools import cache
from pathlib import Path
from typing import Final

from pysqlite3 import dbapi2

from tradesense_desktop.settings import schema_directory
from tradesense_desktop.store.connection import connect_to_migrate, connect_to_stranger, make_private
from tradesense_desktop.store.errors import StoreRefusal
from tradesense_desktop.store.fingerprint import fingerprint

SCHEMA_VERSION: Final = "1.0"
_SCHEMA_FILE: Final = "tradesense_schema_sqlite.sql"


class NotOurStore(StoreRefusal):
    """The file is an SQLite database, but not one of ours."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} is a database of another program; nothing was changed. Choose another folder.")


class StoreTooNew(StoreRefusal):
    """The store was written by a newer version of the program."""

    def __init__(self, path: Path, version: str) -> None:
        self.path = path
        self.version = version
        super().__init__(
            f"{path} has schema {version}, which is newer than this program knows ({SCHEMA_VERSION});"
            " install the newest TradeSense Desktop to open it."
        )


class SchemaChanged(StoreRefusal):
    """A table, index, trigger or view of the store is not the one that the program made."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(
            f"The schema of {path} was changed by another program, so what it protects cannot be trusted;"
            " restore the store from a backup."
        )


def prepare(path: Path) -> None:
    """Make the store at `path` where the file is empty or missing, else bring it to the newest schema.

    Two processes may do it at the same moment. Raises NotOurStore, StoreTooNew or SchemaChanged, and then nothing
    was changed.
    """
    make_private(path)
    version = _stored_version(path)
    if version is None:
        _load(path)
        version = _stored_version(path)
    if version != SCHEMA_VERSION:
        raise StoreTooNew(path, str(version))
    _check_fingerprint(path)


def make_store(path: Path) -> None:
    """Make a new store at `path`, or leave one that is there as it is; as `prepare`."""
    prepare(path)


@cache
def expected_fingerprint() -> str:
    """Fingerprint of a store that was made from the schema file."""
    with dbapi2.connect(":memory:", isolation_level=None) as memory:
        memory.executescript(schema_text())
        found = fingerprint(memory)
    memory.close()
    return found


def schema_text() -> str:
    """The schema file."""
    return (schema_directory() / _SCHEMA_FILE).read_text(encoding="utf-8")


def _stored_version(path: Path) -> str | None:
    """Version of the store's schema; None where the file is empty. Raises NotOurStore."""
    connection = connect_to_stranger(path)
    try:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        if not tables:
            return None
        if not {"schema_version", "challenges", "trades", "challenge_events"} <= tables:
            raise NotOurStore(path)
        row = connection.execute("SELECT version FROM schema_version").fetchone()
    finally:
        connection.close()
    if row is None:
        raise NotOurStore(path)
    return str(row[0])


def _load(path: Path) -> None:
    connection = connect_to_migrate(path)
    try:
        connection.executescript(schema_text())
    finally:
        connection.close()


def _check_fingerprint(path: Path) -> None:
    connection = connect_to_stranger(path)
    try:
        found = fingerprint(connection)
    finally:
        connection.close()
    if found != expected_fingerprint():
        raise SchemaChanged(path)
