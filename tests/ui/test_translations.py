"""Words reach the translators: lupdate finds them, each under the context that the program asks with."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

UI = Path(__file__).parents[2] / "tradesense_desktop" / "ui"
LUPDATE = shutil.which("pyside6-lupdate", path=str(Path(sys.executable).parent))


@pytest.mark.skipif(LUPDATE is None, reason="lupdate is not installed")
def test_every_word_is_collected_under_the_context_that_is_asked(tmp_path: Path) -> None:
    found = tmp_path / "found.ts"
    modules = sorted(UI.rglob("*.py"))
    subprocess.run([str(LUPDATE), *map(str, modules), "-ts", str(found)], check=True, capture_output=True)

    collected = {
        (str(context.findtext("name")), str(message.findtext("source")))
        for context in ET.parse(found).getroot().iter("context")
        for message in context.iter("message")
    }
    asked = {
        (call.args[0].value, call.args[1].value)
        for path in modules
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and len(call.args) == 2
        and isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[1], ast.Constant)
        and (getattr(call.func, "attr", "") == "translate" or getattr(call.func, "id", "") == "translate")
    }

    assert len([context for context, _ in asked if context == "Charts"]) > 10
    assert asked - collected == set()
    assert all(context for context, _ in collected), "each has a context"
