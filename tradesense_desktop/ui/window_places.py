"""The places beside the challenges, as the window shows them: made when first gone to, for whoever acts."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, Qt

from tradesense_desktop.ui.places import PLACES

if TYPE_CHECKING:
    from PySide6.QtWidgets import QStackedWidget, QWidget

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.main_window import MainWindow
    from tradesense_desktop.ui.places import Place, PlaceEntry
    from tradesense_desktop.ui.rail import Rail
    from tradesense_desktop.ui.tables.table_view import TableView


class WindowPlaces(QObject):
    """Makes the places of `ui/places.py`, goes to them and reads the shown one again."""

    def __init__(self, window: MainWindow, stack: QStackedWidget, rail: Rail) -> None:
        super().__init__(window)
        self._window = window
        self._stack = stack
        self._rail = rail
        self._made: dict[str, Place] = {}
        self._widgets: dict[str, QWidget] = {}
        for entry in PLACES:
            if entry.make is not None:
                window.catalogue.bind(entry.action, partial(self.go, entry.id))

    @property
    def current_id(self) -> str:
        """Id of the place that is shown, empty where it is none of these."""
        shown = self._stack.currentWidget()
        return next((name for name, widget in self._widgets.items() if widget is shown), "")

    @property
    def current(self) -> Place | None:
        """The place that is shown, None where it is none of these."""
        return self._made.get(self.current_id)

    @property
    def table(self) -> TableView | None:
        """The table of the shown place: the one with the focus, else the first."""
        widget = self._widgets.get(self.current_id)
        if widget is None:
            return None
        from tradesense_desktop.ui.tables.table_view import TableView

        focused = self._window.focusWidget()
        tables = [table for table in widget.findChildren(TableView) if table.isVisible()]
        return next((table for table in tables if table is focused), tables[0] if tables else None)

    def go(self, name: str) -> bool:
        """Go to a place; False, and nothing is done, where whoever acts has no such place."""
        workspace = self._window.workspace
        entry = next((each for each in PLACES if each.id == name and each.make is not None), None)
        if entry is None or workspace is None or workspace.actor is None or not entry.is_offered_to(workspace.actor):
            return False
        if name not in self._made:
            self._make(entry, workspace)
        if self._window.trader is not None:
            self._window.trader.stop_opening()
        self._stack.setCurrentWidget(self._widgets[name])
        self._rail.mark(name)
        self._widgets[name].setFocus(Qt.FocusReason.OtherFocusReason)
        self._made[name].read_again()
        return True

    def read_again(self) -> None:
        """Read the shown place again; the others are read when they are gone to."""
        place = self.current
        if place is not None:
            place.read_again()

    def leave(self) -> None:
        """Take all of them away: whoever acts next has others."""
        for widget in self._widgets.values():
            self._stack.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        self._widgets.clear()
        self._made.clear()

    def _make(self, entry: PlaceEntry, workspace: Workspace) -> None:
        assert entry.make is not None
        place = entry.make(workspace, self._window.surroundings, self._stack)
        place.challenge_asked.connect(self._window.open_challenge)
        place.said.connect(self._window.people.firm.say)
        self._made[entry.id] = place
        self._widgets[entry.id] = cast("QWidget", place)
        self._stack.addWidget(self._widgets[entry.id])
