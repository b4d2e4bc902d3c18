"""The demo: a workspace of its own, made in the background, removed with all that is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

if TYPE_CHECKING:
    from pathlib import Path

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.ui.main_window import MainWindow


def make_demo_beside(directory: Path, progress: ProgressReport) -> Path:
    """Make the demo that belongs to the workspace in `directory`, once; the folder it is in."""
    from tradesense_desktop.services.make_demo import DemoSize, demo_directory, make_demo

    demo = demo_directory(directory)
    make_demo(demo, DemoSize.SMALL, progress)
    return demo


def open_demo(window: MainWindow) -> None:
    """Make the demo where there is none yet, and open it."""
    if window.workspace is None:
        return
    directory = window.own_directory or window.workspace.directory
    title = QCoreApplication.translate("MainWindow", "Making the demo")

    def make(progress: ProgressReport) -> Path:
        return make_demo_beside(directory, progress)

    window.tasks.write(title, make, owner=window).then(window.open_directory)


def remove_demo(window: MainWindow) -> None:
    """Leave the demo for one's own workspace and remove it."""
    workspace, own = window.workspace, window.own_directory
    if workspace is None or own is None or workspace.directory == own:
        return
    demo = workspace.directory

    def remove(_progress: ProgressReport) -> Path:
        from tradesense_desktop.services.make_demo import remove_demo as remove_files

        workspace.close()
        remove_files(demo)
        return own

    window.leave_workspace()
    window.tasks.write(QCoreApplication.translate("MainWindow", "Removing the demo"), remove, owner=window).then(
        window.open_directory
    )
