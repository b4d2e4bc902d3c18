"""From the statement to the funded account and its next phase, in the window, by keyboard alone, by five people."""

import logging
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from tests.integration.histories import written
from tests.people import EMAILS, PASSWORD, make_people
from tests.ui.views.admin_windows import focused
from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.ui.log_file import LOG_NAME, keep_log
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.theme.appearance import Appearance
from tradesense_desktop.ui.views.trader.import_dialog import ImportDialog

_MOST_STEPS = 80
_LOOK_MILLISECONDS = 20


class Person:
    """Somebody at the window, with a keyboard and no mouse."""

    def __init__(self, qtbot: QtBot, window: MainWindow) -> None:
        self._qtbot = qtbot
        self.window = window

    def take_up(self) -> None:
        """Go back to the window when a dialog has gone: there is no window manager here that does it."""
        if QApplication.focusWidget() is None:
            self.window.activateWindow()
            self.wait_for(lambda: QApplication.focusWidget() is not None)

    def press(self, keys: str) -> None:
        """Press keys on whatever has the focus."""
        self.take_up()
        combination = QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText)[0]
        self._qtbot.keyClick(focused(), combination.key(), combination.keyboardModifiers())

    def type(self, text: str) -> None:
        """Type into whatever has the focus."""
        self._qtbot.keyClicks(focused(), text)

    def wait_for(self, what: Callable[[], bool]) -> None:
        """Wait until something is so."""
        self._qtbot.waitUntil(what, timeout=30_000)

    def settle(self) -> None:
        """Wait until nothing is under way."""
        self.wait_for(lambda: not self.window.tasks.running)

    def tab_to(self, wanted: Callable[[QWidget], bool]) -> None:
        """Press Tab until the focus is there."""
        for _ in range(_MOST_STEPS):
            if wanted(focused()):
                return
            self.press("Tab")
        raise AssertionError(f"Tab does not lead there; it ends at {focused()!r}")

    def press_button(self, text: str) -> None:
        """Go to a button by Tab and press it."""
        self.tab_to(lambda widget: isinstance(widget, QPushButton) and widget.text() == text and widget.isEnabled())
        self.press("Space")

    def sign_in(self, name: str) -> None:
        """Sign in; the address of whoever was there before stands in the field."""
        self.wait_for(lambda: self.window.people.is_covered and isinstance(QApplication.focusWidget(), QLineEdit))
        self.tab_to(lambda widget: isinstance(widget, QLineEdit) and widget.accessibleName() == "E-mail address")
        self.press("Ctrl+A")
        self.type(EMAILS[name])
        self.press("Tab")
        self.type(PASSWORD)
        self.press("Return")
        self.wait_for(lambda: not self.window.people.is_covered)
        self.settle()

    def sign_out(self) -> None:
        """Leave the window to the next one."""
        self.press("Ctrl+Shift+O")
        self.wait_for(lambda: self.window.people.is_covered)
        self.settle()

    def words(self) -> str:
        """What can be read on the screen."""
        labels = self.window.findChildren(QLabel)
        return "\n".join(label.text() for label in labels if label.isVisible() and label.text())


@pytest.fixture
def statement(tmp_path: Path) -> Path:
    """Four days of 300 on 10,000: the target of the first phase of FTMO's two."""
    report = Report()
    report.operation("balance", "10000.00")
    for day in ("09", "10", "11", "12"):
        report.deal("buy", "in", "1.00", "1.10000", at=f"2024.01.{day} 10:00:00")
        report.deal("sell", "out", "1.00", "1.10100", "300.00", at=f"2024.01.{day} 10:30:00")
    return written(tmp_path, report)


@pytest.fixture
def person(qtbot: QtBot, appearance: Appearance, surroundings: Surroundings, tmp_path: Path) -> Iterator[Person]:
    """The window on a workspace that has people and no challenge, and asks for two approvals."""
    workspace = open_workspace(tmp_path / "workspace")
    set_funding_policy(make_people(workspace).superadmin, 2)
    workspace.close()
    window = MainWindow(None, surroundings.tasks, appearance, surroundings.settings)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    window.open_directory(tmp_path / "workspace")
    log = keep_log(tmp_path / "log")
    logging.getLogger("tradesense").error("the story begins")
    yield Person(qtbot, window)
    window.close()
    logging.getLogger("tradesense").removeHandler(log)
    log.close()
    told = (tmp_path / "log" / LOG_NAME).read_text(encoding="utf-8")
    assert "the story begins" in told
    for private in (*EMAILS.values(), PASSWORD, "300.00", "11200", "11,200"):
        assert private not in told


