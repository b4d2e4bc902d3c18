"""The place of people by keyboard, on real workspaces."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton
from pytestqt.qtbot import QtBot

from tests.people import EMAILS, PASSWORD, People, id_of, make_people
from tests.ui.views.admin_windows import PlaceWindow, focused, place_window
from tradesense_desktop.domain.people import Role, User, UserStatus
from tradesense_desktop.services.errors import SignInRefused
from tradesense_desktop.services.govern_user import delete_user
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_users import read_people
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.services.sign_in import sign_in
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.views.admin.register_dialog import RegisterDialog, first_password
from tradesense_desktop.ui.views.admin.user_offers import Offer, offers
from tradesense_desktop.ui.views.admin.users_place import UsersPlace

GOVERNING = {"Verify", "Readmit", "End all sessions", "Change role", "Suspend", "Delete", "Erase"}


@pytest.fixture
def people(tmp_path: Path, tasks: Tasks) -> Iterator[People]:
    workspace = open_workspace(tmp_path / "workspace")
    yield make_people(workspace)
    tasks.shut_down()
    workspace.close()


class Users:
    """The place as somebody sees it."""

    def __init__(self, window: PlaceWindow) -> None:
        self.window = window
        assert isinstance(window.place, UsersPlace)
        self.place = window.place

    def choose(self, name: str) -> None:
        assert self.place.listing.choose(self.user(name).id)

    def user(self, name: str) -> User:
        (found,) = [each.user for each in self.place._people if each.user.email == EMAILS.get(name, name)]
        return found

    def governing(self) -> set[str]:
        return self.window.buttons() & GOVERNING

    def confirm(self, deed: str, reason: str = "") -> None:
        """Answer the open question."""
        if reason:
            self.window.type(reason)
        self.window.tab_to(
            lambda widget: (
                isinstance(widget, QPushButton)
                and widget.text() == deed
                and self.place.panel.question.isAncestorOf(widget)
            )
        )
        self.window.press("Space")
        self.window.settle()


@pytest.fixture
def users_of(qtbot: QtBot, surroundings: Surroundings) -> "UsersMaker":
    return UsersMaker(qtbot, surroundings)


class UsersMaker:
    """Opens the place for somebody."""

    def __init__(self, qtbot: QtBot, surroundings: Surroundings) -> None:
        self._qtbot = qtbot
        self._surroundings = surroundings

    def __call__(self, workspace: Workspace) -> Users:
        return Users(place_window(self._qtbot, self._surroundings, workspace, UsersPlace))


def stored(people: People, name: str) -> User:
    (found,) = [
        each.user
        for each in read_people(people.superadmin, include_deleted=True)
        if each.user.email == EMAILS.get(name, name)
    ]
    return found


def test_everybody_is_listed_with_what_is_asked_first(people: People, users_of: UsersMaker) -> None:
    users = users_of(people.auditor)
    model = users.place.listing.model
    rows = [[model.index(row, at).data() for at in range(model.columnCount())] for row in range(model.rowCount())]

    assert {row[0]: row[1] for row in rows} == {
        EMAILS["trader"]: "trader",
        EMAILS["other"]: "trader",
        EMAILS["auditor"]: "auditor",
        EMAILS["admin"]: "administrator",
        EMAILS["second_admin"]: "administrator",
        EMAILS["superadmin"]: "super-administrator",
    }
    assert {row[2] for row in rows} == {"active"}
    assert {row[3] for row in rows} == {"1"}


def test_a_trader_is_suspended_with_a_reason_and_readmitted(people: People, users_of: UsersMaker) -> None:
    users = users_of(people.admin)
    users.choose("other")

    users.window.press("Ctrl+Alt+S")
    assert focused().accessibleName() == "Reason"
    users.window.press("Return")
    assert stored(people, "other").status is UserStatus.ACTIVE, "without a reason nothing is done"
    users.confirm("Suspend", "lent the password")

    assert stored(people, "other").status is UserStatus.SUSPENDED
    assert users.window.said == [f"{EMAILS['other']} is suspended."]
    with pytest.raises(SignInRefused):
        sign_in(people.nobody, EMAILS["other"], PASSWORD)
    users.window.settle()
    assert users.governing() == {"Readmit"}
    users.window.press("Ctrl+Alt+W")
    users.confirm("Readmit")
    assert stored(people, "other").status is UserStatus.ACTIVE


def test_escape_takes_a_question_back(people: People, users_of: UsersMaker) -> None:
    users = users_of(people.superadmin)
    users.choose("other")

    users.window.press("Ctrl+Shift+Del")
    users.window.type("left the firm")
    users.window.press("Escape")
    users.window.settle()

    assert stored(people, "other").deleted_at is None
    assert users.place.panel.question.question == ""
    assert "Delete" in users.governing()


def test_a_superadmin_gives_another_role_and_the_sessions_end(people: People, users_of: UsersMaker) -> None:
    users = users_of(people.superadmin)
    users.choose("second_admin")
    users.window.tab_to(lambda widget: widget.accessibleName() == "New role")
    users.window.type("aud")
    users.window.press("Ctrl+Alt+O")
    users.confirm("Change role")

    assert stored(people, "second_admin").role is Role.AUDITOR
    (changed,) = [each for each in read_people(people.superadmin) if each.user.email == EMAILS["second_admin"]]
    assert changed.sessions == ()


def test_sessions_of_somebody_end_and_the_person_may_sign_in_again(people: People, users_of: UsersMaker) -> None:
    users = users_of(people.admin)
    users.choose("trader")
    users.window.press("Ctrl+Alt+Q")
    users.confirm("End all sessions")

    (tina,) = [each for each in read_people(people.admin) if each.user.email == EMAILS["trader"]]
    assert tina.sessions == ()
    assert tina.user.status is UserStatus.ACTIVE
    assert "End all sessions" not in users.governing()


def test_an_account_is_deleted_with_a_reason_and_erased_later(people: People, users_of: UsersMaker) -> None:
    users = users_of(people.superadmin)
    users.choose("other")
    user_id = users.user("other").id
    users.window.press("Ctrl+Shift+Del")
    users.confirm("Delete", "asked for it in writing")
    assert stored(people, "other").deleted_reason == "asked for it in writing"
    users.window.settle()
    assert all(each.user.id != user_id for each in users.place._people)

    users.place._deleted.setChecked(True)
    users.window.settle()
    assert users.place.listing.choose(user_id)
    assert ("Reason", "asked for it in writing") in users.place.panel.facts.said
    assert users.governing() == {"Erase"}
    users.window.press("Ctrl+Alt+Z")
    users.confirm("Erase")

    (erased,) = [each.user for each in read_people(people.superadmin, include_deleted=True) if each.user.id == user_id]
    assert EMAILS["other"] not in erased.email
    users.window.settle()
    assert users.place.panel.title == f"erased person {user_id[:8]}"
    assert users.governing() == set()


def test_somebody_who_is_not_verified_is_let_in(people: People, users_of: UsersMaker) -> None:
    register_user(people.admin, email="new@example.org", password=PASSWORD, is_verified=False)
    users = users_of(people.admin)
    users.choose("new@example.org")
    assert users.governing() == {"Verify"}

    users.window.press("Ctrl+Alt+V")
    users.confirm("Verify")

    assert stored(people, "new@example.org").status is UserStatus.ACTIVE


def test_the_own_account_has_no_buttons_so_the_last_superadmin_stays(people: People, users_of: UsersMaker) -> None:
    users = users_of(people.superadmin)
    users.choose("superadmin")

    assert users.governing() == set()
    assert users.place.panel.sentence == "This is your own account; somebody else governs it."


def test_a_refusal_is_said_in_the_question_and_the_reason_stays(people: People, users_of: UsersMaker) -> None:
    users = users_of(people.superadmin)
    users.choose("other")
    users.window.press("Ctrl+Shift+Del")
    users.window.type("twice")
    delete_user(people.superadmin, id_of(people.other), reason="first")

    users.confirm("Delete")

    assert users.place.panel.question.refusal == "Nothing was changed: the account is deleted."
    (reason,) = users.place.panel.question.findChildren(QLineEdit)
    assert reason.text() == "twice"


@pytest.mark.parametrize(
    ("who", "about", "expected"),
    [
        ("admin", "trader", {"End all sessions", "Suspend"}),
        ("admin", "auditor", {"End all sessions", "Suspend"}),
        ("admin", "second_admin", set()),
        ("admin", "superadmin", set()),
        ("admin", "admin", set()),
        ("superadmin", "trader", {"End all sessions", "Suspend", "Change role", "Delete"}),
        ("superadmin", "admin", {"End all sessions", "Suspend", "Change role", "Delete"}),
        ("auditor", "trader", set()),
        ("auditor", "auditor", set()),
    ],
)
def test_what_a_role_may_not_do_is_not_on_the_screen(
    people: People, users_of: UsersMaker, who: str, about: str, expected: set[str]
) -> None:
    users = users_of(people.of(who))
    users.choose(about)

    assert users.governing() == expected
    assert ("Register…" in users.window.buttons()) is (who != "auditor")
    enabled = {offer for offer in Offer if users.window.catalogue[f"users.{offer.value}"].isEnabled()}
    actor = people.of(who).actor
    assert actor is not None
    assert enabled == offers(actor, users.user(about), has_sessions=True)


def dialog_of(qtbot: QtBot) -> RegisterDialog:
    found = QApplication.activeModalWidget()
    assert isinstance(found, RegisterDialog)
    found.activateWindow()
    qtbot.waitUntil(found.isActiveWindow)
    return found


def test_somebody_is_registered_by_keyboard_and_signs_in_with_the_password_that_was_shown(
    qtbot: QtBot, people: People, users_of: UsersMaker
) -> None:
    users = users_of(people.superadmin)
    users.window.press("Ctrl+Alt+J")
    dialog_of(qtbot)
    users.window.type("clara@example.org")
    users.window.press("Tab")
    assert focused().accessibleName() == "Role"
    users.window.type("aud")
    users.window.press("Return")
    assert "clara@example.org" not in {each.user.email for each in read_people(people.admin)}, "Enter registers nobody"
    users.window.tab_to_button("Register")
    users.window.press("Space")
    users.window.settle()

    shown = focused()
    assert isinstance(shown, QLineEdit)
    assert shown.accessibleName() == "First password"
    password = shown.text()
    users.window.press("Escape")
    users.window.settle()
    assert QApplication.activeModalWidget() is None
    clara = stored(people, "clara@example.org")
    assert (clara.role, clara.status) == (Role.AUDITOR, UserStatus.ACTIVE)
    assert users.place.panel.title == "clara@example.org"
    signed_in = sign_in(people.nobody, "clara@example.org", password, new_password="a-quieter-harbour-1")
    assert signed_in.user.id == clara.id


def test_an_admin_registers_traders_only(qtbot: QtBot, people: People, users_of: UsersMaker) -> None:
    users = users_of(people.admin)
    users.window.press("Ctrl+Alt+J")
    dialog = dialog_of(qtbot)

    assert [dialog._role.itemData(at) for at in range(dialog._role.count())] == ["USER"]
    dialog.reject()


def test_an_address_that_is_taken_is_refused_in_the_dialog_and_nothing_is_lost(
    qtbot: QtBot, people: People, users_of: UsersMaker
) -> None:
    users = users_of(people.admin)
    users.window.press("Ctrl+Alt+J")
    dialog = dialog_of(qtbot)
    users.window.type(EMAILS["other"])
    password = dialog._password.text()
    users.window.tab_to_button("Register")
    users.window.press("Space")
    users.window.settle()

    assert dialog._notice.text()
    assert dialog._address.text() == EMAILS["other"]
    assert dialog._password.text() == password
    dialog.reject()


def test_first_passwords_are_long_and_never_the_same() -> None:
    made = {first_password() for _ in range(200)}

    assert len(made) == 200
    assert all(len(each) == 19 and not set(each) & set("01ilo") for each in made)


def test_the_list_is_filtered_by_words_role_and_status(qtbot: QtBot, people: People, users_of: UsersMaker) -> None:
    users = users_of(people.admin)
    users.place.focus_filter()
    users.window.type("administrator")
    qtbot.waitUntil(lambda: users.place.head.counts == "3 of 6, filtered by “administrator”")
    users.place.head.choose("role", Role.SUPERADMIN.value)

    assert users.place.listing.model.rowCount() == 1


def test_every_cell_and_part_says_what_it_is_to_a_screen_reader(people: People, users_of: UsersMaker) -> None:
    users = users_of(people.admin)
    model = users.place.listing.model

    assert users.place.accessibleName() == "Users"
    assert users.place.listing.view.accessibleName() == "Users"
    assert model.index(0, 1).data(Qt.ItemDataRole.AccessibleTextRole) == "role: trader"
