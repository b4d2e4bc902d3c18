"""What SQLite's own error codes mean for a person; anything else is a fault of ours and stays as it is."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy.exc import DBAPIError

from tradesense_desktop.domain.progress import Cancelled
from tradesense_desktop.store.drivers import driver_errors
from tradesense_desktop.store.errors import StoreRefusal, WorkspaceBusy, WorkspaceDamaged, WorkspaceUnusable

_BUSY: Final = ("SQLITE_BUSY", "SQLITE_LOCKED")
_UNWRITABLE: Final = ("SQLITE_FULL", "SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")
_DAMAGED: Final = ("SQLITE_CORRUPT", "SQLITE_NOTADB")


def is_interruption(error: Exception) -> bool:
    """Whether a statement was aborted on purpose."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlite_errorname", "")) == "SQLITE_INTERRUPT"


def is_denied(error: Exception) -> bool:
    """Whether a statement was refused by the authorizer of its connection."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    return str(getattr(cause, "sqlite_errorname", "")) == "SQLITE_AUTH"


def refusal_of(error: Exception, path: Path) -> StoreRefusal | None:
    """The refusal to show for a driver's error about `path`; None where it is no fault of the environment."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if not isinstance(cause, driver_errors()):
        return None
    name = str(getattr(cause, "sqlite_errorname", ""))
    if name.startswith(_BUSY):
        return WorkspaceBusy(path)
    if name.startswith(_UNWRITABLE):
        return WorkspaceUnusable(path, str(cause))
    if name.startswith(_DAMAGED):
        return WorkspaceDamaged(path, str(cause))
    return None


@contextlib.contextmanager
def refusals_about(path: Path) -> Iterator[None]:
    """Turn the environment's faults inside into refusals that name `path`, and an aborted statement into Cancelled."""
    try:
        yield
    except driver_errors() as error:
        if is_interruption(error):
            raise Cancelled from error
        refusal = refusal_of(error, path)
        if refusal is None:
            raise
        raise refusal from error
