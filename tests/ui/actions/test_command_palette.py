import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.ui.actions.command_palette import Command, CommandPalette


@pytest.fixture
def done() -> list[str]:
    return []


@pytest.fixture
def window(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    made.resize(1280, 800)
    return made


def open_palette(qtbot: QtBot, window: QWidget, done: list[str], recent: list[str]) -> CommandPalette:
    commands = [
        Command("Import a statement", "Ctrl+O", lambda: done.append("import"), "open file"),
        Command("Privacy mode", "Ctrl+Shift+M", lambda: done.append("privacy")),
        Command("EURUSD swing", "challenge", lambda: done.append("challenge"), "ftmo USD"),
    ]
    palette = CommandPalette(commands, recent, window)
    palette.show()
    return palette


def test_enter_runs_the_best_match_and_closes(qtbot: QtBot, window: QWidget, done: list[str]) -> None:
    palette = open_palette(qtbot, window, done, [])
    field = palette.findChild(QLineEdit)

    qtbot.keyClicks(field, "priv")
    assert palette.titles() == ["Privacy mode"]
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert done == ["privacy"]


def test_arrows_in_the_field_move_through_the_matches(qtbot: QtBot, window: QWidget, done: list[str]) -> None:
    palette = open_palette(qtbot, window, done, [])
    field = palette.findChild(QLineEdit)

    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Down)
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert done == ["challenge"]


def test_a_challenge_is_found_by_its_rules(qtbot: QtBot, window: QWidget, done: list[str]) -> None:
    palette = open_palette(qtbot, window, done, [])

    qtbot.keyClicks(palette.findChild(QLineEdit), "ftmo")

    assert palette.titles() == ["EURUSD swing"]
    palette.close()


def test_what_was_run_last_comes_first(qtbot: QtBot, window: QWidget, done: list[str]) -> None:
    recent = ["EURUSD swing"]
    palette = open_palette(qtbot, window, done, recent)

    assert palette.titles()[0] == "EURUSD swing"
    qtbot.keyClicks(palette.findChild(QLineEdit), "import")
    qtbot.keyClick(palette.findChild(QLineEdit), Qt.Key.Key_Return)

    assert recent == ["Import a statement", "EURUSD swing"]


def test_nothing_that_fits_is_said(qtbot: QtBot, window: QWidget, done: list[str]) -> None:
    palette = open_palette(qtbot, window, done, [])
    field = palette.findChild(QLineEdit)

    qtbot.keyClicks(field, "zzz")
    qtbot.keyClick(field, Qt.Key.Key_Return)

    assert palette.titles() == []
    assert done == []
    palette.close()
