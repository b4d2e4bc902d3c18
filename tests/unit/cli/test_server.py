"""`tradesense server …` on real servers: prepared, looked at, brought up to date; wrong addresses in one sentence."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from urllib.parse import quote

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tradesense_desktop.cli.program import run
from tradesense_desktop.domain.server_address import parse_address
from tradesense_desktop.server.connection import connect

PASSWORD = "a-harbour-at-night-7"


@pytest.fixture(params=SERVER_KINDS)
def url(request: pytest.FixtureRequest, servers: Servers, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The superuser's address of an empty database."""
    cluster = servers.cluster(request.param)
    with closing(cluster.connect("postgres", autocommit=True)) as connection:
        connection.execute("CREATE DATABASE of_the_command_line TEMPLATE template0")
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", PASSWORD)
    parameters = cluster.parameters("of_the_command_line")
    host = quote(parameters["host"], safe="")
    yield f"postgresql://{parameters['user']}@{host}:{parameters['port']}/of_the_command_line"
    servers.drop(request.param, "of_the_command_line")


def tell(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = run(["server", *arguments], show_window=lambda _directory: 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def test_a_server_is_prepared_and_its_first_person_told_how_to_connect(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = tell(capsys, "init", url, "--admin", "sue@example.com")

    assert (code, err) == (0, "")
    assert "is a firm's server now (schema 1.0)" in out
    assert PASSWORD not in out
    found = re.search(r"tradesense connect '?(postgresql://u_[0-9a-f]{32}@[^'\s]+)", out)
    assert found is not None
    with connect(parse_address(found.group(1)), PASSWORD) as connection:
        assert connection.execute("SELECT ts_api.my_role()").fetchone() == ("SUPERADMIN",)
    code, out, err = tell(capsys, "init", url)
    assert (code, "is up to date" in out) == (0, True)
    code, _, err = tell(capsys, "init", url, "--admin", "eve@example.com")
    assert (code, "has a super-administrator already" in err) == (1, True)


def test_a_prepared_server_has_a_status_a_migration_and_a_new_epoch(
    url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert tell(capsys, "init", url, "--admin", "sue@example.com")[0] == 0

    status = json.loads(tell(capsys, "status", url, "--json")[1])
    assert (status["schema_version"], status["people"], status["streams"]) == ("1.0", {"SUPERADMIN ACTIVE": 1}, 2)
    assert "1 SUPERADMIN ACTIVE" in tell(capsys, "status", url)[1]
    assert json.loads(tell(capsys, "migrate", url, "--json")[1])["was_there"] is True
    assert tell(capsys, "new-epoch", url, "--yes")[1] == "A new epoch has begun in 2 streams.\n"


def test_what_is_no_firms_server_is_said_so(url: str, capsys: pytest.CaptureFixture[str]) -> None:
    for command in (("status", url), ("migrate", url), ("new-epoch", url, "--yes")):
        code, out, err = tell(capsys, *command)
        assert (code, out) == (1, "")
        assert "server init" in err
        assert "Traceback" not in err


def test_a_password_that_is_too_short_prepares_nothing(
    url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", "short")

    code, _, err = tell(capsys, "init", url, "--admin", "sue@example.com")

    assert (code, "12 characters" in err) == (1, True)
    assert tell(capsys, "status", url)[0] == 1


def test_an_address_that_is_none_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    for address in ("nonsense", "postgresql://postgres:secret@localhost/firm", "https://example.com/firm"):
        code, out, err = tell(capsys, "status", address)
        assert (code, out, err.count("\n")) == (1, "", 1)
        assert "secret" not in err


def test_a_server_that_is_not_there_has_an_exit_code_of_its_own(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADESENSE_SERVER_PASSWORD", "any")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    code, out, err = tell(capsys, "status", f"postgresql://postgres@127.0.0.1:{port}/firm")

    assert (code, out, err.count("\n")) == (4, "", 1)
    assert str(port) in err


def test_the_server_to_try_out_lets_its_people_in_until_it_is_interrupted() -> None:
    with subprocess.Popen(
        [sys.executable, "-m", "tradesense_desktop", "server", "dev", "--json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as running:
        assert running.stdout is not None
        lines: list[str] = []
        for line in running.stdout:
            lines.append(line)
            if line == "}\n":
                break
        trial = json.loads("".join(lines))
        roles = {}
        for person in trial["people"]:
            with connect(parse_address(person["address"]), person["password"]) as connection:
                roles[person["email"]] = connection.execute("SELECT ts_api.my_role()").fetchone()
                if person["role"] == "USER":
                    own = connection.execute(
                        "SELECT status, profit_target_reached_at IS NOT NULL FROM challenges ORDER BY 1, 2"
                    ).fetchall()
        running.send_signal(signal.SIGINT)
        _, err = running.communicate()

    assert own == [("ACTIVE", False), ("ACTIVE", True), ("FAILED", False)]
    assert sorted(role for (role,) in roles.values()) == ["ADMIN", "ADMIN", "AUDITOR", "SUPERADMIN", "USER"]
    assert (running.returncode, "gone" in err, "Traceback" in err) == (0, True, False)
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", trial["port"]))


def test_the_commands_load_no_psycopg_before_they_run() -> None:
    code = (
        "import sys, tradesense_desktop.cli.program as program; program._add_commands();print('psycopg' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
