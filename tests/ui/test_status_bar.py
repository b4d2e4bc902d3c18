import threading

import pytest
from PySide6.QtWidgets import QLabel, QProgressBar
from pytestqt.qtbot import QtBot

from tradesense_desktop.domain.progress import Progress, ProgressReport
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.status_bar import StatusBar
from tradesense_desktop.ui.tasks.runner import Tasks

WAIT = 5


@pytest.fixture
def bar(qtbot: QtBot, tasks: Tasks, display: Display) -> StatusBar:
    made = StatusBar(tasks, display)
    qtbot.addWidget(made)
    made.show()
    return made


def texts(bar: StatusBar) -> str:
    return " | ".join(label.text() for label in bar.findChildren(QLabel) if label.isVisible())


def test_the_facts_of_a_local_workspace_are_said(bar: StatusBar) -> None:
    assert bar.text() == "no workspace open"

    bar.show_workspace("my account")
    assert "nobody signed in" in bar.text()

    bar.show_workspace("my account", "trader")

    for fact in ("my account", "trader", "offline", "last sync: none", "0 pending", "not verified"):
        assert fact in bar.text()


def test_work_shows_how_far_it_is_and_can_be_stopped(qtbot: QtBot, bar: StatusBar, tasks: Tasks) -> None:
    has_reported, may_go_on = threading.Event(), threading.Event()

    def work(report: ProgressReport) -> None:
        report(Progress("Recording trades", 250, 1000))
        has_reported.set()
        assert may_go_on.wait(WAIT)
        report(Progress("Recording trades", 251, 1000))

    tasks.write("Importing", work, bar)
    assert has_reported.wait(WAIT)
    qtbot.waitUntil(lambda: "Recording trades  ·  250 of 1\u202f000" in texts(bar))
    assert bar.findChild(QProgressBar).value() * 4 == bar.findChild(QProgressBar).maximum()
    (stop,) = [button for button in bar.findChildren(IconButton) if button.accessibleName() == "Stop this work"]

    stop.click()

    assert "Importing: stopping …" in texts(bar)
    assert not stop.isEnabled()
    with qtbot.waitSignal(tasks.cancelled):
        may_go_on.set()
    assert not bar.findChild(QProgressBar).isVisible()


def test_a_short_read_shows_nothing(qtbot: QtBot, bar: StatusBar, tasks: Tasks) -> None:
    may_go_on = threading.Event()
    tasks.read(lambda: may_go_on.wait(WAIT), bar)

    assert not bar.findChild(QProgressBar).isVisible()
    with qtbot.waitSignal(tasks.finished):
        may_go_on.set()


def test_the_clock_names_its_zone(bar: StatusBar) -> None:
    assert "UTC " in texts(bar)
