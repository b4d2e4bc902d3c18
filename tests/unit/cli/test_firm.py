"""A firm's workspace on the command line: one's own login, people on the server, what waits for it, and the doctor."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from tests import firm_replicas
from tests.firm_login import firm_with_passwords, make_replica
from tests.firm_server import FirmPerson, FirmServer
from tests.integration.histories import history, written
from tests.people import EMAILS
from tests.waiting_challenges import account_text
from tradesense_desktop.cli.program import run
from tradesense_desktop.services.sign_in import sign_in

OWN = "quiet-harbour-77"
NEW = "another-harbour-78"
Tell = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def firm() -> Iterator[FirmServer]:
    with firm_with_passwords() as made:
        yield made


@pytest.fixture
def ada(firm: FirmServer) -> FirmPerson:
    return firm.add_person("SUPERADMIN")


@pytest.fixture
def directory(firm: FirmServer, ada: FirmPerson, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The replica of `ada`, who has signed in once: her password is OWN, and TRADESENSE_PASSWORD too."""
    folder = tmp_path / "firm"
    with make_replica(folder, firm, ada) as replica:
        sign_in(replica, ada.email, ada.password, new_password=OWN)
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(folder))
    monkeypatch.setenv("TRADESENSE_PASSWORD", OWN)
    return folder


@pytest.fixture
def tell(directory: Path, capsys: pytest.CaptureFixture[str]) -> Tell:
    """Runs a command there: exit code, output and complaint."""
    assert directory.is_dir()

    def ask(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments), show_window=lambda _directory: 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    return ask


def test_own_login_acts_named_or_not_and_nobody_else(tell: Tell, ada: FirmPerson) -> None:
    assert tell("challenges")[0] == 0
    assert tell("--as", ada.email, "challenges")[0] == 0
    code, out, err = tell("--as", "nobody@firm.example", "challenges")
    assert (code, out) == (5, "")
    assert err == "tradesense: The address and the password do not belong together.\n"


def test_first_password_is_changed_with_passwd(
    firm: FirmServer, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tina = firm.add_person()
    make_replica(tmp_path / "tina", firm, tina).close()
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(tmp_path / "tina"))
    monkeypatch.setenv("TRADESENSE_PASSWORD", tina.password)
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", OWN)
    assert run(["challenges"], show_window=lambda _directory: 0) == 5
    assert "first sign-in" in capsys.readouterr().err

    assert run(["passwd"], show_window=lambda _directory: 0) == 0

    monkeypatch.setenv("TRADESENSE_PASSWORD", OWN)
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", NEW)
    assert run(["passwd"], show_window=lambda _directory: 0) == 0
    monkeypatch.setenv("TRADESENSE_PASSWORD", NEW)
    assert run(["challenges"], show_window=lambda _directory: 0) == 0


