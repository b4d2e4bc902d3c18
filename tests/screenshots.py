"""Pictures of the window: `make screenshots`, or `python -m tests.screenshots [FOLDER]` for every screen and size.

Offscreen, through the real services: the sample statement that ships with the program, and one of the real exports where
they are here. The README's pictures go to packaging/screenshots; with a FOLDER all of them go there, to be looked at.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QDeadlineTimer, QSettings
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from tests.integration.conftest import SHARED
from tests.sample_statement import PATH as SAMPLE
from tests.unit.importers.metatrader4_reports import html_of_test, step
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.appearance import Appearance, AppearanceChoice
from tradesense_desktop.ui.views.trader.import_dialog import ImportDialog
from tradesense_desktop.ui.window_actions import show_palette
from tradesense_desktop.ui.window_notes import show_shortcuts

ROOT = Path(__file__).resolve().parents[1]
SIZES = ((1280, 800), (1024, 700), (1920, 1080))
LONGEST_MILLISECONDS = 30_000
BOTH = (AppearanceChoice.DARK, AppearanceChoice.LIGHT)
SCALED = "--scaled"
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

    def wait(self, milliseconds: int) -> None:
        """Let a timer of the window run out."""
        deadline = QDeadlineTimer(milliseconds)
        while not deadline.hasExpired():
            self._application.processEvents()
        self.settle()

    def take(self, path: Path, size: tuple[int, int], choice: AppearanceChoice) -> None:
        """A picture of the window as it stands."""
        self._appearance.choose(choice)
        self.window.resize(*size)
        self.settle()
        save(self.window, path)

    def take_dialog(self, dialog: QDialog, path: Path, choice: AppearanceChoice) -> None:
        """A picture of a dialog as it stands."""
        self._appearance.choose(choice)
        self.settle()
        save(dialog, path)

    def choose(self, choice: AppearanceChoice) -> None:
        """Take another appearance."""
        self._appearance.choose(choice)
        self.settle()

    def take_widget(self, widget: QWidget, path: Path) -> None:
        """A picture of a menu or a panel as it stands."""
        self.settle()
        save(widget, path)

    def close(self) -> None:
        """Close window and workspace."""
        self.window.close()
        self.settle()


def save(widget: QWidget, path: Path) -> None:
    """Write a picture of `widget`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    assert widget.grab().save(str(path)), path
    print(path)


def main(arguments: list[str]) -> None:
    """Take the README's pictures, or all of them into a folder."""
    if len(arguments) == 1:
        # The scale is read when Qt starts: those pictures are a process of their own.
        doubled = [sys.executable, "-m", "tests.screenshots", arguments[0], SCALED]
        subprocess.run(doubled, check=True, env={**os.environ, "QT_SCALE_FACTOR": "2"})
    application = QApplication([])
    with tempfile.TemporaryDirectory(prefix="tradesense-screenshots-") as scratch:
        folder = Path(scratch)
        settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
        workspace = folder / "trader"
        ids = fill(workspace, (SAMPLE, "tradesense"))
        if arguments[1:] == [SCALED]:
            _take_scaled(application, workspace, settings, ids, Path(arguments[0]))
        elif arguments:
            _take_all(application, folder, workspace, settings, ids, Path(arguments[0]))
        else:
            _take_for_readme(application, workspace, settings, ids)


def _take_for_readme(application: QApplication, workspace: Path, settings: QSettings, ids: list[str]) -> None:
    target = ROOT / "packaging" / "screenshots"
    camera = Camera(application, workspace, settings)
    camera.window.open_challenge(ids[0])
    camera.settle()
    for choice in BOTH:
        camera.take(target / f"challenge-{choice.value}.png", SIZES[0], choice)
    camera.close()


def _take_all(
    application: QApplication, folder: Path, workspace: Path, settings: QSettings, ids: list[str], target: Path
) -> None:
    def everywhere(camera: Camera, name: str) -> None:
        for size in SIZES:
            for choice in BOTH:
                camera.take(target / f"{name}-{size[0]}-{choice.value}.png", size, choice)

    camera = Camera(application, folder / "empty", settings)
    everywhere(camera, "first-start")
    camera.close()
    real = [(SHARED / name, preset) for name, preset in REAL if (SHARED / name).is_file()]
    ids += fill(workspace, *real)
    camera = Camera(application, workspace, settings)
    everywhere(camera, "list")
    for number, (challenge_id, (path, preset)) in enumerate(zip(ids, [(SAMPLE, "tradesense"), *real], strict=True)):
        camera.window.open_challenge(challenge_id)
        camera.settle()
        for choice in BOTH:
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
            _take_states(camera, target)
    _take_imports(camera, folder, target)
    camera.close()
    from tests.people_screenshots import take_people

    take_people(application, folder, settings, target)
    from tests.firm_screenshots import take_firm

    take_firm(application, folder, settings, target)


