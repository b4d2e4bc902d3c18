"""A firm's workspace in the window: real services and a real outbox, and a server that cannot be reached."""

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.firm_replicas import (
    PASSWORD,
    Replica,
    fill_outbox,
    hold,
    ids_of_ops,
    make_replica,
    opened_replica,
    queue_op,
    refuse,
)
from tests.people import EMAILS
from tests.ui.views.admin_windows import place_window
from tests.ui.views.test_main_window import unnamed
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.decide_funding import approve_funding
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.read_challenges import read_challenge, read_challenges
from tradesense_desktop.services.read_pending import read_pending
from tradesense_desktop.store.challenges import list_challenges
from tradesense_desktop.ui.actions.catalogue import CATALOGUE
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.views.admin.alerts_place import AlertsPlace
from tradesense_desktop.ui.views.admin.funding_place import FundingPlace
from tradesense_desktop.ui.views.admin.server_place import ServerPlace
from tradesense_desktop.ui.views.trader.challenge_cards import PENDING_ROLE
from tradesense_desktop.ui.views.trader.import_dialog import ImportDialog
from tradesense_desktop.ui.window_start import LAST_WORKSPACE


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a copy for an administrator and one for a trader, which the tests copy."""
    folder = tmp_path_factory.mktemp("firm")
    for name in ("admin", "trader"):
        statements = folder / f"statements-{name}"
        statements.mkdir()
        make_replica(folder / name, statements, name)
    return folder


@pytest.fixture
def replica(tmp_path: Path, made: Path) -> Replica:
    """The administrator's copy."""
    return copied(made / "admin", tmp_path / "firms" / "admin")


@pytest.fixture
def inside(qtbot: QtBot, window: MainWindow, replica: Replica) -> MainWindow:
    """The window in which the administrator is signed in."""
    enter(qtbot, window, replica)
    return window


def copied(source: Path, target: Path) -> Replica:
    """A copy of a copy, for one test."""
    shutil.copytree(source, target)
    with open_workspace(target) as workspace:
        assert workspace.firm is not None
        user_id = workspace.firm.user_id
        with workspace.reading() as reading:
            ids = {each.challenge_type: each.id for each in list_challenges(reading)}
    return Replica(target, tuple(ids[name] for name in sorted(ids)), user_id)


def enter(qtbot: QtBot, window: MainWindow, replica: Replica) -> None:
    window.open_directory(replica.directory)
    qtbot.waitUntil(lambda: window.people.is_covered and not window.tasks.running)
    form = window.people.sign_in_place.form
    form.fill("password", PASSWORD)
    form.submit()
    settle(qtbot, window)


