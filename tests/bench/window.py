"""The window: how long until it stands with a challenge in it, and how long it is deaf while an import runs.

Run by itself: `python -m tests.bench.window`. The start is compared with the smallest PySide6 window that shows an empty pyqtgraph plot,
each in a process of its own, alternating; the gaps are times between two turns of the event loop of the real window.
"""

import os
import statistics
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path
from time import perf_counter

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

REPETITIONS = 7
FRAME = 1 / 60
PROBE = "--probe"
SMALLEST = """
from PySide6.QtWidgets import QApplication
from PySide6.QtCore import QTimer
import pyqtgraph
application = QApplication([])
plot = pyqtgraph.PlotWidget()
plot.resize(1280, 800)
plot.show()
QTimer.singleShot(0, application.quit)
application.exec()
"""


def seconds_of(arguments: list[str]) -> float:
    """How long a process takes from its start to its end."""
    start = perf_counter()
    subprocess.run(arguments, check=True, capture_output=True)
    return perf_counter() - start


def probe(workspace: Path, until: str) -> None:
    """Start the window on `workspace` and leave when it is painted (`shell`) or shows its last challenge."""
    from PySide6.QtCore import QSettings, QTimer
    from PySide6.QtWidgets import QApplication

    from tradesense_desktop.ui.main_window import MainWindow
    from tradesense_desktop.ui.tasks.runner import Tasks
    from tradesense_desktop.ui.theme.appearance import Appearance

    sys.setswitchinterval(0.0005)
    application = QApplication([])
    settings = QSettings(str(workspace / "settings.ini"), QSettings.Format.IniFormat)
    tasks = Tasks()
    window = MainWindow(None, tasks, Appearance(application, settings), settings)
    window.show()
    window.open_directory(workspace)

    def look() -> None:
        if until == "shell" or (window.page_is_shown and not tasks.running):
            looking.stop()
            window.close()
            application.quit()

    looking = QTimer()
    looking.timeout.connect(look)
    looking.start(1)
    application.exec()


def gaps_during_import(folder: Path, path: Path) -> list[float]:
    """Seconds between two turns of the event loop while `path` is imported and its page is read and drawn."""
    from PySide6.QtCore import QSettings, QTimer
    from PySide6.QtWidgets import QApplication

    from tradesense_desktop.services.import_statement import ImportRequest, import_statement
    from tradesense_desktop.ui.main_window import MainWindow
    from tradesense_desktop.ui.tasks.runner import Tasks
    from tradesense_desktop.ui.theme.appearance import Appearance

    sys.setswitchinterval(0.0005)
    application = QApplication([])
    settings = QSettings(str(folder / "settings.ini"), QSettings.Format.IniFormat)
    tasks = Tasks()
    window = MainWindow(None, tasks, Appearance(application, settings), settings)
    window.show()
    window.open_directory(folder / "busy")
    while window.workspace is None or tasks.running:
        application.processEvents()
    workspace = window.workspace
    turns: list[float] = []
    beat = QTimer()
    beat.setInterval(1)
    beat.timeout.connect(lambda: turns.append(perf_counter()))
    done: list[bool] = []

    def imported(result: object) -> None:
        window.open_challenge(str(getattr(result, "challenge_id")))  # noqa: B009 - a result of any import
        done.append(True)

    task = tasks.write(
        "Importing", lambda report: import_statement(workspace, ImportRequest(path=path), report), owner=window
    )
    task.then(imported)
    beat.start()
    while not done or tasks.running:
        application.processEvents()
    beat.stop()
    window.close()
    return [after - before for before, after in pairwise(turns)]


def main(arguments: list[str]) -> None:
    """Print medians, ratios and gaps."""
    if arguments[:1] == [PROBE]:
        probe(Path(arguments[1]), arguments[2])
        return
    from tests.bench.import_statement import LARGEST_REAL, made_up_file
    from tests.sample_statement import PATH as SAMPLE
    from tradesense_desktop.services.import_statement import ImportRequest, import_statement
    from tradesense_desktop.services.open_workspace import open_workspace

    with tempfile.TemporaryDirectory(prefix="tradesense-bench-") as scratch:
        folder = Path(scratch)
        workspace = open_workspace(folder / "last")
        result = import_statement(workspace, ImportRequest(path=SAMPLE, preset="tradesense", timezone="UTC"))
        workspace.close()
        remember(folder / "last", str(result.challenge_id))
        this = [sys.executable, "-m", "tests.bench.window", PROBE, str(folder / "last")]
        found: dict[str, list[float]] = {"smallest": [], "shell": [], "challenge": []}
        for _ in range(REPETITIONS):
            found["smallest"].append(seconds_of([sys.executable, "-c", SMALLEST]))
            found["shell"].append(seconds_of([*this, "shell"]))
            found["challenge"].append(seconds_of([*this, "challenge"]))
        base = statistics.median(found["smallest"])
        print(f"start, medians of {REPETITIONS}, alternating")
        for name, seconds in found.items():
            print(f"  {name:10} {statistics.median(seconds):6.3f} s  {statistics.median(seconds) / base:5.2f} ×")
        path = LARGEST_REAL if LARGEST_REAL.is_file() else made_up_file(folder)
        gaps = sorted(gaps_during_import(folder, path))
        most = gaps[int(len(gaps) * 0.999)]
        print(f"gaps of the interface while {path.name} is imported and shown: {len(gaps)} turns")
        print(f"  p99.9 {most * 1000:.1f} ms, longest {gaps[-1] * 1000:.1f} ms")


def remember(workspace: Path, challenge_id: str) -> None:
    """Let the window find `challenge_id` as the one that was open last."""
    from PySide6.QtCore import QSettings

    settings = QSettings(str(workspace / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("last_challenge/" + str(workspace).replace("/", "|"), challenge_id)
    settings.sync()


if __name__ == "__main__":
    main(sys.argv[1:])
