"""What belongs to this computer and not to the workspace: `device.sqlite` beside the store; no rebuild touches it."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Final
from uuid import uuid4

from pysqlite3 import dbapi2

from tradesense_desktop.store.connection import make_private
from tradesense_desktop.store.database_errors import refusals_about
from tradesense_desktop.store.drivers import PLAIN, Driver
from tradesense_desktop.store.errors import WorkspaceUnusable
from tradesense_desktop.store.transaction import Reading

DEVICE_NAME: Final = "device.sqlite"
_BUSY_SECONDS: Final = 5.0
_SCHEMA: Final = "CREATE TABLE IF NOT EXISTS device (one INTEGER PRIMARY KEY CHECK (one = 1), id TEXT NOT NULL)"


def connect_to_device(path: Path, driver: Driver = PLAIN) -> dbapi2.Connection:
    """A connection to a file of the device, made where there is none and closed to others, in autocommit mode.

    Every commit reaches the disk, and what is removed is overwritten. Raises WorkspaceUnusable.
    """
    try:
        make_private(path)
    except OSError as error:
        raise WorkspaceUnusable(path, error.strerror or str(error)) from error
    own: dbapi2.Connection = driver.module.connect(str(path), timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        if driver.raw_key is not None:
            own.execute(f"PRAGMA key = \"x'{driver.raw_key.hex()}'\"")
        own.execute("PRAGMA synchronous = FULL")
        own.execute("PRAGMA secure_delete = ON")
        own.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        own.close()
        raise
    return own


@contextmanager
def device_transaction(
    directory: Path, schema: Sequence[str], name: str = DEVICE_NAME, driver: Driver = PLAIN
) -> Iterator[dbapi2.Connection]:
    """The device's own file of the workspace in `directory`, in one transaction; `schema` makes the tables that lack.

    What raises within leaves it as it was; else it is durable at the end. Raises StoreRefusal.
    """
    path = directory / name
    with refusals_about(path), closing(connect_to_device(path, driver)) as own:
        own.execute("BEGIN IMMEDIATE")
        for statement in schema:
            own.execute(statement)
        yield own
        own.execute("COMMIT")


def fixed_text(instant: datetime) -> str:
    """An instant as it stands there: in UTC and fixed in width, so that texts sort as instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")


def device_id_of(reading: Reading) -> str:
    """The id of this computer in this workspace: a UUID, made when it is first asked for."""
    ((_, _, file),) = reading.driver.execute("SELECT seq, name, file FROM pragma_database_list WHERE name = 'main'")
    return read_device_id(Path(file).parent)


@lru_cache(maxsize=16)
def read_device_id(directory: Path) -> str:
    """The id of this computer in the workspace in `directory`."""
    with device_transaction(directory, (_SCHEMA,)) as own:
        own.execute("INSERT OR IGNORE INTO device VALUES (1, ?)", (str(uuid4()),))
        (device_id,) = own.execute("SELECT id FROM device").fetchone()
    return str(device_id)
