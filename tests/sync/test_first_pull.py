"""A replica that is fetched whole: it equals what the person may see on the server, wherever the fetching was stopped."""

import itertools
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmPerson, FirmServer, firm_server
from tests.sync.faults import CutAt, Way, clean
from tests.sync.faulty_proxy import FaultyProxy
from tests.sync.firm_histories import LOSING, WINNING, local_history, put_history, stored
from tests.sync.replica_equality import assert_replica_equals
from tradesense_desktop.domain.progress import Progress
from tradesense_desktop.domain.replicated import ReplicatedTable, Row
from tradesense_desktop.domain.server_address import parse_address
from tradesense_desktop.server.connection import connect
from tradesense_desktop.server.pull import Snapshot
from tradesense_desktop.services import first_pull
from tradesense_desktop.services.connect_firm import connect_firm
from tradesense_desktop.services.errors import ServerNeeded
from tradesense_desktop.services.first_pull import Fetched, fetch_replica
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.store.replica_file import take_place

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module", params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as server:
        yield server


@pytest.fixture(scope="module")
def traders(firm: FirmServer, tmp_path_factory: pytest.TempPathFactory) -> list[FirmPerson]:
    """Two traders with three histories, one of which has failed."""
    people = [firm.add_person(), firm.add_person()]
    folder = tmp_path_factory.mktemp("histories")
    histories = [(people[0], WINNING), (people[0], LOSING), (people[1], WINNING)]
    with closing(firm.connect()) as connection:
        for number, (person, profits) in enumerate(histories):
            put_history(connection, local_history(folder / str(number), person, *profits))
    return people


def fetched(firm: FirmServer, person: FirmPerson, folder: Path) -> Fetched:
    address = parse_address(firm.url_of(person))
    with connect(address, person.password) as connection:
        result = fetch_replica(folder, connection, address)
    take_place(folder)
    return result


@pytest.mark.usefixtures("traders")
@pytest.mark.parametrize("role", ["AUDITOR", "ADMIN", "SUPERADMIN"])
def test_staff_get_everything_row_by_row(firm: FirmServer, tmp_path: Path, role: str) -> None:
    person = firm.add_person(role)

    fetched(firm, person, tmp_path)

    assert assert_replica_equals(firm, person, tmp_path) >= 3


def test_a_trader_gets_the_own_rows_and_nobody_elses(
    firm: FirmServer, traders: list[FirmPerson], tmp_path: Path
) -> None:
    fetched(firm, traders[0], tmp_path)

    assert assert_replica_equals(firm, traders[0], tmp_path) == 2


class Stopped(Exception):
    """Somebody pulled the plug."""


def stop_at(call: int) -> Callable[[Progress], None]:
    """Progress that ends everything at its `call`th call."""
    calls = itertools.count(1)

    def report(_progress: Progress) -> None:
        if next(calls) == call:
            raise Stopped

    return report


@pytest.fixture
def office(servers: Servers) -> Iterator[FirmServer]:
    """A firm of a test's own."""
    with firm_server(servers, "postgresql-18") as server:
        yield server


def test_stopped_anywhere_it_goes_on_from_there_with_what_has_changed_meanwhile(
    office: FirmServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_pull, "_EVENTS_A_BATCH", 1)
    monkeypatch.setattr(first_pull, "_ROWS_BETWEEN_REPORTS", 3)
    traders, admin = [office.add_person() for _ in range(3)], office.add_person("ADMIN")
    address = parse_address(office.url_of(admin))
    histories = [
        local_history(tmp_path / str(number), trader, *profits)
        for number, (trader, profits) in enumerate(zip(traders, (WINNING, LOSING, WINNING), strict=True))
    ]
    with closing(office.connect()) as server:
        put_history(server, histories[0])
        put_history(server, histories[1])
    for call in itertools.count(1):
        try:
            with connect(address, admin.password) as connection:
                fetch_replica(tmp_path / "replica", connection, address, stop_at(call))
        except Stopped:
            if call == 9:
                with closing(office.connect()) as server:
                    put_history(server, histories[2])
                    server.execute("UPDATE challenges SET archived_at = now()")
        else:
            break
    take_place(tmp_path / "replica")

    assert call > 9
    assert assert_replica_equals(office, admin, tmp_path / "replica") == 3


