"""A workspace with the sample statement in it, judged once and as a journal, for tests of what shows it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.settings import resources_directory
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.appearance import Appearance


@pytest.fixture(scope="session")
def sample() -> Path:
    """The statement that ships with the program."""
    return resources_directory() / "statements" / "sample_metatrader5_history.html"


@pytest.fixture(scope="session")
def sample_workspace(tmp_path_factory: pytest.TempPathFactory, sample: Path) -> Path:
    """A closed workspace with two challenges: the sample under `tradesense` and as a journal."""
    directory = tmp_path_factory.mktemp("sample") / "workspace"
    with open_workspace(directory) as workspace:
        for preset in ("journal", "tradesense"):
            import_statement(workspace, ImportRequest(path=sample, preset=preset, timezone="Europe/Helsinki"))
    return directory


@pytest.fixture
def directory(sample_workspace: Path, tmp_path: Path) -> Path:
    """A copy of that workspace for one test."""
    copy = tmp_path / "workspace"
    shutil.copytree(sample_workspace, copy)
    return copy


@pytest.fixture
def workspace(directory: Path, tasks: Tasks) -> Iterator[Workspace]:
    """That workspace, open; the tasks end before it does."""
    opened = open_workspace(directory)
    yield opened
    tasks.shut_down()
    opened.close()


@pytest.fixture
def window(qtbot: QtBot, appearance: Appearance, surroundings: Surroundings) -> Iterator[MainWindow]:
    """The window without a workspace."""
    made = MainWindow(None, surroundings.tasks, appearance, surroundings.settings)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def open_window(qtbot: QtBot, window: MainWindow, directory: Path) -> MainWindow:
    """The window on the list of that workspace."""
    window.open_directory(directory)
    qtbot.waitUntil(lambda: bool(window.summaries) and not window.tasks.running)
    return window
