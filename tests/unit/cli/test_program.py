"""The program's options and what is written about its commands."""

from pathlib import Path

import pytest

from tradesense_desktop.cli import program as module

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize(
    ("typed", "understood"),
    [
        (["import", "f", "--workspace", "w"], ["--workspace", "w", "import", "f"]),
        (["events", "1", "--workspace=w", "--debug"], ["--workspace=w", "--debug", "events", "1"]),
        (["import", "--", "--workspace"], ["import", "--", "--workspace"]),
        (["import", "f", "--workspace"], ["--workspace", "import", "f"]),
    ],
)
def test_options_of_the_program_may_stand_behind_the_command(typed: list[str], understood: list[str]) -> None:
    assert module._options_first(typed) == understood


def test_every_command_stands_in_the_readme() -> None:
    module._add_commands()
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    missing = [name for name in module.program.commands if f"`{name}" not in readme and f"`{name} " not in readme]

    assert missing == ["completion"]
