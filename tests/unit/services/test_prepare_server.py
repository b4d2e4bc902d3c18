"""Preparing a server: what is wrong with the first person is said before anything is touched."""

from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tradesense_desktop.domain.server_address import parse_address
from tradesense_desktop.server.connection import connect
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.prepare_server import migrate_server, prepare_server

PASSWORD = "a-harbour-at-night-7"


@pytest.fixture
def url(servers: Servers) -> Iterator[str]:
    """The superuser's address of an empty database."""
    cluster = servers.cluster(SERVER_KINDS[0])
    with closing(cluster.connect("postgres", autocommit=True)) as connection:
        connection.execute("CREATE DATABASE to_be_prepared TEMPLATE template0")
    parameters = cluster.parameters("to_be_prepared")
    yield f"postgresql://postgres@{quote(parameters['host'], safe='')}:{parameters['port']}/to_be_prepared"
    servers.drop(SERVER_KINDS[0], "to_be_prepared")


def nobody_is_asked() -> str:
    raise AssertionError("a socket needs no password")


def test_the_first_person_connects_with_the_address_that_is_told(url: str) -> None:
    prepared = prepare_server(url, nobody_is_asked, email=" sue@example.com ", new_password=lambda: PASSWORD)

    assert prepared.first is not None
    assert (prepared.was_there, prepared.first.email) == (False, "sue@example.com")
    with connect(parse_address(prepared.first.address), PASSWORD) as connection:
        assert connection.execute("SELECT ts_api.me()::text").fetchone() == (prepared.first.user_id,)


@pytest.mark.parametrize(
    ("email", "password", "sentence"),
    [
        ("nobody", PASSWORD, "no e-mail address"),
        ("sue@example.com", "short", "12 characters"),
        ("sue@example.com", "sue@example.com", "address of the account"),
        ("sue@localhost.invalid", PASSWORD, "no e-mail address"),
    ],
)
def test_what_is_wrong_with_the_first_person_leaves_the_database_as_it_was(
    url: str, email: str, password: str, sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        prepare_server(url, nobody_is_asked, email=email, new_password=lambda: password)

    with pytest.raises(Refused, match="server init"):
        migrate_server(url, nobody_is_asked)


def test_a_second_first_person_is_refused_and_the_server_stays_as_it_is(url: str) -> None:
    prepare_server(url, nobody_is_asked, email="sue@example.com", new_password=lambda: PASSWORD)

    with pytest.raises(Refused, match="has a super-administrator already"):
        prepare_server(url, nobody_is_asked, email="eve@example.com", new_password=lambda: PASSWORD)

    assert migrate_server(url, nobody_is_asked).was_there
