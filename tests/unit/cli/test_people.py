"""People on the command line: set up by hand, signed in by `--as`, exit code 5 for what is not allowed."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.people import EMAILS, PASSWORD, workspace_with_people
from tradesense_desktop.cli.program import run

NEW = "another-harbour-78"


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workspace with people; TRADESENSE_PASSWORD is everybody's."""
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("TRADESENSE_PASSWORD", PASSWORD)
    with workspace_with_people(tmp_path / "workspace"):
        pass
    return tmp_path / "workspace"


def tell(capsys: pytest.CaptureFixture[str], *arguments: str, by: str | None = None) -> tuple[int, str, str]:
    """Exit code, output and complaint of one command."""
    named = [] if by is None else ["--as", EMAILS[by]]
    code = run([*named, *arguments], show_window=lambda _directory: 0)
    told = capsys.readouterr()
    return code, told.out, told.err


def document(capsys: pytest.CaptureFixture[str], *arguments: str, by: str) -> Any:
    code, out, err = tell(capsys, *arguments, "--json", by=by)
    assert (code, err) == (0, "")
    return json.loads(out)


def test_accounts_are_set_up_by_hand_and_then_everybody_signs_in(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(tmp_path / "new"))
    setup = ("user", "setup", "--owner", EMAILS["trader"], "--admin", EMAILS["superadmin"])
    assert tell(capsys, "user", "add", "x@example.org")[0] == 1
    code, _, err = tell(capsys, *setup)
    assert (code, "TRADESENSE_OWNER_PASSWORD" in err) == (1, True)
    monkeypatch.setenv("TRADESENSE_OWNER_PASSWORD", PASSWORD)
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", NEW)

    assert tell(capsys, *setup)[0] == 0

    code, _, err = tell(capsys, "challenges")
    assert (code, "--as EMAIL" in err) == (5, True)
    monkeypatch.setenv("TRADESENSE_PASSWORD", NEW)
    assert [each["user"]["role"] for each in document(capsys, "user", "list", by="superadmin")] == [
        "USER",
        "SUPERADMIN",
    ]
    assert tell(capsys, *setup)[0] == 1


