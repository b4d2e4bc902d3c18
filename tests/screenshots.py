"""Pictures of the window: `make screenshots`, or `python -m tests.screenshots [FOLDER]` for every screen and size.

Offscreen, through the real services: the sample statement that ships with the program, and one of the real exports where
they are here. The README's pictures go to packaging/screenshots; with a FOLDER all of them go there, to be looked at.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDeadlineTimer, QSettings
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from tests.integration.conftest import SHARED
from tests.sample_statement import PATH as SAMPLE
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.appearance import Appearance, AppearanceChoice

ROOT = Path(__file__).resolve().parents[1]
SIZES = ((1280, 800), (1024, 700), (1920, 1080))
LONGEST_MILLISECONDS = 30_000
REAL = (
    ("mt5_tester_utf16.html", "tradesense"),
    ("mt5_history_eur_demo.html", "ftmo_2_step"),
    ("mt5_history_usd_live.xlsx", "tradesense"),
    ("mt5_tester_bbrsi.xlsx", "journal"),
    ("mt5_tester_3macd.xlsx", "tradesense"),
    ("mt5_tester_grid_9584.xlsx", "journal"),
    ("mt4_detailed_plain.htm", "tradesense"),
)


class Camera:
    """One window over one workspace, photographed when nothing is under way any more."""

    def __init__(self, application: QApplication, workspace: Path, settings: QSettings) -> None:
        self._application = application
        self._tasks = Tasks()
        self._appearance = Appearance(application, settings)
        self.window = MainWindow(None, self._tasks, self._appearance, settings)
        self.window.show()
        self.window.open_directory(workspace)
        self.settle()

    def settle(self) -> None:
        """Let the window work until it is at rest."""
        deadline = QDeadlineTimer(LONGEST_MILLISECONDS)
        quiet = 0
        while quiet < 20:
            if deadline.hasExpired():
                raise TimeoutError("the window did not come to rest")
            self._application.processEvents()
            self._application.thread().msleep(10)
            quiet = 0 if self._tasks.running else quiet + 1

    def take(self, path: Path, size: tuple[int, int], choice: AppearanceChoice) -> None:
        """A picture of the window as it stands."""
        self._appearance.choose(choice)
        self.window.resize(*size)
        self.settle()
        picture: QPixmap = self.window.grab()
        path.parent.mkdir(parents=True, exist_ok=True)
        assert picture.save(str(path)), path
        print(path)

    def close(self) -> None:
        """Close window and workspace."""
        self.window.close()
        self.settle()


def main(arguments: list[str]) -> None:
    """Take the README's pictures, or all of them into a folder."""
    application = QApplication([])
    with tempfile.TemporaryDirectory(prefix="tradesense-screenshots-") as scratch:
        folder = Path(scratch)
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        workspace = folder / "trader"
        ids = _fill(workspace, (SAMPLE, "tradesense"))
        if arguments:
            _take_all(application, folder, workspace, settings, ids, Path(arguments[0]))
        else:
            _take_for_readme(application, workspace, settings, ids)


def _take_for_readme(application: QApplication, workspace: Path, settings: QSettings, ids: list[str]) -> None:
    target = ROOT / "packaging" / "screenshots"
    camera = Camera(application, workspace, settings)
    camera.window.open_challenge(ids[0])
    camera.settle()
    for choice in (AppearanceChoice.DARK, AppearanceChoice.LIGHT):
        camera.take(target / f"challenge-{choice.value}.png", SIZES[0], choice)
    camera.close()


def _take_all(
    application: QApplication, folder: Path, workspace: Path, settings: QSettings, ids: list[str], target: Path
) -> None:
    def everywhere(camera: Camera, name: str) -> None:
        for size in SIZES:
            for choice in (AppearanceChoice.DARK, AppearanceChoice.LIGHT):
                camera.take(target / f"{name}-{size[0]}-{choice.value}.png", size, choice)

    camera = Camera(application, folder / "empty", settings)
    everywhere(camera, "first-start")
    camera.close()
    real = [(SHARED / name, preset) for name, preset in REAL if (SHARED / name).is_file()]
    ids += _fill(workspace, *real)
    camera = Camera(application, workspace, settings)
    everywhere(camera, "list")
    for number, (challenge_id, (path, preset)) in enumerate(zip(ids, [(SAMPLE, "tradesense"), *real], strict=True)):
        camera.window.open_challenge(challenge_id)
        camera.settle()
        for choice in (AppearanceChoice.DARK, AppearanceChoice.LIGHT):
            camera.take(target / f"challenge-{path.stem}-{preset}-{choice.value}.png", SIZES[0], choice)
        if number == 0:
            everywhere(camera, "challenge")
            show: tuple[tuple[str, Callable[[], None]], ...] = (
                ("events", lambda: camera.window.show_page(1)),
                ("metrics", lambda: camera.window.show_page(2)),
            )
            for name, turn in show:
                turn()
                camera.settle()
                everywhere(camera, name)
            camera.window.show_page(0)
    camera.close()


def _fill(workspace: Path, *files: tuple[Path, str]) -> list[str]:
    """Import files, each under its preset; the ids of the challenges."""
    ids = []
    opened = open_workspace(workspace)
    try:
        for path, preset in files:
            zone = "Europe/Helsinki" if path == SAMPLE else "UTC"
            result = import_statement(opened, ImportRequest(path=path, preset=preset, timezone=zone))
            assert result.challenge_id is not None
            ids.append(result.challenge_id)
    finally:
        opened.close()
    return ids


if __name__ == "__main__":
    main(sys.argv[1:])
