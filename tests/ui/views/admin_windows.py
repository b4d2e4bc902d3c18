"""A window around one place, with the actions of the program, for tests that use the keyboard."""

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QMainWindow, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.ui.actions.registry import ActionRegistry
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.theme.tokens import DARK


class PlaceWindow(QMainWindow):
    """One place as somebody sees it; `press` types as a person would."""

    def __init__(self, qtbot: QtBot, surroundings: Surroundings, place: QWidget) -> None:
        super().__init__()
        self._qtbot = qtbot
        self._tasks = surroundings.tasks
        self.catalogue = ActionRegistry(self, DARK)
        self.place = place
        self.said: list[str] = []
        self.asked: list[str] = []
        place.said.connect(self.said.append)  # type: ignore[attr-defined]
        place.challenge_asked.connect(self.asked.append)  # type: ignore[attr-defined]
        qtbot.addWidget(self)
        self.setCentralWidget(place)
        self.resize(1224, 740)
        self.show()
        self.activateWindow()
        qtbot.waitUntil(self.isActiveWindow)
        place.setFocus()
        self.read_again()

    def read_again(self) -> None:
        """Let the place read, and wait until it is at rest."""
        self.place.read_again()  # type: ignore[attr-defined]
        self.settle()

    def settle(self) -> None:
        """Wait until nothing is under way, and what was read is shown."""
        self._qtbot.waitUntil(lambda: not self._tasks.running)

    def press(self, keys: str) -> None:
        """Press keys, as in “Ctrl+Alt+A” or “Tab”, on whatever has the focus."""
        combination = QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText)[0]
        self._qtbot.keyClick(focused(), combination.key(), combination.keyboardModifiers())

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self._qtbot.keyClicks(focused(), text)

    def tab_to(self, wanted: Callable[[QWidget], bool]) -> QWidget:
        """Press Tab until the focus is on what is wanted; fails when it never comes there."""
        for _ in range(60):
            if wanted(focused()):
                return focused()
            self.press("Tab")
        raise AssertionError(f"Tab does not lead there; it ends at {focused()!r}")

    def tab_to_button(self, text: str) -> None:
        """Press Tab until a button has the focus."""
        self.tab_to(lambda widget: isinstance(widget, QPushButton) and widget.text() == text)

    def tab_to_field(self, name: str) -> None:
        """Press Tab until a field has the focus."""
        self.tab_to(lambda widget: isinstance(widget, QLineEdit) and widget.accessibleName() == name)

    def buttons(self) -> set[str]:
        """Words on the buttons that can be seen."""
        return {button.text() for button in self.place.findChildren(QPushButton) if button.isVisible()}


def focused() -> QWidget:
    """What has the focus."""
    found = QApplication.focusWidget()
    assert found is not None
    return found


def place_window(
    qtbot: QtBot, surroundings: Surroundings, workspace: Workspace, kind: Callable[..., QWidget]
) -> PlaceWindow:
    """A window of a place for whoever acts through this handle."""
    return PlaceWindow(qtbot, surroundings, kind(workspace, surroundings, None))
