"""A pull is applied: in one transaction, under `replica_apply`, every rule of the schema in force but the clock's.

Parents come before children; a new challenge enters as PENDING or ACTIVE and takes its end state when its history is
here. What is append-only is never changed: the same id with other content is an alarm. Nobody's stream is taken in
part: the first thing that does not fit raises StreamUnsound, the transaction is rolled back, and the caller goes on
without that stream.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from hashlib import md5
from typing import Any, Final
from uuid import UUID

from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched
from tradesense_desktop.domain.replicated import (
    ALERTS,
    AUDIT_LOG,
    CHALLENGES,
    EVENTS,
    IMPORTS,
    PAYMENTS,
    REPLICA_PREFIX,
    SETTINGS,
    TRADES,
    USERS,
    HistoryHead,
    Quarantine,
    ReplicaSource,
    ReplicatedTable,
    Row,
    StreamUnsound,
)
from tradesense_desktop.store.drivers import driver_errors
from tradesense_desktop.store.replica_rows import RowWriter
from tradesense_desktop.store.replica_state import ReplicaState, write_cursors, write_quarantines, write_state

_ENDED: Final = frozenset({"FAILED", "FUNDED"})
_OF_THE_END: Final = ("ended_at", "failure_reason", "funded_at")
_ROWS_BETWEEN_REPORTS: Final = 200
_STAGE: Final = "Taking what is new from the server"
_STUB_ADDRESS: Final = "@hidden.invalid"


class ReplicaDiffers(StreamUnsound):
    """A row that can never change has other content on the server than here: one of the two was tampered with."""

    is_alarm = True

    def __init__(self, stream_id: str, table: str, row_id: str, columns: Sequence[str]) -> None:
        self.table = table
        self.row_id = row_id
        self.columns = tuple(columns)
        super().__init__(
            stream_id, f"row {row_id} of {table}, which never changes, is another on the server ({', '.join(columns)})"
        )


class HistoryDiffers(StreamUnsound):
    """After a pull the history of a challenge does not end as the server's does."""

    is_alarm = True

    def __init__(self, stream_id: str, challenge_id: str) -> None:
        self.challenge_id = challenge_id
        super().__init__(stream_id, f"the history of challenge {challenge_id} does not end as the server's does")


@dataclass(frozen=True, slots=True)
class Applied:
    """How many rows a pull has added or changed here."""

    rows: int


def apply_pull(
    driver: Any,
    source: ReplicaSource,
    state: ReplicaState,
    quarantines: Iterable[Quarantine] = (),
    progress: ProgressReport = unwatched,
) -> Applied:
    """Write everything that `source` brings, and how far its streams have come; within a transaction of a pull.

    Raises StreamUnsound, ReplicaDiffers and HistoryDiffers: the transaction has to be rolled back then.
    """
    driver.execute("UPDATE replica_apply SET active = 1")
    application = _Application(driver, source, progress)
    rows = application.run()
    write_cursors(driver, (advance.to for advance in source.advances))
    write_quarantines(driver, quarantines)
    write_state(driver, state)
    driver.execute("UPDATE replica_apply SET active = 0")
    return Applied(rows)


