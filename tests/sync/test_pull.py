"""An ordinary pull: what is new comes, what is tampered with is an alarm, what is another's never comes."""

import json
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmPerson, FirmServer, firm_server
from tests.sync.connected import address_of, pulled, replica
from tests.sync.firm_histories import LOSING, WINNING, local_history, put_history, stored
from tests.sync.replica_equality import assert_replica_equals
from tradesense_desktop.server.connection import connect
from tradesense_desktop.server.errors import RebuildNeeded
from tradesense_desktop.server.pulled import take
from tradesense_desktop.services import pull_replica as service
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.store.drivers import STORE_NAME

pytestmark = pytest.mark.postgresql


@pytest.fixture(params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as server:
        yield server


def put(firm: FirmServer, folder: Path, person: FirmPerson, *profits: str) -> list[str]:
    with closing(firm.connect()) as connection:
        return put_history(connection, local_history(folder, person, *profits))


def state_of(workspace: Workspace) -> list[tuple[Any, ...]]:
    """Everything that a pull could write."""
    tables = ("users", "challenges", "trades", "challenge_events", "risk_alerts", "import_history", "settings")
    return [stored(workspace.path, f"SELECT * FROM {table} ORDER BY 1") for table in tables]


@pytest.mark.parametrize("role", ["USER", "AUDITOR", "ADMIN"])
def test_what_is_put_on_the_server_afterwards_comes_row_by_row(firm: FirmServer, tmp_path: Path, role: str) -> None:
    trader = firm.add_person()
    person = trader if role == "USER" else firm.add_person(role)
    with replica(firm, person, tmp_path / "replica") as workspace:
        put(firm, tmp_path / "1", trader, *WINNING)
        put(firm, tmp_path / "2", trader, *LOSING)

        outcome = pulled(firm, person, workspace)

        assert outcome.rows > 0
        assert outcome.quarantines == ()
        assert assert_replica_equals(firm, person, tmp_path / "replica") == 2


def test_rows_of_another_trader_never_arrive(firm: FirmServer, tmp_path: Path) -> None:
    trader, another = firm.add_person(), firm.add_person()
    put(firm, tmp_path / "1", another, *WINNING)
    with replica(firm, trader, tmp_path / "replica") as workspace:
        put(firm, tmp_path / "2", another, *LOSING)
        pulled(firm, trader, workspace, is_thorough=True)

        assert stored(workspace.path, "SELECT id FROM users") == [(trader.id,)]
        assert [stored(workspace.path, f"SELECT 1 FROM {table}") for table in ("challenges", "trades")] == [[], []]


def test_the_same_pull_twice_changes_nothing(firm: FirmServer, tmp_path: Path) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path / "replica") as workspace:
        put(firm, tmp_path / "1", trader, *LOSING)
        pulled(firm, trader, workspace)
        before, revision = state_of(workspace), workspace.revision()

        assert pulled(firm, trader, workspace).rows == 0
        assert (state_of(workspace), workspace.revision()) == (before, revision)


def test_rows_that_are_here_already_are_taken_once(firm: FirmServer, tmp_path: Path) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path / "replica") as workspace:
        put(firm, tmp_path / "1", trader, *LOSING)
        pulled(firm, trader, workspace)
        before = state_of(workspace)
        with closing(firm.connect()) as connection:  # every row is named once more
            connection.execute(
                "WITH head AS (UPDATE sync_stream SET head = 2 * head WHERE stream_id = %s RETURNING head)"
                " INSERT INTO sync_log SELECT stream_id, seq + head / 2, table_no, row_id FROM sync_log, head"
                " WHERE stream_id = %s",
                [trader.id, trader.id],
            )

        assert pulled(firm, trader, workspace).rows == 0
        assert state_of(workspace)[:-1] == before[:-1]


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        (
            "UPDATE trades SET realized_pnl = realized_pnl + 1 WHERE sequence_number = 2",
            "of trades, which never changes",
        ),
        (
            "UPDATE challenge_events SET description = 'another' WHERE sequence_number = 2",
            "of challenge_events, which never changes",
        ),
    ],
)
def test_a_row_that_was_changed_on_the_server_is_an_alarm_and_nothing_of_it_is_taken(
    firm: FirmServer, tmp_path: Path, statement: str, words: str
) -> None:
    trader, admin = firm.add_person(), firm.add_person("ADMIN")
    put(firm, tmp_path / "1", trader, *WINNING)
    with replica(firm, admin, tmp_path / "replica") as workspace:
        before = state_of(workspace)
        with closing(firm.connect()) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute(statement)
            connection.execute("SET session_replication_role = origin")
            table, number = ("trades", 3) if "trades" in statement else ("challenge_events", 4)
            connection.execute(
                "WITH head AS (UPDATE sync_stream SET head = head + 1 WHERE stream_id = %s RETURNING stream_id, head)"
                f" INSERT INTO sync_log SELECT stream_id, head, {number}, id FROM head, {table}"
                " WHERE sequence_number = 2",
                [trader.id],
            )
        other = firm.add_person()
        put(firm, tmp_path / "2", other, *WINNING)

        outcome = pulled(firm, admin, workspace)

        (quarantine,) = outcome.quarantines
        assert (quarantine.stream_id, quarantine.is_alarm) == (trader.id, True)
        assert words in quarantine.sentence
        assert stored(workspace.path, "SELECT user_id FROM challenges WHERE user_id = ?", other.id) == [(other.id,)]
        assert (
            stored(
                workspace.path,
                "SELECT * FROM trades WHERE challenge_id IN (SELECT id FROM challenges WHERE user_id = ?) ORDER BY 1",
                trader.id,
            )
            == before[2]
        )
        cursor = json.loads(
            stored(workspace.path, "SELECT value FROM settings WHERE name = ?", f"replica/cursor/{trader.id}")[0][0]
        )
        assert cursor["seq"] > 0


