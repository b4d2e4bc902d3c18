from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.ui.parts.confirmation import Confirmation, Question

SUSPEND = Question("Tina is kept out; the sessions end at once.", "Suspend", reason="Reason")
READMIT = Question("Tina may sign in again.", "Readmit")


class Asked:
    """A confirmation in a window, with what it said."""

    def __init__(self, qtbot: QtBot, question: Question) -> None:
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.confirmation = Confirmation(self.window)
        self.confirmed: list[str] = []
        self.dismissed = 0
        self.confirmation.confirmed.connect(self.confirmed.append)
        self.confirmation.dismissed.connect(self._on_dismissed)
        self.window.show()
        self.window.activateWindow()
        qtbot.waitUntil(self.window.isActiveWindow)
        self.confirmation.ask(question)

    def _on_dismissed(self) -> None:
        self.dismissed += 1

    def button(self, text: str) -> QPushButton:
        (found,) = [each for each in self.confirmation.findChildren(QPushButton) if each.text() == text]
        return found


def focused() -> QWidget:
    found = QApplication.focusWidget()
    assert found is not None
    return found


def test_enter_right_after_the_question_changes_nothing(qtbot: QtBot) -> None:
    asked = Asked(qtbot, READMIT)

    qtbot.keyClick(focused(), Qt.Key.Key_Return)

    assert asked.confirmed == []
    assert asked.dismissed == 1


def test_no_button_is_the_default_one(qtbot: QtBot) -> None:
    asked = Asked(qtbot, SUSPEND)

    assert not any(
        button.isDefault() or button.autoDefault() for button in asked.confirmation.findChildren(QPushButton)
    )


def test_a_reason_that_is_asked_for_is_needed_and_handed_on(qtbot: QtBot) -> None:
    asked = Asked(qtbot, SUSPEND)
    assert isinstance(focused(), QLineEdit)
    assert not asked.button("Suspend").isEnabled()

    qtbot.keyClicks(focused(), "   ")
    assert not asked.button("Suspend").isEnabled(), "a blank is no reason"
    qtbot.keyClicks(focused(), "lent the password ")
    qtbot.keyClick(focused(), Qt.Key.Key_Return)
    assert asked.confirmed == [], "Enter in the field decides nothing"
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    qtbot.keyClick(focused(), Qt.Key.Key_Tab)
    qtbot.keyClick(focused(), Qt.Key.Key_Space)

    assert asked.confirmed == ["lent the password"]


def test_escape_leaves_everything_as_it_is(qtbot: QtBot) -> None:
    asked = Asked(qtbot, SUSPEND)

    qtbot.keyClick(focused(), Qt.Key.Key_Escape)

    assert asked.dismissed == 1
    assert not asked.confirmation.is_asking


def test_a_refusal_is_said_in_place_and_the_reason_stays(qtbot: QtBot) -> None:
    asked = Asked(qtbot, SUSPEND)
    qtbot.keyClicks(focused(), "lent it")
    asked.confirmation.show_busy()
    assert not asked.button("Suspend").isEnabled()

    asked.confirmation.show_refusal("This is the last super-administrator; make another one first.")

    (reason,) = asked.confirmation.findChildren(QLineEdit)
    assert reason.text() == "lent it"
    assert asked.confirmation.is_asking
    assert asked.button("Suspend").isEnabled()


def test_what_is_under_way_is_not_dismissed(qtbot: QtBot) -> None:
    asked = Asked(qtbot, READMIT)
    asked.confirmation.show_busy()

    asked.confirmation.dismiss()

    assert asked.confirmation.is_asking


def test_the_reason_and_the_consequence_are_said_to_a_screen_reader(qtbot: QtBot) -> None:
    asked = Asked(qtbot, SUSPEND)

    assert asked.confirmation.accessibleDescription() == SUSPEND.consequence
    assert focused().accessibleName() == "Reason"
