"""A store as another program opens it that has its key, if it has one: nothing of ours stands guard."""

from pathlib import Path
from typing import Any

from tradesense_desktop.store.drivers import driver_of
from tradesense_desktop.store.encrypted_store import unlock_store


def open_raw(path: Path) -> Any:
    """A connection in autocommit mode."""
    unlock_store(path, None)
    driver = driver_of(path)
    connection = driver.module.connect(path, isolation_level=None)
    if driver.raw_key is not None:
        connection.execute(f"PRAGMA key = \"x'{driver.raw_key.hex()}'\"")
    return connection
