"""A firm's workspace kept together with its server: once, in a thread, on the command line, and when that cannot be."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmPerson, FirmServer, firm_server
from tests.sync.connected import replica
from tests.sync.firm_histories import LOSING, WINNING, local_history, put_history, stored
from tests.sync.replica_equality import assert_replica_equals
from tradesense_desktop.cli import program
from tradesense_desktop.services.connect_firm import connect_firm, diagnose, rebuild
from tradesense_desktop.services.errors import NotSignedIn, Refused, ServerNeeded
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_sync import read_sync
from tradesense_desktop.services.sync_workspace import FirmSync, Phase, RebuildWanted, SyncState, sync_once

pytestmark = pytest.mark.postgresql

MOST_SECONDS = 60.0
"""For what comes in milliseconds: a thread that hangs fails the test instead of stopping the run."""


@pytest.fixture(params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as server:
        yield server


def put(firm: FirmServer, folder: Path, person: FirmPerson, *profits: str) -> None:
    with closing(firm.connect()) as connection:
        put_history(connection, local_history(folder, person, *profits))


class Told:
    """What a FirmSync told, and a wait for something in particular."""

    def __init__(self) -> None:
        self._states: list[SyncState] = []
        self._changed = threading.Condition()

    def __call__(self, state: SyncState) -> None:
        with self._changed:
            self._states.append(state)
            self._changed.notify_all()

    def wait(self, is_wanted: Callable[[SyncState], bool]) -> SyncState:
        with self._changed:
            assert self._changed.wait_for(lambda: any(map(is_wanted, self._states)), MOST_SECONDS), self._states
            return next(state for state in self._states if is_wanted(state))

    def forget(self) -> None:
        with self._changed:
            self._states.clear()


@contextmanager
def syncing(workspace: Workspace, password: str) -> Iterator[tuple[FirmSync, Told]]:
    told = Told()
    sync = FirmSync(workspace, password, told)
    sync.start()
    try:
        yield sync, told
    finally:
        sync.stop()


def is_connected(state: SyncState) -> bool:
    return state.phase is Phase.CONNECTED


def test_one_synchronisation_takes_what_is_new(firm: FirmServer, tmp_path: Path) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path / "replica") as workspace:
        put(firm, tmp_path / "1", trader, *LOSING)

        outcome = sync_once(workspace, trader.password)

        assert (outcome.pending, outcome.refused, outcome.quarantines) == (0, 0, ())
        assert assert_replica_equals(firm, trader, tmp_path / "replica") == 1


def test_a_thread_that_listens_takes_what_comes_without_being_asked(firm: FirmServer, tmp_path: Path) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path / "replica") as workspace, syncing(workspace, trader.password) as (_, told):
        told.wait(is_connected)
        put(firm, tmp_path / "1", trader, *WINNING)
        arrived = threading.Event()

        def look(state: SyncState) -> bool:
            if stored(workspace.path, "SELECT 1 FROM challenges"):
                arrived.set()
            return arrived.is_set() and is_connected(state)

        told.wait(look)

    assert assert_replica_equals(firm, trader, tmp_path / "replica") == 1


def test_without_a_password_nobody_is_signed_in(firm: FirmServer, tmp_path: Path) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path) as workspace, pytest.raises(NotSignedIn):
        sync_once(workspace)


def test_a_server_that_is_gone_is_said_to_be_and_the_thread_goes_on_when_it_is_back(
    firm: FirmServer, tmp_path: Path
) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path / "replica") as workspace, syncing(workspace, trader.password) as (sync, told):
        told.wait(is_connected)
        told.forget()
        with closing(firm.cluster.connect("postgres", autocommit=True)) as operator:
            operator.execute(f"ALTER DATABASE {firm.database} ALLOW_CONNECTIONS false")
            operator.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [firm.database]
            )
            sync.wake()
            state = told.wait(lambda state: state.phase in {Phase.OFFLINE, Phase.ATTENTION})
            assert state.sentence
            operator.execute(f"ALTER DATABASE {firm.database} ALLOW_CONNECTIONS true")
        told.forget()
        sync.wake()
        told.wait(is_connected)


def test_a_wrong_password_waits_for_the_person(firm: FirmServer, tmp_path: Path) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path) as workspace:
        with closing(firm.connect()) as connection:
            connection.execute(f'ALTER ROLE "{trader.login}" NOLOGIN')
        with syncing(workspace, trader.password) as (_, told):
            state = told.wait(lambda state: state.phase is Phase.ATTENTION)
        assert "did not let you in" in state.sentence


def test_after_a_restored_server_the_copy_is_fetched_anew(firm: FirmServer, tmp_path: Path) -> None:
    trader = firm.add_person()
    put(firm, tmp_path / "1", trader, *WINNING)
    with replica(firm, trader, tmp_path / "replica") as workspace:
        with closing(firm.connect()) as connection:
            connection.execute("UPDATE sync_stream SET epoch = gen_random_uuid()")
        with pytest.raises(RebuildWanted, match="fetched anew"):
            sync_once(workspace, trader.password)

    rebuild(tmp_path / "replica", trader.password)

    with open_workspace(tmp_path / "replica") as workspace:
        assert sync_once(workspace, trader.password).rows == 0
    assert assert_replica_equals(firm, trader, tmp_path / "replica") == 1


@pytest.mark.parametrize(
    ("column", "value", "words"), [("api_version", "0", "migrate"), ("api_version", "99", "newest")]
)
def test_an_older_or_newer_server_is_told_apart(
    firm: FirmServer, tmp_path: Path, column: str, value: str, words: str
) -> None:
    trader = firm.add_person()
    with replica(firm, trader, tmp_path) as workspace:
        with closing(firm.connect()) as connection:
            connection.execute(f"UPDATE ts_private.installation SET {column} = {value}")

        with pytest.raises(Refused, match=words):
            sync_once(workspace, trader.password)


def test_a_workspace_of_ones_own_is_not_replaced(firm: FirmServer, tmp_path: Path) -> None:
    trader = firm.add_person()
    local_history(tmp_path / "own", trader, *WINNING)

    with pytest.raises(Refused, match="of your own"):
        connect_firm(tmp_path / "own", firm.url_of(trader), trader.password)


def test_nothing_that_answers_is_an_unreachable_server(tmp_path: Path) -> None:
    with pytest.raises(ServerNeeded) as refused:
        connect_firm(tmp_path, f"postgresql://u_1@{str(tmp_path).replace('/', '%2F')}:5432/firm", "secret")
    assert refused.value.exit_code == 4
    assert "secret" not in refused.value.sentence


def test_the_way_to_a_sound_server_is_described_step_by_step(firm: FirmServer) -> None:
    trader = firm.add_person()

    diagnosis = diagnose(firm.url_of(trader), trader.password)

    assert diagnosis.is_ok
    assert [line.step for line in diagnosis.lines] == ["name", "port", "certificate", "password", "rights", "schema"]


def test_a_login_of_nobody_has_no_rights(firm: FirmServer) -> None:
    trader = firm.add_person()
    with closing(firm.connect()) as connection:
        connection.execute("UPDATE users SET status = 'SUSPENDED' WHERE id = %s", [trader.id])

    outcomes = {line.step: line.outcome for line in diagnose(firm.url_of(trader), trader.password).lines}

    assert (outcomes["password"], outcomes["rights"], outcomes["schema"]) == ("ok", "failed", "unreached")


def run(*arguments: str, folder: Path) -> int:
    return program.run(["--workspace", str(folder), *arguments], show_window=lambda _: 0)


def test_the_command_line_connects_shows_and_synchronises(
    firm: FirmServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    trader = firm.add_person()
    folder = tmp_path / "replica"
    monkeypatch.setenv("TRADESENSE_PASSWORD", trader.password)

    assert run("connect", firm.url_of(trader), "--check", folder=folder) == 0
    assert run("connect", firm.url_of(trader), folder=folder) == 0
    capsys.readouterr()
    assert run("sync", "status", "--json", folder=folder) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["status"]["login"] == trader.login
    assert trader.password not in json.dumps(document)
    with open_workspace(folder) as workspace:
        assert read_sync(workspace).is_fetched


def test_the_command_line_ends_with_four_where_nothing_answers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TRADESENSE_PASSWORD", "not-said-anywhere")
    url = f"postgresql://u_1@{str(tmp_path).replace('/', '%2F')}:5432/firm"

    assert run("connect", url, folder=tmp_path / "replica") == 4
    assert "not-said-anywhere" not in capsys.readouterr().err
