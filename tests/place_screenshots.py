"""Pictures of the places of people: `python -m tests.place_screenshots FOLDER [PLACE …]`, in each role, size and light.

Offscreen, through the real services, in a window as wide as the middle of the program's own.
"""

import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")

from PySide6.QtCore import QDeadlineTimer, QSettings
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStatusBar, QWidget

from tests.people import People, workspace_with_people
from tests.place_data import make_alerts, make_payments
from tests.screenshots import BOTH, LONGEST_MILLISECONDS, SIZES, save
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.ui.actions.registry import ActionRegistry
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.appearance import Appearance, AppearanceChoice
from tradesense_desktop.ui.views.admin.alerts_place import AlertsPlace
from tradesense_desktop.ui.views.list_place import ListPlace

_STATUS_BAR = 30


class Stage:
    """One place in a window as large as the program's, which comes to rest before its picture is taken."""

    def __init__(self, application: QApplication, settings: QSettings) -> None:
        self._application = application
        self.appearance = Appearance(application, settings)
        self.tasks = Tasks()
        self.display = Display(settings)
        self.surroundings = Surroundings(self.tasks, self.display, settings)

    def show(self, make: Callable[[Workspace, Surroundings, QWidget], QWidget], handle: Workspace) -> QWidget:
        """Make the place for whoever acts, and show it."""
        self.window = QMainWindow()
        ActionRegistry(self.window, self.appearance.tokens)
        centre = QWidget()
        row = QHBoxLayout(centre)
        row.setContentsMargins(size.RAIL_WIDTH + 1, 0, 0, 0)
        place = make(handle, self.surroundings, centre)
        row.addWidget(place)
        self.window.setCentralWidget(centre)
        bar = QStatusBar()
        bar.setFixedHeight(_STATUS_BAR)
        self.window.setStatusBar(bar)
        self.window.resize(*SIZES[0])
        self.window.show()
        place.read_again()  # type: ignore[attr-defined]
        self.settle()
        place.setFocus()
        return place

    def settle(self) -> None:
        """Wait until no work is left."""
        deadline = QDeadlineTimer(LONGEST_MILLISECONDS)
        quiet = 0
        while quiet < 20:
            if deadline.hasExpired():
                raise TimeoutError("the place did not come to rest")
            self._application.processEvents()
            self._application.thread().msleep(10)
            quiet = 0 if self.tasks.running else quiet + 1

    def wait(self, milliseconds: int) -> None:
        """Let a timer of the place run out."""
        deadline = QDeadlineTimer(milliseconds)
        while not deadline.hasExpired():
            self._application.processEvents()
        self.settle()

    def everywhere(self, target: Path, name: str) -> None:
        """In every size, light and dark."""
        for width, height in SIZES:
            for choice in BOTH:
                self.take(target / f"{name}-{width}-{choice.value}.png", (width, height), choice)

    def take(self, path: Path, shown: tuple[int, int], choice: AppearanceChoice) -> None:
        """One picture."""
        self.appearance.choose(choice)
        self.window.resize(*shown)
        self.settle()
        save(self.window, path)


def take_alerts(stage: Stage, people: People, target: Path) -> None:
    """Nothing yet, then content for each role, and the states of the screen."""
    stage.show(AlertsPlace, people.trader)
    stage.take(target / "alerts-empty-dark.png", SIZES[0], BOTH[0])
    make_alerts(people)
    for role in ("superadmin", "admin", "auditor", "trader"):
        stage.show(AlertsPlace, people.of(role))
        for choice in BOTH:
            stage.take(target / f"alerts-{role}-{choice.value}.png", SIZES[0], choice)
    place = stage.show(AlertsPlace, people.superadmin)
    assert isinstance(place, AlertsPlace)
    stage.everywhere(target, "alerts")
    stage.display.mask(True)
    stage.take(target / "alerts-privacy-dark.png", SIZES[0], BOTH[0])
    stage.display.mask(False)
    from tradesense_desktop.ui.views.admin.alert_reading import Handling

    place.ask_to_close(Handling.RESOLVE)
    for choice in BOTH:
        stage.take(target / f"alerts-resolve-{choice.value}.png", SIZES[1], choice)
    place.panel.question.close_question()
    place.head.set_filter_text("no such alert")
    stage.wait(300)
    stage.take(target / "alerts-filtered-dark.png", SIZES[0], BOTH[0])
    place.set_thresholds()
    stage.settle()
    from tradesense_desktop.ui.views.admin.thresholds_dialog import ThresholdsDialog

    (dialog,) = place.findChildren(ThresholdsDialog)
    for choice in BOTH:
        stage.appearance.choose(choice)
        stage.settle()
        save(dialog, target / f"thresholds-{choice.value}.png")
    dialog.reject()


PLACES: dict[str, Callable[[Stage, People, Path], None]] = {"alerts": take_alerts}


def main(arguments: list[str]) -> None:
    """Take the pictures of the named places, or of all."""
    application = QApplication([])
    target = Path(arguments[0])
    for name in arguments[1:] or PLACES:
        with tempfile.TemporaryDirectory(prefix="tradesense-places-") as scratch:
            folder = Path(scratch)
            settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
            with workspace_with_people(folder / "workspace") as people:
                stage = Stage(application, settings)
                PLACES[name](stage, people, target)
                stage.tasks.shut_down()


if __name__ == "__main__":
    main(sys.argv[1:])
