"""The place of payments by keyboard, on real workspaces, for each role."""

from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.people import EMAILS, People, begin_session, make_people
from tests.place_data import await_payment, make_payments, open_unpaid, webhook_file
from tests.ui.views.admin_windows import PlaceWindow, focused, place_window
from tradesense_desktop.domain.payment import Payment, PaymentStatus
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.govern_user import change_role
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.services.read_payments import read_payments
from tradesense_desktop.ui.formatting.numbers import MASK
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.views.admin.payment_rows import PaymentRow
from tradesense_desktop.ui.views.admin.payments_place import PaymentsPlace
from tradesense_desktop.ui.views.admin.transfer_dialog import TransferDialog


class Till:
    """The place as somebody sees it."""

    def __init__(self, window: PlaceWindow) -> None:
        self.window = window
        assert isinstance(window.place, PaymentsPlace)
        self.place = window.place

    @property
    def rows(self) -> list[PaymentRow]:
        model = self.place.listing.model
        return [row for row in (model.row_at(at) for at in range(model.rowCount())) if row is not None]

    @property
    def facts(self) -> dict[str, str]:
        return dict(self.place.panel.facts.said)

    def choose(self, payment: Payment) -> None:
        assert self.place.listing.choose(payment.id)


@pytest.fixture
def people(tmp_path: Path, tasks: Tasks) -> Iterator[People]:
    workspace = open_workspace(tmp_path / "workspace")
    yield make_people(workspace)
    tasks.shut_down()
    workspace.close()


@pytest.fixture
def till_of(qtbot: QtBot, surroundings: Surroundings) -> Callable[[Workspace], Till]:
    return lambda handle: Till(place_window(qtbot, surroundings, handle, PaymentsPlace))


def stored(people: People, payment: Payment) -> Payment:
    return next(each for each in read_payments(people.admin).payments if each.id == payment.id)


def test_an_empty_list_says_how_payments_come_there(people: People, till_of: Callable[[Workspace], Till]) -> None:
    till = till_of(people.admin)

    assert till.rows == []
    assert {"Take in a message…", "Record a bank transfer…"} <= till.window.buttons()


def test_a_payment_is_shown_with_the_states_it_has_been_through(
    people: People, till_of: Callable[[Workspace], Till]
) -> None:
    made = make_payments(people)
    till = till_of(people.admin)
    till.choose(made[PaymentStatus.REFUNDED])

    assert till.place.panel.title == "104.00\u202fUSD"
    assert till.facts["Given back"] == "50.00\u202fUSD"
    assert till.facts["Trader"] == EMAILS["trader"]
    assert [word for word, _at in till.place.panel.states.said] == ["Begun", "Received", "Given back"]
    till.choose(made[PaymentStatus.CANCELLED])
    assert till.place.panel.sentence == "never came"
    assert [word for word, _at in till.place.panel.states.said] == ["Begun", "Cancelled"]


def test_an_awaited_payment_is_marked_as_received_and_its_challenge_begins(
    people: People, till_of: Callable[[Workspace], Till]
) -> None:
    challenge_id = open_unpaid(people.trader)
    payment = await_payment(people, challenge_id, "2026-0117")
    till = till_of(people.second_admin)

    till.window.press("Ctrl+Alt+E")
    till.window.tab_to_button("Received")
    till.window.press("Space")
    till.window.settle()

    assert stored(people, payment).status is PaymentStatus.SUCCESS
    assert read_challenge(people.trader, challenge_id).summary.challenge.status == "ACTIVE"
    assert till.facts["Status"] == "Received"
    assert till.window.said == ["Payment 2026-0117: Received. The challenge has begun."]


@pytest.mark.parametrize(
    ("keys", "button", "status"),
    [("Ctrl+Alt+F", "Failed", "FAILED"), ("Ctrl+Alt+X", "Cancel the payment", "CANCELLED")],
)
def test_a_payment_ends_with_a_reason_and_not_without(
    people: People, till_of: Callable[[Workspace], Till], keys: str, button: str, status: str
) -> None:
    payment = await_payment(people, open_unpaid(people.trader), "2026-0117")
    till = till_of(people.admin)

    till.window.press(keys)
    assert isinstance(focused(), QLineEdit)
    till.window.press("Return")
    assert stored(people, payment).status is PaymentStatus.PENDING
    till.window.type("never came")
    till.window.tab_to_button(button)
    till.window.press("Space")
    till.window.settle()

    assert (stored(people, payment).status, stored(people, payment).failure_reason) == (status, "never came")
    assert not till.place._buttons["receive"].isEnabled()


def test_a_refund_takes_an_amount_and_refuses_another_in_place(
    people: People, till_of: Callable[[Workspace], Till]
) -> None:
    payment = make_payments(people)[PaymentStatus.SUCCESS]
    till = till_of(people.admin)
    till.choose(payment)

    till.window.press("Ctrl+Alt+B")
    for typed, refusal in (("much", "The amount has to be a number above 0."), ("200", "at most the 101.00")):
        focused().selectAll()  # type: ignore[attr-defined]
        till.window.type(typed)
        till.window.tab_to_button("Given back")
        till.window.press("Space")
        till.window.settle()
        assert refusal in till.place.panel.question.refusal
        till.window.tab_to_field("Amount that went back")
    focused().selectAll()  # type: ignore[attr-defined]
    till.window.type("40.50")
    till.window.tab_to_button("Given back")
    till.window.press("Space")
    till.window.settle()

    assert stored(people, payment).refund_amount == Decimal("40.5")
    assert till.place.panel.question.question == ""


