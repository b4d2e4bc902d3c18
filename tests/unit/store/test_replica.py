"""A pull is applied: row by row under every rule of the schema, or not at all."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from tests.firm_server import FirmPerson
from tests.sqlite_store import make_store, open_store
from tests.sync.firm_histories import LOSING, WINNING, local_history, rows_of
from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.replicated import (
    CHALLENGES,
    EVENTS,
    REPLICATED,
    TRADES,
    USERS,
    Cursor,
    HistoryHead,
    ReplicatedTable,
    Row,
    StreamAdvance,
    StreamUnsound,
)
from tradesense_desktop.store.connection import applying_replica, connect
from tradesense_desktop.store.replica import HistoryDiffers, ReplicaDiffers, apply_pull, read_history_head, setting_id
from tradesense_desktop.store.replica_state import ReplicaState, read_cursors, read_quarantines, read_state

PERSON = FirmPerson("u_1", "", "11111111-1111-4111-8111-111111111111", "USER", "owner@localhost.invalid")
EPOCH = "22222222-2222-4222-8222-222222222222"
STATE = ReplicaState("33333333-3333-4333-8333-333333333333", PERSON.id, Role.USER, "1:2:3")


@dataclass
class Sent:
    """What a server might send of one person."""

    tables: dict[str, list[Row]]
    heads: Mapping[str, HistoryHead] = field(default_factory=dict)
    stubs: Sequence[Row] = ()
    advances: Sequence[StreamAdvance] = (StreamAdvance(0, Cursor(PERSON.id, EPOCH, 9, 4, PERSON.id)),)

    def rows(self, table: ReplicatedTable) -> Iterator[tuple[str, Row]]:
        return ((PERSON.id, row) for row in self.tables.get(table.name, []))

    def changed(self, table: ReplicatedTable, place: int, **columns: str | None) -> "Sent":
        """The same with other values in one row."""
        rows = [list(row) for row in self.tables[table.name]]
        for name, value in columns.items():
            rows[place][table.place(name)] = value
        return replace(self, tables={**self.tables, table.name: [tuple(row) for row in rows]})


def sent_of(folder: Path, *profits: str) -> Sent:
    store = local_history(folder, PERSON, *profits)
    tables = {table.name: [tuple(map(_text, row)) for row in rows_of(store, table)] for table in REPLICATED[:-1]}
    with closing(open_store(store)) as connection:
        heads = {row[0]: read_history_head(connection, str(row[0])) for row in tables["challenges"]}
    return Sent(tables, {str(challenge_id): head for challenge_id, head in heads.items()})


def _text(value: Any) -> str | None:
    return None if value is None else f"{value:.15g}" if isinstance(value, float) else str(value)


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "replica.sqlite"
    make_store(path)
    return path


def apply(store: Path, sent: Sent) -> int:
    """As a pull does it: committed, or rolled back with its exception."""
    with closing(connect(store)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        try:
            with applying_replica(connection):
                rows = apply_pull(connection, sent, STATE).rows
        except BaseException:
            connection.execute("ROLLBACK")
            raise
        connection.execute("COMMIT")
    return rows


def content(store: Path) -> dict[str, list[tuple[Any, ...]]]:
    return {table.name: rows_of(store, table) for table in REPLICATED}


@pytest.mark.parametrize("profits", [WINNING, LOSING])
def test_a_history_arrives_as_it_was_sent_whatever_it_has_come_to(
    store: Path, tmp_path: Path, profits: tuple[str, ...]
) -> None:
    sent = sent_of(tmp_path / "sent", *profits)

    apply(store, sent)

    found = content(store)
    for table in REPLICATED[1:-1]:
        assert [tuple(map(_text, row)) for row in found[table.name]] == sent.tables[table.name], table.name


def test_where_it_stands_is_written_with_it_and_the_switch_is_off_again(store: Path, tmp_path: Path) -> None:
    apply(store, sent_of(tmp_path / "sent", *WINNING))

    with closing(open_store(store)) as connection:
        assert read_cursors(connection) == (Cursor(PERSON.id, EPOCH, 9, 4, PERSON.id),)
        assert read_state(connection) == STATE
        assert read_quarantines(connection) == ()
        assert connection.execute("SELECT active FROM replica_apply").fetchone() == (0,)


def test_the_same_again_changes_nothing(store: Path, tmp_path: Path) -> None:
    sent = sent_of(tmp_path / "sent", *LOSING)
    apply(store, sent)
    before = content(store)

    assert apply(store, sent) == 0
    assert content(store) == before


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (TRADES, {"realized_pnl": "12.5"}),
        (EVENTS, {"description": "another"}),
        (EVENTS, {"user_friendly_message": "x"}),
    ],
)
def test_other_content_under_a_known_id_is_an_alarm(
    store: Path, tmp_path: Path, table: ReplicatedTable, columns: dict[str, str]
) -> None:
    sent = sent_of(tmp_path / "sent", *WINNING)
    apply(store, sent)
    before = content(store)

    with pytest.raises(ReplicaDiffers) as alarm:
        apply(store, sent.changed(table, 0, **columns))

    assert (alarm.value.stream_id, alarm.value.is_alarm, alarm.value.columns) == (PERSON.id, True, tuple(columns))
    assert content(store) == before


@pytest.mark.parametrize(
    ("table", "columns"),
    [
        (EVENTS, {"description": "another"}),
        (EVENTS, {"previous_hash": "0" * 64}),
        (EVENTS, {"event_data": '{"amount": 1.5}'}),
        (EVENTS, {"event_data": "{"}),
        (EVENTS, {"sequence_number": "7"}),
        (TRADES, {"sequence_number": "7"}),
        (TRADES, {"quantity": "-1"}),
        (CHALLENGES, {"user_id": EPOCH}),
        (CHALLENGES, {"version": "many"}),
    ],
)
def test_a_row_that_does_not_fit_leaves_nothing_behind(
    store: Path, tmp_path: Path, table: ReplicatedTable, columns: dict[str, str]
) -> None:
    before = content(store)

    with pytest.raises(StreamUnsound) as unsound:
        apply(store, sent_of(tmp_path / "sent", *WINNING).changed(table, 0, **columns))

    assert unsound.value.stream_id == PERSON.id
    assert content(store) == before


def test_a_history_that_ends_elsewhere_than_the_servers_is_an_alarm(store: Path, tmp_path: Path) -> None:
    sent = sent_of(tmp_path / "sent", *WINNING)
    ((challenge_id, head),) = sent.heads.items()
    sent.heads = {challenge_id: head._replace(hash="0" * 64)}

    with pytest.raises(HistoryDiffers, match=challenge_id):
        apply(store, sent)


def test_what_belongs_to_the_copy_is_not_set_from_outside(store: Path) -> None:
    sent = Sent({"settings": [("replica/state", "{}", "2026-01-01 00:00:00.000000")]})

    with pytest.raises(StreamUnsound, match="this copy alone"):
        apply(store, sent)


def test_a_setting_comes_changes_and_goes(store: Path) -> None:
    for value in ("1", "2"):
        apply(store, Sent({"settings": [("lock/minutes", value, "2026-01-01 00:00:00.000000")]}))
        assert ("lock/minutes", value) in [row[:2] for row in content(store)["settings"]]

    apply(store, Sent({"settings": [(setting_id("lock/minutes"), None, None)]}))

    assert "lock/minutes" not in [row[0] for row in content(store)["settings"]]


def test_a_person_who_was_seen_stays_as_seen_when_only_a_stub_comes(store: Path) -> None:
    seen = _person("someone@firm.example")
    apply(store, Sent({}, stubs=[_person(f"{EPOCH}@hidden.invalid")]))
    apply(store, Sent({"users": [seen]}))
    apply(store, Sent({}, stubs=[_person(f"{EPOCH}@hidden.invalid")]))

    assert [row[1] for row in content(store)["users"]] == ["someone@firm.example"]


def _person(email: str) -> Row:
    at = "2026-01-01 00:00:00.000000"
    values = {"id": EPOCH, "email": email, "role": "ADMIN", "status": "ACTIVE", "created_at": at, "updated_at": at}
    return tuple({**values, "version": "1"}.get(name) for name in USERS.names)


def test_the_columns_of_a_replica_are_those_of_the_schema(store: Path) -> None:
    with closing(open_store(store)) as connection:
        for table in REPLICATED:
            columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table.name})")]
            assert [name for name in columns if name != "password_hash"] == list(table.names)
