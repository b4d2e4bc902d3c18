"""What one pull brings: held in memory where it is little, read from the server row by row where it is much."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from tradesense_desktop.domain.replicated import (
    CHALLENGES,
    EVENTS,
    REPLICATED,
    SETTINGS,
    TRADES,
    HistoryHead,
    ReplicatedTable,
    Row,
    StreamAdvance,
    StreamUnsound,
)
from tradesense_desktop.server.pull import Snapshot

HELD_MOST: Final = 20_000
"""Entries of streams whose rows are held in memory: some 40 MB."""
_IDS_A_QUESTION: Final = 20_000
_BY_NUMBER: Final = {table.number: table for table in REPLICATED}


def take(snapshot: Snapshot, advances: Sequence[StreamAdvance], *, held_most: int = HELD_MOST) -> "Pulled":
    """What `advances` bring. With at most `held_most` entries nothing more is asked of the snapshot afterwards.

    Raises StreamUnsound where an entry or a row is missing.
    """
    names: dict[int, dict[str, str]] = defaultdict(dict)
    for stream_id, table_no, row_id in snapshot.entries(advances):
        if table_no in _BY_NUMBER:  # a newer server may log what this program does not know yet
            names[table_no][row_id] = stream_id
    pulled = Pulled(snapshot, advances, names)
    if sum(advance.to.seq - advance.since for advance in advances) <= held_most:
        pulled.hold()
    return pulled


class Pulled:
    """A ReplicaSource over a snapshot."""

    def __init__(
        self, snapshot: Snapshot, advances: Sequence[StreamAdvance], names: Mapping[int, Mapping[str, str]]
    ) -> None:
        self.advances: Final = advances
        self.stubs: Final = snapshot.stubs() if advances else ()
        self._snapshot: Final = snapshot
        self._names: Final = names
        self._held: dict[int, list[tuple[str, Row]]] | None = None
        self._heads: dict[str, HistoryHead] | None = None

    @property
    def is_held(self) -> bool:
        """Whether the snapshot is needed no longer."""
        return self._held is not None

    @property
    def heads(self) -> Mapping[str, HistoryHead]:
        """How the history of each challenge ends of which something has come."""
        if self._heads is None:
            touched = set(self._names.get(CHALLENGES.number, ()))
            for table in (TRADES, EVENTS):
                place = table.place("challenge_id")
                touched.update(str(row[place]) for _, row in self.rows(table))
            self._heads = self._snapshot.history_heads(sorted(touched))
        return self._heads

    def hold(self) -> None:
        """Read everything now."""
        self._held = {table.number: list(self._read(table)) for table in REPLICATED}
        _ = self.heads

    def rows(self, table: ReplicatedTable) -> Iterator[tuple[str, Row]]:
        """The stream and the content of each row of `table`; of a setting that was removed its id and no value.

        Raises StreamUnsound where one is not there.
        """
        return iter(self._held[table.number]) if self._held is not None else self._read(table)

    def _read(self, table: ReplicatedTable) -> Iterator[tuple[str, Row]]:
        streams = self._names.get(table.number, {})
        ids = list(streams)
        # Entries stand in the order of sequence numbers, so what is asked for later comes later in its challenge too.
        for start in range(0, len(ids), _IDS_A_QUESTION):
            asked = ids[start : start + _IDS_A_QUESTION]
            missing = set(asked)
            for row_id, row in self._snapshot.rows(table, asked):
                missing.discard(row_id)
                yield streams[row_id], row
            for row_id in missing:
                if table is not SETTINGS:
                    raise StreamUnsound(streams[row_id], f"a row of {table.name} that it names is not there")
                yield streams[row_id], (row_id, None, None)
