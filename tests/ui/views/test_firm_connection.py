"""From the first start to a firm and back online: the window against a real PostgreSQL that asks for passwords."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from tests.firm_login import firm_with_passwords
from tests.firm_server import FirmPerson, FirmServer
from tests.sync.firm_histories import LOSING, local_history, put_history
from tradesense_desktop.domain.people import Role
from tradesense_desktop.server.installation import new_epoch
from tradesense_desktop.services.handle_alert import acknowledge_alert
from tradesense_desktop.services.read_alerts import read_alerts
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.ui.connect_dialog import ConnectDialog
from tradesense_desktop.ui.firm_reading import address_of
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.window_start import LAST_WORKSPACE

pytestmark = pytest.mark.postgresql

OWN = "quiet-harbour-77"
LONGEST = 60_000
"""For what comes in a moment: a window that hangs fails the test instead of stopping the run."""


@pytest.fixture(scope="module")
def firm() -> Iterator[FirmServer]:
    """A firm on a server of its own, which is halted by some tests and resumed."""
    with firm_with_passwords() as made:
        yield made


@pytest.fixture
def trader(firm: FirmServer, tmp_path: Path) -> FirmPerson:
    """A trader with a challenge."""
    person = firm.add_person()
    with closing(firm.connect()) as connection:
        put_history(connection, local_history(tmp_path / "history", person, *LOSING))
    return person


@pytest.fixture
def begun(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> MainWindow:
    """The window at its first start."""
    window.open_directory(tmp_path / "own")
    qtbot.waitUntil(lambda: window.workspace is not None and not window.tasks.running, timeout=LONGEST)
    return window


def dialog_of(window: MainWindow) -> ConnectDialog:
    (dialog,) = [each for each in window.findChildren(ConnectDialog) if each.isVisible()]
    return dialog


def line(dialog: ConnectDialog, name: str) -> QLineEdit:
    return next(each for each in dialog.findChildren(QLineEdit) if each.accessibleName() == name)


def fill(qtbot: QtBot, dialog: ConnectDialog, firm: FirmServer, person: FirmPerson, password: str = "") -> None:
    """Paste the address in one line, as it came by mail, and type the password."""
    host = line(dialog, "Server, or the whole address in one line")
    host.clear()
    QApplication.clipboard().setText(firm.url_of(person))
    host.paste()
    line(dialog, "Password").clear()
    qtbot.keyClicks(line(dialog, "Password"), password or person.password)


def connect(qtbot: QtBot, window: MainWindow, firm: FirmServer, person: FirmPerson) -> None:
    """Connect, and choose a password of one's own at the first sign-in."""
    window.catalogue["workspace.connect"].trigger()
    dialog = dialog_of(window)
    fill(qtbot, dialog, firm, person)
    qtbot.keyClick(line(dialog, "Password"), Qt.Key.Key_Return)
    place = window.people.sign_in_place
    qtbot.waitUntil(lambda: window.people.is_covered and not window.tasks.running, timeout=LONGEST)
    place.form.fill("new", OWN)
    place.form.fill("again", OWN)
    place.form.submit()
    wait_until(qtbot, window, "connected")


def wait_until(qtbot: QtBot, window: MainWindow, words: str) -> None:
    def is_so() -> bool:
        return words in window._status.firm.text() and not window.people.is_covered and not window.tasks.running

    qtbot.waitUntil(is_so, timeout=LONGEST)


def test_the_test_of_a_connection_says_line_by_line_what_it_found(
    qtbot: QtBot, begun: MainWindow, firm: FirmServer, trader: FirmPerson
) -> None:
    begun.catalogue["workspace.connect"].trigger()
    dialog = dialog_of(begun)
    fill(qtbot, dialog, firm, trader, "not the right one")
    assert line(dialog, "Login").text() == trader.login, "the address was taken apart"

    dialog.test()
    qtbot.waitUntil(lambda: not dialog.is_testing, timeout=LONGEST)
    found = {step: word for step, word, _sentence in dialog.lines.said}
    assert list(found) == ["Name", "Port", "Certificate", "Password", "Rights", "Schema version"]
    assert (found["Port"], found["Password"], found["Rights"]) == ("ok", "failed", "not reached")
    assert dialog.notice.text() == "The server cannot be connected to like this."

    fill(qtbot, dialog, firm, trader)
    dialog.test()
    qtbot.waitUntil(lambda: not dialog.is_testing, timeout=LONGEST)
    assert {word for _step, word, _sentence in dialog.lines.said} == {"ok"}
    assert dialog.notice.text() == "The server can be connected to."
    dialog.reject()


def test_a_server_where_nobody_listens_is_said_to_be_none(qtbot: QtBot, begun: MainWindow) -> None:
    begun.catalogue["workspace.connect"].trigger()
    dialog = dialog_of(begun)
    dialog._fill(address_of("postgresql://u_0123456789abcdef0123456789abcdef@127.0.0.1:9/firm"))
    qtbot.keyClicks(line(dialog, "Password"), OWN)

    dialog.test()
    qtbot.waitUntil(lambda: not dialog.is_testing, timeout=LONGEST)

    found = {step: (word, sentence) for step, word, sentence in dialog.lines.said}
    assert found["Name"][0] == "ok"
    assert found["Port"][0] == "failed"
    assert found["Port"][1]
    assert found["Schema version"] == ("not reached", "")

    dialog.connect_now()
    qtbot.waitUntil(lambda: any(each.isVisible() for each in begun.findChildren(ConnectDialog)), timeout=LONGEST)
    again = dialog_of(begun)
    assert "127.0.0.1" in again.notice.text()
    assert again.address.password == ""
    assert again.address.host == "127.0.0.1", "what was typed stays"
    again.reject()


