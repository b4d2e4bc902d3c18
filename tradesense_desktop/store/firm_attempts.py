"""Attempts to sign in to a firm's workspace, by address: what the waiting after wrong passwords is reckoned from.

They lie in `device.sqlite`: neither a restart nor a rebuild of the replica forgets them.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final
from uuid import uuid4

from pysqlite3 import dbapi2

from tradesense_desktop.domain.lock_out import LONGEST_MEMORY, locked_until
from tradesense_desktop.store.device import device_transaction, fixed_text
from tradesense_desktop.store.users import ascii_lower

_LONGEST_ADDRESS: Final = 254
_MOST_READ: Final = 1_000
_SCHEMA: Final = (
    (
        "CREATE TABLE IF NOT EXISTS firm_attempts ("
        " id TEXT PRIMARY KEY, email TEXT NOT NULL, accepted INTEGER NOT NULL, attempted_at TEXT NOT NULL)"
    ),
    "CREATE INDEX IF NOT EXISTS firm_attempts_by_email ON firm_attempts (email, attempted_at)",
)


@dataclass(frozen=True, slots=True)
class FirmAttempt:
    """An attempt: its id and how many wrong passwords came before it, or until when (aware UTC) the address waits."""

    id: str
    failures_before: int
    waits_until: datetime | None


def begin_firm_attempt(directory: Path, email: str, now: datetime) -> FirmAttempt:
    """Write an attempt as failed, before its password is looked at; nothing is written where the address waits.

    So attempts made at the same moment all count, however many there are. What nobody asks for any more is forgotten.
    """
    address = _key(email)
    attempt_id = str(uuid4())
    with device_transaction(directory, _SCHEMA) as own:
        failures = _failures_since_success(own, address)
        waits_until = locked_until(failures, now)
        if waits_until is None:
            forgotten = fixed_text(now - LONGEST_MEMORY - timedelta(days=1))
            own.execute("DELETE FROM firm_attempts WHERE attempted_at < ?", (forgotten,))
            own.execute("INSERT INTO firm_attempts VALUES (?, ?, 0, ?)", (attempt_id, address, fixed_text(now)))
    return FirmAttempt(attempt_id, len(failures), waits_until)


def accept_firm_attempt(directory: Path, attempt_id: str) -> None:
    """Say that the password of an attempt was right."""
    with device_transaction(directory, _SCHEMA) as own:
        own.execute("UPDATE firm_attempts SET accepted = 1 WHERE id = ?", (attempt_id,))


def withdraw_firm_attempt(directory: Path, attempt_id: str) -> None:
    """Say that the password of an attempt was never looked at: it does not count."""
    with device_transaction(directory, _SCHEMA) as own:
        own.execute("DELETE FROM firm_attempts WHERE id = ?", (attempt_id,))


def _failures_since_success(own: dbapi2.Connection, address: str) -> tuple[datetime, ...]:
    rows = own.execute(
        "SELECT accepted, attempted_at FROM firm_attempts WHERE email = ?"
        " ORDER BY attempted_at DESC, rowid DESC LIMIT ?",
        (address, _MOST_READ),
    )
    failures: list[datetime] = []
    for accepted, attempted_at in rows:
        if accepted:
            break
        failures.append(datetime.fromisoformat(attempted_at))
    return tuple(failures)


def _key(email: str) -> str:
    """Addresses are told apart as the store tells them apart; half a character is none that a database keeps."""
    return ascii_lower(email)[:_LONGEST_ADDRESS].encode(errors="replace").decode()
