"""Fetch a replica whole: newest challenges first, into a file beside the store that takes its place when it is sound.

It goes on where it was stopped, under a new moment of the server: what was loaded before is caught up with an ordinary
pull from where the streams stood when the load began.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from tradesense_desktop.domain.people import Role
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
    Quarantine,
    ReplicaSource,
    ReplicatedTable,
    Row,
)
from tradesense_desktop.domain.server_address import ServerAddress
from tradesense_desktop.server.connection import ServerConnection
from tradesense_desktop.server.errors import RebuildNeeded, ServerRefusal
from tradesense_desktop.server.pull import Snapshot, snapshot
from tradesense_desktop.services.pull_replica import pull
from tradesense_desktop.store.replica import Applied, apply_pull
from tradesense_desktop.store.replica_file import Begun, ReplicaFile, user_rows_with_stubs
from tradesense_desktop.store.replica_load import HistoryBroken, HistoryCheck
from tradesense_desktop.store.replica_state import ReplicaState, write_cursors

_EVENTS_A_BATCH: Final = 50_000
_ROWS_BETWEEN_REPORTS: Final = 500
_FETCHING: Final = "Fetching the firm's records"
_ORDERING: Final = "Putting the records in order"


class CopyUnsound(ServerRefusal):
    """What was fetched does not hold together as a whole; `why` says how."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"What the server sent does not hold together: {why}. Nothing was changed here.")


@dataclass(frozen=True, slots=True)
class Fetched:
    """A replica that lies ready beside the store: whose it is, the epoch of the person's stream, what was left out."""

    instance: str
    user_id: str
    role: Role
    schema_version: str
    epoch: str | None
    quarantines: tuple[Quarantine, ...]


def fetch_replica(
    directory: Path,
    connection: ServerConnection,
    address: ServerAddress,
    progress: ProgressReport = unwatched,
) -> Fetched:
    """Load everything that the person may see into the file beside the store of `directory`, and check it.

    `take_place` puts it there. Stopped at any moment, by Cancelled too, it goes on from there the next time. Raises
    ServerRefusal, and StoreRefusal for a disk that is full.
    """
    with ReplicaFile(directory) as part:
        try:
            return _fetch(part, connection, address, progress)
        except RebuildNeeded:
            # What was begun is of a past that the server no longer has.
            part.start_over()
        return _fetch(part, connection, address, progress)


def _fetch(
    part: ReplicaFile, connection: ServerConnection, address: ServerAddress, progress: ProgressReport
) -> Fetched:
    with snapshot(connection, address, is_thorough=False) as moment:
        begun = _begin(part, moment)
        part.reopen()
        loaded = _Load(part, moment, begun, progress)
        loaded.run()
        begun, found = loaded.begun, moment.state
    part.complete(lambda: progress(Progress(_ORDERING, 0, None)))
    fault = part.faults()
    if fault is not None:
        part.start_over()
        raise CopyUnsound(fault)
    cursors = tuple(cursor for cursor in begun.cursors if cursor.stream_id not in begun.left_out)
    with part.changing() as driver:
        write_cursors(driver, cursors)

    def write(source: ReplicaSource, state: ReplicaState, left_out: Sequence[Quarantine]) -> Applied:
        with part.changing() as driver:
            return apply_pull(driver, source, state, left_out, progress)

    held = ReplicaState(begun.instance, begun.user_id, begun.role, "")
    left_out = tuple(Quarantine(stream_id, why, is_alarm=True) for stream_id, why in begun.left_out.items())
    outcome = pull(connection, address, held, cursors, write, is_thorough=True, quarantines=left_out)
    part.finish()
    epochs = {cursor.stream_id: cursor.epoch for cursor in begun.cursors}
    return Fetched(
        found.instance, found.user_id, found.role, found.schema_version, epochs.get(found.user_id), outcome.quarantines
    )


def _begin(part: ReplicaFile, moment: Snapshot) -> Begun:
    """What is being loaded: as it was begun before, or from this moment on."""
    found = moment.state
    begun = part.begun()
    if begun is not None and begun.is_of(found.instance, found.user_id, found.role):
        moment.advances(begun.cursors, is_thorough=True)  # a past that is gone shows here
        return begun
    if begun is not None:
        part.start_over()
    cursors = tuple(advance.to for advance in moment.advances((), is_thorough=True))
    begun = Begun(found.instance, found.user_id, found.role, cursors, {})
    part.begin(begun)
    return begun


