"""Who the server is, is proved before anything is sent: by its certificate, its name and a channel that is its own."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.postgresql_cluster import PostgresqlCluster
from tests.sync.certificates import Authority
from tests.sync.system_server import own_name, secure, system_server, write_rules
from tradesense_desktop.domain.server_address import ServerAddress, Tls
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
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"), "the-firms-own")


@pytest.fixture(autouse=True)
def _trusted(monkeypatch: pytest.MonkeyPatch, authority: Authority) -> None:
    monkeypatch.setenv("PGSSLROOTCERT", str(authority.certificate))


def address(cluster: PostgresqlCluster, tls: Tls = Tls.VERIFIED, host: str | None = None) -> ServerAddress:
    return ServerAddress(host or own_name(), int(cluster.settings["port"]), "postgres", LOGIN, tls)


def is_encrypted(where: ServerAddress) -> bool:
    with closing(connect(where, PASSWORD)) as connection:
        row = connection.execute("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").fetchone()
        assert row is not None
        return bool(row[0])


@pytest.mark.parametrize("tls", list(Tls))
def test_a_server_with_its_own_certificate_is_let_in_and_the_connection_is_encrypted(
    cluster: PostgresqlCluster, authority: Authority, tls: Tls
) -> None:
    secure(cluster, authority.sign(own_name()))

    assert is_encrypted(address(cluster, tls)) is True


@pytest.mark.parametrize("tls", [Tls.VERIFIED, Tls.POOLER])
def test_a_certificate_for_another_name_is_refused(cluster: PostgresqlCluster, authority: Authority, tls: Tls) -> None:
    secure(cluster, authority.sign("another.example.org"))

    with pytest.raises(CertificateRefused) as caught:
        connect(address(cluster, tls), PASSWORD)

    assert str(caught.value) == (
        f"{own_name()} did not prove who it is (its certificate is for another name); nothing was sent to it."
    )


@pytest.mark.parametrize("tls", [Tls.VERIFIED, Tls.POOLER])
def test_a_certificate_that_nobody_trusted_has_signed_is_refused(
    cluster: PostgresqlCluster, tmp_path: Path, tls: Tls
) -> None:
    secure(cluster, Authority(tmp_path, "somebody").sign(own_name()))

    with pytest.raises(CertificateRefused) as caught:
        connect(address(cluster, tls), PASSWORD)

    assert str(caught.value) == (
        f"{own_name()} did not prove who it is (nobody whom this computer trusts has signed its certificate, "
        "or it has expired); nothing was sent to it."
    )


def test_an_own_authority_is_not_trusted_unless_it_is_named(
    cluster: PostgresqlCluster, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("PGSSLROOTCERT")
    secure(cluster, authority.sign(own_name()))

    with pytest.raises(CertificateRefused):
        connect(address(cluster), PASSWORD)


@pytest.mark.parametrize("tls", [Tls.VERIFIED, Tls.POOLER])
def test_a_certificate_that_has_expired_is_refused(cluster: PostgresqlCluster, authority: Authority, tls: Tls) -> None:
    secure(cluster, authority.sign(own_name(), is_expired=True))

    with pytest.raises(CertificateRefused) as caught:
        connect(address(cluster, tls), PASSWORD)

    assert str(caught.value) == (
        f"{own_name()} did not prove who it is (nobody whom this computer trusts has signed its certificate, "
        "or it has expired); nothing was sent to it."
    )


@pytest.mark.parametrize("tls", list(Tls))
def test_a_server_that_does_not_encrypt_is_refused_however_little_is_checked(
    cluster: PostgresqlCluster, tls: Tls
) -> None:
    secure(cluster, None)

    with pytest.raises(CertificateRefused) as caught:
        connect(address(cluster, tls), PASSWORD)

    assert str(caught.value) == (
        f"{own_name()} did not prove who it is (it does not encrypt the connection); nothing was sent to it."
    )


@pytest.mark.parametrize("tls", list(Tls))
def test_a_server_that_asks_for_the_password_itself_gets_none(
    cluster: PostgresqlCluster, authority: Authority, tls: Tls
) -> None:
    rules = cluster.directory / "data" / "pg_hba.conf"
    before = rules.read_text()
    write_rules(cluster, "local all postgres trust\nhostssl all all all password\n")
    try:
        secure(cluster, authority.sign(own_name()))
        with pytest.raises(CertificateRefused) as caught:
            connect(address(cluster, tls), PASSWORD)
    finally:
        write_rules(cluster, before)

    assert str(caught.value) == (
        f"{own_name()} did not prove who it is (it does not sign in as it must); nothing was sent to it."
    )


def test_a_wrong_password_on_a_good_channel_is_said_to_be_wrong(
    cluster: PostgresqlCluster, authority: Authority
) -> None:
    secure(cluster, authority.sign(own_name()))

    with pytest.raises(SignInRefused):
        connect(address(cluster), "another")


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_this_computer_itself_needs_no_certificate(cluster: PostgresqlCluster, host: str) -> None:
    secure(cluster, None)

    assert is_encrypted(address(cluster, host=host)) is False
