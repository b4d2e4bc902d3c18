"""A store is made, or brought to the newest schema; a newer one, a foreign file or a changed schema is refused."""

import time
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Final

from pysqlite3 import dbapi2

from tradesense_desktop.settings import schema_directory
from tradesense_desktop.store.connection import connect_to_migrate, connect_to_stranger, make_private
from tradesense_desktop.store.drivers import driver_errors, driver_of
from tradesense_desktop.store.errors import StoreRefusal
from tradesense_desktop.store.fingerprint import Structure, is_same, read_structure

SCHEMA_VERSION: Final = "1.0"
_SCHEMA_FILE: Final = "tradesense_schema_sqlite.sql"
_OUR_TABLES: Final = frozenset({"schema_version", "users", "challenges", "trades", "challenge_events"})
_OLDEST: Final = (1, 0)
_BUSY_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.02


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
    if not path.exists():
        make_private(path)
    version, structure = _look(path)
    if version is None:
        _load(path)
        version, structure = _look(path)
    if version is not None and _number(version, path) < _number(SCHEMA_VERSION, path):
        upgrade(path, version, schema_directory() / "migrations")
        version, structure = _look(path)
    if version != SCHEMA_VERSION:
        raise StoreTooNew(path, str(version))
    if not is_same(structure, newest_structure()):
        raise SchemaChanged(path)


def make_store(path: Path) -> None:
    """Make a new store at `path`, or leave one that is there as it is; as `prepare`."""
    prepare(path)


@cache
def newest_structure() -> Structure:
    """The structure of a store that is made from the schema file."""
    with closing(dbapi2.connect(":memory:", isolation_level=None)) as memory:
        memory.executescript(schema_text())
        return read_structure(memory)


def schema_text() -> str:
    """The schema file."""
    return (schema_directory() / _SCHEMA_FILE).read_text(encoding="utf-8")


def upgrade(path: Path, version: str, scripts: Path) -> None:
    """Run the migrations in `scripts` that lead from `version` to the newest, in one transaction.

    Another process may have been first: then nothing is left to do.
    """
    from alembic import command
    from alembic.config import Config
    from sqlalchemy import NullPool, create_engine, text

    config = Config()
    config.set_main_option("script_location", str(scripts).replace("%", "%%"))
    engine = create_engine(
        "sqlite://", module=driver_of(path).module, creator=lambda: connect_to_migrate(path), poolclass=NullPool
    )
    with engine.connect() as connection:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        if connection.scalar(text("SELECT version FROM schema_version")) != version:
            return
        # Alembic counts in a table of its own; ours says the same, so that one goes before anybody sees it.
        connection.exec_driver_sql("CREATE TABLE alembic_version (version_num TEXT NOT NULL PRIMARY KEY)")
        connection.execute(text("INSERT INTO alembic_version VALUES (:version)"), {"version": version})
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
        connection.exec_driver_sql("UPDATE schema_version SET version = (SELECT version_num FROM alembic_version)")
        connection.exec_driver_sql("DROP TABLE alembic_version")
        connection.commit()


def _look(path: Path) -> tuple[str | None, Structure]:
    """Version of the store's schema, None where the file is empty, and its structure. Raises NotOurStore."""
    with closing(connect_to_stranger(path)) as connection:
        structure = read_structure(connection)
        if not structure:
            return None, structure
        if not {name for kind, name, _, _ in structure if kind == "table"} >= _OUR_TABLES:
            raise NotOurStore(path)
        row = connection.execute("SELECT version FROM schema_version").fetchone()
    if row is None:
        raise NotOurStore(path)
    return str(row[0]), structure


def _number(version: str, path: Path) -> tuple[int, ...]:
    """A version as numbers that can be compared. Raises NotOurStore for one that was never ours."""
    parts = version.split(".")
    if not all(part.isdecimal() and part.isascii() for part in parts) or tuple(map(int, parts)) < _OLDEST:
        raise NotOurStore(path)
    return tuple(int(part) for part in parts)


def _load(path: Path) -> None:
    """Load the schema file; where another process does the same, both end with one whole schema."""
    deadline = time.monotonic() + _BUSY_SECONDS
    while True:
        try:
            with closing(connect_to_migrate(path)) as connection:
                connection.executescript(schema_text())
        except driver_errors() as error:
            # The change to WAL does not wait for the other process as everything else does.
            if not str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_BUSY") or time.monotonic() > deadline:
                raise
            time.sleep(_PAUSE_SECONDS)
        else:
            return