def _take_states(camera: Camera, target: Path) -> None:
    """The page of a judged challenge: deciding trade marked, stretch brushed, filtered to nothing, masked, with details."""
    window = camera.window
    assert window.trader is not None
    page = window.trader.page
    summary, prepared = page.summary, page.chart.prepared
    assert summary is not None
    assert prepared is not None

    def everywhere(name: str) -> None:
        camera.settle()
        for choice in BOTH:
            camera.take(target / f"{name}-{choice.value}.png", SIZES[0], choice)

    page._verdict.trade_asked.emit(summary.verdict.trade_number or 1)
    everywhere("page-deciding-trade")
    first, last = len(prepared) // 3, len(prepared) * 2 // 3
    page.chart._on_stretch_brushed(prepared.time_of(first), prepared.time_of(last))
    page.chart._announce_range()
    everywhere("page-brushed")
    page.chart.clear_range()
    page._tools._filter.setText("no such symbol")
    camera.wait(300)
    everywhere("page-filtered-to-nothing")
    page._tools._filter.clear()
    camera.wait(300)
    window.catalogue["view.privacy"].trigger()
    everywhere("page-privacy")
    window.catalogue["view.privacy"].trigger()
    window.show_page(1)
    camera.settle()
    page.events.view.selectRow(0)
    everywhere("page-details")
    window.details.hide()
    window.show_page(0)
    for choice in BOTH:
        palette = show_palette(window)
        camera.take_dialog(palette, target / f"palette-{choice.value}.png", choice)
        palette.close()
        shortcuts = show_shortcuts(window, window.catalogue)
        camera.take_dialog(shortcuts, target / f"shortcuts-{choice.value}.png", choice)
        shortcuts.close()


def _take_imports(camera: Camera, folder: Path, target: Path) -> None:
    """The import of every kind of file: new, known, foreign, incomplete, with a difference, refused."""
    changed = folder / "changed.html"
    changed.write_text(SAMPLE.read_text(encoding="utf-8").replace("100&nbsp;252.22", "100&nbsp;253.22"), "utf-8")
    tester = folder / "StrategyTester.htm"
    rows = [
        step(1, "2018.01.02 07:00", "buy", 1),
        step(2, "2018.01.02 09:30", "close", 1, price="1.1010", result=("100.00", "10100.00")),
    ]
    tester.write_text(html_of_test(rows, net="100.00", trades=1), "utf-8")
    picture = folder / "screenshot.png"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    files: dict[str, Path | None] = {
        "none": None,
        "known": SAMPLE,
        "difference": changed,
        "incomplete": tester,
        "refused": picture,
        "gone": folder / "no such file.html",
    }
    for name in ("mt5_history_eur_demo.html", "mt4_detailed_with_comments.htm", "mt5_tester_3macd.xlsx"):
        if (SHARED / name).is_file():
            files[name.partition(".")[0]] = SHARED / name
    window = camera.window
    assert window.workspace is not None
    for name, path in files.items():
        dialog = ImportDialog(window.workspace, window.surroundings, path, window)
        dialog.show()
        camera.settle()
        for choice in BOTH:
            camera.take_dialog(dialog, target / f"import-{name}-{choice.value}.png", choice)
        dialog.resize(dialog.minimumSizeHint().expandedTo(dialog.minimumSize()))
        camera.take_dialog(dialog, target / f"import-{name}-narrow-dark.png", AppearanceChoice.DARK)
        dialog.reject()


def _take_scaled(application: QApplication, workspace: Path, settings: QSettings, ids: list[str], target: Path) -> None:
    camera = Camera(application, workspace, settings)
    camera.take(target / "scaled-list-dark.png", SIZES[0], AppearanceChoice.DARK)
    camera.window.open_challenge(ids[0])
    camera.settle()
    for choice in BOTH:
        camera.take(target / f"scaled-challenge-{choice.value}.png", SIZES[0], choice)
    camera.close()


def fill(workspace: Path, *files: tuple[Path, str]) -> list[str]:
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
