"""`tradesense payment`, `open` and `start` as a person or a script runs them."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.histories import history, written
from tests.people import EMAILS, PASSWORD, workspace_with_people
from tests.unit.importers import payment_messages as made
from tradesense_desktop.cli.program import run


class Line:
    """The command line on a workspace with people, each command as one of them."""

    def __init__(self, folder: Path, capture: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.capture = capture

    def run(self, who: str, *arguments: object) -> tuple[int, str, str]:
        named = ["--workspace", str(self.folder / "workspace"), "--as", EMAILS[who]]
        code = run([*named, *map(str, arguments)], show_window=lambda _folder: 0)
        output, complaint = self.capture.readouterr()
        assert "Traceback" not in complaint
        return code, output, complaint

    def done(self, who: str, *arguments: object) -> str:
        code, output, complaint = self.run(who, *arguments)
        assert (code, complaint) == (0, "")
        return output

    def read(self, who: str, *arguments: object) -> Any:
        return json.loads(self.done(who, *arguments, "--json"))

    def refusal(self, who: str, *arguments: object, code: int = 1) -> str:
        found, output, complaint = self.run(who, *arguments)
        assert (found, output) == (code, "")
        assert complaint.count("\n") == 1
        return complaint


@pytest.fixture
def line(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Line]:
    with workspace_with_people(tmp_path / "workspace"):
        monkeypatch.setenv("TRADESENSE_PASSWORD", PASSWORD)
        yield Line(tmp_path, capsys)


def test_from_an_opened_challenge_to_its_statement(line: Line) -> None:
    challenge = line.read("trader", "open", "--preset", "tradesense", "--balance", "10000", "--currency", "EUR")
    file = written(line.folder, history("100.00"))

    imported = line.read("trader", "import", file, "--challenge", challenge["id"])

    assert (challenge["status"], challenge["initial_balance"], challenge["currency"]) == ("PENDING", "10000", "EUR")
    assert (imported["challenge_id"], imported["trades_added"]) == (challenge["id"], 1)


def test_challenge_that_has_to_be_paid_for_begins_with_its_webhook(line: Line) -> None:
    said = line.done("trader", "open", "--preset", "tradesense", "--balance", "10000", "--payment-required")
    challenge_id = said.split()[1]
    assert "It begins when an administrator has recorded its payment." in said
    assert "has to be paid for" in line.refusal("trader", "start", challenge_id)
    message = made.written(line.folder, made.stripe_completed(client_reference_id=challenge_id))

    first = line.done("admin", "payment", "webhook", message)
    again = line.read("admin", "payment", "webhook", message)

    assert first == (
        f"Payment {made.INTENT} of 99.00 USD is SUCCESS, new; challenge {challenge_id} has started.\n"
        "The message itself is not kept: there is no open key here to seal it.\n"
    )
    assert (again["is_changed"], again["payment"]["amount"], again["kind"]) == (
        False,
        "99",
        "checkout.session.completed",
    )
    assert line.read("trader", "challenge", challenge_id)["status"] == "ACTIVE"
    assert "may not record payments" in line.refusal("trader", "payment", "webhook", message, code=5)


def test_transfer_is_added_marked_as_received_and_given_back(line: Line) -> None:
    challenge_id = line.read("trader", "open", "--preset", "journal", "--balance", "10000")["id"]
    add = ("payment", "add", "--challenge", challenge_id[:18], "--amount", "99.00", "--currency", "usd")

    added = line.done("admin", *add, "--reference", "2026-0117")
    received = line.read("admin", "payment", "status", "2026-0117", "success")
    returned = line.done("admin", "payment", "refund", "2026-0117", "--amount", "49.50")

    assert added == "Payment 2026-0117 of 99.00 USD is PENDING, new.\n"
    assert (received["before"], received["is_challenge_started"]) == ("PENDING", True)
    assert returned == "Payment 2026-0117 of 99.00 USD is REFUNDED (49.50 given back), was SUCCESS.\n"
    (listed,) = line.read("trader", "payment", "list", "--status", "refunded")
    assert (listed["refund_amount"], listed["challenge_id"]) == ("49.5", challenge_id)
    assert line.done("other", "payment", "list") == "No payments here.\n"
    table = line.done("auditor", "payment", "list", "--provider", "bank_transfer", "--challenge", challenge_id)
    shown = line.read("trader", "payment", "show", "2026-0117")
    assert (shown["status"], shown["message"]) == ("REFUNDED", None)
    assert "provider payment id" in line.done("auditor", "payment", "show", "2026-0117")
    assert "2026-0117" in table
    assert "49.50" in table


def test_started_challenge_says_since_when(line: Line) -> None:
    challenge_id = line.read("trader", "open", "--preset", "journal", "--balance", "10000")["id"]

    assert line.done("trader", "start", challenge_id).startswith(f"Challenge {challenge_id} is ACTIVE since 20")
    assert "started at" in line.refusal("trader", "start", challenge_id)


def test_help_says_that_signatures_are_not_checked_and_shows_the_form(line: Line) -> None:
    said = " ".join(line.done("admin", "payment", "webhook", "--help").split())

    assert "they are NOT checked here" in said
    assert '{"tradesense_payment": 1, "provider": "BANK_TRANSFER",' in said
