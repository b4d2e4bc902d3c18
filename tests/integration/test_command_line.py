"""The program as a person or a script runs it: what it prints, how it ends, what it leaves behind."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.audit.hash_chain import event_body, genesis_hash, leaf_hash
from tradesense_desktop.domain.challenge import Challenge

ROOT = Path(__file__).resolve().parents[2]


class Program:
    """The program with a workspace of its own, without a display."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            key: value
            for key, value in os.environ.items()
            if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "TRADESENSE_WORKSPACE")
        }
        self.environment |= {"HOME": str(folder), "XDG_DATA_HOME": str(folder / "data"), "PYTHONPATH": str(ROOT)}

    def run(self, *arguments: object, named: bool = True) -> subprocess.CompletedProcess[str]:
        workspace = ("--workspace", str(self.folder / "workspace")) if named else ()
        return subprocess.run(
            [sys.executable, "-m", "tradesense_desktop", *workspace, *map(str, arguments)],
            capture_output=True,
            text=True,
            env=self.environment,
            cwd=self.folder,
            timeout=120,
            check=False,
        )

    def read(self, *arguments: object) -> Any:
        """The one JSON document that the command prints."""
        done = self.run(*arguments, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    def refusal(self, *arguments: object, code: int = 1) -> str:
        """The one sentence on standard error."""
        done = self.run(*arguments)
        assert (done.returncode, done.stdout) == (code, "")
        assert "Traceback" not in done.stderr
        return done.stderr


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    """A history whose second trade breaks the daily limit."""
    report = Report()
    report.operation("balance", "10000.00")
    for hour, profit in enumerate(("100.00", "-800.00", "50.00"), 1):
        report.deal("buy", "in", "1.00", "1.10000", at=f"2024.01.09 {hour:02}:00:00")
        report.deal("sell", "out", "1.00", "1.10100", profit, at=f"2024.01.09 {hour:02}:30:00")
    path = tmp_path / "report.html"
    path.write_text(report.html(), encoding="utf-8")
    return path


def test_import_prints_one_document_with_what_was_read_judged_and_reconciled(program: Program, statement: Path) -> None:
    document = program.read("import", statement, "--preset", "tradesense")

    assert document["format"] == "metatrader5_history"
    assert len(document["file_sha256"]) == 64
    assert (document["currency"], document["preset"]) == ("EUR", "tradesense")
    assert (document["trades_read"], document["trades_added"], document["trades_after_end"]) == (3, 2, 1)
    assert (document["net"], document["balance"]) == ("-650", "9350")
    assert document["stated"] == {"trades": None, "net": None, "balance": "9350"}
    assert (document["reconciled"], document["differences"], document["skipped"]) == (True, [], [])
    verdict = document["verdict"]
    assert (verdict["status"], verdict["rule"], verdict["at"], verdict["quality"]) == (
        "FAILED",
        "daily_loss",
        "2024-01-09T02:30:00.000000Z",
        "closed trades only",
    )


def test_challenge_document_has_every_column_of_the_row(program: Program, statement: Path) -> None:
    challenge_id = program.read("import", statement)["challenge_id"]

    document = program.read("challenge", challenge_id)

    assert set(Challenge.__dataclass_fields__) <= set(document)
    assert (document["current_balance"], document["total_trades"], document["status"]) == ("9350", 3, "ACTIVE")


def test_hashes_of_the_events_document_can_be_computed_from_it(program: Program, statement: Path) -> None:
    challenge_id = program.read("import", statement, "--preset", "tradesense")["challenge_id"]

    events = program.read("events", challenge_id)

    previous = genesis_hash(challenge_id)
    for number, event in enumerate(events, 1):
        assert (event["sequence_number"], event["previous_hash"]) == (number, previous)
        body = event_body(
            event_id=event["id"],
            event_data_text=canonical_text(event["event_data"]),
            **{
                name: event[name]
                for name in (
                    "challenge_id",
                    "sequence_number",
                    "event_type",
                    "event_version",
                    "description",
                    "occurred_at",
                    "recorded_at",
                    "correlation_id",
                    "causation_id",
                    "metadata_commitment",
                    "previous_hash",
                )
            },
        )
        assert leaf_hash(body) == event["hash"]
        previous = event["hash"]
    assert [event["event_type"] for event in events][-1] in {"CHALLENGE_FAILED", "RISK_ALERT_RAISED"}


def test_lists_take_the_beginning_of_an_id(program: Program, statement: Path) -> None:
    challenge_id = program.read("import", statement)["challenge_id"]

    assert [row["id"] for row in program.read("challenges")] == [challenge_id]
    assert [row["trade_id"] for row in program.read("trades", challenge_id[:18])] == ["3", "5", "7"]
    assert [row["trade_id"] for row in program.read("trades", challenge_id[:18], "--last", "1")] == ["7"]


def test_replay_tells_the_state_after_an_event_and_as_of_a_time(program: Program, statement: Path) -> None:
    challenge_id = program.read("import", statement)["challenge_id"]

    whole = program.read("replay", challenge_id)
    early = program.read("replay", challenge_id, "--at", "2024-01-09T02:00:00Z")
    first = program.read("replay", challenge_id, "--to", "1")

    assert (whole["equals_stored"], whole["challenge"]["total_trades"]) == (True, 3)
    assert (early["equals_stored"], early["challenge"]["current_balance"]) == (None, "10100")
    assert first["challenge"]["status"] == "PENDING"
    assert "no number 99999999999999999999" in program.refusal("replay", challenge_id, "--to", "99999999999999999999")


def test_metrics_are_given_with_their_formulas(program: Program, statement: Path) -> None:
    challenge_id = program.read("import", statement)["challenge_id"]

    figures = {metric["key"]: metric for metric in program.read("metrics", challenge_id)}

    assert figures["net_profit"]["value"] == "-650"
    assert figures["win_rate"]["value"] == "0.66666667"
    assert all(metric["formula"] for metric in figures.values())


def test_archived_challenge_is_hidden_and_its_file_goes_into_a_new_one(program: Program, statement: Path) -> None:
    first = program.read("import", statement)["challenge_id"]
    assert program.run("archive", first).returncode == 0

    assert program.read("challenges") == []
    assert [row["id"] for row in program.read("challenges", "--all")] == [first]
    assert program.read("import", statement)["challenge_id"] != first
    assert "is archived" in program.refusal("import", statement, "--challenge", first)


def test_answer_that_cannot_be_written_is_no_lie_about_the_store(program: Program, statement: Path) -> None:
    with open("/dev/full", "w", encoding="utf-8") as full:  # noqa: PTH123 - a device
        done = subprocess.run(
            [
                sys.executable,
                "-m",
                "tradesense_desktop",
                "--workspace",
                program.folder / "workspace",
                "import",
                statement,
            ],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            env=program.environment,
            cwd=program.folder,
            timeout=120,
            check=False,
        )

    assert done.returncode == 1
    assert "may have been done" in done.stderr
    assert len(program.read("challenges")) == 1


def test_demo_is_made_once_and_judged_by_the_real_rules(program: Program) -> None:
    made = program.read("demo", "--small", "--no-window")
    again = program.read("demo", "--small", "--no-window")

    assert (made["made"], again["made"]) == (True, False)
    demo = Path(made["workspace"])
    assert len(program.read("challenges", "--workspace", demo)) == made["challenges"]
    assert {row["status"] for row in program.read("challenges", "--workspace", demo)} >= {"ACTIVE", "FAILED"}


def test_without_a_display_the_sample_is_judged_and_nothing_is_left(program: Program) -> None:
    done = program.run(named=False)

    assert done.returncode == 0, done.stderr
    assert "The file agrees with its own totals." in done.stdout
    assert "Challenge " in done.stdout
    assert not (program.folder / "data").exists()


def test_doctor_finds_a_new_workspace_sound(program: Program) -> None:
    document = program.read("doctor")

    assert document["healthy"] is True
    assert document["store"]["schema_version"] == "1.0"


def test_doctor_names_a_damaged_store_and_fails(program: Program) -> None:
    folder = program.folder / "workspace"
    folder.mkdir()
    (folder / "workspace.sqlite").write_bytes(b"this is no database" * 100)

    done = program.run("doctor")

    assert done.returncode == 1
    assert "workspace.sqlite" in done.stdout
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("import", "missing.html"), "missing.html"),
        (("challenge", "0192f0c1"), "no challenge 0192f0c1"),
        (("events", "zz"), "no challenge zz"),
        (("import", ROOT / "LICENSE"), "LICENSE"),
    ],
)
def test_refusal_is_one_sentence_without_a_traceback(
    program: Program, arguments: tuple[object, ...], words: str
) -> None:
    sentence = program.refusal(*arguments)

    assert words in sentence
    assert sentence.count("\n") == 1


