"""Settings of a workspace: JSON values by name, which go wherever the workspace goes."""

from typing import Any

from sqlalchemy import bindparam, delete, insert, select, update

from tradesense_desktop.store.tables import settings
from tradesense_desktop.store.transaction import Reading, Transaction

_FIND = select(settings.c.value).where(settings.c.name == bindparam("setting"))
_UPDATE = update(settings).where(settings.c.name == bindparam("setting")).values(value=bindparam("value"))
_INSERT = insert(settings).values(name=bindparam("setting"), value=bindparam("value"))
_DELETE = delete(settings).where(settings.c.name == bindparam("setting"))


def read_setting(reading: Reading, name: str) -> Any:
    """The value of a setting; None where it was never set."""
    return reading.core.execute(_FIND, {"setting": name}).scalar()


def write_setting(transaction: Transaction, name: str, value: Any) -> None:
    """Set a setting to a JSON value (no floats); None removes it."""
    if value is None:
        transaction.core.execute(_DELETE, {"setting": name})
    elif transaction.core.execute(_UPDATE, {"setting": name, "value": value}).rowcount == 0:
        transaction.core.execute(_INSERT, {"setting": name, "value": value})
