"""The PostgreSQL to try out: on this computer only, behind a password, gone when it ends."""

import socket
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from tradesense_desktop.domain.server_address import parse_address
from tradesense_desktop.server import throwaway
from tradesense_desktop.server.connection import connect
from tradesense_desktop.server.errors import SignInRefused
from tradesense_desktop.server.throwaway import ThrowawayFailed, ThrowawayServer, WheelMissing


def test_it_takes_who_knows_the_password_and_is_gone_afterwards() -> None:
    with ThrowawayServer() as server:
        server.create_database("firm")
        with closing(server.connect("firm")) as connection:
            settings = dict(
                connection.execute(
                    "SELECT name, setting FROM pg_settings WHERE name IN"
                    " ('listen_addresses', 'password_encryption', 'unix_socket_directories', 'data_directory')"
                ).fetchall()
            )
            connection.execute("CREATE ROLE somebody LOGIN PASSWORD 'right'")
        address = parse_address(server.address_of("somebody", "firm"))
        with closing(connect(address, "right")) as connection:
            assert connection.execute("SELECT session_user::text").fetchone() == ("somebody",)
        with pytest.raises(SignInRefused):
            connect(address, "wrong")
        with pytest.raises(SignInRefused):
            connect(replace(address, login="postgres"), "")

    assert settings["listen_addresses"] == "127.0.0.1"
    assert settings["password_encryption"] == "scram-sha-256"
    assert settings["unix_socket_directories"] == ""
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", server.port))
    assert not server.directory.exists()


def test_it_ends_too_when_what_runs_on_it_fails() -> None:
    with (
        pytest.raises(psycopg.errors.UndefinedTable),
        ThrowawayServer() as server,
        server.connect("postgres") as connection,
    ):
        connection.execute("SELECT * FROM nothing_of_the_kind")

    assert not server.directory.exists()


def test_without_the_wheel_a_sentence_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(throwaway.importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(WheelMissing, match="server-dev"):
        ThrowawayServer()


def test_it_is_made_where_it_is_told_to_and_a_place_that_is_none_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(ThrowawayFailed, match="cannot be used"):
        ThrowawayServer(tmp_path / "nowhere")

    folder = ThrowawayServer(tmp_path).directory

    assert folder.parent == tmp_path
    assert folder.stat().st_mode & 0o777 == 0o700
