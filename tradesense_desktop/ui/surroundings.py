"""What every view is given: where work runs, how figures are shown, what is remembered."""

from dataclasses import dataclass

from PySide6.QtCore import QSettings

from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.tasks.runner import Tasks


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Tasks, formats and settings of one window."""

    tasks: Tasks
    display: Display
    settings: QSettings
