"""A bank transfer that is recorded by hand: for which challenge, how much, and whether it is there."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFormLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.domain.payment import CURRENCIES
from tradesense_desktop.services.record_payment import record_payment
from tradesense_desktop.ui.formatting.challenges import challenge_name
from tradesense_desktop.ui.parts.check_box import CheckBox
from tradesense_desktop.ui.parts.choice_box import ChoiceBox
from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.trader.import_answers import parse_amount

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.carry_out_payment import PaymentOutcome
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.views import ChallengeSummary
    from tradesense_desktop.ui.surroundings import Surroundings

_WIDTH = 520
_SHOWN_OF_ID = 8


class TransferDialog(QDialog):
    """Asks for a transfer and records it.

    Signals: recorded(PaymentOutcome).
    """

    recorded = Signal(object)

    def __init__(
        self,
        workspace: Workspace,
        surroundings: Surroundings,
        challenges: Sequence[ChallengeSummary],
        names: Mapping[str, str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Record a bank transfer"))
        self.setMinimumWidth(_WIDTH)
        self._workspace = workspace
        self._surroundings = surroundings
        self.challenge = ChoiceBox(self)
        numbers = surroundings.display.numbers
        for summary in challenges:
            challenge = summary.challenge
            who = names.get(challenge.user_id, "")
            said = f"{challenge_name(summary, numbers)} · {who} · {challenge.id[:_SHOWN_OF_ID]}"
            self.challenge.addItem(said, challenge.id)
        self.amount = QLineEdit(self)
        self.currency = ChoiceBox(self)
        for code in CURRENCIES:
            self.currency.addItem(code, code)
        self.reference = QLineEdit(self)
        self.received = CheckBox(self.tr("The money is there: the challenge begins"), self)
        self.notice = Notice(self)
        self._build()
        self.challenge.setFocus()

    def commit(self) -> None:
        """Record what stands there; what is wrong with it is said here."""
        amount = parse_amount(self.amount.text(), self._surroundings.display.locale)
        if amount is None:
            self.notice.say_refusal(self.tr("The amount has to be a number above 0."))
            self.amount.setFocus()
            return
        self.notice.clear()
        self._commit.setEnabled(False)
        record = partial(
            record_payment,
            self._workspace,
            str(self.challenge.currentData()),
            amount=amount,
            currency=str(self.currency.currentData()),
            reference=self.reference.text().strip() or None,
            is_received=self.received.isChecked(),
        )

        def work(_report: ProgressReport) -> PaymentOutcome:
            return record()

        task = self._surroundings.tasks.write(self.tr("Recording the payment"), work, self)
        task.then(self._on_recorded).shown_by(self._on_refused)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        form = QFormLayout()
        form.setContentsMargins(size.SPACE_24, size.SPACE_24, size.SPACE_24, size.SPACE_16)
        form.setHorizontalSpacing(size.SPACE_16)
        form.setVerticalSpacing(size.SPACE_12)
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        self.reference.setPlaceholderText(self.tr("Its number at the bank; the same one again is the same payment"))
        money = QWidget(self)
        line = QHBoxLayout(money)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(size.SPACE_8)
        line.addWidget(self.amount, 1)
        line.addWidget(self.currency)
        self.currency.setAccessibleName(self.tr("Currency"))
        for label, field, shown in (
            (self.tr("Challenge"), self.challenge, self.challenge),
            (self.tr("Amount"), self.amount, money),
            (self.tr("Reference"), self.reference, self.reference),
        ):
            field.setAccessibleName(label)
            name = Words(label, self, tone="muted")
            name.setBuddy(field)
            form.addRow(name, shown)
        form.addRow(Words("", self), self.received)
        column.addLayout(form)
        column.addWidget(rule(parent=self))
        foot = QVBoxLayout()
        foot.setContentsMargins(size.SPACE_24, size.SPACE_12, size.SPACE_24, size.SPACE_12)
        foot.setSpacing(size.SPACE_8)
        foot.addWidget(self.notice)
        buttons = QHBoxLayout()
        buttons.setSpacing(size.SPACE_12)
        buttons.addStretch(1)
        buttons.addWidget(self._button(self.tr("Cancel"), self.reject))
        self._commit = self._button(self.tr("Record"), self.commit)
        self._commit.setProperty("primary", True)
        buttons.addWidget(self._commit)
        foot.addLayout(buttons)
        column.addLayout(foot)

    def _button(self, title: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: do())
        return button

    def _on_recorded(self, outcome: PaymentOutcome) -> None:
        self.recorded.emit(outcome)
        self.accept()

    def _on_refused(self, failure: BaseException) -> None:
        self._commit.setEnabled(True)
        self.notice.say_refusal(failure_text(failure))
