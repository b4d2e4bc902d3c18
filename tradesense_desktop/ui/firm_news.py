"""News of a firm's server, for every view: what waits for it, and about which object, and how the sync stands."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tradesense_desktop.services.read_pending import PendingView
    from tradesense_desktop.services.sync_workspace import SyncState

WAITING: Final = frozenset({"queued", "sent", "applied"})
"""States of a command that is on its way to the server or back; nobody has to do anything about it."""


class FirmNews(QObject):
    """The commands on their way as they were read last, and the sync; nothing in a local workspace.

    Signals: changed() when other commands wait; state_changed() when the sync stands otherwise; sync_asked() and
    rebuild_asked(), which a view emits for the window to do.
    """

    changed = Signal()
    state_changed = Signal()
    sync_asked = Signal()
    rebuild_asked = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._waiting: tuple[PendingView, ...] = ()
        self._state: SyncState | None = None

    @property
    def state(self) -> SyncState | None:
        """How the sync stands; None where there is none."""
        return self._state

    def show_commands(self, commands: Iterable[PendingView]) -> None:
        """Mark by these commands from now on."""
        waiting = tuple(command for command in commands if command.state in WAITING)
        if waiting != self._waiting:
            self._waiting = waiting
            self.changed.emit()

    def show_state(self, state: SyncState | None) -> None:
        """Tell how the sync stands from now on."""
        if state != self._state:
            self._state = state
            self.state_changed.emit()

    def of_challenge(self, challenge_id: str | None) -> tuple[PendingView, ...]:
        """What waits for the server about a challenge, oldest first."""
        if challenge_id is None:
            return ()
        return tuple(command for command in self._waiting if command.challenge_id == challenge_id)

    def of_row(self, row_id: str) -> tuple[PendingView, ...]:
        """What waits for the server about one alert or payment, oldest first."""
        return tuple(command for command in self._waiting if row_id in command.touches)
