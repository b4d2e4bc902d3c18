"""`tradesense key` as a person or a script runs it."""

import json
import os
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

PASSPHRASE = "correct horse battery staple"
ROOT = Path(__file__).resolve().parents[3]


class Program:
    """The command line on a workspace of its own, on a machine without a keyring."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run(self, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TRADESENSE_")}
        environment |= {"PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring", "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            [sys.executable, "-m", "tradesense_desktop", "--workspace", str(self.folder / "w"), *arguments],
            capture_output=True,
            text=True,
            env=environment | variables,
            cwd=self.folder,
            timeout=120,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def read(self, *arguments: str, **variables: str) -> Any:
        done = self.run(*arguments, "--json", **variables)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_life_of_a_key_on_the_command_line(program: Program) -> None:
    passphrase = {"TRADESENSE_KEY_PASSPHRASE": PASSPHRASE}
    made = program.read("key", "new", **passphrase)
    exported = program.run("key", "export", "-o", "sheet.txt", **passphrase)
    sheet = program.folder / "sheet.txt"
    mode = stat.S_IMODE(sheet.stat().st_mode)
    (program.folder / "w" / "keys.json").unlink()
    lost = program.run("key", "unlock", **passphrase)
    imported = program.read("key", "import", "sheet.txt", **passphrase)
    rotated = program.read("key", "rotate", **passphrase)

    assert (made["state"], made["holder"], made["system_has_keyring"]) == ("open", "file", False)
    assert (exported.returncode, mode) == (0, 0o600)
    assert made["key_id"] in sheet.read_text()
    assert (lost.returncode, lost.stdout) == (1, "")
    assert "import its recovery sheet" in lost.stderr
    assert (imported["state"], imported["key_id"]) == ("open", made["key_id"])
    assert rotated["key_id"] != made["key_id"]
    assert program.read("key", "status")["state"] == "locked"


def test_workspace_without_a_key_says_what_that_means(program: Program) -> None:
    told = program.run("key", "status")

    assert told.returncode == 0
    assert "has no key" in told.stdout
    assert "tradesense key new" in told.stdout


def test_program_says_that_the_key_lies_in_a_file_and_asks_nobody_who_is_not_there(program: Program) -> None:
    told = program.run("key", "new")

    assert told.returncode == 1
    assert "no keyring" in told.stderr
    assert "TRADESENSE_KEY_PASSPHRASE" in told.stderr
    assert not (program.folder / "w" / "keys.json").exists()


def test_sheet_is_never_written_over_a_file(program: Program) -> None:
    (program.folder / "there.txt").write_text("mine")

    told = program.run("key", "export", "-o", "there.txt")

    assert told.returncode == 1
    assert (program.folder / "there.txt").read_text() == "mine"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"x" * 200_000, b"hello"])
def test_what_is_no_sheet_is_refused_in_a_sentence(program: Program, content: bytes | None) -> None:
    if content is not None:
        (program.folder / "sheet.txt").write_bytes(content)

    told = program.run("key", "import", "sheet.txt", TRADESENSE_KEY_PASSPHRASE=PASSPHRASE)

    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].startswith("tradesense: ")
    assert "Traceback" not in told.stderr


@pytest.mark.parametrize("command", ["status", "new", "unlock", "rotate", "export", "import"])
def test_help_shows_an_example(program: Program, command: str) -> None:
    assert f"Example: tradesense key {command}" in program.run("key", command, "--help").stdout


def test_nothing_of_the_keys_is_loaded_before_it_is_needed() -> None:
    loaded = (
        "import sys; from tradesense_desktop.services.read_challenges import read_challenges;"
        " from tradesense_desktop.services.import_statement import import_statement;"
        " print([name for name in ('cryptography', 'keyring') if name in sys.modules])"
    )

    told = subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, cwd=ROOT, check=True)

    assert told.stdout.strip() == "[]"


def test_trader_who_may_not_manage_keys_is_told_so_and_not_asked_for_a_passphrase(program: Program) -> None:
    passwords = {
        "TRADESENSE_OWNER_PASSWORD": "quiet-harbour-77",
        "TRADESENSE_NEW_PASSWORD": "another-harbour-78",
        "TRADESENSE_PASSWORD": "quiet-harbour-77",
    }
    set_up = program.run("user", "setup", "--owner", "tina@example.org", "--admin", "sue@example.org", **passwords)
    assert set_up.returncode == 0, set_up.stderr
    del passwords["TRADESENSE_NEW_PASSWORD"]
    commands = (
        ("key", "new"),
        ("key", "rotate"),
        ("key", "export", "-o", "sheet.txt"),
        ("user", "add", "otto@example.org"),
    )

    for command in commands:
        refused = program.run("--as", "tina@example.org", *command, **passwords)
        assert (refused.returncode, "may not" in refused.stderr) == (5, True), refused.stderr


def test_bytes_that_are_no_text_get_one_sentence(program: Program) -> None:
    refused = program.run("alerts", "list", "--text", "caf\udce9")

    assert refused.returncode == 1
    assert refused.stderr == "tradesense: Something that was given is no text: it holds bytes that are not UTF-8.\n"
