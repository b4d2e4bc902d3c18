"""`tradesense workspace` as a person or a script runs it."""

import stat
from pathlib import Path

import pytest

from tests.unit.cli.test_key import PASSPHRASE, Program


@pytest.fixture
def program(tmp_path: Path) -> Program:
    return Program(tmp_path)


def test_life_of_an_encrypted_workspace_on_the_command_line(program: Program) -> None:
    old = {"TRADESENSE_KEY_PASSPHRASE": PASSPHRASE}
    new = {"TRADESENSE_KEY_PASSPHRASE": "another good passphrase"}
    made = program.run("workspace", "new", "--encrypted", **old)
    again = program.run("workspace", "new", **old)
    sheet = program.run("workspace", "sheet", "-o", "sheet.txt", **old)
    (program.folder / "w" / "keys.json").unlink()
    lost = program.run("challenges", **old)
    recovered = program.run("workspace", "recover", "sheet.txt", **new)

    assert (made.returncode, "recovery sheet" in made.stdout) == (0, True)
    assert (again.returncode, "already" in again.stderr) == (1, True)
    assert (sheet.returncode, stat.S_IMODE((program.folder / "sheet.txt").stat().st_mode)) == (0, 0o600)
    assert "workspace recover FILE" in (program.folder / "sheet.txt").read_text()
    assert (lost.returncode, "recovery sheet" in lost.stderr) == (1, True)
    assert recovered.returncode == 0
    assert program.run("challenges", **new).returncode == 0
    assert program.run("challenges").returncode == 1


def test_workspace_that_is_not_encrypted_is_made_without_a_question(program: Program) -> None:
    made = program.run("workspace", "new")

    assert (made.returncode, made.stderr) == (0, "")
    assert (program.folder / "w" / "workspace.sqlite").read_bytes().startswith(b"SQLite format 3")


@pytest.mark.parametrize("command", ["new", "sheet", "recover"])
def test_help_shows_an_example(program: Program, command: str) -> None:
    assert f"workspace {command}" in program.run("workspace", command, "--help").stdout.split("Example: ")[1]
