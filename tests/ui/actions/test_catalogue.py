import re

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QMenuBar, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.settings import resources_directory
from tradesense_desktop.ui.actions.catalogue import CATALOGUE
from tradesense_desktop.ui.actions.registry import ActionRegistry, plain
from tradesense_desktop.ui.theme.tokens import DARK, LIGHT


def test_ids_are_dotted_and_unique() -> None:
    ids = [action.id for action in CATALOGUE]

    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[a-z]+\.[a-z_]+[0-9]*", identifier) for identifier in ids)


def test_every_action_has_a_shortcut_of_its_own() -> None:
    keys = [QKeySequence.fromString(action.shortcut, QKeySequence.SequenceFormat.PortableText) for action in CATALOGUE]

    assert all(not key.isEmpty() for key in keys)
    assert len({key.toString() for key in keys}) == len(keys)


def test_the_shortcuts_that_were_promised_are_there() -> None:
    keys = {action.id: action.shortcut for action in CATALOGUE}

    assert keys["workspace.import"] == "Ctrl+O"
    assert keys["view.privacy"] == "Ctrl+Shift+M"
    assert keys["go.palette"] == "Ctrl+K"
    assert keys["view.refresh"] == "F5"
    assert keys["table.filter"] == "Ctrl+F"
    assert keys["window.quit"] == "Ctrl+Q"
    assert keys["go.challenges"] == "Ctrl+1"
    assert keys["go.challenge"] == "Ctrl+2"
    assert keys["account.lock"] == "Ctrl+L"


def test_every_icon_of_an_action_is_drawn() -> None:
    missing = [
        action.icon
        for action in CATALOGUE
        if action.icon and not (resources_directory() / "icons" / f"{action.icon}.svg").is_file()
    ]

    assert missing == []


def test_the_menus_hold_every_action_once(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    registry = ActionRegistry(window, DARK)
    bar = QMenuBar(window)

    registry.fill(bar)

    shown = [entry.objectName() for menu in bar.actions() for entry in menu.menu().actions() if not entry.isSeparator()]
    assert sorted(shown) == sorted(action.id for action in CATALOGUE)


def test_a_menu_draws_its_icons_when_it_is_opened_and_anew_with_another_appearance(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    registry = ActionRegistry(window, DARK)
    bar = QMenuBar(window)
    registry.fill(bar)
    action = registry["workspace.import"]
    assert action.icon().isNull()

    bar.actions()[0].menu().aboutToShow.emit()
    dark = action.icon().cacheKey()
    registry.tint(LIGHT)

    assert not action.icon().isNull()
    assert action.icon().cacheKey() != dark
    assert registry["table.copy"].icon().isNull(), "of another menu"


def test_an_action_that_nothing_is_bound_to_cannot_be_done(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    registry = ActionRegistry(window, DARK)
    done: list[str] = []

    assert not registry["view.refresh"].isEnabled()
    registry.bind("view.refresh", lambda: done.append("refreshed"))
    registry["view.refresh"].trigger()

    assert done == ["refreshed"]


def test_a_title_is_shown_without_its_mnemonic_and_dots() -> None:
    assert plain("&Import a statement…") == "Import a statement"
