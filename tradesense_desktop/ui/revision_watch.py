"""The watch over what others commit: another window, another process, or whoever ends the own session."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer, Signal

if TYPE_CHECKING:
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.tasks.runner import Tasks
    from tradesense_desktop.ui.tasks.task import Task

_MILLISECONDS_BETWEEN_LOOKS: Final = 1000
_LOOKS_BETWEEN_CHECKS: Final = 30
"""A session also ends by time alone, which commits nothing."""


def look_at(workspace: Workspace, known: int, *, checks: bool) -> int:
    """The revision of a workspace; where it is not `known`, or `checks` asks for it, the session is checked."""
    revision = workspace.revision()
    if revision != known or checks:
        from tradesense_desktop.services.check_session import check_session

        check_session(workspace)
    return revision


class RevisionWatch(QObject):
    """Looks once a second, in the background, whether anybody has committed.

    Signals: changed() after somebody has; failed(exception) when it could not look, SignedOut where whoever acts may
    no longer. After a failure it looks no more.
    """

    changed = Signal()
    failed = Signal(object)

    def __init__(self, tasks: Tasks, parent: QObject) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._workspace: Workspace | None = None
        self._known = 0
        self._looks = 0
        self._looking: Task[int] | None = None
        self._again = False
        self._timer = QTimer(self)
        self._timer.setInterval(_MILLISECONDS_BETWEEN_LOOKS)
        self._timer.timeout.connect(self.look)

    def watch(self, workspace: Workspace) -> None:
        """Tell of what is committed from now on; what is shown is to be read after this."""
        self._workspace = workspace
        self._known = workspace.revision()
        self._looks = 0
        self._looking = None
        self._again = False
        self._timer.start()

    def stop(self) -> None:
        """Look no more."""
        self._timer.stop()
        self._workspace = None
        self._looking = None

    def look(self) -> None:
        """Look now, or once more when the look that is under way is done."""
        if self._workspace is None:
            return
        if self._looking is not None:
            self._again = True
            return
        self._looks += 1
        checks = self._looks % _LOOKS_BETWEEN_CHECKS == 0
        task = self._tasks.read(partial(look_at, self._workspace, self._known, checks=checks), owner=self)
        self._looking = task
        task.then(partial(self._on_seen, task)).shown_by(partial(self._on_failure, task))

    def _on_seen(self, task: Task[int], revision: int) -> None:
        if task is not self._looking:
            return
        self._looking = None
        if revision != self._known:
            self._known = revision
            self.changed.emit()
        if self._again:
            self._again = False
            self.look()

    def _on_failure(self, task: Task[int], failure: BaseException) -> None:
        if task is self._looking:
            self.stop()
            self.failed.emit(failure)
