"""A replica that is fetched whole: into a file of its own beside the store, which takes its place when it is sound.

Rows go into bare tables; indexes and triggers are made afterwards, and what the triggers would have looked at is
looked at in the load and set-wise. How far the load is stands in the file itself, so that it goes on after a kill at
any moment; what it holds by then is never looked at by anybody else.
"""

import contextlib
import json
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final, Self

from pysqlite3 import dbapi2

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.replicated import (
    REPLICA_PREFIX,
    USERS,
    Cursor,
    ReplicatedTable,
    Row,
)
from tradesense_desktop.store.connection import close_to_others, connect, connect_to_migrate, make_private
from tradesense_desktop.store.database_errors import refusals_about
from tradesense_desktop.store.drivers import STORE_NAME, choose_driver, driver_errors, driver_of
from tradesense_desktop.store.fingerprint import is_same, read_structure
from tradesense_desktop.store.migrations import SchemaChanged, newest_structure, schema_text
from tradesense_desktop.store.replica_load import HistoryCheck
from tradesense_desktop.store.replica_rows import RowWriter
from tradesense_desktop.store.workspace import CACHE_NAME

PART_NAME: Final = STORE_NAME + ".part"
_BEGUN: Final = REPLICA_PREFIX + "first"
_KIBIBYTES: Final = 131_072
_SIDECARS: Final = ("-journal", "-wal", "-shm")


@dataclass(frozen=True, slots=True)
class Begun:
    """Of what a load is: whose copy of which server, and where the streams stood when it began.

    `left_out` are the streams of which nothing is taken, with the reason.
    """

    instance: str
    user_id: str
    role: Role
    cursors: tuple[Cursor, ...]
    left_out: dict[str, str]

    def is_of(self, instance: str, user_id: str, role: Role) -> bool:
        """Whether it can be gone on with."""
        return (self.instance, self.user_id, self.role) == (instance, user_id, role)


class ReplicaFile:
    """The file in which a replica grows; one process at a time, closed with `close` whatever has happened."""

    def __init__(self, directory: Path) -> None:
        self.store: Final = directory / STORE_NAME
        self.path: Final = directory / PART_NAME
        choose_driver(self.path, driver_of(self.store))
        self._connection = self._open()

    def begun(self) -> Begun | None:
        """What is being loaded; None in a fresh file."""
        row = self._connection.execute("SELECT value FROM settings WHERE name = ?", (_BEGUN,)).fetchone()
        if row is None:
            return None
        fields = json.loads(row[0])
        cursors = tuple(Cursor(**cursor) for cursor in fields.pop("cursors"))
        return Begun(**{**fields, "role": Role(fields["role"]), "cursors": cursors})

    def begin(self, begun: Begun) -> None:
        """Note what is loaded from now on."""
        with self.changing() as driver:
            driver.execute("DELETE FROM settings WHERE name = ?", (_BEGUN,))
            driver.execute("INSERT INTO settings (name, value) VALUES (?, ?)", (_BEGUN, canonical_text(asdict(begun))))

    def start_over(self) -> None:
        """Throw away what was loaded."""
        self.close()
        _remove(self.path)
        self._connection = self._open()

    def challenges(self) -> set[str]:
        """The challenges that are here with all of their history."""
        return {row[0] for row in self._connection.execute("SELECT id FROM challenges")}

    @contextmanager
    def changing(self) -> Iterator[Any]:
        """One transaction: all that happens inside stays, or nothing."""
        with refusals_about(self.path):
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
            except BaseException:
                with contextlib.suppress(*driver_errors()):
                    self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def add(self, table: ReplicatedTable, rows: Iterable[Row]) -> None:
        """Add rows as they come, within `changing`."""
        writer = RowWriter(table)
        self._connection.executemany(writer.insert, map(writer.bound, rows))

    def add_events(self, rows: Iterable[Row], check: HistoryCheck) -> None:
        """Add events, each held against the one before it and against its own hash, within `changing`."""
        self._connection.executemany(check.insert, check.checked(rows))

    def replace(self, table: ReplicatedTable, rows: Iterable[Row]) -> None:
        """Put `rows` in the place of everything in a table, within `changing`."""
        kept = f" WHERE name <> '{_BEGUN}'" if table.name == "settings" else ""
        self._connection.execute(f"DELETE FROM {table.name}{kept}")  # noqa: S608 - a name of ours
        self.add(table, rows)

    def reopen(self) -> None:
        """Take the triggers away again that a load which was stopped late had made, and what it noted of its end."""
        there = self._connection.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        with self.changing() as driver:
            for (name,) in there:
                driver.execute(f"DROP TRIGGER {name}")
            driver.execute(
                "DELETE FROM settings WHERE substr(name, 1, ?) = ? AND name <> ?",
                (len(REPLICA_PREFIX), REPLICA_PREFIX, _BEGUN),
            )

    def complete(self, look: Callable[[], None]) -> None:
        """Make the indexes and triggers, where they are missing yet; `look` is called between two of them."""
        there = {row[0] for row in self._connection.execute("SELECT name FROM sqlite_schema")}
        for kind in ("index", "view", "trigger"):
            with self.changing() as driver:
                for object_kind, name, _, statement in newest_structure():
                    if object_kind == kind and statement is not None and name not in there:
                        look()
                        driver.execute(statement)

    def faults(self) -> str | None:
        """What is wrong with the loaded rows as a whole, in words; None where nothing is."""
        for sentence, query in _QUESTIONS.items():
            if self._connection.execute(query).fetchone() is not None:
                return sentence
        return None

    def finish(self) -> None:
        """Forget that it was loaded, hold its schema against ours, and close it. Raises SchemaChanged."""
        with self.changing() as driver:
            driver.execute("DELETE FROM settings WHERE name = ?", (_BEGUN,))
        if not is_same(read_structure(self._connection), newest_structure()):
            raise SchemaChanged(self.path)
        self.close()

    def close(self) -> None:
        """Let go of the file; doing it twice is fine."""
        self._connection.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self) -> dbapi2.Connection:
        make_private(self.path)
        with refusals_about(self.path):
            try:
                return self._set_up()
            except driver_errors() as error:
                if not str(getattr(error, "sqlite_errorname", "")).startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB")):
                    raise
            # Half of a file that was cut off: nothing of it is needed.
            _remove(self.path)
            make_private(self.path)
            return self._set_up()

    def _set_up(self) -> dbapi2.Connection:
        connection = connect_to_migrate(self.path)
        try:
            for pragma in (
                "journal_mode = DELETE",  # a log beside it would write every new page twice
                "synchronous = NORMAL",
                "foreign_keys = OFF",  # looked at as a whole in the end
                "secure_delete = OFF",
                f"cache_size = -{_KIBIBYTES}",
            ):
                connection.execute(f"PRAGMA {pragma}")
            if not read_structure(connection):
                _make_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _make_tables(connection: dbapi2.Connection) -> None:
    """The tables of the schema with the rows that it brings, and nothing that stands on them."""
    with closing(dbapi2.connect(":memory:", isolation_level=None)) as memory:
        memory.executescript(schema_text())
        version = memory.execute("SELECT version FROM schema_version").fetchone()
    connection.execute("BEGIN IMMEDIATE")
    for kind, _, _, statement in newest_structure():
        if kind == "table" and statement is not None:
            connection.execute(statement)
    connection.execute("INSERT INTO schema_version (version) VALUES (?)", version)
    connection.execute("INSERT INTO replica_apply (id, active) VALUES (1, 0)")
    connection.execute("COMMIT")


