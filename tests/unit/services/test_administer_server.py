"""Administering a server: who is asked for a password, what cannot be reached, and watching until it is enough."""

import socket
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmServer, firm_server
from tradesense_desktop.services.administer_server import begin_epoch, examine_server, watch_server
from tradesense_desktop.services.errors import Refused, ServerNeeded


@pytest.fixture
def firm(servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, SERVER_KINDS[0]) as made:
        yield made


def url_of(firm: FirmServer, login: str = "postgres", database: str | None = None) -> str:
    parameters = firm.cluster.parameters(database or firm.database)
    return f"postgresql://{login}@{quote(parameters['host'], safe='')}:{parameters['port']}/{parameters['dbname']}"


def nobody_is_asked() -> str:
    raise AssertionError("a socket needs no password")


def test_through_a_socket_nobody_is_asked_for_a_password(firm: FirmServer) -> None:
    firm.add_person("USER")

    status = examine_server(url_of(firm), nobody_is_asked)

    assert status.people == {"SUPERADMIN ACTIVE": 1, "USER ACTIVE": 1}


def test_a_server_that_does_not_answer_is_needed(firm: FirmServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(ServerNeeded) as needed:
        examine_server(f"postgresql://postgres@127.0.0.1:{port}/firm", lambda: "any")

    assert needed.value.exit_code == 4


def test_who_is_no_superuser_cannot_administer(firm: FirmServer) -> None:
    with pytest.raises(Refused):
        examine_server(firm.url_of(firm.superadmin), nobody_is_asked)
    with pytest.raises(Refused, match="no superuser"):
        begin_epoch(firm.url_of(firm.superadmin), nobody_is_asked)


def test_a_database_that_is_not_there_is_refused(firm: FirmServer) -> None:
    with pytest.raises(Refused, match="no database called nowhere"):
        examine_server(url_of(firm, database="nowhere"), nobody_is_asked)


def test_watching_ends_nobody_who_works_and_stops_when_told(firm: FirmServer) -> None:
    looks = iter([True, True, False])
    with closing(firm.connect_as(firm.superadmin)) as session:
        session.execute("BEGIN")

        watch_server(
            url_of(firm), nobody_is_asked, lambda _session: pytest.fail("a session was ended"), lambda: next(looks)
        )

        assert session.execute("SELECT 1").fetchone() == (1,)
    assert list(looks) == []


def test_watching_what_is_no_firms_server_is_refused(firm: FirmServer) -> None:
    with pytest.raises(Refused, match="server init"):
        watch_server(url_of(firm, database="postgres"), nobody_is_asked, lambda _session: None, lambda: False)
