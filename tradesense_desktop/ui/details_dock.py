"""The dock of the details: what was chosen in the middle, in full beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDockWidget

from tradesense_desktop.ui.dock_title import DockTitle

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tradesense_desktop.services.views import EventRow
    from tradesense_desktop.ui.formatting.display import Display
    from tradesense_desktop.ui.views.trader.event_inspector import EventInspector


class DetailsDock(QDockWidget):
    """Holds the inspector of events while somebody acts."""

    def __init__(self, display: Display, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Details"))
        self.setObjectName("details")
        self.setAccessibleName(self.tr("Details"))
        self.setTitleBarWidget(DockTitle(self))
        self._display = display
        self._inspector: EventInspector | None = None

    def fill(self) -> None:
        """Make the inspector, with nothing in it."""
        from tradesense_desktop.ui.views.trader.event_inspector import EventInspector

        self._inspector = EventInspector(self._display, self)
        self.setWidget(self._inspector)

    def empty(self) -> None:
        """Take the inspector away with all that it shows."""
        self.hide()
        if self._inspector is not None:
            self._inspector.hide()
            self._inspector.deleteLater()
            self._inspector = None

    def show_event(self, event: EventRow, firm_zone: str | None) -> None:
        """Show an event, and the dock."""
        if self._inspector is not None:
            self._inspector.show_event(event, firm_zone)
            self.show()

    def forget_others(self, challenge_id: str) -> None:
        """Forget an event of a challenge that was left: a panel with nothing in it is in the way."""
        if self._inspector is not None and self._inspector.challenge_id not in ("", challenge_id):
            self._inspector.clear()
            self.hide()
