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

from tests.bench.measured import Measured, Unit, table

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


def rows() -> list[Measured]:
    """Start and gaps as rows of the table."""
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
        smallest, shell, challenge = (statistics.median(found[name]) for name in ("smallest", "shell", "challenge"))
        path = LARGEST_REAL if LARGEST_REAL.is_file() else made_up_file(folder)
        gaps = sorted(gaps_during_import(folder, path))
    against = "the smallest window with an empty plot"
    return [
        Measured("start to the last challenge, painted", against, challenge / smallest, Unit.RATIO, 1.5,
                 f"{challenge:.2f} and {smallest:.2f} s, medians of {REPETITIONS}"),
        Measured("  of it until the window stands", against, shell / smallest, Unit.RATIO, None, f"{shell:.2f} s"),
        Measured(f"interface while {path.name} is imported and shown, p99.9", "time without handling an event",
                 gaps[int(len(gaps) * 0.999)] * 1000, Unit.MILLISECONDS, 50.0,
                 f"longest {gaps[-1] * 1000:.0f} ms of {len(gaps)} turns"),
    ]  # fmt: skip


def remember(workspace: Path, challenge_id: str) -> None:
    """Let the window find `challenge_id` as the one that was open last."""
    from PySide6.QtCore import QSettings

    settings = QSettings(str(workspace / "settings.ini"), QSettings.Format.IniFormat)
    settings.setValue("last_challenge/" + str(workspace).replace("/", "|"), challenge_id)
    settings.sync()


if __name__ == "__main__":
    if sys.argv[1:2] == [PROBE]:
        probe(Path(sys.argv[2]), sys.argv[3])
    else:
        print(table(rows()))