class _Application:
    """One pull on its way into the store."""

    def __init__(self, driver: Any, source: ReplicaSource, progress: ProgressReport) -> None:
        self._driver: Final = driver
        self._source: Final = source
        self._progress: Final = progress
        self._total: Final = sum(advance.to.seq - advance.since for advance in source.advances)
        self._seen = 0
        self._written = 0
        self._streams: Final[dict[str, str]] = {}
        """Of each challenge that something has come of."""

    def run(self) -> int:
        """Write all of it; the number of rows that are new or another."""
        for stub in self._source.stubs:
            self._put_stub(stub)
        self._each(USERS, self._upsert)
        waiting = self._open_challenges()
        self._each(TRADES, self._append_history)
        self._each(EVENTS, self._append_history)
        challenges = RowWriter(CHALLENGES)
        for stream_id, bound in waiting:
            self._upsert(challenges, stream_id, bound)
        for table in (PAYMENTS, ALERTS):
            self._each(table, self._upsert)
        for table in (AUDIT_LOG, IMPORTS):
            self._each(table, self._append)
        self._each(SETTINGS, self._set)
        self._compare_heads()
        return self._written

    def _each(self, table: ReplicatedTable, put: Callable[[RowWriter, str, tuple[Any, ...]], None]) -> None:
        writer = RowWriter(table)
        for stream_id, row in self._source.rows(table):
            self._report()
            put(writer, stream_id, self._bound(writer, stream_id, row))

    def _report(self) -> None:
        if self._seen % _ROWS_BETWEEN_REPORTS == 0:
            self._progress(Progress(_STAGE, min(self._seen, self._total), self._total))
        self._seen += 1

    @staticmethod
    def _bound(writer: RowWriter, stream_id: str, row: Row) -> tuple[Any, ...]:
        try:
            return writer.bound(row)
        except (ValueError, RecursionError) as error:
            raise StreamUnsound(stream_id, f"a row of {writer.table.name} cannot be read") from error

    def _execute(self, stream_id: str, statement: str, values: Sequence[Any]) -> None:
        try:
            self._driver.execute(statement, values)
        except driver_errors() as error:
            if not str(getattr(error, "sqlite_errorname", "")).startswith("SQLITE_CONSTRAINT"):
                raise
            raise StreamUnsound(stream_id, f"a row breaks a rule of the store ({error})") from error
        self._written += 1

    def _upsert(self, writer: RowWriter, stream_id: str, bound: tuple[Any, ...]) -> None:
        stored = self._driver.execute(writer.find, bound[:1]).fetchone()
        if stored is None:
            self._execute(stream_id, writer.insert, bound)
            return
        names = writer.differing(stored, bound)
        if names:
            values = [bound[writer.table.place(name)] for name in names]
            self._execute(stream_id, writer.change(names), [*values, bound[0]])

    def _append(self, writer: RowWriter, stream_id: str, bound: tuple[Any, ...]) -> None:
        stored = self._driver.execute(writer.find, bound[:1]).fetchone()
        if stored is None:
            self._execute(stream_id, writer.insert, bound)
            return
        names = writer.differing(stored, bound)
        if names:
            raise ReplicaDiffers(stream_id, writer.table.name, str(bound[0]), names)

    def _append_history(self, writer: RowWriter, stream_id: str, bound: tuple[Any, ...]) -> None:
        self._streams.setdefault(bound[1], stream_id)
        self._append(writer, stream_id, bound)

    def _open_challenges(self) -> list[tuple[str, tuple[Any, ...]]]:
        """Insert the new challenges, each after the one it follows; all that have come, for their last state."""
        writer = RowWriter(CHALLENGES)
        previous = CHALLENGES.place("previous_challenge_id")
        come = [(stream_id, self._bound(writer, stream_id, row)) for stream_id, row in self._source.rows(CHALLENGES)]
        unseen = {bound[0] for _, bound in come if self._driver.execute(writer.find, bound[:1]).fetchone() is None}
        waiting = [each for each in come if each[1][0] in unseen]
        while waiting:
            ready = [each for each in waiting if each[1][previous] not in unseen]
            if not ready:
                raise StreamUnsound(waiting[0][0], "its challenges follow each other in a circle")
            for stream_id, bound in ready:
                self._execute(stream_id, writer.insert, _opened(bound))
                unseen.discard(bound[0])
            waiting = [each for each in waiting if each[1][0] in unseen]
        self._streams.update((bound[0], stream_id) for stream_id, bound in come)
        return come

    def _put_stub(self, stub: Row) -> None:
        """A person who may not be seen: known by an id and a role; whoever has been seen stays as seen."""
        writer = RowWriter(USERS)
        bound = writer.bound(stub)
        stored = self._driver.execute(writer.find, bound[:1]).fetchone()
        if stored is None or str(stored[USERS.place("email")]).endswith(_STUB_ADDRESS):
            self._upsert(writer, str(bound[0]), bound)

    def _set(self, writer: RowWriter, stream_id: str, bound: tuple[Any, ...]) -> None:
        name, value, _ = bound
        if str(name).startswith(REPLICA_PREFIX):
            raise StreamUnsound(stream_id, "it sets what belongs to this copy alone")
        if value is not None:
            self._upsert(writer, stream_id, bound)
            return
        for (known,) in self._driver.execute("SELECT name FROM settings").fetchall():
            if setting_id(known) == name:
                self._execute(stream_id, "DELETE FROM settings WHERE name = ?", (known,))

    def _compare_heads(self) -> None:
        for challenge_id, expected in self._source.heads.items():
            if read_history_head(self._driver, challenge_id) != expected:
                raise HistoryDiffers(self._streams.get(challenge_id, ""), challenge_id)


def read_history_head(driver: Any, challenge_id: str) -> HistoryHead:
    """How the history of a challenge ends here: numbers without a gap are their own count."""
    last = driver.execute(
        "SELECT sequence_number, hash FROM challenge_events WHERE challenge_id = ?"
        " ORDER BY sequence_number DESC LIMIT 1",
        (challenge_id,),
    ).fetchone()
    (trades,) = driver.execute(
        "SELECT coalesce(max(sequence_number), 0) FROM trades WHERE challenge_id = ?", (challenge_id,)
    ).fetchone()
    number, head = last or (0, "")
    return HistoryHead(number, number, head, trades)


def setting_id(name: str) -> str:
    """The id under which a stream names a setting: the MD5 of its name as a UUID."""
    return str(UUID(md5(f"settings/{name}".encode(), usedforsecurity=False).hexdigest()))


def _opened(bound: tuple[Any, ...]) -> tuple[Any, ...]:
    """The row of a challenge as it may enter: without its end."""
    status = CHALLENGES.place("status")
    if bound[status] not in _ENDED:
        return bound
    values = list(bound)
    values[status] = "ACTIVE"
    for name in _OF_THE_END:
        values[CHALLENGES.place(name)] = None
    return tuple(values)
