"""The bell: reads what there is to tell, counts what is unread, and says what is new on the desktop."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QSystemTrayIcon

from tradesense_desktop.ui.theme.icons import icon

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.read_notifications import Notification, Notifications
    from tradesense_desktop.ui.main_window import MainWindow
    from tradesense_desktop.ui.notifications_panel import NotificationsPanel
    from tradesense_desktop.ui.tasks.task import Task

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_TICK: Final = timedelta(microseconds=1)
_MOST_SAID: Final = 3
"""More at once are no news but noise: the bell counts them."""


def read_news(workspace: Workspace, since: datetime | None) -> Notifications:
    """What there is to tell whoever acts, for a background thread."""
    from tradesense_desktop.services.read_notifications import read_notifications

    return read_notifications(workspace, since=since)


class DesktopNotices(QObject):
    """The notifications of the desktop, where it has a tray; where it has none, nothing."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._tray: QSystemTrayIcon | None = None

    def say(self, title: str, text: str) -> None:
        """Show one."""
        if not (QSystemTrayIcon.isSystemTrayAvailable() and QSystemTrayIcon.supportsMessages()):
            return
        if self._tray is None:
            self._tray = QSystemTrayIcon(icon("bell", self._window.appearance.tokens), self)
            self._tray.setToolTip(self._window.windowTitle())
            self._tray.messageClicked.connect(self._window.activateWindow)
        self._tray.show()
        self._tray.showMessage(title, text, QSystemTrayIcon.MessageIcon.Information)

    def take_away(self) -> None:
        """Leave the tray."""
        if self._tray is not None:
            self._tray.hide()


class Bell(QObject):
    """Keeps the count at the bell and the panel up to date for whoever acts.

    Up to when somebody has read is remembered for each person on this computer.
    """

    def __init__(self, window: MainWindow, say: Callable[[str, str], None] | None = None) -> None:
        super().__init__(window)
        self._window = window
        self._notices = DesktopNotices(window)
        self.say = say or self._notices.say
        self._news: Notifications | None = None
        self._known: frozenset[str] = frozenset()
        self._reading: Task[Notifications] | None = None
        self._panel: NotificationsPanel | None = None
        window.catalogue.bind("go.notifications", self.show_panel)
        window.display.changed.connect(self._show)

    @property
    def unread(self) -> int:
        """How many notifications nobody has read yet."""
        return 0 if self._news is None else self._news.unread

    def read(self) -> None:
        """Read what there is to tell; of two readings under way only the later is shown."""
        workspace = self._window.workspace
        if workspace is None or workspace.actor is None:
            return
        task = self._window.tasks.read(partial(read_news, workspace, self._mark()), owner=self)
        self._reading = task
        task.then(partial(self._on_read, task))

    def leave(self) -> None:
        """Forget what there was to tell: nobody acts any more."""
        self._reading = None
        self._news = None
        self._known = frozenset()
        self._notices.take_away()
        self._show()

    def mark_all_read(self) -> None:
        """Remember that whoever acts has read all of it."""
        if self._news is not None and self._news.items:
            newest = max(each.at for each in self._news.items)
            self._window.settings.setValue(self._key(), str((newest - _EPOCH) // _TICK))
            self.read()

    def show_panel(self) -> NotificationsPanel:
        """Open the list of notifications beside the bell."""
        from tradesense_desktop.ui.notifications_panel import NotificationsPanel

        panel = NotificationsPanel(self._window.display, self._window)
        panel.opened.connect(self.open)
        panel.read_asked.connect(self.mark_all_read)
        panel.finished.connect(self._on_panel_closed)
        self._panel = panel
        self._show()
        panel.show_beside(self._window.bell_corner())
        return panel

    def open(self, notification: Notification) -> None:
        """Go to the place that a notification is about, or to its challenge."""
        from tradesense_desktop.services.read_notifications import NotificationKind

        place = {
            NotificationKind.ALERT: "alerts",
            NotificationKind.FUNDING_DUE: "funding",
            NotificationKind.PAYMENT: "payments",
        }.get(notification.kind, "")
        if not (place and self._window.places.go(place)) and notification.challenge_id is not None:
            self._window.open_challenge(notification.challenge_id)

    def _on_read(self, task: Task[Notifications], news: Notifications) -> None:
        if task is not self._reading:
            return
        self._reading = None
        is_first = self._news is None
        self._news = news
        fresh = [each for each in news.items[: news.unread] if each.id not in self._known]
        self._known = frozenset(each.id for each in news.items)
        self._show()
        if not is_first:
            for each in reversed(fresh[:_MOST_SAID]):
                self.say(each.title, "" if self._window.display.is_masked else each.text)

    def _show(self) -> None:
        self._window.show_unread(self.unread)
        if self._panel is not None:
            items = () if self._news is None else self._news.items
            self._panel.show_notifications(items, self.unread)

    def _on_panel_closed(self) -> None:
        self._panel = None

    def _mark(self) -> datetime | None:
        stored = str(self._window.settings.value(self._key(), ""))
        return _EPOCH + int(stored) * _TICK if stored.isdecimal() else None

    def _key(self) -> str:
        workspace = self._window.workspace
        person = "" if workspace is None or workspace.actor is None else workspace.actor.user_id
        return f"bell/{person}"
