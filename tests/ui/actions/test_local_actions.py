"""Actions of one place: who does them, and when."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QMainWindow, QStackedWidget, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.people import workspace_with_people
from tradesense_desktop.ui.actions.local_actions import LocalActions, with_shortcut
from tradesense_desktop.ui.actions.place_actions import PLACE_ACTIONS, PLACE_RIGHTS
from tradesense_desktop.ui.actions.registry import ActionRegistry
from tradesense_desktop.ui.offers import is_offered
from tradesense_desktop.ui.theme.tokens import DARK


class Rooms:
    """A window with two places, of which the first acknowledges alerts."""

    def __init__(self, qtbot: QtBot) -> None:
        self.window = QMainWindow()
        qtbot.addWidget(self.window)
        self.registry = ActionRegistry(self.window, DARK)
        self.stack = QStackedWidget()
        self.first, self.second = QWidget(), QWidget()
        self.line = QLineEdit(self.first)
        QVBoxLayout(self.first).addWidget(self.line)
        self.done: list[str] = []
        self.local = LocalActions(self.first)
        self.local.bind("alerts.acknowledge", lambda: self.done.append("acknowledged"))
        for place in (self.first, self.second):
            place.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.stack.addWidget(place)
        self.window.setCentralWidget(self.stack)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.first.setFocus()


def test_a_place_does_its_actions_while_it_is_in_sight(qtbot: QtBot) -> None:
    rooms = Rooms(qtbot)

    qtbot.keyClick(rooms.first, Qt.Key.Key_A)
    rooms.stack.setCurrentWidget(rooms.second)
    rooms.second.setFocus()
    qtbot.keyClick(rooms.second, Qt.Key.Key_A)
    assert not rooms.registry["alerts.acknowledge"].isEnabled()
    rooms.stack.setCurrentWidget(rooms.first)
    rooms.registry["alerts.acknowledge"].trigger()

    assert rooms.done == ["acknowledged", "acknowledged"]


def test_a_letter_that_is_typed_into_a_field_does_nothing_else(qtbot: QtBot) -> None:
    rooms = Rooms(qtbot)
    rooms.line.setFocus()

    qtbot.keyClick(rooms.line, Qt.Key.Key_A)

    assert (rooms.line.text(), rooms.done) == ("a", [])


def test_what_cannot_be_done_just_now_is_not_done_by_its_keys(qtbot: QtBot) -> None:
    rooms = Rooms(qtbot)

    rooms.local.offer("alerts.acknowledge", offered=False)
    qtbot.keyClick(rooms.first, Qt.Key.Key_A)
    rooms.stack.setCurrentWidget(rooms.second)
    rooms.stack.setCurrentWidget(rooms.first)

    assert rooms.done == []
    assert not rooms.registry["alerts.acknowledge"].isEnabled()


def test_a_tool_tip_says_the_keys(qtbot: QtBot) -> None:
    assert with_shortcut("Acknowledge", "alerts.acknowledge") == "Acknowledge (A)"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("trader", {"alerts.acknowledge", "alerts.group", "alerts.watch"}),
        ("auditor", {"alerts.group", "audit.more"}),
        (
            "admin",
            {action.id for action in PLACE_ACTIONS if action.id.partition(".")[0] not in {"keys", "server"}}
            - {"alerts.thresholds", "users.change_role", "users.delete", "users.erase"},
        ),
        ("superadmin", {action.id for action in PLACE_ACTIONS if not action.id.startswith("server.")}),
    ],
)
def test_what_a_role_may_not_do_is_not_on_its_screen(tmp_path: Path, name: str, expected: set[str]) -> None:
    with workspace_with_people(tmp_path / "workspace") as people:
        handle = people.of(name)

        assert {action.id for action in PLACE_ACTIONS if is_offered(action.id, handle)} == expected
    assert PLACE_RIGHTS.keys() <= {action.id for action in PLACE_ACTIONS}
