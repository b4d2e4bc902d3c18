"""What a person reads goes through tr(), figures and instants through formatting/: this finds the rest."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tradesense_desktop.settings import resources_directory
from tradesense_desktop.ui.theme.tokens import TONES

UI = Path(__file__).parents[2] / "tradesense_desktop" / "ui"
MODULES = sorted(path for path in UI.rglob("*.py"))

SHOWING = {
    "Words",
    "QLabel",
    "QPushButton",
    "QCheckBox",
    "QDockWidget",
    "setText",
    "setToolTip",
    "setAccessibleName",
    "setAccessibleDescription",
    "setPlaceholderText",
    "setWindowTitle",
    "addTab",
    "addMenu",
    "showMessage",
    "say",
    "entitle",
}
WORD = re.compile(r"[A-Za-z]{2,}")
FIGURE_FORMAT = re.compile(r"^[^%]*[.,_][0-9]*[fgeEd%n]?$|[fgeE%]$")


def calls(path: Path) -> Iterator[ast.Call]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call):
            yield node


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def bare_words(argument: ast.expr) -> list[str]:
    """Words that stand in an argument itself, outside of any call in it."""
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return [argument.value] if WORD.search(argument.value) else []
    if isinstance(argument, ast.JoinedStr):
        return [word for part in argument.values for word in bare_words(part)]
    if isinstance(argument, ast.IfExp):
        return bare_words(argument.body) + bare_words(argument.orelse)
    if isinstance(argument, ast.BinOp):
        return bare_words(argument.left) + bare_words(argument.right)
    return []


# No words for a person: keys and codes that are the same in every language, tones and names of drawings.
ALLOWED = {
    *("USD", " (F10)", " (Ctrl+F)"),
    *TONES,
    *(path.stem for path in (resources_directory() / "icons").glob("*.svg")),
}
# Labels of an axis, whose grain is the axis's own.
WRITES_INSTANTS = {"formatting", "words.py of charts"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(UI)))
def test_words_that_are_shown_are_translated(path: Path) -> None:
    found = [
        f"line {call.lineno}: {word}"
        for call in calls(path)
        if name_of(call) in SHOWING
        for argument in call.args
        for word in bare_words(argument)
        if word not in ALLOWED
    ]

    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(UI)))
def test_figures_are_written_by_the_formats_only(path: Path) -> None:
    if path.parent.name == "formatting":
        return
    tree = ast.parse(path.read_text(encoding="utf-8"))
    found = [
        f"line {node.lineno}"
        for node in ast.walk(tree)
        if isinstance(node, ast.FormattedValue)
        and node.format_spec is not None
        and any(
            isinstance(part, ast.Constant) and FIGURE_FORMAT.search(str(part.value))
            for part in ast.walk(node.format_spec)
        )
    ]

    assert found == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(UI)))
def test_instants_are_written_by_the_formats_only(path: Path) -> None:
    if WRITES_INSTANTS & {path.parent.name, f"{path.name} of {path.parent.name}"}:
        return
    found = [
        f"line {call.lineno}: {name_of(call)}" for call in calls(path) if name_of(call) in ("strftime", "isoformat")
    ]

    assert found == []


def test_the_lint_finds_what_it_looks_for() -> None:
    shown = ast.parse("Words('Equity'); Words(self.tr('Equity')); label.setText(f'{n} trades')")
    found = [
        word
        for node in ast.walk(shown)
        if isinstance(node, ast.Call) and name_of(node) in SHOWING
        for argument in node.args
        for word in bare_words(argument)
    ]

    assert found == ["Equity", " trades"]
    assert FIGURE_FORMAT.search(".2f")
    assert FIGURE_FORMAT.search(",.2f")
    assert not FIGURE_FORMAT.search("02d")
