"""What stands beside the list of payments: one payment whole, with the states it has been through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from tradesense_desktop.domain.money import ZERO
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.firm import state_word, told
from tradesense_desktop.ui.parts.details_panel import DetailsPanel
from tradesense_desktop.ui.views.admin.payment_rows import PaymentRow
from tradesense_desktop.ui.views.admin.payment_words import (
    provider_word,
    states_of,
    status_icon,
    status_tone,
    status_word,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradesense_desktop.services.read_pending import PendingView

translate = QCoreApplication.translate


class PaymentDetails(DetailsPanel):
    """Shows a payment; its amounts are hidden in privacy mode."""

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(
            "payment",
            translate("Payments", "No payment chosen"),
            translate("Payments", "Choose a line of the list to see how far the money has come."),
            parent,
        )
        self._display = display
        self.pending = self.add_section(translate("Payments", "Waits for the server"))
        self.states = self.add_section(translate("Payments", "What happened"))
        self.numbers = self.add_section(translate("Payments", "Known as"))

    def show_row(self, row: PaymentRow, waiting: Sequence[PendingView] = ()) -> None:
        """Show this payment, and what about it waits for a server."""
        payment, money = row.payment, self._display.numbers.money
        self.show_head(
            status_icon(payment.status),
            status_tone(payment.status),
            money(payment.amount, currency=payment.currency),
            payment.failure_reason or "",
        )
        facts = self.facts
        facts.clear()
        facts.add(translate("Payments", "Status"), status_word(payment.status), tone=status_tone(payment.status))
        facts.add(translate("Payments", "Provider"), provider_word(payment.provider))
        facts.add(translate("Payments", "Trader"), row.owner_name)
        facts.add(translate("Payments", "Challenge"), row.challenge_words(self._display.numbers))
        if payment.fee > ZERO:
            facts.add(translate("Payments", "Fee"), money(payment.fee, currency=payment.currency))
        if payment.refund_amount is not None:
            facts.add(translate("Payments", "Given back"), money(payment.refund_amount, currency=payment.currency))
        if payment.retry_count:
            counted = self._display.numbers.count(payment.retry_count)
            facts.add(translate("Payments", "Attempts before"), counted)
        self.pending.clear()
        for command in waiting:
            self.pending.add(state_word(command.state), told(command.title, is_masked=self._display.is_masked))
        self._show_states(row)
        known = self.numbers
        known.clear()
        known.add_identifier(translate("Payments", "Number"), payment.provider_payment_id)
        known.add_identifier(translate("Payments", "Charge"), payment.provider_transaction_id)
        known.add_identifier(translate("Payments", "Checkout"), payment.external_payment_id)
        known.add_identifier(translate("Payments", "Id"), payment.id)

    def _show_states(self, row: PaymentRow) -> None:
        times = self._display.times
        self.states.clear()
        for word, at in states_of(row.payment):
            self.states.add(word, f"{times.instant(at)} {times.zone_name()}")
