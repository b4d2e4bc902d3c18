"""Fixtures of the interface: settings of the test's own, an appearance, tasks that are shut down."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.appearance import Appearance


@pytest.fixture
def settings(tmp_path: Path) -> QSettings:
    """Settings in a file of the test's own."""
    return QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat)


@pytest.fixture
def appearance(qapp: QApplication, settings: QSettings) -> Iterator[Appearance]:
    """The appearance of the program, taken back afterwards."""
    made = Appearance(qapp, settings)
    yield made
    made.deleteLater()
    qapp.setStyleSheet("")


@pytest.fixture
def tasks(qtbot: QtBot) -> Iterator[Tasks]:
    """Background work; nothing of it is left after the test."""
    made = Tasks()
    yield made
    made.shut_down()
    made.deleteLater()


@pytest.fixture
def display(qapp: QApplication, settings: QSettings) -> Display:
    """Formats of American English."""
    return Display(settings, QLocale(QLocale.Language.English, QLocale.Country.UnitedStates), qapp)


@pytest.fixture
def surroundings(tasks: Tasks, display: Display, settings: QSettings) -> Surroundings:
    """What every view is given."""
    return Surroundings(tasks, display, settings)
