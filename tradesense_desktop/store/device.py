"""What belongs to this computer and not to the workspace: `device.sqlite` beside the store; no rebuild touches it."""

from contextlib import closing
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


def device_id_of(reading: Reading) -> str:
    """The id of this computer in this workspace: a UUID, made when it is first asked for."""
    ((_, _, file),) = reading.driver.execute("SELECT seq, name, file FROM pragma_database_list WHERE name = 'main'")
    return read_device_id(Path(file).parent)


@lru_cache(maxsize=16)
def read_device_id(directory: Path) -> str:
    """The id of this computer in the workspace in `directory`."""
    path = directory / DEVICE_NAME
    with refusals_about(path), closing(connect_to_device(path)) as own:
        own.execute("BEGIN IMMEDIATE")
        own.execute(_SCHEMA)
        own.execute("INSERT OR IGNORE INTO device VALUES (1, ?)", (str(uuid4()),))
        (device_id,) = own.execute("SELECT id FROM device").fetchone()
        own.execute("COMMIT")
    return str(device_id)
