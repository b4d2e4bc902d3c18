from PySide6.QtCore import QSettings, Qt
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from tradesense_desktop.ui.lock import IdleWatch

MINUTE = 60


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def made(qtbot: QtBot, settings: QSettings, clock: Clock) -> tuple[IdleWatch, QLineEdit, list[str]]:
    line = QLineEdit()
    qtbot.addWidget(line)
    watch = IdleWatch(settings, line, clock)
    told: list[str] = []
    watch.idle.connect(lambda: told.append("idle"))
    return watch, line, told


def test_it_waits_a_quarter_of_an_hour_unless_something_else_was_chosen(qtbot: QtBot, settings: QSettings) -> None:
    watch, line, _told = made(qtbot, settings, Clock())
    assert watch.minutes == 15

    watch.wait_for(60)

    assert IdleWatch(settings, line).minutes == 60
    settings.setValue("account/lock_after_minutes", "7")
    assert IdleWatch(settings, line).minutes == 15, "seven is no choice"


def test_no_input_in_time_is_told_once(qtbot: QtBot, settings: QSettings) -> None:
    watch, _line, told = made(qtbot, settings, Clock())
    watch.start()
    assert watch.timer.interval() == 15 * MINUTE * 1000

    watch.timer.timeout.emit()

    assert told == ["idle"]
    assert not watch.is_watching


def test_every_input_begins_the_wait_anew(qtbot: QtBot, settings: QSettings) -> None:
    clock = Clock()
    watch, line, told = made(qtbot, settings, clock)
    watch.start()
    for _ in range(3):
        clock.now += 14 * MINUTE
        qtbot.keyClick(line, Qt.Key.Key_A)

    assert told == []
    assert line.text() == "aaa"
    watch.stop()


def test_a_computer_that_slept_wakes_up_locked_and_the_first_key_does_nothing(
    qtbot: QtBot, settings: QSettings
) -> None:
    clock = Clock()
    watch, line, told = made(qtbot, settings, clock)
    watch.start()
    clock.now += 8 * 60 * MINUTE

    qtbot.keyClick(line, Qt.Key.Key_A)

    assert told == ["idle"]
    assert line.text() == ""


def test_after_it_has_stopped_input_is_nothing_to_it(qtbot: QtBot, settings: QSettings) -> None:
    clock = Clock()
    watch, line, told = made(qtbot, settings, clock)
    watch.start()
    watch.stop()
    clock.now += 8 * 60 * MINUTE

    qtbot.keyClick(line, Qt.Key.Key_A)

    assert told == []
    assert line.text() == "a"
