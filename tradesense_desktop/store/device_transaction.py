"""A transaction on what belongs to this computer: `device.sqlite`, on a connection of its own."""

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

from pysqlite3 import dbapi2

from tradesense_desktop.store.database_errors import refusals_about
from tradesense_desktop.store.device import DEVICE_NAME, connect_to_device


@contextmanager
def device_transaction(directory: Path, schema: Sequence[str]) -> Iterator[dbapi2.Connection]:
    """The device's store of the workspace in `directory`, in one transaction; `schema` makes the tables that lack.

    What raises within leaves it as it was. Raises StoreRefusal.
    """
    path = directory / DEVICE_NAME
    with refusals_about(path), closing(connect_to_device(path)) as own:
        own.execute("BEGIN IMMEDIATE")
        for statement in schema:
            own.execute(statement)
        yield own
        own.execute("COMMIT")


def fixed_text(instant: datetime) -> str:
    """An instant as it stands there: in UTC and fixed in width, so that texts sort as instants do."""
    return instant.astimezone(UTC).isoformat(timespec="microseconds")
