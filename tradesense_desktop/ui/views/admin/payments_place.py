"""The place of payments: how far the money has come, and what administrators do about it by hand."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QWidget

from tradesense_desktop.domain.payment import PaymentProvider, PaymentStatus
from tradesense_desktop.domain.permissions import Right, may, sees_others
from tradesense_desktop.services.change_payment import change_payment_status, refund_payment
from tradesense_desktop.services.receive_webhook import receive_webhook
from tradesense_desktop.ui.actions.local_actions import with_shortcut
from tradesense_desktop.ui.drop_target import DropVeil, dropped_file
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.listing_head import ListingHead
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.held_model import HeldModel
from tradesense_desktop.ui.tables.listing import Listing
from tradesense_desktop.ui.tables.table_view import TableView
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.payment_details import PaymentDetails
from tradesense_desktop.ui.views.admin.payment_rows import (
    NO_PAYMENTS,
    ORDERS,
    PaymentAnswer,
    PaymentRow,
    answer_payments,
    payment_columns,
)
from tradesense_desktop.ui.views.admin.payment_words import provider_word, status_word
from tradesense_desktop.ui.views.admin.transfer_dialog import TransferDialog
from tradesense_desktop.ui.views.list_place import ListPlace
from tradesense_desktop.ui.views.trader.import_answers import parse_amount

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

    from tradesense_desktop.domain.payment import Payment
    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.carry_out_payment import PaymentOutcome
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.receive_webhook import WebhookResult
    from tradesense_desktop.services.views import ChallengeSummary
    from tradesense_desktop.ui.surroundings import Surroundings

_FOLDER_SETTING = "payments/folder"
_STEPS = {
    "receive": PaymentStatus.SUCCESS,
    "fail": PaymentStatus.FAILED,
    "cancel": PaymentStatus.CANCELLED,
    "refund": PaymentStatus.REFUNDED,
}


class PaymentsPlace(ListPlace):
    """Everybody's payments for those who see them, the own for a trader, who changes none of them."""

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(workspace, surroundings, parent)
        self.setAccessibleName(self.tr("Payments"))
        self._answer: PaymentAnswer = NO_PAYMENTS
        self._wanted_id = ""
        self._manages = may(self._actor, Right.MANAGE_PAYMENTS)
        self._buttons: dict[str, QPushButton] = {}
        self.panel = PaymentDetails(self._display, self)
        self._build_foot()
        self.lay_out(self._build_head(), self._build_list(), self.panel)
        self.listing.row_chosen.connect(self._show_chosen)
        self.changed.connect(self.read_again)
        surroundings.firm.changed.connect(self._show_rows)
        self._veil = DropVeil(
            self,
            self.tr("Drop the message of the provider to take it in"),
            self.tr("The same message again changes nothing."),
        )
        self.setAcceptDrops(self._manages)
        self._bind_actions()
        self.show_what_can_be_done()

    def read_again(self) -> None:
        """Read the payments that the filter asks for."""
        work = partial(answer_payments, self._workspace, self.head.choice("status"), self.head.choice("provider"))
        self.read_in_background(work, self._show_answer)

    def choose_message(self) -> None:
        """Let a person choose the file of a provider's message."""
        folder = str(self._surroundings.settings.value(_FOLDER_SETTING, QDir.homePath()))
        kinds = self.tr("Messages (*.json);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a message of a provider"), folder, kinds)
        if chosen:
            self._surroundings.settings.setValue(_FOLDER_SETTING, str(Path(chosen).parent))
            self.take_in(Path(chosen))

    def take_in(self, path: Path) -> None:
        """Take in the message in this file."""

        def work(_report: ProgressReport) -> WebhookResult:
            return receive_webhook(self._workspace, path)

        self.write_in_background(
            self.tr("Taking in {name}").format(name=path.name), work, self._on_taken_in, of_chosen=False
        )

    def record_transfer(self) -> None:
        """Open the dialog in which a bank transfer is recorded."""
        challenges = self.payable_challenges()
        if not challenges:
            self.notice.say_refusal(
                self.tr("There is no challenge of anybody else for which a payment could be recorded.")
            )
            return
        dialog = TransferDialog(self._workspace, self._surroundings, challenges, self._answer.names, self)
        dialog.recorded.connect(self._on_changed)
        dialog.recorded.connect(lambda _outcome: self.changed.emit())
        dialog.open()

    def payable_challenges(self) -> tuple[ChallengeSummary, ...]:
        """The challenges for which whoever acts may record a payment."""
        return tuple(
            summary
            for summary in self._answer.challenges
            if summary.challenge.archived_at is None
            and may(self._actor, Right.MANAGE_PAYMENTS, owner_id=summary.challenge.user_id)
        )

    def ask(self, step: str) -> None:
        """Ask before the chosen payment is moved on: `receive`, `fail`, `cancel` or `refund`."""
        row: PaymentRow | None = self.listing.chosen
        if row is None or not self._may_step(step):
            return
        payment, question = row.payment, self.panel.question
        status = _STEPS[step]
        if step == "receive":
            said = self.tr("The money is there. A challenge that waits for it begins now.")
            question.ask(said, self.tr("Received"), partial(self._move, payment, status))
        elif step == "refund":
            said = self.tr("Note how much of {amount} went back so far. The money itself is sent by the provider.")
            shown = self._display.numbers.money(payment.amount, currency=payment.currency)
            known = (
                "" if self._display.is_masked else str(payment.amount).replace(".", self._display.locale.decimalPoint())
            )
            question.ask(
                said.format(amount=shown),
                self.tr("Given back"),
                partial(self._refund, payment),
                field=self.tr("Amount that went back"),
                text=known,
                needed=True,
            )
        else:
            is_failed = status is PaymentStatus.FAILED
            said = self.tr("This attempt is over and brought nothing. It cannot be taken back.")
            button = self.tr("Failed") if is_failed else self.tr("Cancel the payment")
            question.ask(said, button, partial(self._move, payment, status), field=self.tr("Reason"), needed=True)

    def show_what_can_be_done(self) -> None:
        """Fit buttons and actions to the chosen payment."""
        is_free = self._writing is None
        for step, button in self._buttons.items():
            is_possible = is_free and self._may_step(step)
            button.setEnabled(is_possible)
            self.actions_here.offer(f"payments.{step}", offered=is_possible)
        row: PaymentRow | None = self.listing.chosen
        self._open.setEnabled(row is not None and row.challenge is not None)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file that is held over the place."""
        if self._manages and dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._veil.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The file is gone again."""
        super().dragLeaveEvent(event)
        self._veil.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Take in what was dropped."""
        self._veil.hide()
        path = dropped_file(event.mimeData())
        if path is not None and self._manages:
            event.acceptProposedAction()
            self.take_in(path)

    def _build_head(self) -> ListingHead:
        head = ListingHead(self.tr("Payments"), self.tr("Filter payments by person, number or provider"), self)
        head.add_choice(
            "status",
            self.tr("Status"),
            self.tr("Every status"),
            [(status.value, status_word(status)) for status in PaymentStatus],
        )
        head.add_choice(
            "provider",
            self.tr("Provider"),
            self.tr("Every provider"),
            [(provider.value, provider_word(provider)) for provider in PaymentProvider],
        )
        if self._manages:
            hint = with_shortcut(self.tr("A file of Stripe or PayPal, or of our own form"), "payments.webhook")
            button = head.add_button(self.tr("Take in a message…"), hint=hint)
            button.clicked.connect(lambda _checked=False: self.choose_message())
            hint = with_shortcut(self.tr("A transfer that is awaited or has come in"), "payments.record")
            button = head.add_button(self.tr("Record a bank transfer…"), primary=True, hint=hint)
            button.clicked.connect(lambda _checked=False: self.record_transfer())
        head.filter_changed.connect(self.read_again)
        return head

    def _build_list(self) -> Listing[PaymentRow]:
        surroundings = self._surroundings
        with_people = sees_others(self._actor)
        table = TableView("payments" if with_people else "own_payments", surroundings.settings, self)
        table.setAccessibleName(self.tr("Payments"))
        model: HeldModel[PaymentRow] = HeldModel(
            payment_columns(with_people=with_people),
            Context(self._display),
            surroundings.tasks,
            self,
            identify=lambda row: row.payment.id,
            orders=ORDERS,
            words_of=lambda row: row.words,
        )
        text = (
            self.tr("Drop a provider's message here, or record a bank transfer.")
            if self._manages
            else self.tr("What is paid for a challenge is recorded by an administrator, and shown here.")
        )
        empty = EmptyState("payment", self.tr("No payment yet"), text, self)
        return Listing(table, model, self._display, empty, self)

    def _build_foot(self) -> None:
        first = self._row()
        self._open = QPushButton(self.tr("Open the challenge"), first)
        self._open.setAutoDefault(False)
        self._open.clicked.connect(lambda _checked=False: self._open_challenge())
        self._put(first, self._open, None)
        if not self._manages:
            return
        self._put(first, self._add_button(first, "receive", self.tr("Received")))
        second = self._row()
        self._put(
            second,
            self._add_button(second, "cancel", self.tr("Cancel")),
            self._add_button(second, "fail", self.tr("Failed")),
            None,
            self._add_button(second, "refund", self.tr("Given back")),
        )

    def _row(self) -> QWidget:
        row = QWidget(self.panel.foot)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(size.SPACE_8)
        self.panel.add_to_foot(row)
        return row

    @staticmethod
    def _put(row: QWidget, *widgets: QWidget | None) -> None:
        line = row.layout()
        assert isinstance(line, QHBoxLayout)
        for widget in widgets:
            if widget is None:
                line.addStretch(1)
            else:
                line.addWidget(widget)

    def _add_button(self, row: QWidget, step: str, title: str) -> QPushButton:
        button = QPushButton(title, row)
        button.setAutoDefault(False)
        button.setToolTip(with_shortcut(title, f"payments.{step}"))
        button.clicked.connect(lambda _checked=False: self.ask(step))
        self._buttons[step] = button
        return button

    def _bind_actions(self) -> None:
        if self._manages:
            self.actions_here.bind("payments.webhook", self.choose_message)
            self.actions_here.bind("payments.record", self.record_transfer)
            for step in _STEPS:
                self.actions_here.bind(f"payments.{step}", partial(self.ask, step))

    def _show_answer(self, answer: PaymentAnswer) -> None:
        self._answer = answer
        self.listing.model.filter_by(self.head.text)
        self._show_rows()
        if self._wanted_id:
            self.listing.choose(self._wanted_id)
            self._wanted_id = ""
        suffix = self.tr("only the newest are listed: filter to see others") if answer.is_cut else ""
        self.show_counts(self.listing.model.rowCount(), answer.total, suffix)

    def _show_rows(self) -> None:
        waiting = self._surroundings.firm.of_row
        rows = [replace(row, pending=len(waiting(row.payment.id))) for row in self._answer.rows]
        self.listing.show_rows(rows, self._answer.total)

    def _show_chosen(self) -> None:
        row: PaymentRow | None = self.listing.chosen
        if row is None:
            self.panel.show_nothing()
        else:
            self.panel.show_row(row, self._surroundings.firm.of_row(row.payment.id))
        self.show_what_can_be_done()

    def _may_step(self, step: str) -> bool:
        row: PaymentRow | None = self.listing.chosen
        if row is None or row.pending or not may(self._actor, Right.MANAGE_PAYMENTS, owner_id=row.payment.user_id):
            return False
        # More of what was given back in part can go back later.
        is_further = step == "refund" and row.payment.status is PaymentStatus.REFUNDED
        is_whole = row.payment.refund_amount == row.payment.amount
        return row.payment.status.may_become(_STEPS[step]) or (is_further and not is_whole)

    def _move(self, payment: Payment, status: PaymentStatus, reason: str) -> None:
        change = partial(change_payment_status, self._workspace, payment.id, status, reason=reason or None)
        self._write(lambda _report: change())

    def _refund(self, payment: Payment, typed: str) -> None:
        amount = parse_amount(typed, self._display.locale)
        if amount is None:
            self.panel.question.refuse(self.tr("The amount has to be a number above 0."))
            return
        refund = partial(refund_payment, self._workspace, payment.id, amount=amount)
        self._write(lambda _report: refund())

    def _write(self, work: Callable[[ProgressReport], PaymentOutcome]) -> None:
        self.write_in_background(self.tr("Changing the payment"), work, self._on_changed)

    def _on_changed(self, outcome: PaymentOutcome) -> None:
        self._say(outcome.payment, is_changed=outcome.is_changed, is_started=outcome.is_challenge_started)

    def _on_taken_in(self, result: WebhookResult) -> None:
        self._say(
            result.payment,
            is_changed=result.is_changed,
            is_started=result.is_challenge_started,
            is_test=result.is_test,
        )

    def _say(self, payment: Payment, *, is_changed: bool, is_started: bool, is_test: bool = False) -> None:
        """Say what became of a payment, without its amount: privacy mode reaches the banner too."""
        self._wanted_id = payment.id
        state = status_word(payment.status)
        said = [self.tr("Payment {number}: {status}.").format(number=payment.number, status=state)]
        if not is_changed:
            said.append(self.tr("That was known already; nothing changed."))
        if is_started:
            said.append(self.tr("The challenge has begun."))
        if is_test:
            said.append(self.tr("The provider marks this message as a test."))
        self.said.emit(" ".join(said))

    def _open_challenge(self) -> None:
        row: PaymentRow | None = self.listing.chosen
        if row is not None and row.payment.challenge_id is not None:
            self.challenge_asked.emit(row.payment.challenge_id)
