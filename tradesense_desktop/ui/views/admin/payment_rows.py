"""The rows of the list of payments: reading them with the names of people and challenges, and their columns."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.money import decimal_text
from tradesense_desktop.domain.payment import Payment, PaymentProvider, PaymentStatus
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_payments import PaymentFilter, PaymentPlace, read_payments
from tradesense_desktop.services.read_users import read_names
from tradesense_desktop.services.views import ChallengeSummary
from tradesense_desktop.ui.formatting.challenges import challenge_name
from tradesense_desktop.ui.formatting.firm import pending_words
from tradesense_desktop.ui.formatting.numbers import NOTHING, NumberFormat
from tradesense_desktop.ui.tables.column import Column, Context
from tradesense_desktop.ui.theme.tokens import Tone
from tradesense_desktop.ui.views.admin.payment_words import provider_word, status_icon, status_tone, status_word

translate = QCoreApplication.translate

MOST_PAYMENTS: Final = 5_000
"""More is not looked through in a list; a filter brings the others."""
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class PaymentRow:
    """A payment, whose it is, and the challenge that it is for (None where it is not seen any more).

    `words` are what a filter looks through: no amounts, which privacy mode hides. `pending` commands about it wait for
    a server.
    """

    payment: Payment
    owner_name: str
    challenge: ChallengeSummary | None
    words: str
    pending: int = 0

    def challenge_words(self, numbers: NumberFormat) -> str:
        """What the challenge is called."""
        return NOTHING if self.challenge is None else challenge_name(self.challenge, numbers)


@dataclass(frozen=True, slots=True)
class PaymentAnswer:
    """The payments that the filter leaves, newest first; `is_cut` says that there are more.

    `challenges` are those of others for which a payment can be recorded; `names` what their people are called.
    """

    rows: tuple[PaymentRow, ...]
    total: int
    is_cut: bool
    challenges: tuple[ChallengeSummary, ...]
    names: dict[str, str]


NO_PAYMENTS: Final = PaymentAnswer((), 0, is_cut=False, challenges=(), names={})


def answer_payments(workspace: Workspace, status: str, provider: str) -> PaymentAnswer:
    """The payments of a status and a provider; empty stands for all of them."""
    which = PaymentFilter(
        status=PaymentStatus(status) if status else None, provider=PaymentProvider(provider) if provider else None
    )
    found, is_cut = _every(workspace, which)
    total = len(found if which == PaymentFilter() else _every(workspace, PaymentFilter())[0])
    names = read_names(workspace)
    summaries = read_challenges(workspace, include_archived=True)
    known = {summary.challenge.id: summary for summary in summaries}
    rows = tuple(_row(payment, names, known) for payment in found)
    return PaymentAnswer(rows, total, is_cut, summaries, names)


def payment_columns(*, with_people: bool) -> tuple[Column[PaymentRow], ...]:
    """Columns of the list; whose payment it is stands only where there are others than the own."""
    columns: tuple[Column[PaymentRow], ...] = (
        Column(
            key="status",
            plain_title=translate("Payments", "status"),
            text=_status,
            raw=lambda row: row.payment.status.value,
            icon=lambda row: "hourglass" if row.pending else status_icon(row.payment.status),
            tone=lambda row: "accent" if row.pending else status_tone(row.payment.status),
            order="status",
            width=118,
        ),
        Column(
            key="begun",
            plain_title=translate("Payments", "begun"),
            title=lambda context: context.zoned(translate("Payments", "begun")),
            text=lambda row, context: context.display.times.minute(row.payment.initiated_at),
            raw=lambda row: instant_text(row.payment.initiated_at),
            tone=_muted,
            order="begun",
            width=138,
        ),
        Column(
            key="amount",
            plain_title=translate("Payments", "amount"),
            text=lambda row, context: context.display.numbers.money(row.payment.amount, currency=row.payment.currency),
            raw=lambda row: decimal_text(row.payment.amount),
            is_figure=True,
            order="amount",
            width=108,
        ),
        Column(
            key="provider",
            plain_title=translate("Payments", "provider"),
            text=lambda row, _context: provider_word(row.payment.provider),
            raw=lambda row: row.payment.provider.value,
            order="provider",
            width=108,
        ),
        Column(
            key="number",
            plain_title=translate("Payments", "number"),
            text=lambda row, _context: row.payment.provider_payment_id or NOTHING,
            raw=lambda row: row.payment.provider_payment_id or "",
            width=98,
        ),
        Column(
            key="challenge",
            plain_title=translate("Payments", "challenge"),
            text=lambda row, context: row.challenge_words(context.display.numbers),
            raw=lambda row: row.payment.challenge_id or "",
            tone=_muted,
            width=192,
        ),
        Column(
            key="owner",
            plain_title=translate("Payments", "trader"),
            text=lambda row, _context: row.owner_name,
            raw=lambda row: row.owner_name,
            tone=_muted,
            order="owner",
            width=120,
        ),
    )
    return tuple(column for column in columns if with_people or column.key != "owner")


ORDERS: Final = {
    "status": lambda row: list(PaymentStatus).index(row.payment.status),
    "begun": lambda row: row.payment.initiated_at,
    "amount": lambda row: (row.payment.currency, row.payment.amount),
    "provider": lambda row: row.payment.provider.value,
    "owner": lambda row: row.owner_name.casefold(),
}
"""By what the columns sort."""


def _row(payment: Payment, names: Mapping[str, str], known: Mapping[str, ChallengeSummary]) -> PaymentRow:
    owner = names.get(payment.user_id, NOTHING)
    challenge = known.get(payment.challenge_id or "")
    words = (
        status_word(payment.status),
        provider_word(payment.provider),
        owner,
        "" if challenge is None else challenge.challenge.challenge_type,
        payment.provider_payment_id or "",
        payment.provider_transaction_id or "",
        payment.external_payment_id or "",
        payment.failure_reason or "",
        payment.id,
        payment.challenge_id or "",
    )
    return PaymentRow(payment, owner, challenge, "\n".join(words).casefold())


def _every(workspace: Workspace, which: PaymentFilter) -> tuple[list[Payment], bool]:
    found: list[Payment] = []
    place: PaymentPlace | None = None
    while len(found) < MOST_PAYMENTS:
        page = read_payments(workspace, which, after=place, limit=_PAGE)
        found += page.payments
        place = page.end
        if place is None:
            break
    return found, place is not None


def _status(row: PaymentRow, context: Context) -> str:
    return pending_words(row.pending, context.display.numbers) if row.pending else status_word(row.payment.status)


def _muted(_row: PaymentRow) -> Tone:
    return "muted"
