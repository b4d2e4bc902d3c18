"""A question in place: which keys answer it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.ui.parts.ask_bar import AskBar


class Asked:
    """A question in a window, with what was answered."""

    def __init__(self, qtbot: QtBot, *, needs_reason: bool) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.bar = AskBar(self.window)
        self.answers: list[str] = []
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        field = "Reason" if needs_reason else ""
        self.bar.ask("Tina is kept out.", "Suspend", self.answers.append, field=field, needed=needs_reason)

    def button(self, text: str) -> QPushButton:
        (found,) = [each for each in self.bar.findChildren(QPushButton) if each.text() == text]
        return found


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_enter_right_after_the_question_changes_nothing(qtbot: QtBot) -> None:
    asked = Asked(qtbot, needs_reason=False)

    qtbot.keyClick(focused(), Qt.Key.Key_Return)

    assert asked.answers == []
    assert asked.bar.question == ""


def test_no_button_is_the_default_one(qtbot: QtBot) -> None:
    asked = Asked(qtbot, needs_reason=True)

    assert not any(button.isDefault() or button.autoDefault() for button in asked.bar.findChildren(QPushButton))


def test_enter_in_the_field_answers_nothing(qtbot: QtBot) -> None:
    asked = Asked(qtbot, needs_reason=True)
    assert isinstance(focused(), QLineEdit)

    qtbot.keyClicks(focused(), "lent the password ")
    qtbot.keyClick(focused(), Qt.Key.Key_Return)

    assert asked.answers == []
    assert asked.bar.question


def test_a_reason_that_is_asked_for_is_needed_and_handed_on(qtbot: QtBot) -> None:
    asked = Asked(qtbot, needs_reason=True)
    assert not asked.button("Suspend").isEnabled()

    qtbot.keyClicks(focused(), "   ")
    assert not asked.button("Suspend").isEnabled(), "a blank is no reason"
    qtbot.keyClicks(focused(), "lent the password ")
    asked.button("Suspend").setFocus()
    qtbot.keyClick(focused(), Qt.Key.Key_Space)

    assert asked.answers == ["lent the password"]
