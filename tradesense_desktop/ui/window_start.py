"""What the window waits for at its start, done in a background thread while it is already painted."""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

    from tradesense_desktop.services.open_workspace import Workspace

_HEAVY: Final = (
    "numpy",
    "tradesense_desktop.services.read_challenges",
    "tradesense_desktop.services.read_ledger",
    "tradesense_desktop.services.read_events",
    "tradesense_desktop.services.read_equity_curve",
    "tradesense_desktop.ui.views.trader.place",
)


def warm_up() -> None:
    """Load the libraries behind the views; on the interface thread this would stall it for half a second."""
    for name in _HEAVY:
        importlib.import_module(name)


def open_and_warm_up(directory: Path) -> Workspace:
    """Open the workspace in `directory`, and load what its views need."""
    from tradesense_desktop.services.open_workspace import open_workspace

    warm_up()
    return open_workspace(directory)
