"""The shell around a firm's server: the sync that runs while somebody acts, what waits, and connecting to a firm."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from tradesense_desktop.settings import default_workspace_directory
from tradesense_desktop.ui.firm_news import WAITING
from tradesense_desktop.ui.firm_reading import (
    FirmOpening,
    TypedAddress,
    connect_address,
    firm_directory,
    is_firm,
    read_commands,
    rebuild_firm,
    remember_address,
    remembered_address,
    start_sync,
    stop_sync,
    tls_of,
)
from tradesense_desktop.ui.formatting.firm import told
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.status_bar import StatusBar
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.window_start import LAST_WORKSPACE

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from threading import Thread

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.read_pending import PendingView
    from tradesense_desktop.services.sync_workspace import FirmSync, SyncState
    from tradesense_desktop.ui.connect_dialog import ConnectDialog
    from tradesense_desktop.ui.main_window import MainWindow
    from tradesense_desktop.ui.tasks.task import Task

_MILLISECONDS_BETWEEN_LOOKS: Final = 1000
_RECENT: Final = timedelta(minutes=10)
"""What was done longer ago and is refused now is no answer to what was done just now."""
_MOST_SECONDS_AT_THE_END: Final = 2.0
REBUILD: Final = "rebuild"


class FirmShell(QObject):
    """Starts and stops the sync of a firm's workspace, shows how it stands, and says of a command that it waits."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._workspace: Workspace | None = None
        self._sync: FirmSync | None = None
        self._state: SyncState | None = None
        self._news = window.surroundings.firm
        self._news.sync_asked.connect(self.sync_now)
        self._news.rebuild_asked.connect(self.rebuild)
        self._said: set[int] = set()
        self._awaited: dict[int, str] = {}
        self._looking: Task[tuple[PendingView, ...]] | None = None
        self._counts = (0, 0)
        self._stopping: Thread | None = None
        self._rebuilds_alone = True
        self._rebuilding: EmptyState | None = None
        self._opening: FirmOpening | None = None
        self._to_say = ""
        self._timer = QTimer(self)
        self._timer.setInterval(_MILLISECONDS_BETWEEN_LOOKS)
        self._timer.timeout.connect(self._on_tick)
        window.tasks.written.connect(lambda _task: self.look())
        status = window.statusBar()
        assert isinstance(status, StatusBar)
        self._status = status.firm
        self._status.attention_asked.connect(self._go_to_server)
        window.catalogue.bind("workspace.connect", lambda: self.ask_connection(remembered_address(window.settings)))
        window.catalogue.bind("workspace.open_own", self.open_own)

    @property
    def state(self) -> SyncState | None:
        """How the sync stands; None in a local workspace and while nobody acts."""
        return self._state

    def begin(self, workspace: Workspace) -> None:
        """Somebody acts from now on: a firm's workspace is kept together with the server."""
        self.end()
        if not is_firm(workspace) or workspace.actor is None:
            return
        self._workspace = workspace
        self._sync = start_sync(workspace)
        self._status.show_tls(tls_of(workspace))
        self._timer.start()
        self._on_tick()
        self._read(self._on_begun)
        said, self._to_say = self._to_say, ""
        if said:
            self._window.say_failure(said)

    def end(self) -> None:
        """Nobody acts any more: nothing is sent or fetched until somebody does."""
        self._timer.stop()
        sync, self._sync = self._sync, None
        self._workspace = None
        self._looking = None
        self._counts = (0, 0)
        self._show(None)
        self._news.show_commands(())
        if sync is not None:
            self._stopping = stop_sync(sync)

    def shut_down(self) -> None:
        """End, and wait a moment for the thread: what it had begun is cut and done again at the next start."""
        self.end()
        if self._stopping is not None:
            self._stopping.join(_MOST_SECONDS_AT_THE_END)

    def take_first_password(self) -> str:
        """The password that was right when a workspace was opened, and has to be changed first; once."""
        opening, self._opening = self._opening, None
        return "" if opening is None else opening.first_password

    def sync_now(self) -> None:
        """Send and fetch now, not at the next turn."""
        if self._sync is not None:
            self._sync.wake()

    def look(self) -> None:
        """Read what waits once more: something was done, or something has come."""
        if self._workspace is not None:
            self.sync_now()
            self._read(self._on_commands)

    def say(self, sentence: str) -> None:
        """Say what was done; in a firm's workspace what waits for the server is not done yet, and is said to wait."""
        if self._workspace is None:
            self._window.say(sentence)
            return
        task = self._window.tasks.read(partial(read_commands, self._workspace), owner=self)
        task.then(partial(self._on_said, sentence))

    def show_import(self, challenge_id: str, sentence: str) -> None:
        """Say what an import did and open its challenge; one that a firm does not have yet is there once it has."""
        self.say(sentence)
        if self._workspace is None or any(each.challenge.id == challenge_id for each in self._window.summaries):
            self._window.open_challenge(challenge_id)

    def ask_connection(self, before: TypedAddress | None = None, refusal: str = "") -> ConnectDialog:
        """Open the dialog in which a firm's server is named."""
        from tradesense_desktop.ui.connect_dialog import ConnectDialog

        dialog = ConnectDialog(self._window.tasks, self._window, before, refusal)
        dialog.connect_asked.connect(self.connect_to)
        dialog.open()
        return dialog

    def connect_to(self, address: TypedAddress) -> None:
        """Fetch what a firm has for this login into a folder of its own, and open it."""
        directory = firm_directory(self._window.own_directory or default_workspace_directory(), address)
        title = self.tr("Connecting to {name}").format(name=address.host)

        def work(progress: ProgressReport) -> Path:
            return connect_address(directory, address, progress)

        task = self._window.tasks.watched_read(title, work, owner=self._window)
        # One at a time: two would fetch into the same folder.
        self._window.catalogue["workspace.connect"].setEnabled(False)
        task.then(partial(self._on_connected, address))
        task.shown_by(partial(self._on_not_connected, task, address))

    def rebuild(self) -> None:
        """Build the copy anew from the server, with nothing of it open meanwhile."""
        workspace = self._workspace
        if workspace is None or workspace.firm_session is None:
            return
        self._rebuilds_alone = False
        self._window.catalogue["workspace.connect"].setEnabled(False)
        directory, password = workspace.directory, workspace.firm_session.password

        self._window.leave_workspace()
        stopping = self._stopping

        def work(progress: ProgressReport) -> Path:
            if stopping is not None:
                stopping.join()
            workspace.close()
            return rebuild_firm(directory, password, progress)

        self._window.show_cover(self._rebuild_cover())
        task = self._window.tasks.watched_read(self.tr("Building the copy anew"), work, owner=self._window)
        task.then(partial(self._on_rebuilt, password))
        task.shown_by(partial(self._on_not_rebuilt, task, directory, password))

    def _rebuild_cover(self) -> EmptyState:
        if self._rebuilding is None:
            self._rebuilding = EmptyState(
                "refresh",
                self.tr("This copy is built anew"),
                self.tr(
                    "The server says that it is not the one this copy came from, or was set back to an earlier state. "
                    "All that it has for you is fetched again; your own commands are kept."
                ),
                self._window,
            )
            self._window.add_cover(self._rebuilding)
        return self._rebuilding

    def _on_rebuilt(self, password: str, directory: Path) -> None:
        self._rebuilds_alone = True
        self._open(directory, password)

    def _on_not_rebuilt(self, task: Task[Path], directory: Path, password: str, failure: BaseException) -> None:
        """Open it as it was; why it is not anew is said once somebody is in it, for opening clears the window."""
        stopped = self.tr("Building the copy anew was stopped; it is as it was.")
        self._to_say = stopped if task.is_cancelled else failure_text(failure)
        self._open(directory, password)

    def _open(self, directory: Path, password: str) -> None:
        """Open a firm's workspace with somebody in it at once."""
        self._window.catalogue["workspace.connect"].setEnabled(True)
        self._opening = FirmOpening(password)
        self._window.open_directory(directory, self._opening)

    def _on_tick(self) -> None:
        """Show how it stands; where something has come or gone, what waits is read again."""
        if self._sync is None:
            return
        before, state = self._state, self._sync.state()
        self._show(state)
        if before is not None and (before.pending, before.refused, before.last_sync_at) != (
            state.pending,
            state.refused,
            state.last_sync_at,
        ):
            self._read(self._on_commands)
        if state.phase == REBUILD and self._rebuilds_alone:
            self.rebuild()

    def _show(self, state: SyncState | None) -> None:
        self._state = state
        pending, refused = self._counts
        shown = None if state is None else replace(state, pending=pending, refused=refused)
        self._status.show_state(shown)
        self._news.show_state(shown)

    def _read(self, show: Callable[[tuple[PendingView, ...]], object]) -> None:
        if self._workspace is None:
            return
        task = self._window.tasks.read(partial(read_commands, self._workspace), owner=self)
        self._looking = task
        task.then(partial(self._on_read, task, show))

    def _on_read(
        self,
        task: Task[tuple[PendingView, ...]],
        show: Callable[[tuple[PendingView, ...]], object],
        commands: tuple[PendingView, ...],
    ) -> None:
        if task is self._looking:
            self._looking = None
            show(commands)

    def _on_begun(self, commands: tuple[PendingView, ...]) -> None:
        """What waits already was said when it was done."""
        self._said = {command.id for command in commands}
        self._awaited.clear()
        self._on_commands(commands)

    def _on_commands(self, commands: tuple[PendingView, ...]) -> None:
        waiting = sum(command.state in WAITING for command in commands)
        self._counts = (waiting, len(commands) - waiting)
        self._show(self._state)
        self._news.show_commands(commands)
        self._tell_outcomes({command.id: command for command in commands})

    def _tell_outcomes(self, present: dict[int, PendingView]) -> None:
        """Say what became of what was said to wait: the server has it, or has refused it."""
        for op_id, title in tuple(self._awaited.items()):
            command = present.get(op_id)
            if command is not None and command.state in WAITING:
                continue
            del self._awaited[op_id]
            if command is None:
                self._window.say(self.tr("“{title}” is done: the server has it.").format(title=self._told(title)))
            else:
                self._say_refused(command)

    def _say_refused(self, command: PendingView) -> None:
        said = self.tr("The server refused “{title}”: {reason}")
        self._window.say_failure(said.format(title=self._told(command.title), reason=self._told(command.reason)))

    def _on_said(self, sentence: str, commands: tuple[PendingView, ...]) -> None:
        new = tuple(command for command in commands if command.id not in self._said)
        self._said |= {command.id for command in new}
        if self._workspace is None:
            return
        since = datetime.now(UTC) - _RECENT
        refused = next((each for each in new if each.state not in WAITING and each.issued_at > since), None)
        new = tuple(command for command in new if command.state in WAITING)
        self._awaited |= {command.id: command.title for command in new}
        if refused is not None:
            self._say_refused(refused)
        elif not new:
            self._window.say(sentence)
        elif len(new) == 1:
            said = self.tr("“{title}” waits for the server. It counts once the server has confirmed it.")
            self._window.banner.show_waiting(said.format(title=self._told(new[0].title)))
        else:
            counted = self._window.display.numbers.count(len(new))
            said = self.tr("{n} commands wait for the server. They count once the server has confirmed them.")
            self._window.banner.show_waiting(said.format(n=counted))

    def _told(self, sentence: str) -> str:
        return told(sentence, is_masked=self._window.display.is_masked)

    def _on_connected(self, address: TypedAddress, directory: Path) -> None:
        self._rebuilds_alone = True
        remember_address(self._window.settings, address)
        self._window.settings.setValue(LAST_WORKSPACE, str(directory))
        self._open(directory, address.password)

    def _on_not_connected(self, task: Task[Path], address: TypedAddress, failure: BaseException) -> None:
        self._window.catalogue["workspace.connect"].setEnabled(True)
        if task.is_cancelled:
            return
        self.ask_connection(replace(address, password=""), failure_text(failure))

    def open_own(self) -> None:
        """Leave the firm for one's own workspace; the next start opens that too."""
        own, workspace = self._window.own_directory, self._window.workspace
        if own is not None and workspace is not None and workspace.directory != own:
            self._window.settings.setValue(LAST_WORKSPACE, str(own))
            self._window.open_directory(own)

    def _go_to_server(self) -> None:
        from tradesense_desktop.ui.views.admin.server_place import ServerPlace

        if self._window.places.go("server") and isinstance(self._window.places.current, ServerPlace):
            self._window.places.current.seek_attention()