def _fold(store: Path) -> None:
    """Leave nothing beside a store that is about to be replaced: its log would be taken for the new one's."""
    if store.exists():
        with contextlib.suppress(*driver_errors()), closing(connect(store)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    for suffix in _SIDECARS:
        store.with_name(store.name + suffix).unlink(missing_ok=True)


def _remove(path: Path) -> None:
    for suffix in ("", *_SIDECARS):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def take_place(directory: Path) -> None:
    """Put a finished file in the store's place. Nobody may have the store open."""
    part, store = directory / PART_NAME, directory / STORE_NAME
    _fold(store)
    with refusals_about(store):
        part.replace(store)
    close_to_others(store)
    shutil.rmtree(directory / CACHE_NAME, ignore_errors=True)


def remove_part(directory: Path) -> None:
    """Throw away a load that was begun; the store itself stays as it is."""
    _remove(directory / PART_NAME)


def user_rows_with_stubs(rows: Iterable[Row], stubs: Iterable[Row]) -> list[Row]:
    """The people who may be seen, and those of the others whom rows name."""
    people = list(rows)
    place = USERS.place("id")
    seen = {row[place] for row in people}
    return people + [stub for stub in stubs if stub[place] not in seen]


_QUESTIONS: Final = {
    "a ledger has a gap": "SELECT 1 FROM trades GROUP BY challenge_id"
    " HAVING min(sequence_number) <> 1 OR max(sequence_number) <> count(*) LIMIT 1",
    "a history has a gap": "SELECT 1 FROM challenge_events GROUP BY challenge_id"
    " HAVING min(sequence_number) <> 1 OR max(sequence_number) <> count(*) LIMIT 1",
    "the log of who did what has a gap": "SELECT 1 FROM audit_log GROUP BY stream"
    " HAVING min(sequence_number) <> 1 OR max(sequence_number) <> count(*) LIMIT 1",
    "an entry of the log of who did what was changed": "SELECT 1 FROM audit_log AS entry WHERE hash IS NOT"
    " tradesense_audit_hash(id, stream, sequence_number, actor_id, action, target_table, target_id, details,"
    " occurred_at, recorded_at, device_id, previous_hash, 0) OR previous_hash IS NOT coalesce((SELECT hash FROM"
    " audit_log AS previous WHERE previous.stream = entry.stream AND previous.sequence_number ="
    " entry.sequence_number - 1), tradesense_audit_genesis_hash(stream)) LIMIT 1",
    "a trade lies after the end of its challenge": "SELECT 1 FROM trades JOIN challenges ON challenges.id ="
    " trades.challenge_id WHERE ended_at IS NOT NULL AND executed_at > ended_at LIMIT 1",
    "a row refers to another that is not there": "SELECT 1 FROM pragma_foreign_key_check LIMIT 1",
}