@pytest.mark.usefixtures("directory")
def test_wrong_password_is_one_sentence_and_exit_code_5(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADESENSE_PASSWORD", "wrong-password-1")

    code, out, err = tell(capsys, "challenges", by="trader")

    assert (code, out) == (5, "")
    assert err == "tradesense: The address and the password do not belong together.\n"


@pytest.mark.usefixtures("directory")
def test_person_is_registered_changes_the_first_password_and_is_governed(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", "first-password-1")
    monkeypatch.setitem(EMAILS, "new", "new@example.org")
    assert tell(capsys, "user", "add", "new@example.org", "--unverified", by="admin")[0] == 0
    assert tell(capsys, "user", "verify", "new@example.org", by="admin")[0] == 0

    with monkeypatch.context() as own:
        own.setenv("TRADESENSE_PASSWORD", "first-password-1")
        own.setenv("TRADESENSE_NEW_PASSWORD", NEW)
        code, _, err = tell(capsys, "challenges", by="new")
        assert (code, "first sign-in" in err) == (5, True)
        assert tell(capsys, "passwd", by="new")[0] == 0
        own.setenv("TRADESENSE_PASSWORD", NEW)
        assert tell(capsys, "challenges", by="new")[0] == 0
        own.setenv("TRADESENSE_NEW_PASSWORD", PASSWORD)
        assert tell(capsys, "passwd", by="new")[0] == 0

    assert tell(capsys, "user", "suspend", "new@example.org", "--reason", "Why not.", by="admin")[0] == 0
    assert tell(capsys, "challenges", by="new")[0] == 5
    assert tell(capsys, "user", "readmit", "new@example.org", by="admin")[0] == 0
    assert tell(capsys, "user", "role", "new@example.org", "auditor", by="admin")[0] == 5
    assert tell(capsys, "user", "role", "new@example.org", "auditor", by="superadmin")[0] == 0
    assert tell(capsys, "user", "list", by="new")[0] == 0
    assert tell(capsys, "user", "sessions", "new@example.org", "--end", by="superadmin")[0] == 0
    assert tell(capsys, "user", "delete", "new@example.org", "--reason", "Left.", by="superadmin")[0] == 0
    assert tell(capsys, "challenges", by="new")[0] == 5
    deeds = [entry["action"] for entry in document(capsys, "audit", by="auditor")]
    for deed in (
        "USER_REGISTERED",
        "USER_VERIFIED",
        "PASSWORD_CHANGED",
        "USER_SUSPENDED",
        "USER_READMITTED",
        "ROLE_CHANGED",
        "USER_DELETED",
    ):
        assert deed in deeds


@pytest.mark.usefixtures("directory")
def test_person_is_erased_after_the_account_was_deleted(capsys: pytest.CaptureFixture[str]) -> None:
    everybody = document(capsys, "user", "list", by="superadmin")
    (user_id,) = [person["user"]["id"] for person in everybody if person["user"]["email"] == "tina@example.org"]

    too_early = tell(capsys, "user", "erase", user_id, by="superadmin")
    tell(capsys, "user", "delete", user_id, "--reason", "Left.", by="superadmin")
    erased = tell(capsys, "user", "erase", user_id, by="superadmin")

    assert (too_early[0], "Delete the account first" in too_early[2]) == (1, True)
    assert (erased[0], "opens to nobody" in erased[1]) == (0, True)
    everybody = document(capsys, "user", "list", "--all", by="superadmin")
    assert [person["user"]["email"] for person in everybody if person["user"]["id"] == user_id] == [
        f"{user_id}@erased.invalid"
    ]
    assert "USER_ERASED" in [entry["action"] for entry in document(capsys, "audit", by="superadmin")]


@pytest.mark.usefixtures("directory")
def test_trader_is_shown_the_own_deeds_only(capsys: pytest.CaptureFixture[str]) -> None:
    tell(capsys, "challenges", by="admin")

    own = document(capsys, "audit", by="trader")
    every = document(capsys, "audit", by="auditor")

    assert {entry["action"] for entry in own} == {"SIGNED_IN"}
    assert len({entry["actor_id"] for entry in every}) > 1


@pytest.mark.parametrize(
    "arguments",
    [
        ("user", "list"),
        ("user", "add", "x@example.org"),
        ("user", "suspend", "ada@example.org", "--reason", "x"),
        ("user", "role", "ada@example.org", "USER"),
        ("user", "delete", "ada@example.org", "--reason", "x"),
        ("user", "erase", "ada@example.org"),
    ],
)
@pytest.mark.usefixtures("directory")
def test_what_a_trader_may_not_do_ends_with_exit_code_5(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", NEW)

    code, out, err = tell(capsys, *arguments, by="trader")

    assert (code, out) == (5, "")
    assert err.count("\n") == 1


@pytest.mark.usefixtures("directory")
def test_every_command_ends_its_session(capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        tell(capsys, "challenges", by="trader")

    sessions = document(capsys, "user", "sessions", EMAILS["trader"], by="admin")

    # The one that the fixture began is open, and none of the commands'.
    assert len(sessions) == 1


def test_what_becomes_of_an_account_is_one_document(
    directory: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRADESENSE_NEW_PASSWORD", NEW)
    who = "new@example.org"

    added = document(capsys, "user", "add", who, "--unverified", by="superadmin")
    became = [
        document(capsys, "user", *arguments, by="superadmin")
        for arguments in (
            ("verify", who),
            ("suspend", who, "--reason", "Identity in doubt."),
            ("readmit", who),
            ("role", who, "AUDITOR"),
            ("delete", who, "--reason", "Left."),
            ("erase", added["id"]),
        )
    ]

    assert (added["email"], added["role"], added["status"]) == (who, "USER", "PENDING_VERIFICATION")
    assert [(each["role"], each["status"]) for each in became] == [
        ("USER", "ACTIVE"),
        ("USER", "SUSPENDED"),
        ("USER", "ACTIVE"),
        ("AUDITOR", "ACTIVE"),
        ("AUDITOR", "CLOSED"),
        ("AUDITOR", "CLOSED"),
    ]
    assert {each["id"] for each in became} == {added["id"]}
    ended = document(capsys, "user", "sessions", EMAILS["trader"], "--end", by="superadmin")
    assert ended == {"sessions_ended": 1}
