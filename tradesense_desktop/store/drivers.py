"""Which driver opens a store: pysqlite3, or sqlcipher3 with a raw key for one that is encrypted as a whole.

Both hold the same SQLite. Which one it is, is known by the path once the workspace has been opened: every connection
to the file, by whatever module, is then made in the same way.
"""

import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Final

from pysqlite3 import dbapi2
from sqlalchemy.exc import DBAPIError

from tradesense_desktop.store.errors import StoreRefusal

STORE_NAME: Final = "workspace.sqlite"
"""The store's file in the folder of a workspace."""
_CIPHER_MODULE: Final = "sqlcipher3.dbapi2"


class CipherMissing(StoreRefusal):
    """The extra that opens encrypted workspaces is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "A workspace that is encrypted as a whole needs the extra sqlcipher; install it with"
            " “pip install 'tradesense[sqlcipher]'”."
        )


@dataclass(frozen=True, slots=True)
class Driver:
    """A DB-API module, and the key that it opens the file with; None for a plain file."""

    module: ModuleType
    raw_key: bytes | None = field(default=None, repr=False)


PLAIN: Final = Driver(dbapi2)
_CHOSEN: Final[dict[Path, Driver]] = {}


def cipher_driver(raw_key: bytes) -> Driver:
    """The driver of an encrypted file. Raises CipherMissing."""
    try:
        from sqlcipher3 import dbapi2 as cipher
    except ImportError as missing:
        raise CipherMissing from missing
    return Driver(cipher, raw_key)


def choose_driver(path: Path, driver: Driver) -> None:
    """Open the file at `path` with this driver from now on."""
    _CHOSEN[path.absolute()] = driver


def forget_driver(path: Path) -> None:
    """Open the file at `path` as a plain one: whatever stood there before is gone."""
    _CHOSEN.pop(path.absolute(), None)


def driver_of(path: Path) -> Driver:
    """The driver of the file at `path`."""
    return _CHOSEN.get(path.absolute(), PLAIN)


def driver_errors() -> tuple[type[Exception], ...]:
    """What the drivers in use raise, and SQLAlchemy above them: an `except` asks when something was raised."""
    cipher = sys.modules.get(_CIPHER_MODULE)
    return (DBAPIError, dbapi2.Error) if cipher is None else (DBAPIError, dbapi2.Error, cipher.Error)
