"""What the window waits for at its start, done in a background thread while it is already painted."""

from __future__ import annotations

import gc
import importlib
import os
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.main_window import MainWindow

LAST_WORKSPACE: Final = "workspace/last"
"""Setting: the folder of the workspace that the next start opens."""

_HEAVY: Final = (
    "numpy",
    "tradesense_desktop.services.read_challenges",
    "tradesense_desktop.services.read_ledger",
    "tradesense_desktop.services.read_events",
    "tradesense_desktop.services.read_equity_curve",
    "tradesense_desktop.ui.views.trader.place",
    "tradesense_desktop.ui.views.trader.event_inspector",
)

_LATER: Final = (
    "tradesense_desktop.ui.views.trader.import_dialog",
    "tradesense_desktop.ui.charts.curve_export",
    "tradesense_desktop.services.read_metrics",
    "tradesense_desktop.services.make_demo",
    "tradesense_desktop.services.sign_in",
)


def warm_up() -> None:
    """Load the libraries behind the views; on the interface thread this would stall it for half a second.

    Classes and functions live as long as the program: they are put out of the collector's sight, for a full pass over
    them stops the interface for 40 ms.
    """
    from tradesense_desktop.services.resting_collector import resting_collector

    # Nothing here multiplies matrices, and the threads kept ready for it would spin.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    with resting_collector():
        for name in _HEAVY:
            importlib.import_module(name)
        gc.freeze()


def warm_up_further() -> None:
    """Load what nobody needs before something is asked for: the importers, above all."""
    from tradesense_desktop.services.resting_collector import resting_collector

    with resting_collector():
        for name in _LATER:
            importlib.import_module(name)


def go_further(window: MainWindow) -> None:
    """Do what can wait until the first picture stands: the rest is loaded, and the workspace is settled in."""
    window.tasks.read(warm_up_further, owner=window)
    workspace, trader = window.workspace, window.trader
    if workspace is None or trader is None or workspace.firm is not None:
        # A firm watches over its challenges itself: what every desktop noticed would be sent by every desktop.
        return
    from tradesense_desktop.services.settle_in import settle_in

    window.tasks.write("", partial(settle_in, workspace), owner=trader)


def open_and_warm_up(directory: Path) -> Workspace:
    """Open the workspace in `directory`, and load what its views need."""
    from tradesense_desktop.services.open_workspace import open_workspace

    warm_up()
    workspace = open_workspace(directory)
    # The connection that is asked for it once a second is made here, off the interface thread.
    workspace.revision()
    return workspace
