"""Funding on the command line: the queue, the evidence, the decision, the next phase, the policy."""

from pathlib import Path

import pytest

from tests.people import EMAILS, PASSWORD, workspace_with_people
from tests.unit.cli.test_people import document, tell
from tests.waiting_challenges import waiting_challenge, waiting_for_next_phase
from tradesense_desktop.cli.program import run
from tradesense_desktop.services.funding_policy import set_funding_policy


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the workspace lies that the commands find; TRADESENSE_PASSWORD is everybody's."""
    monkeypatch.setenv("TRADESENSE_WORKSPACE", str(tmp_path / "workspace"))
    monkeypatch.setenv("TRADESENSE_PASSWORD", PASSWORD)
    return tmp_path


@pytest.fixture
def waiting(folder: Path) -> str:
    with workspace_with_people(folder / "workspace") as people:
        return waiting_challenge(people.trader, folder)


def test_queue_says_who_waits_and_whether_it_is_for_you_to_decide(
    capsys: pytest.CaptureFixture[str], waiting: str
) -> None:
    code, out, err = tell(capsys, "funding", "list", by="admin")
    assert (code, err) == (0, "")
    assert waiting in out
    assert EMAILS["trader"] in out
    assert "0 of 1" in out
    assert "to decide" in out

    (request,) = document(capsys, "funding", "list", by="trader")
    assert (request["challenge_id"], request["hindrance"], request["may_approve"]) == (waiting, "ROLE", False)
    assert tell(capsys, "funding", "list", by="other")[1] == "Nothing waits for a funding decision.\n"


def test_one_funding_is_shown_with_its_checklist_and_the_event_to_name(
    capsys: pytest.CaptureFixture[str], waiting: str
) -> None:
    code, out, _ = tell(capsys, "funding", "show", waiting[:18], by="auditor")
    assert code == 0
    assert "yes  Profit target reached  Equity 10900.00 EUR of 10800.00 EUR needed" in out
    assert "?    Payment received" in out
    assert "Worst daily loss  20.0% of the limit, 100.00 of 500.00 EUR" in out

    shown = document(capsys, "funding", "show", waiting, by="trader")
    assert [point["is_met"] for point in shown["checklist"]] == [True, True, True, True, None, True]
    assert shown["history"]["finding"] is None
    assert shown["seen_sequence_number"] == shown["evidence"]["events"] == shown["history"]["events"]


def test_approval_of_what_was_seen_funds_and_the_second_person_is_told(
    capsys: pytest.CaptureFixture[str], waiting: str
) -> None:
    seen = document(capsys, "funding", "show", waiting, by="admin")["seen_sequence_number"]

    code, out, err = tell(capsys, "funding", "approve", waiting, "--seen", str(seen - 1), by="admin")
    assert (code, out) == (1, "")
    assert "has changed since you looked at it" in err
    code, out, _ = tell(capsys, "funding", "approve", waiting, "--seen", str(seen), "--comment", "Steady", by="admin")
    assert (code, out) == (0, f"Challenge {waiting} is FUNDED.\n")
    code, out, err = tell(capsys, "funding", "reject", waiting, "--reason", "No", "--fail", by="second_admin")
    assert (code, out) == (1, "")
    assert f"Already decided by {EMAILS['admin']} at " in err

    (decided,) = document(capsys, "funding", "list", "--decided", by="trader")
    assert (decided["status"], decided["decision"]["by"], decided["decision"]["comment"]) == (
        "FUNDED",
        "an administrator",
        "Steady",
    )


def test_rejection_says_what_becomes_of_the_challenge_and_has_a_reason(
    capsys: pytest.CaptureFixture[str], waiting: str
) -> None:
    for wrong in (
        ("--reason", "No"),
        ("--reason", "No", "--fail", "--back-to-trading"),
        ("--fail",),
    ):
        code, out, err = tell(capsys, "funding", "reject", waiting, *wrong, by="admin")
        assert (code, out) == (2, "")
        assert "Traceback" not in err
    assert tell(capsys, "funding", "reject", waiting, "--reason", " ", "--fail", by="admin")[0] == 1

    code, out, _ = tell(capsys, "funding", "reject", waiting, "--reason", "Luck", "--back-to-trading", by="admin")

    assert (code, out) == (0, f"The funding of challenge {waiting} is rejected; it goes back to trading.\n")
    _, out, _ = tell(capsys, "funding", "list", "--decided", by="trader")
    assert "BACK_TO_TRADING  Luck" in out
    assert tell(capsys, "funding", "list", by="admin")[1] == "Nothing waits for a funding decision.\n"


def test_what_is_not_allowed_ends_with_five(capsys: pytest.CaptureFixture[str], waiting: str) -> None:
    for by, arguments in (
        ("trader", ("approve", waiting)),
        ("auditor", ("reject", waiting, "--reason", "No", "--fail")),
        ("auditor", ("next", waiting)),
        ("admin", ("policy", "--approvals", "2")),
    ):
        code, out, err = tell(capsys, "funding", *arguments, by=by)
        assert (code, out) == (5, ""), arguments
        assert "may not" in err
    code, _, err = tell(capsys, "funding", "list")
    assert (code, "--as EMAIL" in err) == (5, True)


def test_policy_is_shown_and_set(capsys: pytest.CaptureFixture[str], waiting: str) -> None:
    code, out, _ = tell(capsys, "funding", "policy", "--approvals", "2", by="superadmin")

    assert (code, out) == (0, "2 different people have to approve the funding of a challenge that is opened now.\n")
    assert document(capsys, "funding", "policy", by="auditor") == {"approvals": 2}
    assert tell(capsys, "funding", "policy", "--approvals", "10", by="superadmin")[0] == 2
    # What was opened before keeps its number.
    assert tell(capsys, "funding", "approve", waiting, by="admin")[1] == f"Challenge {waiting} is FUNDED.\n"


def test_second_approval_comes_from_another_person_and_the_next_phase_is_opened_once(
    capsys: pytest.CaptureFixture[str], folder: Path
) -> None:
    with workspace_with_people(folder / "workspace") as people:
        set_funding_policy(people.superadmin, 2)
        waiting = waiting_for_next_phase(people.trader, folder)
    assert tell(capsys, "funding", "next", waiting, by="admin")[0] == 1
    code, out, _ = tell(capsys, "funding", "approve", waiting, by="admin")
    assert (code, "another person has to approve it too" in out) == (0, True)
    assert tell(capsys, "funding", "approve", waiting, by="admin")[0] == 1
    assert tell(capsys, "funding", "approve", waiting, by="second_admin")[0] == 0

    first = document(capsys, "funding", "next", waiting, by="admin")
    code, out, _ = tell(capsys, "funding", "next", waiting, by="superadmin")

    assert (first["is_new"], first["status"], first["previous_challenge_id"]) == (True, "PENDING", waiting)
    assert (code, out) == (
        0,
        f"The next phase was open already: challenge {first['id']}, FTMO 2-Step · Verification, PENDING.\n",
    )


@pytest.mark.parametrize("command", ["list", "show", "approve", "reject", "next", "policy"])
def test_help_of_each_command_ends_with_an_example(capsys: pytest.CaptureFixture[str], command: str) -> None:
    assert run(["funding", command, "--help"], show_window=lambda _directory: 0) == 0
    assert "Example: tradesense" in capsys.readouterr().out
