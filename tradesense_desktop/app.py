"""The composition root: the one place that wires the window to the workspace and the background work."""

import faulthandler
import logging
import os
import signal
import sys
import threading
from pathlib import Path
from types import TracebackType
from typing import Final

from PySide6.QtCore import QSettings, QTimer
from PySide6.QtWidgets import QApplication

from tradesense_desktop import __version__
from tradesense_desktop.settings import default_workspace_directory, log_directory
from tradesense_desktop.ui.log_file import keep_log
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.appearance import Appearance
from tradesense_desktop.ui.window_start import LAST_WORKSPACE

_SWITCH_SECONDS: Final = 0.0005
"""With this a background thread is as smooth for the interface as a process of its own; with 5 ms frames are lost."""
_MILLISECONDS_BETWEEN_SIGNAL_LOOKS: Final = 200

_log = logging.getLogger("tradesense.window")


def run(workspace: str | None) -> int:
    """Show the window on the workspace in folder `workspace` (None: the last one, or the default); the exit code."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    keep_log(log_directory())
    if sys.stderr is not None:
        faulthandler.enable()
    application = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(application, QApplication)
    application.setApplicationName("TradeSense")
    application.setOrganizationName("TradeSense")
    application.setApplicationVersion(__version__)
    settings = QSettings()
    directory = _chosen_directory(workspace, settings)
    tasks = Tasks()
    window = MainWindow(None, tasks, Appearance(application, settings), settings)
    _report_crashes(window)
    window.show()
    window.open_directory(directory)
    settings.setValue(LAST_WORKSPACE, str(directory))
    looking = _heed_interrupts(application)
    try:
        return application.exec()
    finally:
        looking.stop()


def _chosen_directory(workspace: str | None, settings: QSettings) -> Path:
    named = workspace or os.environ.get("TRADESENSE_WORKSPACE")
    if named:
        return Path(named).absolute()
    last = str(settings.value(LAST_WORKSPACE, ""))
    return Path(last) if last and Path(last).is_dir() else default_workspace_directory()


def _report_crashes(window: MainWindow) -> None:
    """Say that something went wrong, in the window and in the log, instead of dying or falling silent."""

    def report(kind: type[BaseException], error: BaseException, traceback: TracebackType | None) -> None:
        # The place, not the message: that may quote what a file or a person said.
        _log.error("unexpected %s at %s", kind.__name__, _place(traceback))
        sys.__excepthook__(kind, error, traceback)
        if threading.current_thread() is threading.main_thread():
            window.say_failure(window.tr("Something went wrong that should not have; what was stored is as it was."))

    sys.excepthook = report


def _place(traceback: TracebackType | None) -> str:
    if traceback is None:
        return "an unknown place"
    while traceback.tb_next is not None:
        traceback = traceback.tb_next
    return f"{Path(traceback.tb_frame.f_code.co_filename).name}:{traceback.tb_lineno}"


def _heed_interrupts(application: QApplication) -> QTimer:
    """Let Ctrl-C in the terminal close the window; Python sees a signal only while its own code runs."""
    signal.signal(signal.SIGINT, lambda _number, _frame: application.closeAllWindows())
    timer = QTimer(application)
    timer.timeout.connect(lambda: None)
    timer.start(_MILLISECONDS_BETWEEN_SIGNAL_LOOKS)
    return timer
