"""The bell: what is unread is counted, opened, marked as read, and said on the desktop while the window is open."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSystemTrayIcon
from pytestqt.qtbot import QtBot

from tests.ui.views.test_main_window import settle, unnamed
from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.services.read_notifications import Notification, NotificationKind, Notifications
from tradesense_desktop.ui.bell import Bell, read_news
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.notifications_panel import NOTIFICATION_ROLE, UNREAD_ROLE, NotificationsPanel

FIRST = datetime(2026, 3, 6, 11, tzinfo=UTC)


def notification(number: int, challenge_id: str | None = None) -> Notification:
    return Notification(
        id=f"event:{number}",
        at=FIRST + timedelta(minutes=number),
        kind=NotificationKind.FUNDING_DECIDED,
        title=f"Funding approved {number}",
        text="105 000.00 USD were reached.",
        severity=AlertSeverity.LOW,
        challenge_id=challenge_id,
        alert_id=None,
    )


def news(*numbers: int, unread: int | None = None, challenge_id: str | None = None) -> Notifications:
    items = tuple(notification(number, challenge_id) for number in sorted(numbers, reverse=True))
    return Notifications(items, len(items) if unread is None else unread)


def tell(bell: Bell, told: Notifications) -> None:
    """As when it has been read."""
    task = bell._window.tasks.read(lambda: told, owner=bell)
    bell._reading = task
    bell._on_read(task, told)


@pytest.fixture
def said(open_window: MainWindow) -> Iterator[list[tuple[str, str]]]:
    """What would be said on the desktop; the bell has read once, and there was nothing."""
    found: list[tuple[str, str]] = []
    open_window.bell.say = lambda title, text: found.append((title, text))
    tell(open_window.bell, news())
    yield found
    open_window.tasks.shut_down()


def test_the_bell_counts_and_says_how_many_are_unread(open_window: MainWindow, said: list[tuple[str, str]]) -> None:
    tell(open_window.bell, news(1, 2, 3, unread=2))

    assert open_window.bell.unread == 2
    assert open_window.bell_corner().accessibleName() == "Notifications: 2 unread"
    tell(open_window.bell, news(1, 2, 3, unread=0))
    assert open_window.bell_corner().accessibleName() == "Notifications"


def test_what_is_new_is_said_once_and_the_oldest_of_it_first(
    open_window: MainWindow, said: list[tuple[str, str]]
) -> None:
    tell(open_window.bell, news(1, 2))
    tell(open_window.bell, news(1, 2))

    assert [title for title, _text in said] == ["Funding approved 1", "Funding approved 2"]


def test_what_was_there_when_the_window_was_opened_is_only_counted(open_window: MainWindow) -> None:
    found: list[str] = []
    open_window.bell.say = lambda title, _text: found.append(title)
    open_window.bell.leave()

    tell(open_window.bell, news(1, 2))

    assert found == []
    assert open_window.bell.unread == 2
    open_window.tasks.shut_down()


def test_in_privacy_mode_nothing_that_may_hold_an_amount_is_said_or_shown(
    open_window: MainWindow, said: list[tuple[str, str]]
) -> None:
    open_window.catalogue["view.privacy"].setChecked(True)

    tell(open_window.bell, news(1))
    panel = open_window.bell.show_panel()
    row = panel.view.model().index(0, 0)

    assert said == [("Funding approved 1", "")]
    assert "105 000" not in row.data(Qt.ItemDataRole.AccessibleTextRole)
    panel.close()


def test_the_panel_shows_the_newest_first_and_enter_opens_its_challenge(
    qtbot: QtBot, open_window: MainWindow, said: list[tuple[str, str]]
) -> None:
    challenge_id = open_window.summaries[0].challenge.id
    tell(open_window.bell, news(1, 2, unread=1, challenge_id=challenge_id))
    opened: list[str] = []
    open_window.open_challenge = opened.append  # type: ignore[method-assign]

    open_window.catalogue["go.notifications"].trigger()
    (panel,) = open_window.findChildren(NotificationsPanel)
    model = panel.view.model()
    assert unnamed(panel) == []
    assert [model.index(row, 0).data(NOTIFICATION_ROLE).id for row in range(2)] == ["event:2", "event:1"]
    assert [model.index(row, 0).data(UNREAD_ROLE) for row in range(2)] == [True, False]
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).startswith("unread, Funding approved 2")
    assert model.index(0, 0).data(Qt.ItemDataRole.AccessibleTextRole).endswith("2026-03-06 11:02 UTC")
    qtbot.keyClick(panel.view, Qt.Key.Key_Down)
    qtbot.keyClick(panel.view, Qt.Key.Key_Return)

    assert opened == [challenge_id]


def test_up_to_when_somebody_has_read_is_remembered_for_them(qtbot: QtBot, open_window: MainWindow) -> None:
    bell = open_window.bell
    qtbot.waitUntil(lambda: bell._news is not None)
    assert bell.unread > 0, "the sample has broken its limits"
    panel = bell.show_panel()

    panel._read.click()
    settle(qtbot, open_window)

    assert bell.unread == 0
    assert not panel._read.isEnabled()
    panel.close()
    bell.leave()
    bell.read()
    settle(qtbot, open_window)
    assert bell._news is not None
    assert bell._news.items
    assert bell.unread == 0


def test_what_the_store_tells_is_read_in_the_background(qtbot: QtBot, open_window: MainWindow, sample: Path) -> None:
    assert open_window.workspace is not None
    told = read_news(open_window.workspace, None)

    open_window.bell.read()
    settle(qtbot, open_window)

    assert open_window.bell.unread == told.unread
    before = read_news(open_window.workspace, datetime.now(UTC))
    assert before.unread == 0


def test_nothing_to_tell_says_what_would_stand_there(open_window: MainWindow, said: list[tuple[str, str]]) -> None:
    panel = open_window.bell.show_panel()

    assert panel._none.isVisible()
    assert not panel._read.isEnabled()
    panel.close()


def test_without_a_tray_the_desktop_is_told_nothing(open_window: MainWindow) -> None:
    assert not QSystemTrayIcon.isSystemTrayAvailable()

    open_window.bell._notices.say("Funding approved", "")

    assert open_window.findChildren(QSystemTrayIcon) == []