class _Load:
    """Everything of one moment on its way into the part file."""

    def __init__(self, part: ReplicaFile, moment: Snapshot, begun: Begun, progress: ProgressReport) -> None:
        self.begun = begun
        self._part: Final = part
        self._moment: Final = moment
        self._progress: Final = progress
        self._done = 0
        self._total = 0

    def run(self) -> None:
        """Load the people, every challenge that is not here yet, and all that is small."""
        with self._part.changing():
            people = (row for _, row in self._moment.all_rows(USERS))
            self._part.replace(USERS, user_rows_with_stubs(people, self._moment.stubs()))
        sizes = self._moment.challenge_sizes()
        here = self._part.challenges()
        self._total = sum(size for _, size in sizes)
        self._done = sum(size for challenge_id, size in sizes if challenge_id in here)
        for batch in _batches([each for each in sizes if each[0] not in here]):
            self._load_challenges(batch)
        self._load_the_rest()

    def _load_challenges(self, challenge_ids: Sequence[str]) -> None:
        """Load these challenges whole, in one transaction; without those of a person whose history is broken."""
        rows = [row for _, row in self._moment.rows(CHALLENGES, challenge_ids)]
        owner = CHALLENGES.place("user_id")
        owners = {str(row[0]): str(row[owner]) for row in rows}
        while True:
            wanted = [row for row in rows if row[owner] not in self.begun.left_out]
            try:
                self._load_histories(wanted)
            except HistoryBroken as broken:
                self._moment.drain()
                self._leave_out(owners[broken.challenge_id], str(broken))
            else:
                return

    def _load_histories(self, rows: Sequence[Row]) -> None:
        ids = [str(row[0]) for row in rows]
        done = self._done
        trades: Counter[str] = Counter()
        check = HistoryCheck()
        try:
            with self._part.changing():
                self._part.add(CHALLENGES, rows)
                ledger = self._watched(self._moment.rows_of_challenges(TRADES, ids))
                self._part.add(TRADES, _counted(ledger, trades))
                self._part.add_events(self._watched(self._moment.rows_of_challenges(EVENTS, ids)), check)
                check.compare(self._moment.history_heads(ids), trades)
        except BaseException:
            self._done = done
            raise

    def _leave_out(self, user_id: str, why: str) -> None:
        """Take nothing of this person, nor what was loaded already."""
        self.begun = replace(self.begun, left_out={**self.begun.left_out, user_id: f"Nothing of it was taken: {why}."})
        with self._part.changing() as driver:
            for table in ("trades", "challenge_events"):
                driver.execute(
                    f"DELETE FROM {table} WHERE challenge_id IN (SELECT id FROM challenges WHERE user_id = ?)",  # noqa: S608
                    (user_id,),
                )
            driver.execute("DELETE FROM challenges WHERE user_id = ?", (user_id,))
        self._part.begin(self.begun)

    def _load_the_rest(self) -> None:
        """Put what belongs to challenges and people beside them: as it is now, in place of what was loaded before."""
        here = self._part.challenges()
        left_out = self.begun.left_out

        def is_taken(table: ReplicatedTable, row: Row) -> bool:
            challenge_id = row[table.place("challenge_id")] if "challenge_id" in table.names else None
            person = next((row[table.place(name)] for name in ("user_id", "actor_id") if name in table.names), None)
            return (challenge_id is None or challenge_id in here) and person not in left_out

        with self._part.changing():
            for table in (PAYMENTS, ALERTS, AUDIT_LOG, IMPORTS):
                rows = self._watched(row for _, row in self._moment.all_rows(table))
                self._part.replace(table, (row for row in rows if is_taken(table, row)))
            if self.begun.role is Role.USER:  # settings of the firm are for staff
                return
            settings = (row for _, row in self._moment.all_rows(SETTINGS))
            self._part.replace(SETTINGS, (row for row in settings if not str(row[0]).startswith(REPLICA_PREFIX)))

    def _watched(self, rows: Iterable[Row]) -> Iterator[Row]:
        for number, row in enumerate(rows):
            if number % _ROWS_BETWEEN_REPORTS == 0:
                self._progress(Progress(_FETCHING, min(self._done, self._total), self._total))
                self._done += _ROWS_BETWEEN_REPORTS if number else 0
            yield row


def _counted(rows: Iterable[Row], counts: Counter[str]) -> Iterator[Row]:
    """The rows of ledgers, whose numbers have no gap. Raises HistoryBroken where one has."""
    place, number_place = TRADES.place("challenge_id"), TRADES.place("sequence_number")
    for row in rows:
        challenge_id = str(row[place])
        counts[challenge_id] += 1
        if row[number_place] != str(counts[challenge_id]):
            raise HistoryBroken(challenge_id, counts[challenge_id])
        yield row


def _batches(sizes: Sequence[tuple[str, int]]) -> Iterator[list[str]]:
    """Challenges in their order, together some ten thousand events."""
    batch: list[str] = []
    events = 0
    for challenge_id, size in sizes:
        batch.append(challenge_id)
        events += size
        if events >= _EVENTS_A_BATCH:
            yield batch
            batch, events = [], 0
    if batch:
        yield batch
