"""Habits that a machine can check on the source itself."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "tradesense_desktop").rglob("*.py"))
MOST_LINES = 400
SHAPELESS_NAMES = {"utils", "util", "helpers", "helper", "manager", "common", "misc", "base"}


@pytest.mark.parametrize("module", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_module_is_short_named_for_a_thing_and_leaves_nothing_for_later(module: Path) -> None:
    text = module.read_text(encoding="utf-8")
    assert text.count("\n") < MOST_LINES
    assert module.stem not in SHAPELESS_NAMES
    assert not re.search(r"\b(TODO|FIXME|XXX|raise NotImplementedError)\b", text)


def test_command_line_does_not_load_qt() -> None:
    code = (
        "import sys, tradesense_desktop.cli.program as program; program._add_commands();"
        "print([name for name in sys.modules if name.split('.')[0] in ('PySide6', 'pyqtgraph', 'shiboken6')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def test_no_lock_file_names_a_registry_of_this_machine() -> None:
    hosts = set(re.findall(r"https://([^/\"]+)/", (ROOT / "uv.lock").read_text(encoding="utf-8")))
    assert hosts == {"pypi.org", "files.pythonhosted.org"}