def test_what_is_loaded_is_not_asked_for_again(
    office: FirmServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_pull, "_EVENTS_A_BATCH", 1)
    trader = office.add_person()
    address = parse_address(office.url_of(trader))
    with closing(office.connect()) as server:
        for number in range(3):
            put_history(server, local_history(tmp_path / str(number), trader, *WINNING))
    asked: list[str] = []
    rows_of_challenges = Snapshot.rows_of_challenges

    def noted(self: Snapshot, table: ReplicatedTable, challenge_ids: Sequence[str]) -> Iterator[Row]:
        if table.name == "trades":
            asked.extend(challenge_ids)
            if len(asked) == 3:
                raise Stopped
        return rows_of_challenges(self, table, challenge_ids)

    monkeypatch.setattr(Snapshot, "rows_of_challenges", noted)
    with connect(address, trader.password) as connection, pytest.raises(Stopped):
        fetch_replica(tmp_path / "replica", connection, address)
    with connect(address, trader.password) as connection:
        fetch_replica(tmp_path / "replica", connection, address)

    assert len(set(asked)) == 3
    assert asked[2:] == [asked[2]] * 2


KILLED = """
import os, signal, sys
from pathlib import Path
from tradesense_desktop.services import connect_firm, first_pull
first_pull._EVENTS_A_BATCH, first_pull._ROWS_BETWEEN_REPORTS = 1, 3
left = int(sys.argv[3])
def report(progress):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
connect_firm.connect_firm(Path(sys.argv[1]), sys.argv[2], os.environ["TRADESENSE_PASSWORD"], progress=report)
"""


def test_a_process_that_is_killed_leaves_what_the_next_one_goes_on_with(office: FirmServer, tmp_path: Path) -> None:
    trader = office.add_person()
    with closing(office.connect()) as server:
        for number in range(2):
            put_history(server, local_history(tmp_path / str(number), trader, *WINNING))
    endings = []
    for call in (1, 4, 9, 14, 0):
        done = subprocess.run(
            [sys.executable, "-c", KILLED, str(tmp_path / "replica"), office.url_of(trader), str(call)],
            check=False,
            capture_output=True,
            env={**os.environ, "TRADESENSE_PASSWORD": trader.password},
        )
        endings.append(done.returncode)
        assert done.returncode in {0, -signal.SIGKILL}, done.stderr.decode()

    assert endings[0] == -signal.SIGKILL
    assert endings[-1] == 0
    assert assert_replica_equals(office, trader, tmp_path / "replica") == 2
    with open_workspace(tmp_path / "replica") as workspace:
        assert workspace.firm is not None


@pytest.mark.parametrize("byte", [3_000, 6_000, 9_000])
def test_a_connection_that_is_cut_is_an_unreachable_server_and_nothing_is_lost(
    office: FirmServer, tmp_path: Path, byte: int
) -> None:
    trader = office.add_person()
    with closing(office.connect()) as server:
        put_history(server, local_history(tmp_path / "1", trader, *WINNING * 5))
    socket = office.cluster.directory / ".s.PGSQL.5432"
    with FaultyProxy(socket, lambda: CutAt(Way.TO_CLIENT, byte)) as proxy:
        url = f"postgresql://{trader.login}@{proxy.host}:{proxy.port}/{office.database}"
        with pytest.raises(ServerNeeded):
            connect_firm(tmp_path / "replica", url, trader.password)
        proxy.faults = clean
        connect_firm(tmp_path / "replica", url, trader.password)

    assert assert_replica_equals(office, trader, tmp_path / "replica") == 1


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE challenge_events SET description = 'another' WHERE sequence_number = 2 AND challenge_id = %s",
        "DELETE FROM challenge_events WHERE sequence_number = 2 AND challenge_id = %s",
        "DELETE FROM trades WHERE sequence_number = 2 AND challenge_id = %s",
    ],
)
def test_a_history_that_does_not_hold_is_left_out_with_an_alarm_and_the_others_come(
    office: FirmServer, tmp_path: Path, statement: str
) -> None:
    traders, admin = [office.add_person(), office.add_person()], office.add_person("ADMIN")
    with closing(office.connect()) as server:
        (broken,) = put_history(server, local_history(tmp_path / "1", traders[0], *WINNING))
        (whole,) = put_history(server, local_history(tmp_path / "2", traders[1], *WINNING))
        server.execute("SET session_replication_role = replica")
        server.execute(statement, [broken])

    result = fetched(office, admin, tmp_path / "replica")

    (quarantine,) = result.quarantines
    assert (quarantine.stream_id, quarantine.is_alarm) == (traders[0].id, True)
    assert broken in quarantine.sentence
    store = tmp_path / "replica" / "workspace.sqlite"
    assert stored(store, "SELECT id FROM challenges") == [(whole,)]
    assert stored(store, "SELECT DISTINCT challenge_id FROM challenge_events") == [(whole,)]
