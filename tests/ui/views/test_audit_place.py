"""The audit log as staff see it, on real workspaces."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox
from pytestqt.qtbot import QtBot

from tests.people import EMAILS, People, id_of, make_people
from tests.place_data import await_payment, make_payments, open_unpaid
from tests.ui.views.admin_windows import PlaceWindow, place_window
from tests.waiting_challenges import waiting_challenge
from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.services.decide_funding import approve_funding
from tradesense_desktop.services.errors import SignInRefused
from tradesense_desktop.services.govern_user import suspend_user
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.sign_in import sign_in
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.views.auditor import audit_place
from tradesense_desktop.ui.views.auditor.audit_place import AuditPlace
from tradesense_desktop.ui.views.auditor.audit_rows import AuditRow
from tradesense_desktop.ui.views.auditor.audit_words import action_icon, action_word


class Log:
    """The place as somebody sees it."""

    def __init__(self, window: PlaceWindow) -> None:
        self.window = window
        assert isinstance(window.place, AuditPlace)
        self.place = window.place

    @property
    def rows(self) -> list[AuditRow]:
        model = self.place.listing.model
        return [row for row in (model.row_at(at) for at in range(model.rowCount())) if row is not None]


@pytest.fixture
def people(tmp_path: Path, tasks: Tasks) -> Iterator[People]:
    workspace = open_workspace(tmp_path / "workspace")
    yield make_people(workspace)
    tasks.shut_down()
    workspace.close()


@pytest.fixture
def log_of(qtbot: QtBot, surroundings: Surroundings) -> Callable[[Workspace], Log]:
    return lambda handle: Log(place_window(qtbot, surroundings, handle, AuditPlace))


def test_an_empty_log_says_what_is_written_there(people: People, log_of: Callable[[Workspace], Log]) -> None:
    log = log_of(people.auditor)

    assert log.rows == []
    assert log.place.head.counts == ""


@pytest.mark.parametrize("name", ["auditor", "admin", "superadmin"])
def test_staff_see_what_everybody_did_newest_first(
    people: People, log_of: Callable[[Workspace], Log], name: str
) -> None:
    make_payments(people)
    with pytest.raises(SignInRefused):
        sign_in(people.nobody, EMAILS["trader"], "not the password")
    log = log_of(people.of(name))

    times = [row.entry.occurred_at for row in log.rows]
    assert times == sorted(times, reverse=True)
    assert (log.rows[0].actor_name, log.rows[0].entry.action) == ("nobody signed in", "SIGN_IN_REFUSED")
    assert {EMAILS["admin"], EMAILS["second_admin"]} <= {row.actor_name for row in log.rows}
    assert log.window.buttons() == set(), "the log is read by everybody and changed by nobody"


def test_an_entry_is_shown_with_its_place_in_the_chain(people: People, log_of: Callable[[Workspace], Log]) -> None:
    await_payment(people, open_unpaid(people.trader), "1")
    await_payment(people, open_unpaid(people.trader), "2")
    log = log_of(people.auditor)
    newest, before = log.rows

    log.window.press("Down")
    log.window.press("Up")

    chain = dict(log.place.panel.chain.said)
    assert log.place.panel.title == "Payment recorded"
    assert (chain["Hash"], chain["Hash before"]) == (newest.entry.hash, before.entry.hash)
    assert dict(log.place.panel.more.said)["To"] == "awaited"
    (copy,) = [
        button
        for button in log.place.panel.chain.findChildren(IconButton)
        if button.accessibleName() == "Copy Hash before"
    ]
    copy.click()
    assert QGuiApplication.clipboard().text() == before.entry.hash


def test_what_a_deed_was_done_to_has_a_name(people: People, log_of: Callable[[Workspace], Log], tmp_path: Path) -> None:
    await_payment(people, open_unpaid(people.trader), "2026-0007")
    approve_funding(people.admin, waiting_challenge(people.trader, tmp_path))
    log = log_of(people.auditor)

    targets = {row.entry.action: row.target for row in log.rows}
    assert targets["PAYMENT_RECORDED"] == "Payment 2026-0007"
    assert targets["FUNDING_APPROVED"] == f"Challenge TradeSense, {EMAILS['trader']}"


def test_filters_leave_the_deeds_of_a_person_and_of_a_kind(
    qtbot: QtBot, people: People, log_of: Callable[[Workspace], Log]
) -> None:
    make_payments(people)
    log = log_of(people.auditor)
    total = len(log.rows)

    log.place.head.choose("what", "PAYMENT_CHANGED")
    assert {row.entry.action for row in log.rows} == {"PAYMENT_CHANGED"}
    assert log.place.head.counts == f"{len(log.rows)} of {total}, filtered by Payment changed"
    log.place.head.choose("who", str(people.second_admin.actor.user_id))  # type: ignore[union-attr]
    assert [row.actor_name for row in log.rows] == [EMAILS["second_admin"]]
    log.place.head.choose("what", "")
    log.place.head.choose("who", "")
    log.place.focus_filter()
    log.window.type("ben@")
    qtbot.waitUntil(lambda: "ben@" in log.place.head.counts)
    assert [row.actor_name for row in log.rows] == [EMAILS["second_admin"]]


def test_filters_stay_when_the_log_is_read_again(people: People, log_of: Callable[[Workspace], Log]) -> None:
    make_payments(people)
    log = log_of(people.auditor)
    log.place.head.choose("what", "PAYMENT_CHANGED")
    count = len(log.rows)

    await_payment(people, open_unpaid(people.trader), "later")
    log.window.read_again()

    assert (log.place.head.choice("what"), len(log.rows)) == ("PAYMENT_CHANGED", count)


def test_older_entries_are_read_when_they_are_asked_for(
    people: People, log_of: Callable[[Workspace], Log], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit_place, "ENTRIES_A_STEP", 3)
    make_payments(people)
    log = log_of(people.auditor)
    assert (len(log.rows), "there are older entries" in log.place.head.counts) == (3, True)

    log.window.press("Ctrl+Shift+J")
    log.window.settle()

    assert len(log.rows) == 6
    assert "Read older entries" in log.window.buttons()


def test_screen_readers_hear_what_everything_is(people: People, log_of: Callable[[Workspace], Log]) -> None:
    log = log_of(people.auditor)

    assert log.place.accessibleName() == "Audit log"
    assert log.place.listing.view.accessibleName() == "Audit log"
    assert {box.accessibleName() for box in log.place.head.findChildren(QComboBox)} == {"Person", "Deed"}


@pytest.mark.parametrize("action", list(AuditAction))
def test_every_deed_has_a_drawing_of_its_own_kind(action: AuditAction) -> None:
    assert action_icon(action.value) != action_icon("SOMETHING_OF_A_LATER_VERSION")
    assert action_word(action.value)


def test_a_session_that_is_over_is_told_in_place_and_what_is_shown_stays(
    people: People, log_of: Callable[[Workspace], Log]
) -> None:
    make_payments(people)
    log = log_of(people.admin)
    count = len(log.rows)
    suspend_user(people.superadmin, id_of(people.admin), reason="left")

    log.window.read_again()

    assert log.place.notice.text() != ""
    assert len(log.rows) == count
