"""One moment of the server, as far as a person may see it: which streams have gone on, and the rows that they name.

Everything is read in one REPEATABLE READ READ ONLY transaction. Every value comes as text that does not depend on the
session's settings, by COPY with explicit columns.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final, TypeVar

import psycopg
from psycopg import IsolationLevel, sql

from tradesense_desktop.domain.replicated import (
    USERS,
    Cursor,
    HistoryHead,
    Kind,
    ReplicatedTable,
    Row,
    StreamAdvance,
    StreamUnsound,
)
from tradesense_desktop.domain.server_address import ServerAddress
from tradesense_desktop.server.connection import translated
from tradesense_desktop.server.errors import RebuildNeeded
from tradesense_desktop.server.state import ServerState, read_state

Item = TypeVar("Item")

INSTANT_FORMAT: Final = "YYYY-MM-DD HH24:MI:SS.US"
_DAY_FORMAT: Final = "YYYY-MM-DD"
SETTING_ID: Final = sql.SQL("md5('settings/' || r.name)::uuid")

_HEADS: Final = """
SELECT stream.stream_id::text, stream.epoch::text, stream.head, known.stream_id::text, known.epoch::text, known.seq,
    at_cursor.table_no, at_cursor.row_id::text, at_head.table_no, at_head.row_id::text
FROM public.sync_stream AS stream
FULL JOIN unnest(%(streams)s::uuid[], %(epochs)s::uuid[], %(seqs)s::bigint[]) AS known (stream_id, epoch, seq)
    ON known.stream_id = stream.stream_id
LEFT JOIN public.sync_log AS at_cursor ON at_cursor.stream_id = stream.stream_id AND at_cursor.seq = known.seq
LEFT JOIN public.sync_log AS at_head ON at_head.stream_id = stream.stream_id AND at_head.seq = stream.head
WHERE %(all)s OR stream.head IS DISTINCT FROM known.seq OR stream.epoch IS DISTINCT FROM known.epoch
"""
_ENTRIES: Final = """
COPY (
    SELECT entry.stream_id, entry.seq, entry.table_no, entry.row_id
    FROM unnest(%s::uuid[], %s::bigint[], %s::bigint[]) AS range (stream_id, since, till)
    JOIN public.sync_log AS entry
        ON entry.stream_id = range.stream_id AND entry.seq > range.since AND entry.seq <= range.till
    ORDER BY entry.stream_id, entry.seq
) TO STDOUT
"""
# By groups and not challenge by challenge: the policies' own array of challenges would be walked through for each.
_HISTORY_HEADS: Final = """
WITH events AS MATERIALIZED (
    SELECT event.challenge_id, count(*) AS number, max(event.sequence_number) AS last
    FROM public.challenge_events AS event WHERE event.challenge_id = ANY (%(asked)s::uuid[]) GROUP BY event.challenge_id
), ledgers AS MATERIALIZED (
    SELECT trade.challenge_id, count(*) AS number
    FROM public.trades AS trade WHERE trade.challenge_id = ANY (%(asked)s::uuid[]) GROUP BY trade.challenge_id
), ends AS MATERIALIZED (
    SELECT event.challenge_id, event.hash FROM events JOIN public.challenge_events AS event
        ON event.challenge_id = events.challenge_id AND event.sequence_number = events.last
    WHERE event.challenge_id = ANY (%(asked)s::uuid[])
)
SELECT asked.id::text, coalesce(events.number, 0), coalesce(events.last, 0), coalesce(ends.hash, ''),
    coalesce(ledgers.number, 0)
