"""Actions of the catalogue that belong to one place: the window's own do them while the place is in sight."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeySequence

from tradesense_desktop.ui.actions.catalogue import CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


class LocalActions(QObject):
    """Binds actions of the window to what a place does with them; out of sight of the place they cannot be done."""

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        self._place = place
        self._functions: dict[str, Callable[[], object]] = {}
        self._is_offered: dict[str, bool] = {}
        self._bound: dict[str, QAction] = {}
        place.installEventFilter(self)

    def bind(self, identifier: str, function: Callable[[], object]) -> None:
        """Let the action do `function` while the place is in sight."""
        self._functions[identifier] = function
        self._is_offered.setdefault(identifier, True)

    def offer(self, identifier: str, *, offered: bool) -> None:
        """Say whether it can be done just now."""
        self._is_offered[identifier] = offered
        if identifier in self._bound:
            self._bound[identifier].setEnabled(offered)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The place came into sight, or is out of it."""
        if watched is self._place and event.type() is QEvent.Type.Show:
            self._connect()
        elif watched is self._place and event.type() is QEvent.Type.Hide:
            self._disconnect()
        return False

    def _connect(self) -> None:
        window = self._place.window()
        for identifier in self._functions:
            action = window.findChild(QAction, identifier, Qt.FindChildOption.FindDirectChildrenOnly)
            if action is not None and identifier not in self._bound:
                action.triggered.connect(partial(self._do, identifier))
                action.setEnabled(self._is_offered[identifier])
                self._bound[identifier] = action

    def _disconnect(self) -> None:
        for action in self._bound.values():
            action.setEnabled(False)
            action.triggered.disconnect()
        self._bound.clear()

    def _do(self, identifier: str, _checked: bool = False) -> None:
        self._functions[identifier]()


def with_shortcut(title: str, identifier: str) -> str:
    """A tool tip: what a button does, and the keys that do it too."""
    keys = next(action.shortcut for action in CATALOGUE if action.id == identifier)
    shown = QKeySequence.fromString(keys, QKeySequence.SequenceFormat.PortableText)
    return f"{title} ({shown.toString(QKeySequence.SequenceFormat.NativeText)})"
