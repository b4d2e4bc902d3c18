"""The window: the rail of places, the place in the middle, details beside it, the status bar below."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QByteArray, QPoint, Qt, QTimer
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QMenuBar,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tradesense_desktop.ui.actions.registry import ActionRegistry
from tradesense_desktop.ui.banner import Banner
from tradesense_desktop.ui.bell import Bell
from tradesense_desktop.ui.details_dock import DetailsDock
from tradesense_desktop.ui.drop_target import FileTakingWindow
from tradesense_desktop.ui.firm_reading import is_firm, own_directory, workspace_name
from tradesense_desktop.ui.first_run import FirstRun
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.words import rule
from tradesense_desktop.ui.people_shell import PeopleShell, leave_and_close
from tradesense_desktop.ui.rail import Rail
from tradesense_desktop.ui.status_bar import StatusBar
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.window_actions import bind_actions
from tradesense_desktop.ui.window_places import WindowPlaces
from tradesense_desktop.ui.window_start import go_further, open_and_warm_up, warm_up

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtCore import QSettings
    from PySide6.QtGui import QCloseEvent, QKeyEvent

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.views import ChallengeSummary, EventRow
    from tradesense_desktop.ui.tasks.runner import Tasks
    from tradesense_desktop.ui.tasks.task import Task
    from tradesense_desktop.ui.theme.appearance import Appearance
    from tradesense_desktop.ui.views.trader.place import TraderPlaces

_LEAST_WIDTH, _LEAST_HEIGHT = 900, 600
_FIRST_WIDTH, _FIRST_HEIGHT = 1280, 800
_FURTHER_AFTER_MILLISECONDS = 1000


class MainWindow(FileTakingWindow):
    """The one window of the program.

    It is painted before the heavy libraries are loaded: the views are made when a workspace is there. On closing it
    remembers its layout, stops the tasks and closes the workspace.
    """

    def __init__(self, workspace: Workspace | None, tasks: Tasks, appearance: Appearance, settings: QSettings) -> None:
        super().__init__()
        self.setWindowTitle(self.tr("TradeSense Desktop"))
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self.resize(_FIRST_WIDTH, _FIRST_HEIGHT)
        self.setDockNestingEnabled(True)
        self.file_dropped.connect(self.import_file)
        self.workspace: Workspace | None = None
        self.own_directory: Path | None = None
        self._left: list[Workspace] = []
        self.summaries: tuple[ChallengeSummary, ...] = ()
        self.trader: TraderPlaces | None = None
        self.tasks = tasks
        self.appearance = appearance
        self.settings = settings
        self.display = Display(settings, parent=self)
        self.surroundings = Surroundings(tasks, self.display, settings)
        self.catalogue = ActionRegistry(self, appearance.tokens)
        self._wanted_id = ""
        self._further = QTimer(self)
        self._further.setSingleShot(True)
        self._further.setInterval(_FURTHER_AFTER_MILLISECONDS)
        self._further.timeout.connect(lambda: go_further(self))
        self._build()
        self.places = WindowPlaces(self, self._stack, self._rail)
        self.bell = Bell(self)
        self.people = PeopleShell(self)
        bind_actions(self)
        self._offer_workspace_actions(offered=False)
        tasks.failed.connect(self._on_failed)
        tasks.cancelled.connect(self._on_cancelled)
        tasks.written.connect(self._on_written)
        appearance.changed.connect(self._on_appearance)
        self._restore(settings.value("window/geometry"), self.restoreGeometry)
        if workspace is not None:
            tasks.read(warm_up, owner=self).then(lambda _done: self.show_workspace(workspace))
            self._stack.setCurrentWidget(self._opening)

    def open_directory(self, directory: Path, opening: Callable[[Path], Workspace] = open_and_warm_up) -> None:
        """Open the workspace in `directory` in the background, by `opening`, and show it."""
        self._stack.setCurrentWidget(self._opening)
        task = self.tasks.read(partial(opening, directory), owner=self)
        task.then(self.show_workspace)
        task.otherwise(lambda _failure: self._stack.setCurrentWidget(self._first_run))

    def show_workspace(self, workspace: Workspace) -> None:
        """Show `workspace`; where it has accounts and nobody has signed in, ask who is there.

        The workspace that was open before is closed.
        """
        if self.own_directory is None:
            self.own_directory = own_directory(workspace, self.settings)
        before = self.workspace
        self.leave_workspace()
        if before is not None:
            self._left.append(before)
            self.tasks.read(partial(leave_and_close, before), owner=self)
        self.workspace = workspace
        self._offer_workspace_actions(offered=True)
        self.catalogue["workspace.remove_demo"].setEnabled(workspace.directory != self.own_directory)
        if workspace.actor is None:
            self.show_facts("")
            self.people.ask_who(workspace)
        else:
            self.enter(workspace)

    def enter(self, workspace: Workspace) -> None:
        """Show the challenges of whoever acts, or how to begin where there are none."""
        from tradesense_desktop.ui.views.trader.place import TraderPlaces

        self.leave_views()
        self.workspace = workspace
        self.people.begin(workspace)
        self._status.show()
        self.trader = TraderPlaces(workspace, self.surroundings, self.catalogue, self._stack)
        self._stack.addWidget(self.trader.list)
        self._stack.addWidget(self.trader.page)
        self.trader.challenges_read.connect(self._on_challenges_read)
        self.trader.challenge_opened.connect(self._on_challenge_opened)
        self.trader.list_asked.connect(self.show_list)
        self.trader.page.event_chosen.connect(self._on_event_chosen)
        self._details.fill()
        self._restore(self.settings.value("window/docks"), self.restoreState)
        self._wanted_id = str(self.settings.value(self._last_key(), ""))
        self._stack.setCurrentWidget(self._opening)
        self.trader.read_challenges()
        self._further.start()

    def leave_workspace(self) -> None:
        """Take the views of the workspace away; whoever calls this closes it, off this thread."""
        self.leave_views()
        self.workspace = None
        self.people.end()
        self._offer_workspace_actions(offered=False)

    def leave_views(self) -> None:
        """Take away every view of whoever acts, with all that it holds."""
        if self.trader is not None:
            self.settings.setValue("window/docks", self.saveState())
            self._stack.setCurrentWidget(self._opening)
            for place in (self.trader.list, self.trader.page):
                self._stack.removeWidget(place)
                place.hide()
                place.deleteLater()
            self.trader.deleteLater()
            self.trader = None
        self.places.leave()
        self.bell.leave()
        self.summaries = ()
        self.catalogue["go.challenge"].setEnabled(False)
        self.offer_chart_actions(offered=False)
        self.banner.hide()
        self._status.clearMessage()
        self._details.empty()

    def add_cover(self, cover: QWidget) -> None:
        """Take in a widget that can stand where every view stands."""
        self._stack.addWidget(cover)

    def show_cover(self, cover: QWidget) -> None:
        """Show that widget and nothing else."""
        self._stack.setCurrentWidget(cover)
        self._rail.mark("")

    def show_facts(self, who: str) -> None:
        """Say in the status bar which workspace is open and who acts in it."""
        name = workspace_name(self.workspace) or self.tr("local")
        self._status.show_workspace(name, who, in_firm=is_firm(self.workspace))

    def account_corner(self) -> QWidget:
        """The widget beside which the menu of the account opens."""
        return self._rail.account_corner()

    def bell_corner(self) -> QWidget:
        """The widget beside which the notifications open."""
        return self._rail.bell_corner()

    def show_unread(self, unread: int) -> None:
        """Say at the bell how many notifications are unread."""
        self._rail.show_unread(unread, self.display.numbers)

    def read_again(self) -> None:
        """Read what is shown once more: somebody has committed."""
        if self.trader is not None:
            self.trader.read_again()
            self.places.read_again()

    def show_list(self) -> None:
        """Go to the list of challenges."""
        if self.trader is None:
            return
        begins = not self.summaries and self.catalogue["workspace.import"].isVisible()
        shown = self._first_run if begins else self.trader.list
        self._stack.setCurrentWidget(shown)
        self._rail.mark("challenges")
        self.settings.setValue(self._last_key(), "")
        shown.setFocus()

    def open_challenge(self, challenge_id: str) -> None:
        """Go to the page of a challenge."""
        if self.trader is not None:
            self.trader.open_challenge(challenge_id)

    def show_page(self, tab: int | None = None) -> None:
        """Go to the page of the challenge that is open, to one of its tables where `tab` is given."""
        if self.trader is not None and self.trader.page.challenge_id:
            self._stack.setCurrentWidget(self.trader.page)
            self._rail.mark("challenge")
            self.settings.setValue(self._last_key(), self.trader.page.challenge_id)
            self.trader.page.open_tab(self.trader.page.tab if tab is None else tab)

    @property
    def page_is_shown(self) -> bool:
        """Whether the page of a challenge is in the middle."""
        return self.trader is not None and self._stack.currentWidget() is self.trader.page

    @property
    def banner_text(self) -> str:
        """What the banner says; empty while it says nothing."""
        return self.banner.text()

    @property
    def details(self) -> DetailsDock:
        """The dock of the details."""
        return self._details

    def say(self, sentence: str) -> None:
        """Say what was done."""
        self.banner.show_result(sentence)

    def say_failure(self, sentence: str) -> None:
        """Say what has failed; it stays until somebody closes it."""
        self.banner.show_failure(sentence)

    def show_menu(self) -> None:
        """Open the menus, below the first button of the rail."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for action in self._menus.actions():
            entries = action.menu()
            if isinstance(entries, QMenu) and any(
                entry.isVisible() for entry in entries.actions() if not entry.isSeparator()
            ):
                menu.addAction(action)
        corner = self._rail.menu_corner()
        menu.popup(corner.mapToGlobal(QPoint(0, corner.height())))

    def closeEvent(self, event: QCloseEvent) -> None:
        """Remember the layout, stop the work, close the workspace."""
        self.settings.setValue("window/geometry", self.saveGeometry())
        if self.trader is not None:
            self.settings.setValue("window/docks", self.saveState())
        self._further.stop()
        self.people.shut_down()
        self.tasks.shut_down()
        # Closing one twice does nothing; one whose closing was still waiting is closed here.
        for workspace in self._left:
            workspace.close()
        if self.workspace is not None:
            leave_and_close(self.workspace)
        self.workspace = None
        super().closeEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F10 opens the menus, as it does everywhere."""
        if event.key() == Qt.Key.Key_F10:
            self.show_menu()
            return
        super().keyPressEvent(event)

    def import_file(self, path: Path | None) -> None:
        """Open the import of `path`; None lets a person choose a file there."""
        if self.workspace is None or not self.takes_files:
            return
        from tradesense_desktop.ui.views.trader.import_dialog import ImportDialog

        dialog = ImportDialog(self.workspace, self.surroundings, path, self)
        dialog.imported.connect(self.people.firm.show_import)
        dialog.open()

    @property
    def takes_files(self) -> bool:
        """Whether whoever acts may import."""
        action = self.catalogue["workspace.import"]
        return self.trader is not None and action.isVisible() and action.isEnabled()

    def _build(self) -> None:
        self._menus = QMenuBar(self)
        self.catalogue.fill(self._menus)
        self._menus.hide()
        centre = QWidget(self)
        row = QHBoxLayout(centre)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._rail = Rail(self.catalogue, centre)
        self._rail.menu_asked.connect(self.show_menu)
        row.addWidget(self._rail)
        row.addWidget(rule(vertical=True, parent=centre))
        column = QVBoxLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.banner = Banner(centre)
        column.addWidget(self.banner)
        self._stack = QStackedWidget(centre)
        column.addWidget(self._stack, 1)
        row.addLayout(column, 1)
        self._first_run = FirstRun(self.catalogue, self)
        self._opening = EmptyState("hourglass", self.tr("Opening the workspace"), "", self)
        self._stack.addWidget(self._first_run)
        self._first_run.setFocus()
        self._stack.addWidget(self._opening)
        self.setCentralWidget(centre)
        self._details = DetailsDock(self.display, self)
        self.addDockWidget(Qt.DockWidgetArea.RightDockWidgetArea, self._details)
        self._details.hide()
        self._details.visibilityChanged.connect(self.catalogue["view.details"].setChecked)
        self._status = StatusBar(self.tasks, self.display, self)
        self.setStatusBar(self._status)

    def _offer_workspace_actions(self, *, offered: bool) -> None:
        """Without a workspace there is nothing to import into."""
        for identifier in ("workspace.import", "workspace.make_demo", "view.refresh"):
            self.catalogue[identifier].setEnabled(offered)
        if not offered:
            self.catalogue["workspace.remove_demo"].setEnabled(False)

    def offer_chart_actions(self, *, offered: bool) -> None:
        """Without an open challenge there is no chart to do anything with."""
        for identifier in ("chart.save_image", "chart.export_data", "chart.brush", "chart.clear_stretch"):
            self.catalogue[identifier].setEnabled(offered)

    def _on_challenges_read(self, summaries: tuple[ChallengeSummary, ...]) -> None:
        self.summaries = summaries
        self.bell.read()
        current = self._stack.currentWidget()
        wanted, self._wanted_id = self._wanted_id, ""
        if any(summary.challenge.id == wanted for summary in summaries):
            self.open_challenge(wanted)
        elif self.trader is not None and current in (self._opening, self._first_run, self.trader.list):
            self.show_list()

    def _on_challenge_opened(self, challenge_id: str) -> None:
        self.catalogue["go.challenge"].setEnabled(True)
        self.offer_chart_actions(offered=True)
        self._details.forget_others(challenge_id)
        self.show_page()

    def _on_event_chosen(self, event: EventRow) -> None:
        if self.trader is not None:
            self._details.show_event(event, self.trader.page.firm_zone)

    def _on_written(self, _task: Task[Any]) -> None:
        self.people.watch.look()

    def _on_failed(self, _task: Task[Any], failure: BaseException) -> None:
        if not self.people.takes(failure):
            self.say_failure(failure_text(failure))

    def _on_cancelled(self, task: Task[Any]) -> None:
        if task.title:
            self._status.showMessage(self.tr("{work}: stopped, nothing was changed").format(work=task.title), 6000)

    def _on_appearance(self) -> None:
        self.catalogue.tint(self.appearance.tokens)

    def _last_key(self) -> str:
        name = "" if self.workspace is None else str(self.workspace.directory).replace("/", "|")
        actor = None if self.workspace is None else self.workspace.actor
        return f"last_challenge/{name}{'' if actor is None or actor.is_sole_owner else '|' + actor.user_id}"

    @staticmethod
    def _restore(stored: object, restore: Callable[[QByteArray], bool]) -> None:
        if isinstance(stored, QByteArray):
            restore(stored)