FROM unnest(%(asked)s::uuid[]) AS asked (id)
LEFT JOIN events ON events.challenge_id = asked.id
LEFT JOIN ends ON ends.challenge_id = asked.id
LEFT JOIN ledgers ON ledgers.challenge_id = asked.id
"""
_STUBS: Final = (
    "SELECT person.id::text, person.email, person.role, person.status,"
    " to_char(person.created_at AT TIME ZONE 'UTC', %s) FROM ts_api.hidden_people() AS person"
)


@contextmanager
def snapshot(connection: psycopg.Connection[Any], address: ServerAddress, *, is_thorough: bool) -> Iterator["Snapshot"]:
    """One moment of the server; nothing is kept open when it is left.

    Raises what `read_state` raises, and ConnectionLost.
    """
    connection.isolation_level = IsolationLevel.REPEATABLE_READ
    connection.read_only = True
    try:
        with translated(address), connection.transaction():
            moment = Snapshot(connection, address, read_state(connection, address, is_thorough=is_thorough))
            try:
                yield moment
            finally:
                moment.close()
    finally:
        if not connection.closed:
            connection.isolation_level = None
            connection.read_only = None


class Snapshot:
    """What is asked of one moment of the server; belongs to the thread that opened it, one question at a time."""

    def __init__(self, connection: psycopg.Connection[Any], address: ServerAddress, state: ServerState) -> None:
        self.state: Final = state
        self._connection: Final = connection
        self._address: Final = address
        self._open: Final[list[Generator[Any, None, None]]] = []

    def close(self) -> None:
        """End what is being read: nothing else can be said on the connection before that."""
        for reading in self._open:
            reading.close()

    def drain(self) -> None:
        """Read to its end what is being read and no longer wanted, so that something else can be asked."""
        for reading in self._open:
            for _ in reading:
                pass
        self._open.clear()

    def advances(self, cursors: Sequence[Cursor], *, is_thorough: bool) -> tuple[StreamAdvance, ...]:
        """The streams that have entries after `cursors`, and those that are new; thorough, every cursor is compared.

        Raises RebuildNeeded where the server's past is no longer the one that the cursors know.
        """
        rows = self._connection.execute(
            _HEADS,
            {
                "streams": [cursor.stream_id for cursor in cursors],
                "epochs": [cursor.epoch for cursor in cursors],
                "seqs": [cursor.seq for cursor in cursors],
                "all": is_thorough,
            },
        )
        known = {cursor.stream_id: cursor for cursor in cursors}
        return tuple(advance for row in rows if (advance := _advance(row, known)) is not None)

    def entries(self, advances: Sequence[StreamAdvance]) -> Iterator[tuple[str, int, str]]:
        """Stream, table's number and row of every new entry, in order. Raises StreamUnsound where one is missing."""
        return self._closed_at_the_end(self._entries(advances))

    def _entries(self, advances: Sequence[StreamAdvance]) -> Generator[tuple[str, int, str], None, None]:
        expected = {advance.stream_id: advance.since for advance in advances}
        ranges = (
            [advance.stream_id for advance in advances],
            [advance.since for advance in advances],
            [advance.to.seq for advance in advances],
        )
        with self._connection.cursor() as cursor, cursor.copy(_ENTRIES, ranges) as copy:
            for stream_id, seq, table_no, row_id in copy.rows():
                expected[stream_id] += 1
                if int(seq) != expected[stream_id]:
                    raise StreamUnsound(stream_id, f"entry {expected[stream_id]} of the stream is missing")
                yield stream_id, int(table_no), row_id
        for advance in advances:
            if expected[advance.stream_id] != advance.to.seq:
                raise StreamUnsound(advance.stream_id, f"entry {advance.to.seq} of the stream is missing")

    def rows(self, table: ReplicatedTable, ids: Sequence[str]) -> Iterator[tuple[str, Row]]:
        """Id and content of the rows of `table` that have these ids, in the order of the table."""
        identity = SETTING_ID if table.name == "settings" else sql.SQL("r.id")
        return self._copied(table, sql.SQL("{} = ANY (%s::uuid[])").format(identity), [list(ids)])

    def all_rows(self, table: ReplicatedTable) -> Iterator[tuple[str, Row]]:
        """Id and content of every row of `table` that the person may see."""
        return self._copied(table, sql.SQL("true"), [])

    def rows_of_challenges(self, table: ReplicatedTable, challenge_ids: Sequence[str]) -> Iterator[Row]:
        """The rows of `table` that belong to these challenges, in the order of the table."""
        condition = sql.SQL("r.challenge_id = ANY (%s::uuid[])")
        return (row for _, row in self._copied(table, condition, [list(challenge_ids)]))

    def challenge_sizes(self) -> list[tuple[str, int]]:
        """Id and roughly the number of events of every challenge, the newest first."""
        return [
            (challenge_id, 2 * total_trades + 10)
            for challenge_id, total_trades in self._connection.execute(
                "SELECT id::text, total_trades FROM public.challenges ORDER BY created_at DESC, id DESC"
            )
        ]

    def history_heads(self, challenge_ids: Sequence[str]) -> dict[str, HistoryHead]:
        """How the history of each of these challenges ends."""
        rows = self._connection.execute(_HISTORY_HEADS, {"asked": list(challenge_ids)})
        return {challenge_id: HistoryHead(*head) for challenge_id, *head in rows}

    def stubs(self) -> tuple[Row, ...]:
        """The people whom visible rows name and who may not be seen, as rows of `users`."""
        return tuple(_stub(*row) for row in self._connection.execute(_STUBS, (INSTANT_FORMAT,)))

    def _copied(
        self, table: ReplicatedTable, condition: sql.Composable, parameters: list[Any]
    ) -> Iterator[tuple[str, Row]]:
        return self._closed_at_the_end(self._copy(table, condition, parameters))

    def _closed_at_the_end(self, reading: Generator[Item, None, None]) -> Generator[Item, None, None]:
        self._open.append(reading)
        return reading

    def _copy(
        self, table: ReplicatedTable, condition: sql.Composable, parameters: list[Any]
    ) -> Generator[tuple[str, Row], None, None]:
        identity = SETTING_ID if table.name == "settings" else sql.SQL("r.id")
        query = sql.SQL("COPY (SELECT {}, {} FROM public.{} AS r WHERE {} ORDER BY {}) TO STDOUT").format(
            identity,
            sql.SQL(", ").join(_as_text(name, kind) for name, kind in table.columns),
            sql.Identifier(table.name),
            condition,
            sql.SQL(", ").join(sql.Identifier("r", name) for name in table.order),
        )
        with self._connection.cursor() as cursor, cursor.copy(query, parameters) as copy:
            for identity_text, *row in copy.rows():
                yield identity_text, tuple(row)