def test_a_stream_in_quarantine_goes_on_when_it_fits_again(firm: FirmServer, tmp_path: Path) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path / "replica") as workspace:
        (challenge,) = put(firm, tmp_path / "1", trader, *WINNING)
        with closing(firm.connect()) as connection:
            connection.execute("SET session_replication_role = replica")
            connection.execute("UPDATE challenge_events SET sequence_number = 900 WHERE sequence_number = 3")
            assert pulled(firm, trader, workspace).quarantines[0].stream_id == trader.id
            assert stored(workspace.path, "SELECT 1 FROM challenges") == []
            connection.execute("UPDATE challenge_events SET sequence_number = 3 WHERE sequence_number = 900")

        assert pulled(firm, trader, workspace, is_thorough=True).quarantines == ()
        assert stored(workspace.path, "SELECT id FROM challenges") == [(challenge,)]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sync_stream SET epoch = gen_random_uuid() WHERE stream_id = %s",
        "UPDATE sync_stream SET head = head - 1 WHERE stream_id = %s",
        "UPDATE sync_log SET row_id = gen_random_uuid() WHERE stream_id = %s",
    ],
)
def test_another_past_of_the_server_asks_for_a_rebuild(firm: FirmServer, tmp_path: Path, statement: str) -> None:
    trader = firm.add_person()
    put(firm, tmp_path / "1", trader, *WINNING)
    with replica(firm, trader, tmp_path / "replica") as workspace:
        with closing(firm.connect()) as connection:
            connection.execute(statement, [trader.id])

        with pytest.raises(RebuildNeeded):
            pulled(firm, trader, workspace, is_thorough=True)


def test_another_role_asks_for_a_rebuild(firm: FirmServer, tmp_path: Path) -> None:
    person = firm.add_person("AUDITOR")
    with replica(firm, person, tmp_path / "replica") as workspace:
        with closing(firm.connect_as(firm.superadmin)) as connection:
            connection.execute("SELECT ts_api.govern_person(%s, 'role', 'ADMIN', 'test')", [person.id])

        with pytest.raises(RebuildNeeded, match="role"):
            pulled(firm, person, workspace)


@pytest.mark.parametrize("is_thorough", [False, True])
def test_nothing_new_is_one_round_trip(firm: FirmServer, tmp_path: Path, is_thorough: bool) -> None:
    trader = firm.add_person()
    put(firm, tmp_path / "1", trader, *WINNING)
    address = address_of(firm, trader)
    with (
        replica(firm, trader, tmp_path / "replica") as workspace,
        closing(connect(address, trader.password)) as connection,
    ):
        trace = tmp_path / "trace"
        with trace.open("wb") as file:
            connection.pgconn.trace(file.fileno())
            outcome = service.pull_replica(workspace, connection, address, is_thorough=is_thorough)
            connection.pgconn.untrace()

        assert outcome.rows == 0
        assert trace.read_text().count("ReadyForQuery") == 1


def test_more_than_is_held_in_memory_is_read_row_by_row(
    firm: FirmServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path / "replica") as workspace:
        put(firm, tmp_path / "1", trader, *WINNING)
        monkeypatch.setattr(service, "take", lambda moment, advances: take(moment, advances, held_most=0))

        pulled(firm, trader, workspace)

        assert assert_replica_equals(firm, trader, tmp_path / "replica") == 1


def test_no_row_is_lost_while_others_write(firm: FirmServer, tmp_path: Path) -> None:
    traders = [firm.add_person() for _ in range(4)]
    admin = firm.add_person("ADMIN")
    histories = [local_history(tmp_path / str(number), trader, *WINNING) for number, trader in enumerate(traders)]
    failures: list[BaseException] = []

    def write(history: Path) -> None:
        try:
            with closing(firm.connect()) as connection:
                put_history(connection, history)
        except BaseException as failure:
            failures.append(failure)
            raise

    with replica(firm, admin, tmp_path / "replica") as workspace:
        writers = [threading.Thread(target=write, args=(history,)) for history in histories]
        for writer in writers:
            writer.start()
        while any(writer.is_alive() for writer in writers):
            pulled(firm, admin, workspace)
        for writer in writers:
            writer.join()
        pulled(firm, admin, workspace)

    assert failures == []
    assert assert_replica_equals(firm, admin, tmp_path / "replica") == 4
    assert (tmp_path / "replica" / STORE_NAME).exists()