def test_hostile_file_name_reaches_neither_terminal_nor_second_line(program: Program) -> None:
    name = "bad\x1b[31m\n2.html"
    (program.folder / name).write_bytes(b"no statement")

    sentence = program.refusal("import", name)

    assert "\x1b" not in sentence
    assert sentence.count("\n") == 1


def test_file_whose_name_is_no_text_is_imported_under_a_name_that_is(program: Program, statement: Path) -> None:
    odd = os.fsencode(program.folder) + b"/raw\xff.html"
    with open(odd, "wb") as file:  # noqa: PTH123 - a path of bytes
        file.write(statement.read_bytes())

    assert program.read("import", os.fsdecode(odd))["file"] == "raw\N{REPLACEMENT CHARACTER}.html"


def test_folder_and_pipe_are_no_files(program: Program) -> None:
    os.mkfifo(program.folder / "pipe")

    assert "this is no file" in program.refusal("import", ".")
    assert "this is no file" in program.refusal("import", "pipe")


def test_wrong_usage_ends_with_two(program: Program) -> None:
    assert program.run("bogus").returncode == 2
    assert program.run("import").returncode == 2
    assert program.run("challenges", "--workspace", "").returncode == 2
    assert program.run("import", "file", "--timezone", "").returncode == 2
    assert program.run("challenges", "--status", "LOST").returncode == 2


def test_debug_shows_where_it_was_refused(program: Program) -> None:
    done = program.run("import", "missing.html", "--debug")

    assert done.returncode == 1
    assert "Traceback" in done.stderr


def test_every_command_explains_itself_with_an_example(program: Program) -> None:
    listed = program.run("--help").stdout.partition("Commands:")[2]
    commands = [line.split()[0] for line in listed.splitlines() if line.startswith("  ") and line[2] != " "]
    commands = [name for name in commands if name.islower() and name != "example:"]

    assert len(commands) >= 10
    for name in commands:
        assert "Example:" in program.run(name, "--help").stdout
