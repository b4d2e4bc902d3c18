"""What makes a workspace a firm's: its binding to one person's login on one server, in device.sqlite.

It holds no secret. A workspace is a firm's from the next time that it is opened after the binding was written.
"""

from contextlib import closing
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Final

from tradesense_desktop.domain.people import Role
from tradesense_desktop.store.column_types import instant_column, present_instant
from tradesense_desktop.store.database_errors import refusals_about
from tradesense_desktop.store.device import DEVICE_NAME, connect_to_device, device_transaction

_SCHEMA: Final = (
    "CREATE TABLE IF NOT EXISTS firm_binding (one INTEGER PRIMARY KEY CHECK (one = 1), address TEXT NOT NULL,"
    " login TEXT NOT NULL, user_id TEXT NOT NULL, role TEXT NOT NULL, tls TEXT NOT NULL, instance TEXT NOT NULL,"
    " connected_at TEXT NOT NULL, epoch TEXT, schema_version TEXT)"
)
_HAS_TABLE: Final = "SELECT 1 FROM sqlite_schema WHERE name = 'firm_binding'"


@dataclass(frozen=True, slots=True, kw_only=True)
class FirmBinding:
    """A person's login on a firm's server.

    `address` is a URL with the login and without a password, `tls` the way in which the server's certificate is
    checked, `instance` the server's own UUID, `epoch` that of the person's stream as it was last seen.
    `connected_at` is aware UTC.
    """

    address: str
    login: str
    user_id: str
    role: Role
    tls: str
    instance: str
    connected_at: datetime
    epoch: str | None = None
    schema_version: str | None = None


_COLUMNS: Final = tuple(field.name for field in fields(FirmBinding))
_READ: Final = f"SELECT {', '.join(_COLUMNS)} FROM firm_binding"  # noqa: S608
_WRITE: Final = f"INSERT OR REPLACE INTO firm_binding (one, {', '.join(_COLUMNS)}) VALUES (1{', ?' * len(_COLUMNS)})"  # noqa: S608


def read_binding(directory: Path) -> FirmBinding | None:
    """The binding of the workspace in `directory`; None for one that is nobody else's."""
    path = directory / DEVICE_NAME
    if not path.exists():
        return None
    with refusals_about(path), closing(connect_to_device(path)) as own:
        if own.execute(_HAS_TABLE).fetchone() is None:
            return None
        row = own.execute(_READ).fetchone()
    if row is None:
        return None
    values = dict(zip(_COLUMNS, row, strict=True))
    values["role"] = Role(values["role"])
    values["connected_at"] = present_instant(values["connected_at"])
    return FirmBinding(**values)


def write_binding(directory: Path, binding: FirmBinding) -> None:
    """Keep the binding, in the place of the one that was there; durable when this returns."""
    values = {name: getattr(binding, name) for name in _COLUMNS}
    values |= {"role": binding.role.value, "connected_at": instant_column(binding.connected_at)}
    with device_transaction(directory, (_SCHEMA,)) as own:
        own.execute(_WRITE, tuple(values[name] for name in _COLUMNS))
