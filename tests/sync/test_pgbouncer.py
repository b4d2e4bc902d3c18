"""Behind PgBouncer in transaction mode people sign in with their own passwords, and sync goes on by asking."""

import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from tests.firm_server import OneServer, firm_server
from tests.postgresql_cluster import PostgresqlCluster
from tests.sync.certificates import Authority
from tests.sync.desktops import Desktop
from tests.sync.firm_office import BALANCE
from tests.sync.invariants import Findings, compare, replica_state, server_state
from tests.sync.pooler import pooler
from tests.sync.system_server import own_name, system_server
from tests.sync.test_disk_full import record_trades
from tests.sync.test_restore import note
from tradesense_desktop.domain.server_address import ServerAddress, Tls
from tradesense_desktop.server.connection import connect
from tradesense_desktop.server.errors import CertificateRefused, SignInRefused
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.sync_workspace import FirmSync, Phase

PASSWORD = "quiet-harbour-77"
LOGIN = "u_0123456789abcdef0123456789abcdef"


@pytest.fixture(scope="module")
def cluster() -> Iterator[PostgresqlCluster]:
    with system_server() as running:
        with closing(running.connect("postgres", autocommit=True)) as connection:
            connection.execute(f"CREATE ROLE {LOGIN} LOGIN PASSWORD '{PASSWORD}'")
        yield running


@pytest.fixture(scope="module")
def port(cluster: PostgresqlCluster) -> Iterator[int]:
    with pooler(cluster) as listening:
        yield listening


def address(port: int) -> ServerAddress:
    return ServerAddress("127.0.0.1", port, "postgres", LOGIN)


def test_a_person_signs_in_through_the_pooler_as_themselves(port: int) -> None:
    with closing(connect(address(port), PASSWORD)) as connection:
        assert connection.execute("SELECT session_user, current_user").fetchone() == (LOGIN, LOGIN)


def test_a_wrong_password_is_refused_by_the_pooler(port: int) -> None:
    with pytest.raises(SignInRefused):
        connect(address(port), "another")


def test_more_people_at_once_than_the_pool_has_sessions_are_all_served(port: int) -> None:
    connections = [connect(address(port), PASSWORD) for _ in range(12)]
    try:
        for number, connection in enumerate(connections):
            with connection.transaction():
                assert connection.execute("SELECT %s::int", [number]).fetchone() == (number,)
    finally:
        for connection in connections:
            connection.close()


def test_before_a_pooler_the_certificate_is_checked_and_the_channel_need_not_be_its_own(
    cluster: PostgresqlCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = Authority(tmp_path, "the-firms-own")
    monkeypatch.setenv("PGSSLROOTCERT", str(authority.certificate))
    with pooler(cluster, authority.sign(own_name())) as port:
        with closing(connect(ServerAddress(own_name(), port, "postgres", LOGIN, Tls.POOLER), PASSWORD)) as connection:
            assert connection.execute("SELECT session_user").fetchone() == (LOGIN,)
        # PgBouncer 1.18 offers no channel binding: who demands it gets no further, and says nothing secret.
        with pytest.raises(CertificateRefused):
            connect(ServerAddress(own_name(), port, "postgres", LOGIN, Tls.VERIFIED), PASSWORD)


def test_desktops_behind_the_pooler_connect_push_and_pull_by_asking_alone(
    cluster: PostgresqlCluster, port: int, tmp_path: Path
) -> None:
    with firm_server(OneServer(cluster), "system") as firm:
        desktops = {}
        for name, role in (("ada", "ADMIN"), ("tina", "USER")):
            person = firm.add_person(role)
            url = f"postgresql://{person.login}@127.0.0.1:{port}/{firm.database}"
            desktops[name] = Desktop(tmp_path / name, person, url, person.password)
            desktops[name].connect()
        ada, tina = desktops["ada"], desktops["tina"]
        try:
            with pytest.raises(Refused):  # tina joined the firm after ada's computer did, which does not know her yet
                open_challenge(ada.workspace, preset="tradesense", initial_balance=BALANCE, owner_id=tina.person.id)
            ada.sync()
            opened = open_challenge(
                ada.workspace, preset="tradesense", initial_balance=BALANCE, owner_id=tina.person.id
            )
            for desktop in (ada, tina):
                desktop.sync()
            note(tina, opened.id, "of tina")
            record_trades(ada, opened.id, 20)
            for desktop in (tina, ada, tina, ada):
                desktop.sync()

            findings = Findings()
            for desktop in desktops.values():
                with closing(firm.connect_as(replace(desktop.person, password=desktop.password))) as connection:
                    there = server_state(connection)
                compare(findings, desktop.name, there, replica_state(desktop.directory))
                assert [op.state for op in desktop.ops_of_now()] == []
            findings.check()
            assert len(there["trades"]) == 20
        finally:
            for desktop in desktops.values():
                desktop.close()


def test_a_desktop_behind_the_pooler_keeps_itself_up_and_stops_at_once(
    cluster: PostgresqlCluster, port: int, tmp_path: Path
) -> None:
    with firm_server(OneServer(cluster), "system") as firm:
        person = firm.add_person("ADMIN")
        desktop = Desktop(
            tmp_path / "ada",
            person,
            f"postgresql://{person.login}@127.0.0.1:{port}/{firm.database}",
            person.password,
        )
        desktop.connect()
        connected = threading.Event()
        sync = FirmSync(
            desktop.workspace, tell=lambda state: connected.set() if state.phase is Phase.CONNECTED else None
        )
        sync.start()
        try:
            assert connected.wait(60), sync.state()
        finally:
            sync.stop()
            desktop.close()