def test_a_certificate_is_left_unverified_only_by_somebody_who_says_so(qtbot: QtBot, begun: MainWindow) -> None:
    begun.catalogue["workspace.connect"].trigger()
    dialog = dialog_of(begun)
    dialog._fill(address_of("postgresql://u_0123456789abcdef0123456789abcdef@db.firm.example/firm"))
    qtbot.keyClicks(line(dialog, "Password"), OWN)
    assert dialog._connect.isEnabled()

    dialog._tls.setCurrentIndex(dialog._tls.findData("pooler"))
    assert dialog._badge.text() == "Behind a pooler"
    assert dialog._connect.isEnabled()

    dialog._tls.setCurrentIndex(dialog._tls.findData("unverified"))
    assert dialog._badge.text() == "Not verified"
    assert not dialog._connect.isEnabled()
    dialog.connect_now()
    assert dialog.isVisible(), "nor by Enter"

    dialog._risk.click()
    assert dialog._connect.isEnabled()
    dialog._tls.setCurrentIndex(dialog._tls.findData("verified"))
    assert dialog._badge.text() == ""
    dialog._tls.setCurrentIndex(dialog._tls.findData("unverified"))
    assert not dialog._connect.isEnabled(), "it is said anew every time"
    dialog.reject()


def test_a_test_of_a_connection_can_be_stopped(
    qtbot: QtBot, begun: MainWindow, firm: FirmServer, trader: FirmPerson
) -> None:
    begun.catalogue["workspace.connect"].trigger()
    dialog = dialog_of(begun)
    fill(qtbot, dialog, firm, trader)

    dialog.test()
    assert dialog._test.text() == "Stop"
    dialog._test.click()

    assert not dialog.is_testing
    assert dialog.notice.text() == "The test was stopped."
    qtbot.waitUntil(lambda: not begun.tasks.running, timeout=LONGEST)
    assert dialog.lines.said == ()
    dialog.reject()


def test_whoever_connects_chooses_a_password_and_is_in_what_the_firm_keeps(
    qtbot: QtBot, begun: MainWindow, firm: FirmServer, trader: FirmPerson
) -> None:
    own = begun.own_directory

    connect(qtbot, begun, firm, trader)

    assert begun.workspace is not None
    assert begun.workspace.firm is not None
    assert begun.workspace.actor is not None
    assert begun.workspace.actor.role is Role.USER
    assert own is not None
    assert begun.workspace.directory.parent == own / "firms"
    assert len(read_challenges(begun.workspace)) == 1
    assert "synced just now" in begun._status.firm.text()
    assert begun.settings.value(LAST_WORKSPACE) == str(begun.workspace.directory)
    assert all(OWN not in str(begun.settings.value(key)) for key in begun.settings.allKeys())
    assert all(trader.password not in str(begun.settings.value(key)) for key in begun.settings.allKeys())


def test_what_is_done_without_the_server_waits_and_is_confirmed_when_it_is_back(
    qtbot: QtBot, begun: MainWindow, firm: FirmServer, trader: FirmPerson
) -> None:
    connect(qtbot, begun, firm, trader)
    assert begun.workspace is not None
    wait_until(qtbot, begun, "0 pending")
    (alert, *_) = read_alerts(begun.workspace).alerts
    firm.cluster.halt()
    try:
        begun.people.firm.sync_now()
        wait_until(qtbot, begun, "offline")
        acknowledge_alert(begun.workspace, alert.id)
        begun.people.firm.say("The alert is acknowledged.")
        qtbot.waitUntil(lambda: "waits for the server" in begun.banner_text, timeout=LONGEST)
        begun.people.firm.look()
        wait_until(qtbot, begun, "1 pending")
    finally:
        firm.cluster.resume()

    begun.people.firm.sync_now()
    wait_until(qtbot, begun, "0 pending")
    qtbot.waitUntil(lambda: "connected" in begun._status.firm.text(), timeout=LONGEST)
    qtbot.waitUntil(lambda: begun.banner_text == "“Acknowledge an alert” is done: the server has it.", timeout=LONGEST)


def test_what_others_do_at_the_firm_comes_to_the_screen_by_itself(
    qtbot: QtBot, begun: MainWindow, firm: FirmServer, trader: FirmPerson, tmp_path: Path
) -> None:
    connect(qtbot, begun, firm, trader)
    qtbot.waitUntil(lambda: len(begun.summaries) == 1, timeout=LONGEST)

    with closing(firm.connect()) as connection:
        put_history(connection, local_history(tmp_path / "another", trader, "50.00", "20.00"))

    qtbot.waitUntil(lambda: len(begun.summaries) == 2, timeout=LONGEST)
    assert begun.trader is not None
    qtbot.waitUntil(lambda: begun.trader is not None and begun.trader.list._model.rowCount() == 2, timeout=LONGEST)


def test_a_server_that_was_set_back_has_the_copy_built_anew_by_itself(
    qtbot: QtBot, begun: MainWindow, firm: FirmServer, trader: FirmPerson
) -> None:
    connect(qtbot, begun, firm, trader)
    assert begun.workspace is not None
    assert begun.workspace.firm is not None
    before = begun.workspace.firm.epoch
    with closing(firm.connect()) as connection:
        new_epoch(connection)

    begun.people.firm.sync_now()

    def is_anew() -> bool:
        workspace = begun.workspace
        return workspace is not None and workspace.firm is not None and workspace.firm.epoch != before

    qtbot.waitUntil(is_anew, timeout=LONGEST)
    wait_until(qtbot, begun, "connected")
    assert begun.workspace is not None
    assert len(read_challenges(begun.workspace)) == 1