def name_the_file(person: Person, path: Path, looks: int = 500) -> None:
    """Type a path into the system's dialog, as soon as its field has the focus, and press Enter.

    The dialog has a loop of its own: whatever goes wrong in it must end it, or the test would never end.
    """
    dialog = QApplication.activeModalWidget()
    field = QApplication.focusWidget()
    if not isinstance(dialog, QFileDialog) or not isinstance(field, QLineEdit) or not dialog.isAncestorOf(field):
        if looks:
            QTimer.singleShot(_LOOK_MILLISECONDS, partial(name_the_file, person, path, looks - 1))
        elif isinstance(dialog, QFileDialog):
            dialog.reject()
        return
    person.type(str(path))
    person.press("Return")
    if dialog.isVisible():
        dialog.reject()


def choose(person: Person, name: str, text: str) -> None:
    """Go to a list of choices by Tab and to one of them by the arrow keys."""
    boxes = partial(person.window.findChildren, QComboBox)
    person.wait_for(lambda: any(box.accessibleName() == name and box.isVisible() for box in boxes()))
    # There is no window manager here that gives the focus back when the system's dialog has gone.
    dialog = next(box.window() for box in boxes() if box.isVisible())
    dialog.activateWindow()
    person.wait_for(lambda: QApplication.focusWidget() is not None)
    person.tab_to(lambda widget: isinstance(widget, QComboBox) and widget.accessibleName() == name)
    box = focused()
    assert isinstance(box, QComboBox)
    person.press("Home")
    for _ in range(box.count()):
        if text in box.currentText():
            return
        person.press("Down")
    raise AssertionError(f"{text} is not among the choices of {name}")


def test_a_challenge_is_imported_reaches_its_target_and_is_funded_by_two_and_an_auditor_sees_it_all(
    person: Person, statement: Path
) -> None:
    window = person.window

    person.sign_in("trader")
    person.press("Ctrl+O")
    person.wait_for(lambda: isinstance(QApplication.activeWindow(), ImportDialog))
    QTimer.singleShot(_LOOK_MILLISECONDS, partial(name_the_file, person, statement))
    person.press_button("Choose a file")
    person.settle()
    choose(person, "Rules", "FTMO 2-Step")
    person.settle()
    person.press_button("Import")
    person.wait_for(lambda: window.page_is_shown and not window.tasks.running)
    assert "Waiting for the funding decision" in person.words()
    person.sign_out()

    for number, name in enumerate(("admin", "second_admin"), 1):
        person.sign_in(name)
        person.press("Ctrl+5")
        person.settle()
        person.wait_for(lambda made=number - 1: f"{made} of 2 approvals" in person.words())  # type: ignore[misc]
        person.press("Ctrl+Alt+A")
        person.press_button("Approve")
        person.settle()
        if name == "admin":
            person.wait_for(lambda: "You have approved it already" in person.words())
            person.sign_out()
    person.wait_for(lambda: "Funded" in person.words() and not window.tasks.running)
    person.press("Ctrl+Alt+G")
    person.press_button("Open it")
    person.wait_for(lambda: "next phase" in window.banner_text.lower())
    person.sign_out()

    person.sign_in("trader")
    assert {summary.challenge.status.value for summary in window.summaries} == {"FUNDED", "PENDING"}
    person.sign_out()

    person.sign_in("auditor")
    assert not window.catalogue["workspace.import"].isVisible()
    person.press("Ctrl+1")
    person.press("Down")
    person.press("Return")
    person.wait_for(lambda: window.page_is_shown and not window.tasks.running)
    person.press("Alt+2")
    person.wait_for(lambda: "Challenge created" in "".join(timeline(window)))
    told = timeline(window)
    story = [
        "Challenge created: FTMO 2-Step",
        "Profit target reached: ",
        ", 1 of 2",
        ", 2 of 2",
        "Challenge funded: status ACTIVE to FUNDED",
    ]
    places = [place for sentence in story for place, line in enumerate(told) if sentence in line]
    assert len(places) == len(story)
    assert places == sorted(places)
    person.press("Ctrl+5")
    person.settle()
    buttons = {button.text() for button in window.findChildren(QPushButton) if button.isVisible()}
    assert not {"Approve", "Reject", "Open it"} & buttons


def timeline(window: MainWindow) -> list[str]:
    """The lines of the timeline as they are on the screen, oldest first."""
    assert window.trader is not None
    (view,) = [
        view for view in window.trader.page.findChildren(QAbstractItemView) if view.accessibleName() == "Event timeline"
    ]
    model = view.model()
    return [
        " ".join(str(model.index(row, column).data() or "") for column in range(model.columnCount()))
        for row in reversed(range(model.rowCount()))
    ]
