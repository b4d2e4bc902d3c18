"""The demo: a workspace of its own, made in the background, removed with all that is in it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.ui.window_start import open_and_warm_up

if TYPE_CHECKING:
    from pathlib import Path

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.main_window import MainWindow


def make_demo_beside(directory: Path, progress: ProgressReport) -> Path:
    """Make the demo that belongs to the workspace in `directory`, once; the folder it is in."""
    from tradesense_desktop.services.make_demo import DemoSize, demo_directory, make_demo

    demo = demo_directory(directory)
    make_demo(demo, DemoSize.SMALL, progress)
    return demo


def open_as_its_trader(directory: Path) -> Workspace:
    """Open the demo in `directory` as the trader who owns it: nobody has to sign in to what is nobody's record."""
    from tradesense_desktop.services.demo_people import enter_demo

    workspace = open_and_warm_up(directory)
    try:
        entered = None if workspace.actor is not None else enter_demo(workspace)
    except BaseException:
        workspace.close()
        raise
    return workspace if entered is None else entered.workspace


def open_demo(window: MainWindow) -> None:
    """Make the demo where there is none yet, and open it."""
    if window.workspace is None:
        return
    directory = window.own_directory or window.workspace.directory
    title = QCoreApplication.translate("MainWindow", "Making the demo")

    def make(progress: ProgressReport) -> Path:
        return make_demo_beside(directory, progress)

    window.tasks.write(title, make, owner=window).then(partial(window.open_directory, opening=open_as_its_trader))


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
