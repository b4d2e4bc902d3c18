"""Words for payments: providers, statuses, and the states that a payment has been through."""

from collections.abc import Iterator
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.domain.payment import Payment, PaymentProvider, PaymentStatus
from tradesense_desktop.ui.theme.tokens import Tone

translate = QCoreApplication.translate


def provider_word(provider: PaymentProvider) -> str:
    """Through whom money comes."""
    return {
        PaymentProvider.STRIPE: translate("Payments", "Stripe"),
        PaymentProvider.PAYPAL: translate("Payments", "PayPal"),
        PaymentProvider.BANK_TRANSFER: translate("Payments", "Bank transfer"),
        PaymentProvider.MOCK: translate("Payments", "Try-out"),
    }[provider]


def status_word(status: PaymentStatus) -> str:
    """How far a payment has come."""
    return {
        PaymentStatus.PENDING: translate("Payments", "Awaited"),
        PaymentStatus.PROCESSING: translate("Payments", "Under way"),
        PaymentStatus.SUCCESS: translate("Payments", "Received"),
        PaymentStatus.FAILED: translate("Payments", "Failed"),
        PaymentStatus.CANCELLED: translate("Payments", "Cancelled"),
        PaymentStatus.REFUNDED: translate("Payments", "Given back"),
    }[status]


def status_icon(status: PaymentStatus) -> str:
    """The drawing of a status."""
    return {
        PaymentStatus.PENDING: "hourglass",
        PaymentStatus.PROCESSING: "refresh",
        PaymentStatus.SUCCESS: "check",
        PaymentStatus.FAILED: "breach",
        PaymentStatus.CANCELLED: "close",
        PaymentStatus.REFUNDED: "export",
    }[status]


def status_tone(status: PaymentStatus) -> Tone:
    """The tone of a status."""
    tones: dict[PaymentStatus, Tone] = {
        PaymentStatus.PENDING: "warning",
        PaymentStatus.PROCESSING: "accent",
        PaymentStatus.SUCCESS: "profit",
        PaymentStatus.FAILED: "breach",
        PaymentStatus.CANCELLED: "muted",
        PaymentStatus.REFUNDED: "loss",
    }
    return tones[status]


def states_of(payment: Payment) -> Iterator[tuple[str, datetime]]:
    """The states that a payment has been through with their times, in the order in which they came."""
    times = (
        (translate("Payments", "Begun"), payment.initiated_at),
        (status_word(PaymentStatus.PROCESSING), payment.processing_started_at),
        (status_word(PaymentStatus.SUCCESS), payment.completed_at),
        (translate("Payments", "Settled"), payment.settled_at),
        (status_word(PaymentStatus.FAILED), payment.failed_at),
        (status_word(PaymentStatus.CANCELLED), _cancelled_at(payment)),
        (status_word(PaymentStatus.REFUNDED), payment.refunded_at),
    )
    known = [(word, at) for word, at in times if at is not None]
    yield from sorted(known, key=lambda state: state[1])


def _cancelled_at(payment: Payment) -> datetime | None:
    return payment.processed_at if payment.status is PaymentStatus.CANCELLED else None
