"""What a replica knows of itself: how far each stream has come, whose it is, and which streams stand in quarantine.

Rows of `settings`, so that they are of the same moment as the rows that were pulled.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any, Final

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.replicated import REPLICA_PREFIX, Cursor, Quarantine

_CURSOR: Final = REPLICA_PREFIX + "cursor/"
_QUARANTINE: Final = REPLICA_PREFIX + "quarantine/"
_STATE: Final = REPLICA_PREFIX + "state"

_WRITE: Final = (
    "INSERT INTO settings (name, value) VALUES (?, ?)"
    " ON CONFLICT (name) DO UPDATE SET value = excluded.value WHERE value <> excluded.value"
)
_BELOW: Final = "SELECT name, value FROM settings WHERE name >= ? AND name < ?"


@dataclass(frozen=True, slots=True)
class ReplicaState:
    """Of which server and whose a replica is; `mark` is the server's own of the moment that was pulled last."""

    instance: str
    user_id: str
    role: Role
    mark: str


def read_cursors(driver: Any) -> tuple[Cursor, ...]:
    """Where every stream stands."""
    return tuple(
        Cursor(name.removeprefix(_CURSOR), **json.loads(value))
        for name, value in driver.execute(_BELOW, _range(_CURSOR))
    )


def write_cursors(driver: Any, cursors: Iterable[Cursor]) -> None:
    """Say where streams stand; who has come on is out of quarantine."""
    for cursor in cursors:
        fields = asdict(cursor)
        driver.execute(_WRITE, (_CURSOR + fields.pop("stream_id"), canonical_text(fields)))
        driver.execute("DELETE FROM settings WHERE name = ?", (_QUARANTINE + cursor.stream_id,))


def read_quarantines(driver: Any) -> tuple[Quarantine, ...]:
    """The streams of which nothing is taken."""
    return tuple(
        Quarantine(name.removeprefix(_QUARANTINE), **json.loads(value))
        for name, value in driver.execute(_BELOW, _range(_QUARANTINE))
    )


def write_quarantines(driver: Any, quarantines: Iterable[Quarantine]) -> None:
    """Note streams of which nothing was taken."""
    for quarantine in quarantines:
        fields = asdict(quarantine)
        driver.execute(_WRITE, (_QUARANTINE + fields.pop("stream_id"), canonical_text(fields)))


def read_state(driver: Any) -> ReplicaState | None:
    """What the last pull left; None in a workspace that is no replica."""
    row = driver.execute("SELECT value FROM settings WHERE name = ?", (_STATE,)).fetchone()
    if row is None:
        return None
    fields = json.loads(row[0])
    return ReplicaState(**{**fields, "role": Role(fields["role"])})


def write_state(driver: Any, state: ReplicaState) -> None:
    """Say what the last pull left."""
    driver.execute(_WRITE, (_STATE, canonical_text(asdict(state))))


def _range(prefix: str) -> tuple[str, str]:
    return prefix, prefix[:-1] + chr(ord(prefix[-1]) + 1)