def _as_text(name: str, kind: Kind) -> sql.Composable:
    """The column as text, whatever the session says of zones and dates."""
    column = sql.Identifier("r", name)
    if kind is Kind.INSTANT:
        return sql.SQL("to_char({} AT TIME ZONE 'UTC', {})").format(column, sql.Literal(INSTANT_FORMAT))
    if kind is Kind.DAY:
        return sql.SQL("to_char({}, {})").format(column, sql.Literal(_DAY_FORMAT))
    return column


def _advance(row: tuple[Any, ...], known: Mapping[str, Cursor]) -> StreamAdvance | None:
    stream_id, epoch, head, known_id, known_epoch, seq, cursor_table, cursor_row, head_table, head_row = row
    if stream_id is None:
        raise RebuildNeeded("something that you saw before is no longer yours to see")
    cursor = None if known_id is None else known[known_id]
    if cursor is not None:
        if epoch != known_epoch:
            raise RebuildNeeded("the server was set up anew or restored from a backup")
        if head < seq:
            raise RebuildNeeded("the server was restored to an earlier state")
        if seq > 0 and (cursor_table, cursor_row) != (cursor.table_no, cursor.row_id):
            raise RebuildNeeded("the server's past is another one than before")
        if head == seq:
            return None
    return StreamAdvance(0 if cursor is None else cursor.seq, Cursor(stream_id, epoch, head, head_table, head_row))


def _stub(person_id: str, email: str, role: str, status: str, created_at: str) -> Row:
    values = {
        "id": person_id,
        "email": email,
        "role": role,
        "status": status,
        "created_at": created_at,
        "updated_at": created_at,
        "version": "1",
    }
    return tuple(values.get(name) for name in USERS.names)