def test_person_is_added_with_the_address_to_connect_with_and_governed(
    tell: Tell, firm: FirmServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", NEW)
    code, out, err = tell("user", "add", "tim@firm.example", "--json")
    assert (code, err) == (0, "")
    added = json.loads(out)
    parts = psycopg.conninfo.conninfo_to_dict(added["url"])
    with psycopg.connect(**{**parts, "password": NEW}) as connection:
        assert connection.execute("SELECT ts_api.me()::text").fetchone() == (added["id"],)
    code, out, _ = tell("user", "add", "otto@firm.example", "--role", "admin")
    assert code == 0
    assert "tradesense connect postgresql://u_" in out
    code, _, err = tell("user", "add", "tim@firm.example")
    assert (code, "already" in err) == (1, True)
    code, _, err = tell("key", "new")
    assert (code, "is not done in a firm" in err) == (1, True)


def test_what_needs_the_server_ends_with_exit_code_4_without_it(
    tell: Tell, firm: FirmServer, ada: FirmPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", NEW)
    firm.cluster.halt()
    try:
        assert tell("challenges")[0] == 0
        code, out, err = tell("user", "add", "una@firm.example")
        assert (code, out) == (4, "")
        assert "needs the firm's server" in err
        assert tell("passwd")[0] == 4
        code, out, _ = tell("doctor", "--json")
        server = json.loads(out)["server"]
    finally:
        firm.cluster.resume()
    assert server["is_reachable"] is False
    # Each of the three sign-ins without the server waits to be told.
    assert server["pending"] == 3


def test_doctor_says_whether_the_server_answers_and_what_waits_for_it(
    tell: Tell, firm: FirmServer, ada: FirmPerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = tell("doctor", "--json")
    server = json.loads(out)["server"]
    assert code == 0
    assert (server["address"], server["is_reachable"]) == (firm.url_of(ada), True)
    assert (server["pending"], server["refused"]) == (0, 0)
    monkeypatch.delenv("TRADESENSE_PASSWORD")
    code, out, _ = tell("doctor")
    assert code == 0
    assert "Reachable" in out
    assert "0 pending, 0 refused" in out


def test_days_without_the_server_are_set_for_this_computer(tell: Tell) -> None:
    assert json.loads(tell("user", "offline", "--json")[1]) == {"days": 30}
    assert tell("user", "offline", "--days", "91")[0] == 2
    assert tell("user", "offline", "--days", "14")[0] == 0
    assert json.loads(tell("user", "offline", "--json")[1]) == {"days": 14}


def test_decision_waits_for_the_server_and_is_not_said_to_be_done(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = firm_replicas.make_replica(tmp_path / "copy", tmp_path)
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(replica.directory))
    monkeypatch.setenv("TRADESENSE_PASSWORD", firm_replicas.PASSWORD)
    first, second = replica.challenge_ids

    def ask(*arguments: str) -> tuple[int, str]:
        code = run(list(arguments), show_window=lambda _directory: 0)
        return code, capsys.readouterr().out

    assert ask("funding", "approve", first) == (
        0,
        f"Waits for the server (2 pending; tradesense sync sends it). Once confirmed: Challenge {first} is FUNDED.\n",
    )
    code, out = ask("funding", "reject", second, "--reason", "Copied trades", "--fail", "--json")
    assert (code, json.loads(out)["pending"]) == (0, 4)
    # What was only looked at waits for nothing.
    code, out = ask("funding", "list")
    assert (code, "Waits" in out) == (0, False)


def test_challenge_is_opened_and_a_statement_taken_in_for_a_trader_who_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = firm_replicas.make_replica(tmp_path / "copy", tmp_path)
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(replica.directory))
    monkeypatch.setenv("TRADESENSE_PASSWORD", firm_replicas.PASSWORD)
    report = written(tmp_path, history("-20.00", "35.50", account=account_text(7009)))

    def ask(*arguments: str) -> tuple[int, str, str]:
        code = run(list(arguments), show_window=lambda _directory: 0)
        told = capsys.readouterr()
        return code, told.out, told.err

    opening = ("open", "--preset", "tradesense", "--balance", "10000")
    code, _, err = ask(*opening)
    assert (code, "for somebody" in err) == (1, True)
    code, out, _ = ask(*opening, "--for", EMAILS["other"], "--json")
    assert code == 0
    assert json.loads(out)["pending"] == 3
    code, _, err = ask("import", str(report), "--preset", "tradesense")
    assert (code, "name the challenge" in err) == (1, True)
    code, out, _ = ask("import", str(report), "--preset", "tradesense", "--for", EMAILS["other"])
    assert code == 0
    assert "Waits for the server (6 pending; tradesense sync sends it). Once confirmed: Challenge " in out


def test_in_a_workspace_of_ones_own_nobody_else_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(tmp_path / "own"))

    code = run(
        ["open", "--preset", "tradesense", "--balance", "10000", "--for", "x@example.org"],
        show_window=lambda _directory: 0,
    )

    assert code == 1
    assert "leave out --for" in capsys.readouterr().err
