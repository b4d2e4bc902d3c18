"""Statements that were imported: which file, how it was read, what it brought."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import bindparam, insert, select

from tradesense_desktop.store.tables import import_history
from tradesense_desktop.store.transaction import Reading, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportRecord:
    """One import of one file into one challenge.

    `file_sha256` is 64 lower-case hexadecimal digits, `totals` a JSON object of decimal strings (what the file
    states and what was found) and the file's source, `recorded_at` aware UTC.
    """

    id: str
    challenge_id: str
    command_id: str | None
    file_name: str
    file_sha256: str
    format: str
    time_zone: str
    trades_read: int
    trades_added: int
    trades_after_end: int
    totals: Mapping[str, Any]
    recorded_at: datetime


_COLUMNS: Final = tuple(ImportRecord.__dataclass_fields__)
_SELECT = select(*(import_history.c[name] for name in _COLUMNS)).order_by(
    import_history.c.recorded_at, import_history.c.id
)
_OF_CHALLENGE = _SELECT.where(import_history.c.challenge_id == bindparam("challenge_id"))
_OF_FILE = _SELECT.where(import_history.c.file_sha256 == bindparam("file_sha256"))
_INSERT = insert(import_history)


def list_imports(reading: Reading, challenge_id: str) -> tuple[ImportRecord, ...]:
    """Every import into a challenge, oldest first."""
    rows = reading.core.execute(_OF_CHALLENGE, {"challenge_id": challenge_id}).mappings()
    return tuple(ImportRecord(**values) for values in rows)


def list_imports_of_file(reading: Reading, file_sha256: str) -> tuple[ImportRecord, ...]:
    """Every import of these very bytes, into whichever challenge, oldest first."""
    rows = reading.core.execute(_OF_FILE, {"file_sha256": file_sha256}).mappings()
    return tuple(ImportRecord(**values) for values in rows)


def record_import(transaction: Transaction, record: ImportRecord) -> None:
    """Keep that a file was imported, in the transaction that imports it."""
    transaction.core.execute(_INSERT, {name: getattr(record, name) for name in _COLUMNS})
