"""What every view is given: where work runs, how figures are shown, what is remembered."""

from dataclasses import dataclass, field

from PySide6.QtCore import QSettings

from tradesense_desktop.ui.firm_news import FirmNews
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.tasks.runner import Tasks


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Tasks, formats and settings of one window, and the news of a server."""

    tasks: Tasks
    display: Display
    settings: QSettings
    firm: FirmNews = field(default_factory=FirmNews)
