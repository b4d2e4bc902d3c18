"""Who acts in the window: signing in, the first password, the lock, setting up accounts, and what each role sees."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QAccessible, QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QLabel, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from tests.people import EMAILS, PASSWORD, People, id_of, make_people
from tests.ui.views.test_main_window import open_judged, settle, unnamed
from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.progress import ProgressReport
from tradesense_desktop.services.end_session import end_sessions_of
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.govern_user import suspend_user
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_users import read_people
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.ui.account_dialogs import AccountDialog
from tradesense_desktop.ui.actions.catalogue import CATALOGUE
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.parts.credential_form import CredentialForm
from tradesense_desktop.ui.places import PLACES
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.theme.appearance import Appearance
from tradesense_desktop.ui.window_actions import show_palette

NEW_PASSWORD = "another-harbour-78"


@pytest.fixture
def people(directory: Path) -> Iterator[People]:
    """The sample workspace with accounts; a store of its own, so that it is another window's or process's."""
    workspace = open_workspace(directory)
    yield make_people(workspace)
    workspace.close()


@pytest.fixture
def asking(qtbot: QtBot, window: MainWindow, people: People, directory: Path) -> MainWindow:
    """The window that asks who is there."""
    window.open_directory(directory)
    qtbot.waitUntil(lambda: window.people.is_covered and not window.tasks.running)
    window.activateWindow()
    return window


def field(window: MainWindow, name: str) -> QLineEdit:
    form = window.people.sign_in_place.form
    return next(line for line in form.findChildren(QLineEdit) if line.accessibleName() == name)


def form(window: MainWindow) -> CredentialForm:
    return window.people.sign_in_place.form


def sign_in_as(qtbot: QtBot, window: MainWindow, name: str) -> None:
    field(window, "E-mail address").setText(EMAILS[name])
    field(window, "Password").setText(PASSWORD)
    qtbot.keyClick(field(window, "Password"), Qt.Key.Key_Return)
    wait_until_inside(qtbot, window)


def wait_until_inside(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.people.is_covered and not window.tasks.running)


def shown_actions(window: MainWindow) -> set[str]:
    return {action.id for action in CATALOGUE if window.catalogue[action.id].isVisible()}


def readable(window: QWidget) -> str:
    """All that a screen reader could get out of the window, shown or not."""
    found: list[str] = []

    def visit(interface: object) -> None:
        if interface is None:
            return
        found.extend(interface.text(kind) for kind in (QAccessible.Text.Name, QAccessible.Text.Value))
        for place in range(interface.childCount()):
            visit(interface.child(place))

    visit(QAccessible.queryAccessibleInterface(window))
    found.extend(label.text() for label in window.findChildren(QLabel))
    return "\n".join(found)


def test_who_is_there_is_asked_where_there_are_accounts_and_nothing_else_is_offered(asking: MainWindow) -> None:
    assert asking.focusWidget() is field(asking, "E-mail address")
    assert asking.trader is None
    assert "nobody signed in" in asking.statusBar().text()
    assert not {"workspace.import", "go.palette", "go.challenges", "account.lock"} & shown_actions(asking)
    assert unnamed(asking) == []


def test_somebody_signs_in_by_keyboard_alone(qtbot: QtBot, asking: MainWindow) -> None:
    qtbot.keyClicks(asking.focusWidget(), EMAILS["trader"])
    qtbot.keyClick(asking.focusWidget(), Qt.Key.Key_Return)
    assert asking.focusWidget() is field(asking, "Password"), "Enter leads to what is still empty"
    qtbot.keyClicks(asking.focusWidget(), PASSWORD)
    qtbot.keyClick(asking.focusWidget(), Qt.Key.Key_Return)
    wait_until_inside(qtbot, asking)

    assert len(asking.summaries) == 2
    assert f"{EMAILS['trader']}, trader" in asking.statusBar().text()


def test_a_wrong_password_is_said_under_the_field_and_the_address_stays(qtbot: QtBot, asking: MainWindow) -> None:
    field(asking, "E-mail address").setText(EMAILS["trader"])
    field(asking, "Password").setText("not the right one")
    form(asking).submit()
    qtbot.waitUntil(lambda: bool(form(asking).error()))

    assert form(asking).error() == "The address and the password do not belong together."
    assert field(asking, "E-mail address").text() == EMAILS["trader"]
    assert asking.focusWidget() is field(asking, "Password")
    assert field(asking, "Password").accessibleDescription() == form(asking).error()
    assert asking.banner_text == "", "it is said once"


def test_after_too_many_wrong_passwords_the_wait_is_counted_down(qtbot: QtBot, asking: MainWindow) -> None:
    from datetime import UTC, datetime, timedelta

    shown = form(asking)
    shown.show_error("Too many wrong passwords.", datetime.now(UTC) + timedelta(minutes=10))

    assert shown.button.text().startswith("Wait 00:0")
    assert not shown.button.isEnabled()
    field(asking, "E-mail address").setText(EMAILS["trader"])
    field(asking, "Password").setText(PASSWORD)
    shown.submit()
    assert not asking.tasks.running

    shown.show_error("Too many wrong passwords.", datetime.now(UTC) - timedelta(seconds=1))
    assert shown.button.isEnabled()
    assert shown.button.text() == "Sign in"


def test_the_sixth_wrong_password_waits_in_the_window_too(qtbot: QtBot, asking: MainWindow) -> None:
    for _ in range(6):
        field(asking, "E-mail address").setText(EMAILS["trader"])
        field(asking, "Password").setText("not the right one")
        form(asking).submit()
        qtbot.waitUntil(lambda: not asking.tasks.running)

    assert "wait" in form(asking).error()
    assert form(asking).button.text().startswith("Wait")
    form(asking).stop()


def test_a_first_sign_in_asks_for_a_password_of_ones_own(qtbot: QtBot, asking: MainWindow, people: People) -> None:
    register_user(people.superadmin, email="new@example.org", password=PASSWORD, role=Role.AUDITOR)
    field(asking, "E-mail address").setText("new@example.org")
    field(asking, "Password").setText(PASSWORD)
    form(asking).submit()
    qtbot.waitUntil(lambda: not asking.tasks.running)
    assert asking.focusWidget() is field(asking, "New password")

    field(asking, "New password").setText(NEW_PASSWORD)
    field(asking, "The same once more").setText("something else 123")
    form(asking).submit()
    assert "not the same" in form(asking).error()
    field(asking, "The same once more").setText(NEW_PASSWORD)
    form(asking).submit()
    wait_until_inside(qtbot, asking)

    assert "new@example.org, auditor" in asking.statusBar().text()


def test_a_first_password_that_is_too_short_is_refused_in_its_place(
    qtbot: QtBot, asking: MainWindow, people: People
) -> None:
    register_user(people.superadmin, email="new@example.org", password=PASSWORD, role=Role.AUDITOR)
    field(asking, "E-mail address").setText("new@example.org")
    field(asking, "Password").setText(PASSWORD)
    form(asking).submit()
    qtbot.waitUntil(lambda: not asking.tasks.running)

    for name in ("New password", "The same once more"):
        field(asking, name).setText("short")
    form(asking).submit()
    qtbot.waitUntil(lambda: not asking.tasks.running)

    assert "12 characters or more" in form(asking).error()
    assert field(asking, "New password").isVisible()


@pytest.mark.parametrize(
    ("name", "sees", "does_not_see"),
    [
        ("trader", {"workspace.import"}, {"go.funding", "go.users", "go.audit", "go.keys", "account.set_up"}),
        ("auditor", set(), {"workspace.import", "go.keys", "account.set_up"}),
        ("admin", set(), {"workspace.import", "go.keys", "account.set_up"}),
        ("superadmin", set(), {"workspace.import", "account.set_up"}),
    ],
)
def test_what_a_role_may_not_do_is_not_on_its_screen(
    qtbot: QtBot, asking: MainWindow, people: People, name: str, sees: set[str], does_not_see: set[str]
) -> None:
    sign_in_as(qtbot, asking, name)
    actor = people.of(name).actor
    assert actor is not None
    of_places = {entry.action for entry in PLACES if entry.is_offered_to(actor)}

    shown = shown_actions(asking)
    assert sees | of_places | {"account.lock", "account.sign_out", "go.notifications"} <= shown
    assert not does_not_see & shown
    assert not {entry.action for entry in PLACES if not entry.is_offered_to(actor)} & shown
    rail = {button.accessibleName() for button in asking._rail._buttons.values() if button.isVisible()}
    assert len(rail) == len(of_places)
    palette = show_palette(asking)
    assert ("Import a statement" in palette.titles()) == ("workspace.import" in shown)
    palette.close()
    import_buttons = [button for button in asking.findChildren(QWidget) if getattr(button, "text", str)() == "Import"]
    assert any(button.isVisible() for button in import_buttons) == ("workspace.import" in shown)


@pytest.mark.parametrize("name", ["trader", "auditor", "superadmin"])
def test_every_place_of_a_role_is_reached_by_its_shortcut_and_has_names(
    qtbot: QtBot, asking: MainWindow, people: People, name: str
) -> None:
    sign_in_as(qtbot, asking, name)
    actor = people.of(name).actor
    assert actor is not None

    for entry in PLACES:
        if entry.make is None or not entry.is_offered_to(actor):
            continue
        keys = asking.catalogue[entry.action].shortcut()
        qtbot.keyClick(asking, keys[0].key(), keys[0].keyboardModifiers())
        settle(qtbot, asking)
        assert asking.places.current_id == entry.id
        assert unnamed(asking) == []


def test_staff_see_whose_challenge_it_is_and_traders_only_their_own(qtbot: QtBot, asking: MainWindow) -> None:
    sign_in_as(qtbot, asking, "admin")
    assert asking.trader is not None
    model = asking.trader.list._model
    said = model.data(model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert EMAILS["trader"] in said
    model.filter_by("tina@")
    assert model.rowCount() == 2
    model.filter_by("")
    page = open_judged(qtbot, asking)
    assert any(label.text().startswith(EMAILS["trader"]) for label in page.findChildren(QLabel))

    asking.catalogue["account.switch"].trigger()
    qtbot.waitUntil(lambda: not asking.tasks.running)
    sign_in_as(qtbot, asking, "other")
    assert asking.summaries == ()
    sign_out = asking.catalogue["account.sign_out"]
    sign_out.trigger()
    qtbot.waitUntil(lambda: not asking.tasks.running)
    sign_in_as(qtbot, asking, "trader")
    assert asking.trader is not None
    said = asking.trader.list._model.data(asking.trader.list._model.index(0, 0), Qt.ItemDataRole.AccessibleTextRole)
    assert EMAILS["trader"] not in said


def test_staff_without_challenges_are_not_asked_to_import(qtbot: QtBot, window: MainWindow, tmp_path: Path) -> None:
    empty = open_workspace(tmp_path / "empty")
    make_people(empty)
    empty.close()
    window.open_directory(tmp_path / "empty")
    qtbot.waitUntil(lambda: window.people.is_covered and not window.tasks.running)

    sign_in_as(qtbot, window, "admin")

    assert window.trader is not None
    assert window.trader.list.isVisible()
    assert any("their challenges stand here then" in label.text() for label in window.findChildren(QLabel))


def test_signing_out_ends_the_session_and_keeps_the_address(qtbot: QtBot, asking: MainWindow, people: People) -> None:
    sign_in_as(qtbot, asking, "admin")
    before = sessions_of(people, "admin")

    asking.catalogue["account.sign_out"].trigger()
    settle(qtbot, asking)

    assert sessions_of(people, "admin") == before - 1
    assert asking.trader is None
    assert "nobody signed in" in asking.statusBar().text()
    assert field(asking, "E-mail address").text() == EMAILS["admin"]
    assert asking.focusWidget() is field(asking, "E-mail address")
    assert field(asking, "E-mail address").selectedText() == EMAILS["admin"]
    qtbot.keyClick(asking.focusWidget(), Qt.Key.Key_Return)
    assert asking.focusWidget() is field(asking, "Password")


def sessions_of(people: People, name: str) -> int:
    return next(len(each.sessions) for each in read_people(people.superadmin) if each.user.email == EMAILS[name])


def test_closing_the_window_ends_the_session(qtbot: QtBot, asking: MainWindow, people: People) -> None:
    sign_in_as(qtbot, asking, "admin")
    before = sessions_of(people, "admin")

    asking.close()

    assert sessions_of(people, "admin") == before - 1


def test_a_locked_window_holds_nothing_that_could_be_read_or_copied(qtbot: QtBot, asking: MainWindow) -> None:
    sign_in_as(qtbot, asking, "trader")
    page = open_judged(qtbot, asking)
    asking.show_page(1)
    page.events.view.selectRow(0)
    qtbot.waitUntil(lambda: asking.details.isVisible() and not asking.tasks.running)
    amount = asking.display.numbers.money(asking.summaries[0].challenge.current_equity)
    assert amount in readable(asking)
    QGuiApplication.clipboard().setText("before")

    qtbot.keyClick(asking, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    asking.catalogue["table.copy"].trigger()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)

    assert asking.people.is_locked
    assert amount not in readable(asking)
    assert "TradeSense ·" not in readable(asking)
    assert not asking.details.isVisible()
    assert QGuiApplication.clipboard().text() == "before"
    assert not {"go.palette", "go.challenges", "table.copy", "workspace.import", "account.menu"} & shown_actions(asking)
    assert asking.focusWidget() is field(asking, "Password")
    assert unnamed(asking) == []


def test_the_right_password_leads_back_to_where_one_was(qtbot: QtBot, asking: MainWindow) -> None:
    sign_in_as(qtbot, asking, "trader")
    page = open_judged(qtbot, asking)
    challenge_id = page.challenge_id
    asking.people.lock()

    field(asking, "Password").setText("not the right one")
    form(asking).submit()
    qtbot.waitUntil(lambda: bool(form(asking).error()) and not asking.tasks.running)
    assert asking.people.is_locked

    field(asking, "Password").setText(PASSWORD)
    qtbot.keyClick(field(asking, "Password"), Qt.Key.Key_Return)
    wait_until_inside(qtbot, asking)
    qtbot.waitUntil(lambda: asking.page_is_shown and not asking.tasks.running)

    assert not asking.people.is_locked
    assert asking.trader is not None
    assert asking.trader.page.challenge_id == challenge_id
    assert asking.people.idle.is_watching


def test_somebody_else_signs_in_to_a_locked_window(qtbot: QtBot, asking: MainWindow, people: People) -> None:
    sign_in_as(qtbot, asking, "trader")
    before = sessions_of(people, "trader")
    asking.people.lock()
    explained = asking.people.sign_in_place._text
    height = explained.height()

    asking.people.sign_in_place._other.click()
    settle(qtbot, asking)
    assert explained.height() < height, "a shorter sentence takes less room"
    assert sessions_of(people, "trader") == before - 1
    sign_in_as(qtbot, asking, "auditor")

    assert "auditor" in asking.statusBar().text()


def test_without_input_the_window_locks_itself_and_dialogs_go(qtbot: QtBot, asking: MainWindow) -> None:
    sign_in_as(qtbot, asking, "trader")
    asking.catalogue["account.change_password"].trigger()
    asking.catalogue["workspace.import"].trigger()
    settle(qtbot, asking)
    assert asking.people.idle.is_watching

    asking.people.idle.timer.timeout.emit()
    settle(qtbot, asking)

    assert asking.people.is_locked
    assert not asking.people.idle.is_watching
    assert [dialog for dialog in asking.findChildren(QDialog) if dialog.isVisible()] == []
    assert QApplication.activeModalWidget() is None


def test_an_owner_without_accounts_is_never_locked_out(qtbot: QtBot, open_window: MainWindow) -> None:
    open_window.people.lock()

    assert not open_window.people.is_locked
    assert not open_window.people.idle.is_watching
    assert not {"account.lock", "account.menu", "account.sign_out"} & shown_actions(open_window)
    assert "account.set_up" in shown_actions(open_window)


def test_the_account_menu_says_who_it_is_and_how_long_the_window_waits(qtbot: QtBot, asking: MainWindow) -> None:
    sign_in_as(qtbot, asking, "admin")

    menu = asking.people.show_menu()

    assert isinstance(menu, QMenu)
    assert menu.accessibleName() == f"{EMAILS['admin']}, administrator"
    titles = [action.text() for action in menu.actions()]
    assert "Lock now" in titles
    assert asking.catalogue["account.lock_after_15"].isChecked()
    asking.catalogue["account.lock_after_30"].trigger()
    assert asking.people.idle.minutes == 30
    assert asking.catalogue["account.lock_after_30"].isChecked()
    assert not asking.catalogue["account.lock_after_15"].isChecked()
    menu.close()


def test_a_password_is_changed_in_its_dialog(qtbot: QtBot, asking: MainWindow) -> None:
    sign_in_as(qtbot, asking, "admin")
    asking.catalogue["account.change_password"].trigger()
    (dialog,) = asking.findChildren(AccountDialog)
    dialog.form.fill("old", PASSWORD)
    dialog.form.fill("new", NEW_PASSWORD)
    dialog.form.fill("again", "something else")
    dialog.form.submit()
    assert "not the same" in dialog.form.error()

    dialog.form.fill("again", NEW_PASSWORD)
    dialog.form.submit()
    qtbot.waitUntil(lambda: "password is changed" in asking.banner_text)
    settle(qtbot, asking)
    asking.people.lock()
    field(asking, "Password").setText(NEW_PASSWORD)
    form(asking).submit()
    wait_until_inside(qtbot, asking)


def test_accounts_are_set_up_for_two_people_and_then_somebody_signs_in(qtbot: QtBot, open_window: MainWindow) -> None:
    open_window.catalogue["account.set_up"].trigger()
    (dialog,) = open_window.findChildren(AccountDialog)
    assert unnamed(dialog) == []
    for name in ("owner", "administrator"):
        dialog.form.fill(name, "same@example.org")
        dialog.form.fill(f"{name}_password", PASSWORD)
        dialog.form.fill(f"{name}_again", PASSWORD)
    dialog.form.submit()
    qtbot.waitUntil(lambda: bool(dialog.form.error()))
    assert "same@example.org" in dialog.form.error()

    dialog.form.fill("owner", EMAILS["trader"])
    dialog.form.fill("administrator", EMAILS["superadmin"])
    dialog.form.submit()
    qtbot.waitUntil(lambda: open_window.people.is_covered and not open_window.tasks.running)
    sign_in_as(qtbot, open_window, "trader")

    assert len(open_window.summaries) == 2
    assert "account.set_up" not in shown_actions(open_window)
    assert "account.lock" in shown_actions(open_window)


@pytest.fixture
def second_window(qtbot: QtBot, asking: MainWindow, appearance: Appearance, directory: Path) -> Iterator[MainWindow]:
    """Another window on the same workspace, with a store of its own."""
    made = MainWindow(None, Tasks(), appearance, asking.settings)
    qtbot.addWidget(made)
    made.show()
    made.open_directory(directory)
    qtbot.waitUntil(lambda: made.people.is_covered and not made.tasks.running)
    yield made
    made.close()


def test_what_one_window_imports_appears_in_the_other_where_it_was_left(
    qtbot: QtBot, asking: MainWindow, second_window: MainWindow, sample: Path
) -> None:
    from tradesense_desktop.services.import_statement import ImportRequest, import_statement

    sign_in_as(qtbot, asking, "trader")
    sign_in_as(qtbot, second_window, "admin")
    assert second_window.trader is not None
    chosen = second_window.summaries[1].challenge.id
    second_window.trader.list._view.setCurrentIndex(second_window.trader.list._model.index(1, 0))
    workspace = asking.workspace
    assert workspace is not None

    asking.tasks.write(
        "importing",
        lambda _report: import_statement(workspace, ImportRequest(path=sample, preset="ftmo_2_step")),
        asking,
    )
    qtbot.waitUntil(lambda: len(asking.summaries) == len(second_window.summaries) == 3)

    current = second_window.trader.list._view.currentIndex().row()
    assert second_window.summaries[current].challenge.id == chosen
    assert second_window.trader.list.isVisible()


def test_a_page_that_nothing_has_changed_on_keeps_its_rows(
    qtbot: QtBot, asking: MainWindow, second_window: MainWindow
) -> None:
    sign_in_as(qtbot, asking, "trader")
    page = open_judged(qtbot, asking)
    asking.show_page(0)
    bar = page.ledger.view.verticalScrollBar()
    bar.setValue(200)
    at = bar.value()
    resets: list[bool] = []
    page.ledger.view.paged_model().modelReset.connect(lambda: resets.append(True))

    with qtbot.waitSignal(asking.people.watch.changed):
        sign_in_as(qtbot, second_window, "admin")
    settle(qtbot, asking)

    assert resets == []
    assert bar.value() == at


def test_whose_session_was_ended_elsewhere_is_asked_to_sign_in(
    qtbot: QtBot, asking: MainWindow, people: People
) -> None:
    sign_in_as(qtbot, asking, "trader")

    end_sessions_of(people.admin, id_of(people.trader))
    qtbot.waitUntil(lambda: asking.people.is_covered and not asking.tasks.running)

    assert asking.trader is None
    assert any("session has ended" in label.text() for label in asking.people.sign_in_place.findChildren(QLabel))
    assert field(asking, "E-mail address").text() == EMAILS["trader"]


def test_whoever_is_suspended_is_out_before_anything_is_written(
    qtbot: QtBot, asking: MainWindow, people: People, sample: Path
) -> None:
    from tradesense_desktop.services.import_statement import ImportRequest, import_statement

    sign_in_as(qtbot, asking, "trader")
    workspace: Workspace | None = asking.workspace
    assert workspace is not None
    asking.people.watch.stop()
    suspend_user(people.admin, id_of(people.trader), reason="looked at")

    asking.tasks.write(
        "importing",
        lambda _report: import_statement(workspace, ImportRequest(path=sample, preset="ftmo_2_step")),
        asking,
    )
    qtbot.waitUntil(lambda: asking.people.is_covered and not asking.tasks.running)

    assert any("suspended" in label.text() for label in asking.people.sign_in_place.findChildren(QLabel))


def test_a_menu_with_nothing_in_it_is_not_there(qtbot: QtBot, asking: MainWindow) -> None:
    asking.show_menu()
    (menu,) = [each for each in asking.findChildren(QMenu) if each.isVisible()]

    assert [action.text() for action in menu.actions()] == ["&File", "&View", "&Help"]
    menu.close()


@pytest.mark.parametrize(
    ("name", "sees", "does_not_see"),
    [
        ("auditor", set(), {"funding.approve", "users.suspend", "alerts.resolve", "payments.refund", "users.delete"}),
        ("admin", {"funding.approve", "users.suspend", "alerts.resolve"}, {"users.delete", "alerts.thresholds"}),
        ("superadmin", {"users.delete", "alerts.thresholds", "keys.rotate"}, set()),
        ("trader", {"alerts.acknowledge"}, {"alerts.resolve", "payments.refund", "funding.approve", "keys.rotate"}),
    ],
)
def test_menus_hold_what_a_role_may_do(
    qtbot: QtBot, asking: MainWindow, name: str, sees: set[str], does_not_see: set[str]
) -> None:
    sign_in_as(qtbot, asking, name)

    assert sees <= shown_actions(asking)
    assert not does_not_see & shown_actions(asking)


def test_whoever_leaves_for_another_workspace_leaves_the_session_too(
    qtbot: QtBot, asking: MainWindow, people: People, tmp_path: Path
) -> None:
    sign_in_as(qtbot, asking, "admin")
    before = sessions_of(people, "admin")

    asking.open_directory(tmp_path / "another")
    qtbot.waitUntil(lambda: "account.set_up" in shown_actions(asking) and not asking.tasks.running)

    assert sessions_of(people, "admin") == before - 1
    assert "another" in asking.statusBar().text()
    assert asking.people.is_covered is False


def test_a_place_of_its_own_is_gone_back_to_after_the_lock(qtbot: QtBot, asking: MainWindow) -> None:
    sign_in_as(qtbot, asking, "admin")
    asking.catalogue["go.users"].trigger()
    settle(qtbot, asking)
    assert EMAILS["trader"] in readable(asking)
    asking.people.lock()
    QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    assert EMAILS["trader"] not in readable(asking)

    field(asking, "Password").setText(PASSWORD)
    form(asking).submit()
    wait_until_inside(qtbot, asking)

    assert asking.places.current_id == "users"
    assert asking.windowTitle() == "TradeSense Desktop"


def test_what_fails_while_the_window_is_locked_is_said_to_whoever_locked_it(qtbot: QtBot, asking: MainWindow) -> None:
    def refuse(_report: ProgressReport) -> None:
        raise Refused("The file ends at trade 17.")

    sign_in_as(qtbot, asking, "trader")
    asking.people.lock()
    with qtbot.waitSignal(asking.tasks.failed):
        asking.tasks.write("importing", refuse, asking)
    assert asking.banner_text == ""
    assert "trade 17" not in readable(asking)

    field(asking, "Password").setText(PASSWORD)
    form(asking).submit()
    wait_until_inside(qtbot, asking)
    assert asking.banner_text == "The file ends at trade 17."

    asking.people.lock()
    asking.say_failure("The file ends at trade 18.")
    asking.people.sign_in_place._other.click()
    settle(qtbot, asking)
    sign_in_as(qtbot, asking, "other")
    assert asking.banner_text == ""