def settle(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(lambda: not window.people.is_covered and not window.tasks.running, timeout=20_000)


def shown(window: MainWindow) -> set[str]:
    return {action.id for action in CATALOGUE if window.catalogue[action.id].isVisible()}


def firm_text(window: MainWindow) -> str:
    return window._status.firm.text()


def read_again(qtbot: QtBot, window: MainWindow) -> None:
    window.people.firm.look()
    settle(qtbot, window)


def server_place(qtbot: QtBot, window: MainWindow) -> ServerPlace:
    assert window.places.go("server")
    settle(qtbot, window)
    place = window.places.current
    assert isinstance(place, ServerPlace)
    return place


def titles(place: ServerPlace) -> list[str]:
    model = place.listing.model
    return [model.index(row, 1).data() for row in range(model.rowCount())]


def choose(place: ServerPlace, title: str) -> None:
    model = place.listing.model
    row = next(row for row in range(model.rowCount()) if title in str(model.index(row, 1).data()))
    place.listing.view.choose_key(model.keys[row])
    place.listing.row_chosen.emit()


def texts(window: MainWindow) -> list[str]:
    return [label.text() for label in window.findChildren(QLabel) if label.isVisible() and label.text()]


def test_only_the_password_is_asked_for_and_the_firm_is_named(
    qtbot: QtBot, window: MainWindow, replica: Replica
) -> None:
    window.open_directory(replica.directory)
    qtbot.waitUntil(lambda: window.people.is_covered and not window.tasks.running)

    form = window.people.sign_in_place.form
    assert list(form._lines) == ["password"]
    assert "firm @ 127.0.0.1" in window.people.sign_in_place.accessibleDescription()

    form.fill("password", "not the right one")
    form.submit()
    qtbot.waitUntil(lambda: bool(form.error()))

    assert window.people.is_covered


def test_the_status_bar_says_that_the_server_is_out_of_reach_what_waits_and_how_old_the_copy_is(
    qtbot: QtBot, inside: MainWindow
) -> None:
    qtbot.waitUntil(lambda: "offline" in firm_text(inside) and "1 pending" in firm_text(inside))

    assert "never synced" in firm_text(inside)
    assert "Needs attention" not in firm_text(inside)
    state = inside.people.firm.state
    assert state is not None
    assert state.sentence
    assert state.sentence in inside._status.firm.toolTip()
    assert "firm @ 127.0.0.1" in inside._status.text()
    assert "0 pending" not in inside._status.text()


def test_a_local_workspace_has_nothing_of_a_server(qtbot: QtBot, window: MainWindow, directory: Path) -> None:
    window.open_directory(directory)
    settle(qtbot, window)

    assert firm_text(window) == ""
    assert not window._status.firm.isVisible()
    assert not {"go.server", "workspace.open_own", "server.sync"} & shown(window)
    assert "workspace.connect" in shown(window)
    assert not window.places.go("server")


def test_a_firm_has_a_place_of_the_server_and_no_keys_and_no_demo(inside: MainWindow) -> None:
    assert {"go.server", "workspace.open_own", "server.do_again"} <= shown(inside)
    assert not {"go.keys", "keys.make", "workspace.make_demo", "workspace.remove_demo", "account.set_up"} & shown(
        inside
    )


def test_a_trader_of_a_firm_records_nothing_and_has_the_place_of_the_server(
    qtbot: QtBot, window: MainWindow, tmp_path: Path, made: Path
) -> None:
    enter(qtbot, window, copied(made / "trader", tmp_path / "firms" / "trader"))

    assert window.workspace is not None
    assert window.workspace.actor is not None
    assert window.workspace.actor.role is Role.USER
    assert "go.server" in shown(window)
    assert not {"workspace.import", "go.funding", "go.users", "alerts.resolve", "payments.record"} & shown(window)


def test_an_approval_is_said_to_wait_and_marked_wherever_its_challenge_stands(
    qtbot: QtBot, inside: MainWindow, replica: Replica
) -> None:
    assert inside.places.go("funding")
    settle(qtbot, inside)
    place = inside.places.current
    assert isinstance(place, FundingPlace)
    place.requests.view.choose_first_of(replica.challenge_ids[0])
    settle(qtbot, inside)

    place.decision.ask_approval()
    place.decision._ask_approval._confirm.click()
    settle(qtbot, inside)
    qtbot.waitUntil(lambda: "waits for the server" in inside.banner_text)

    assert (
        inside.banner_text == "“Approve the funding” waits for the server. It counts once the server has confirmed it."
    )
    assert not any("is funded" in text for text in texts(inside))
    place.requests.view.choose_first_of(replica.challenge_ids[0])
    settle(qtbot, inside)
    assert "Approve the funding: waits to be sent, since" in place.decision.pending.text()
    assert not place.decision.can_approve
    assert not place.decision.can_reject
    (entry,) = [each for each in place.requests._model._shown if each.challenge_id == replica.challenge_ids[0]]
    assert entry.word == "1 pending"

    inside.show_list()
    assert inside.trader is not None
    model = inside.trader.list._model
    marks = [model.index(row, 0).data(PENDING_ROLE) for row in range(model.rowCount())]
    assert sorted(marks) == ["", "1 pending"]
    assert "1 pending" in str(model.index(marks.index("1 pending"), 0).data(Qt.ItemDataRole.AccessibleTextRole))

    inside.open_challenge(replica.challenge_ids[0])
    settle(qtbot, inside)
    assert "Approve the funding: waits to be sent, since" in inside.trader.page.pending.text()
    inside.open_challenge(replica.challenge_ids[1])
    settle(qtbot, inside)
    assert inside.trader.page.pending.text() == ""
    qtbot.waitUntil(lambda: "2 pending" in firm_text(inside))


def test_an_alert_that_somebody_acknowledges_is_marked_until_the_server_has_it(
    qtbot: QtBot, inside: MainWindow
) -> None:
    assert inside.places.go("alerts")
    settle(qtbot, inside)
    place = inside.places.current
    assert isinstance(place, AlertsPlace)
    assert place.listing.chosen is not None
    chosen = place.listing.chosen.id

    place.acknowledge()
    settle(qtbot, inside)
    qtbot.waitUntil(lambda: "waits for the server" in inside.banner_text)

    place.listing.choose(chosen)
    line = place.listing.chosen
    assert line is not None
    assert line.pending == 1
    assert ("waits to be sent", "Acknowledge an alert") in place.panel.pending.said
    assert not any(button.isEnabled() for button in place._buttons.values())


def test_what_no_server_has_to_confirm_is_said_as_it_is(qtbot: QtBot, inside: MainWindow) -> None:
    inside.people.firm.say("The picture is saved.")

    qtbot.waitUntil(lambda: inside.banner_text == "The picture is saved.")


def test_the_page_of_the_server_tells_of_the_connection_and_says_what_belongs_there(
    qtbot: QtBot, inside: MainWindow, replica: Replica
) -> None:
    place = server_place(qtbot, inside)

    facts = dict((*place.connection.left.said, *place.connection.right.said))
    assert facts["Server"] == "127.0.0.1:9"
    assert facts["Database"] == "firm"
    assert facts["Role"] == "administrator"
    assert facts["Schema version"] == "1.0.0"
    assert facts["Certificate"] == "the server is on this computer, nothing is encrypted"
    assert facts["Last sync"] == "never synced"
    assert facts["Login"].startswith("u_0123")
    assert titles(place) == ["Sign-in without the server"]


def test_what_follows_from_a_refused_command_is_folded_under_it(
    qtbot: QtBot, inside: MainWindow, replica: Replica
) -> None:
    fill_outbox(replica)
    place = server_place(qtbot, inside)

    assert titles(place) == [
        "Reject the funding (and 1 more)",
        "Record an equity of 10,250.00",
        "Sign-in without the server",
        "Approve the funding",
        "Write a note",
    ]
    choose(place, "Reject the funding")
    assert place.panel.sentence == "The funding of this challenge was decided by somebody else meanwhile."
    assert place.panel.present.said[0][1].startswith("Challenge ACTIVE, balance")
    assert place.panel.following.said == (("refused", "Write a note"),)

    qtbot.keyClick(place.listing.view, Qt.Key.Key_Right)
    assert titles(place)[1].strip() == "Write a note"
    qtbot.keyClick(place.listing.view, Qt.Key.Key_Left)
    assert len(titles(place)) == 5


def test_the_badge_counts_what_needs_somebody_and_leads_to_it(
    qtbot: QtBot, inside: MainWindow, replica: Replica
) -> None:
    fill_outbox(replica)
    read_again(qtbot, inside)
    badge = inside._status.firm.badge
    qtbot.waitUntil(lambda: badge.text() == "Needs attention (3)")

    badge.click()
    settle(qtbot, inside)

    place = inside.places.current
    assert isinstance(place, ServerPlace)
    assert place.panel.title == "Reject the funding"


def test_a_refused_command_is_discarded_after_a_question_in_place(
    qtbot: QtBot, window: MainWindow, replica: Replica
) -> None:
    fill_outbox(replica)
    enter(qtbot, window, replica)
    inside = window
    place = server_place(qtbot, window)
    choose(place, "Reject the funding")

    inside.catalogue["server.discard"].trigger()
    assert "given up for good" in place.panel.question.question
    qtbot.keyClick(place.panel.question, Qt.Key.Key_Escape)
    assert len(ids_of_ops(replica.directory)) == 6, "Escape takes the question back"

    inside.catalogue["server.discard"].trigger()
    place.panel.question._confirm.click()
    settle(qtbot, inside)

    qtbot.waitUntil(lambda: inside.banner_text == "“Reject the funding” is discarded.")
    assert len(ids_of_ops(replica.directory)) == 5
    assert not any("Reject" in title for title in titles(place))


def test_a_held_command_waits_for_a_click_and_is_queued_by_it(
    qtbot: QtBot, inside: MainWindow, replica: Replica
) -> None:
    assert inside.workspace is not None
    first = replica.challenge_ids[0]
    approve_funding(
        inside.workspace, first, comment="", seen_sequence_number=read_challenge(inside.workspace, first).events
    )
    held = ids_of_ops(replica.directory)[-1]
    hold(replica.directory, held)
    place = server_place(qtbot, inside)
    choose(place, "Approve the funding")
    assert place._buttons["do_again"].text() == "Send it…"

    inside.catalogue["server.do_again"].trigger()
    place.panel.question._confirm.click()
    settle(qtbot, inside)

    (view,) = [each for each in read_pending(inside.workspace) if each.id == held]
    assert view.state == "queued"


def test_a_command_is_exported_for_support_and_a_file_that_is_there_is_never_written_over(
    qtbot: QtBot, inside: MainWindow, replica: Replica, tmp_path: Path
) -> None:
    fill_outbox(replica)
    place = server_place(qtbot, inside)
    choose(place, "Reject the funding")

    place.export_to(tmp_path / "command.json")
    settle(qtbot, inside)
    assert "decided by somebody else" in (tmp_path / "command.json").read_text(encoding="utf-8")

    place.export_to(tmp_path / "command.json")
    settle(qtbot, inside)
    assert "cannot be written" in place.panel.notice.text()


def test_what_is_on_its_way_offers_nothing_to_do(qtbot: QtBot, inside: MainWindow) -> None:
    place = server_place(qtbot, inside)
    choose(place, "Sign-in without the server")

    assert not any(button.isVisible() for button in place._buttons.values())
    assert not inside.catalogue["server.discard"].isEnabled()


def test_privacy_mode_hides_the_figures_of_commands(qtbot: QtBot, inside: MainWindow, replica: Replica) -> None:
    fill_outbox(replica)
    queue_op(replica, "Record an equity of 11,000.50", challenge_id=replica.challenge_ids[0], kind="RecordEquity")
    place = server_place(qtbot, inside)
    choose(place, "10,250.00")

    inside.catalogue["view.privacy"].trigger()
    settle(qtbot, inside)

    assert not any("10,250" in title or "11,000" in title for title in titles(place))
    assert place.panel.title == "Record an equity of •••••"
    assert [said for _label, said in place.panel.present.said] == ["•••••"]


def test_locking_stops_the_sync_and_unlocking_starts_it_anew(qtbot: QtBot, inside: MainWindow) -> None:
    before = inside.people.firm._sync
    assert before is not None

    inside.people.lock()
    assert inside.people.firm._sync is None
    assert firm_text(inside) == ""
    stopping = inside.people.firm._stopping
    assert stopping is not None
    stopping.join(timeout=20)
    assert not before._thread.is_alive()

    form = inside.people.sign_in_place.form
    form.fill("password", PASSWORD)
    form.submit()
    settle(qtbot, inside)

    assert inside.people.firm._sync is not None
    assert inside.people.firm._sync is not before


def test_one_goes_back_to_the_own_workspace_and_the_next_start_opens_it(
    qtbot: QtBot, window: MainWindow, directory: Path, replica: Replica
) -> None:
    window.open_directory(directory)
    settle(qtbot, window)
    enter(qtbot, window, replica)

    window.people.sign_out()
    qtbot.waitUntil(lambda: window.people.is_covered and not window.tasks.running)
    window.people.sign_in_place._other.click()
    settle(qtbot, window)

    assert window.workspace is not None
    assert window.workspace.directory == directory
    assert window.settings.value(LAST_WORKSPACE) == str(directory)
    assert firm_text(window) == ""
    assert len(read_challenges(window.workspace)) == 2


def test_an_administrator_records_a_statement_for_a_trader_who_is_chosen(
    qtbot: QtBot, inside: MainWindow, replica: Replica, sample: Path
) -> None:
    inside.import_file(sample)
    (dialog,) = inside.findChildren(ImportDialog)
    settle(qtbot, inside)
    assert not dialog._commit.isEnabled()
    assert "somebody" in dialog._said.text()
    trader = dialog._answers._trader
    assert trader.isVisible()
    assert {trader.itemText(place) for place in range(1, trader.count())} == {EMAILS["trader"], EMAILS["other"]}

    trader.setCurrentIndex(trader.findText(EMAILS["other"]))
    trader.activated.emit(trader.currentIndex())
    settle(qtbot, inside)
    assert dialog._commit.isEnabled(), dialog._said.text()
    dialog.commit()
    settle(qtbot, inside)

    qtbot.waitUntil(lambda: "waits for the server" in inside.banner_text)
    assert inside.workspace is not None
    assert len(read_challenges(inside.workspace)) == 2, "it is no challenge before the server has it"
    assert any("Take in" in each.title for each in read_pending(inside.workspace))


def test_a_copy_that_cannot_be_built_anew_is_opened_as_it_was_and_said_so(
    qtbot: QtBot, inside: MainWindow, replica: Replica
) -> None:
    inside.people.firm.rebuild()
    assert any("built anew" in text for text in texts(inside)), "the window says what it does"
    assert not inside.catalogue["workspace.connect"].isEnabled()

    qtbot.waitUntil(lambda: inside.workspace is not None, timeout=20_000)
    settle(qtbot, inside)

    assert inside.workspace is not None
    assert inside.workspace.directory == replica.directory
    assert len(read_challenges(inside.workspace)) == 2
    assert "cannot be reached" in inside.banner_text
    assert inside.catalogue["workspace.connect"].isEnabled()
    qtbot.waitUntil(lambda: "pending" in firm_text(inside))


def test_everything_of_the_server_that_takes_the_focus_has_a_name(
    qtbot: QtBot, inside: MainWindow, replica: Replica
) -> None:
    fill_outbox(replica)
    read_again(qtbot, inside)
    server_place(qtbot, inside)

    assert unnamed(inside) == []

    dialog = inside.people.firm.ask_connection()
    assert unnamed(dialog) == []
    dialog.reject()


def test_the_page_of_the_server_is_gone_through_by_keyboard(
    qtbot: QtBot, surroundings: Surroundings, replica: Replica
) -> None:
    fill_outbox(replica)
    with opened_replica(replica) as workspace:
        window = place_window(qtbot, surroundings, workspace, ServerPlace)
        window.press("Home")
        window.tab_to_button("Discard…")
        window.press("Space")
        window.tab_to_button("Discard it")
        window.press("Space")
        window.settle()

        assert window.said == ["“Reject the funding” is discarded."]
        surroundings.tasks.shut_down()


def test_a_command_that_is_refused_after_it_waited_is_said_with_its_reason(
    qtbot: QtBot, inside: MainWindow, replica: Replica
) -> None:
    op_id = queue_op(replica, "Approve the funding", challenge_id=replica.challenge_ids[0], kind="ApproveFunding")
    inside.people.firm.say("The challenge is funded.")
    qtbot.waitUntil(lambda: "waits for the server" in inside.banner_text)

    refuse(replica.directory, op_id, "Already decided by somebody else.")
    read_again(qtbot, inside)

    assert inside.banner_text == "The server refused “Approve the funding”: Already decided by somebody else."


def test_a_certificate_that_is_not_verified_is_said_in_the_status_bar_all_the_time(
    qtbot: QtBot, window: MainWindow, tmp_path: Path
) -> None:
    statements = tmp_path / "statements"
    statements.mkdir()
    host = "db.firm.invalid:5432"
    enter(qtbot, window, make_replica(tmp_path / "firm", statements, "trader", tls="unverified", host=host))

    qtbot.waitUntil(lambda: "Not verified" in firm_text(window))
    window.people.lock()
    assert firm_text(window) == ""
