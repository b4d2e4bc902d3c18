"""Behind PgBouncer in transaction mode people sign in with their own passwords, and sync goes on by asking."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.postgresql_cluster import PostgresqlCluster
from tests.sync.certificates import Authority
from tests.sync.pooler import pooler
from tests.sync.system_server import own_name, system_server
from tradesense_desktop.server.addresses import ServerAddress, Tls
from tradesense_desktop.server.connection import connect
from tradesense_desktop.server.errors import CertificateRefused, SignInRefused

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