def test_a_message_of_a_provider_is_taken_in_once(
    people: People, till_of: Callable[[Workspace], Till], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = webhook_file(tmp_path, open_unpaid(people.trader))
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(path), ""))
    till = till_of(people.admin)

    till.window.press("Ctrl+Shift+W")
    till.window.settle()
    till.window.press("Ctrl+Shift+W")
    till.window.settle()

    assert till.window.said == [
        "Payment 2026-0900: Received. The challenge has begun.",
        "Payment 2026-0900: Received. That was known already; nothing changed.",
    ]
    assert [row.payment.number for row in till.rows] == ["2026-0900"]


def test_a_file_that_is_dropped_is_taken_in_and_a_wrong_one_refused_in_a_sentence(
    people: People, till_of: Callable[[Workspace], Till], tmp_path: Path
) -> None:
    till = till_of(people.admin)
    wrong = tmp_path / "notes.txt"
    wrong.write_text("no message at all", "utf-8")

    for path in (wrong, webhook_file(tmp_path, open_unpaid(people.trader))):
        carried = QMimeData()
        carried.setUrls([QUrl.fromLocalFile(str(path))])
        till.place.dropEvent(
            QDropEvent(
                QPointF(10, 10),
                Qt.DropAction.CopyAction,
                carried,
                Qt.MouseButton.LeftButton,
                Qt.KeyboardModifier.NoModifier,
            )
        )
        till.window.settle()
        if path is wrong:
            assert "notes.txt" in till.place.notice.text()

    assert [row.payment.status for row in till.rows] == [PaymentStatus.SUCCESS]


def test_a_bank_transfer_is_recorded_for_a_challenge_of_somebody_else(
    people: People, till_of: Callable[[Workspace], Till]
) -> None:
    challenge_id = open_unpaid(people.trader)
    till = till_of(people.admin)

    till.window.press("Ctrl+Shift+R")
    (dialog,) = till.place.findChildren(TransferDialog)
    assert dialog.challenge.currentData() == challenge_id
    dialog.commit()
    assert dialog.notice.text() == "The amount has to be a number above 0."
    dialog.amount.setText("99.00")
    dialog.reference.setText("2026-0300")
    dialog.received.setChecked(True)
    dialog.commit()
    till.window.settle()

    (row,) = till.rows
    assert (row.payment.number, row.payment.status) == ("2026-0300", PaymentStatus.SUCCESS)
    assert read_challenge(people.trader, challenge_id).summary.challenge.status == "ACTIVE"


def test_a_trader_sees_the_own_payments_and_changes_none(people: People, till_of: Callable[[Workspace], Till]) -> None:
    make_payments(people)
    till = till_of(people.trader)

    assert {row.owner_name for row in till.rows} == {EMAILS["trader"]}
    assert till.window.buttons() == {"Open the challenge"}
    assert "trader" not in [column.key for column in till.place.listing.model.columns]
    till.window.press("Ctrl+Alt+E")
    assert till.place.panel.question.question == ""
    assert not till.place.acceptDrops()


def test_an_auditor_sees_all_payments_and_changes_none(people: People, till_of: Callable[[Workspace], Till]) -> None:
    make_payments(people)
    till = till_of(people.auditor)

    assert {row.owner_name for row in till.rows} == {EMAILS["trader"], EMAILS["other"]}
    assert till.window.buttons() == {"Open the challenge"}


def test_nobody_changes_the_own_payment(people: People, till_of: Callable[[Workspace], Till]) -> None:
    payment = await_payment(people, open_unpaid(people.other), "2026-0117")
    change_role(people.superadmin, payment.user_id, Role.ADMIN)
    till = till_of(begin_session(people.nobody, payment.user_id, Role.ADMIN))

    assert [row.payment.id for row in till.rows] == [payment.id]
    assert not any(button.isEnabled() for button in till.place._buttons.values())
    assert till.place.payable_challenges() == ()


def test_filters_and_text_leave_what_they_name(
    qtbot: QtBot, people: People, till_of: Callable[[Workspace], Till]
) -> None:
    make_payments(people)
    till = till_of(people.admin)
    total = len(till.rows)

    till.place.head.choose("status", "PENDING")
    till.window.settle()
    assert till.place.head.counts == f"2 of {total}, filtered by Awaited"
    till.place.focus_filter()
    till.window.type("otis")
    qtbot.waitUntil(lambda: till.place.head.counts == f"1 of {total}, filtered by Awaited and “otis”")
    assert [row.owner_name for row in till.rows] == [EMAILS["other"]]


def test_privacy_hides_every_amount(
    people: People, till_of: Callable[[Workspace], Till], surroundings: Surroundings
) -> None:
    payment = make_payments(people)[PaymentStatus.REFUNDED]
    till = till_of(people.admin)
    till.choose(payment)

    surroundings.display.mask(True)

    model = till.place.listing.model
    amounts = [model.data(model.index(row, 2)) for row in range(model.rowCount())]
    assert set(amounts) == {MASK}
    assert till.place.panel.title == MASK
    assert till.facts["Given back"] == MASK
    till.place.ask("refund")
    assert MASK in till.place.panel.question.question
    assert till.place.panel.question.findChildren(QLineEdit)[0].text() == ""


def test_screen_readers_hear_what_everything_is(people: People, till_of: Callable[[Workspace], Till]) -> None:
    make_payments(people)
    till = till_of(people.admin)

    assert till.place.accessibleName() == "Payments"
    assert till.place.listing.view.accessibleName() == "Payments"
    assert {box.accessibleName() for box in till.place.head.findChildren(QComboBox)} == {"Status", "Provider"}
    till.place.record_transfer()
    (dialog,) = till.place.findChildren(TransferDialog)
    fields = {field.accessibleName() for field in (dialog.challenge, dialog.amount, dialog.currency, dialog.reference)}
    assert fields == {"Challenge", "Amount", "Currency", "Reference"}
    dialog.reject()
