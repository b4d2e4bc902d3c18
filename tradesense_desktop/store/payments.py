"""Payments: found by their id, by the provider's number, or in pages, newest first.

What a provider sent is kept sealed under the paying person's key (webhook_data), or not at all where there is none, and
is no part of `Payment`. provider_metadata, provider_response and metadata are there for others and stay empty here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, bindparam, insert, or_, select, update

from tradesense_desktop.audit.sealing import Place
from tradesense_desktop.domain.payment import Payment, PaymentProvider, PaymentStatus
from tradesense_desktop.store.errors import PaymentUnknown
from tradesense_desktop.store.sealed_columns import Opener, Sealer
from tradesense_desktop.store.tables import payments
from tradesense_desktop.store.transaction import Reading, Transaction

_COLUMNS: Final = tuple(Payment.__dataclass_fields__)
_MOVING: Final = (
    "provider_payment_id",
    "provider_transaction_id",
    "external_payment_id",
    "fee",
    "status",
    "processing_started_at",
    "processed_at",
    "completed_at",
    "settled_at",
    "failed_at",
    "failure_reason",
    "refund_amount",
    "refunded_at",
)
"""Columns that a change may set; the store's triggers set `status_updated_at` and `updated_at`."""

_SELECT = select(*(payments.c[name] for name in _COLUMNS))
_BY_ID = _SELECT.where(payments.c.id == bindparam("payment_id"))
_BY_NUMBER = _SELECT.where(
    payments.c.provider == bindparam("provider"), payments.c.provider_payment_id == bindparam("number")
)
_OF_CHECKOUT = _SELECT.where(
    payments.c.provider == bindparam("provider"), payments.c.external_payment_id == bindparam("number")
).order_by(payments.c.provider_payment_id.is_(None), payments.c.created_at.desc(), payments.c.id.desc())
_SUCCESS = (
    select(payments.c.id)
    .where(payments.c.challenge_id == bindparam("challenge_id"), payments.c.status == PaymentStatus.SUCCESS)
    .limit(1)
)
_NEWEST_FIRST = _SELECT.order_by(payments.c.initiated_at.desc(), payments.c.id.desc())
_INSERT = insert(payments)
_UPDATE = (
    update(payments)
    .where(payments.c.id == bindparam("read_id"), payments.c.status == bindparam("read_status"))
    .values({name: bindparam(name) for name in _MOVING})
)
_MESSAGE: Final = payments.c.webhook_data
_MESSAGE_OF = select(_MESSAGE).where(payments.c.id == bindparam("payment_id"))
_KEEP_MESSAGE = update(payments).where(payments.c.id == bindparam("read_id")).values(webhook_data=bindparam("sealed"))


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentFilter:
    """Which payments; None means all. `user_id` is whose challenge it is for."""

    status: PaymentStatus | None = None
    provider: PaymentProvider | None = None
    user_id: str | None = None
    challenge_id: str | None = None


@dataclass(frozen=True, slots=True)
class PaymentPlace:
    """Where a page ended: the next one begins after it."""

    initiated_at: datetime
    id: str


EVERY_PAYMENT: Final = PaymentFilter()


def find_payment(reading: Reading, payment_id: str) -> Payment | None:
    """The payment with this id."""
    return _one(reading, _BY_ID, {"payment_id": payment_id})


def read_payment(reading: Reading, payment_id: str) -> Payment:
    """The payment with this id; raises PaymentUnknown."""
    found = find_payment(reading, payment_id)
    if found is None:
        raise PaymentUnknown(payment_id)
    return found


def find_payment_of_provider(reading: Reading, provider: PaymentProvider, number: str) -> Payment | None:
    """The one payment that the provider knows by this number."""
    return _one(reading, _BY_NUMBER, {"provider": provider, "number": number})


def find_payment_of_checkout(reading: Reading, provider: PaymentProvider, number: str) -> Payment | None:
    """The newest payment that came from this checkout or order, one that still has its number first."""
    return _one(reading, _OF_CHECKOUT, {"provider": provider, "number": number})


def find_payments_named(
    reading: Reading, number: str, id_beginning: str | None, *, user_id: str | None, limit: int
) -> tuple[Payment, ...]:
    """At most `limit` payments of one person (None: of anybody) with this number, or whose id begins so."""
    named = payments.c.provider_payment_id == number
    if id_beginning is not None:
        named = or_(named, payments.c.id.startswith(id_beginning, autoescape=True))
    query = _NEWEST_FIRST.where(named)
    if user_id is not None:
        query = query.where(payments.c.user_id == user_id)
    return tuple(Payment(**values) for values in reading.core.execute(query.limit(limit)).mappings())


def has_successful_payment(reading: Reading, challenge_id: str) -> bool:
    """Whether the challenge is paid for."""
    return reading.core.execute(_SUCCESS, {"challenge_id": challenge_id}).scalar() is not None


def list_payments(
    reading: Reading, which: PaymentFilter = EVERY_PAYMENT, *, after: PaymentPlace | None = None, limit: int
) -> tuple[Payment, ...]:
    """At most `limit` payments, the newest first, after the place where the last page ended."""
    query = _NEWEST_FIRST
    for name in PaymentFilter.__dataclass_fields__:
        wanted = getattr(which, name)
        if wanted is not None:
            query = query.where(payments.c[name] == wanted)
    if after is not None:
        query = query.where(
            or_(
                payments.c.initiated_at < after.initiated_at,
                and_(payments.c.initiated_at == after.initiated_at, payments.c.id < after.id),
            )
        )
    return tuple(Payment(**values) for values in reading.core.execute(query.limit(limit)).mappings())


def insert_payment(transaction: Transaction, payment: Payment) -> None:
    """Write a new row as it is, in whichever status."""
    transaction.core.execute(_INSERT, {name: getattr(payment, name) for name in _COLUMNS})


def update_payment(transaction: Transaction, before: Payment, after: Payment) -> Payment:
    """Write `after` over the row that `before` was read from; the row as it is stored then.

    Raises PaymentUnknown where no row is in the status of `before` any more.
    """
    values = {name: getattr(after, name) for name in _MOVING}
    changed = transaction.core.execute(_UPDATE, {**values, "read_id": before.id, "read_status": before.status})
    if changed.rowcount != 1:
        raise PaymentUnknown(before.id)
    return read_payment(transaction, before.id)


def keep_message(transaction: Transaction, payment: Payment, message: Mapping[str, Any]) -> bool:
    """Keep the last message about a payment, sealed; false where nothing can be sealed, and then it is not kept."""
    place = Place(payments.name, _MESSAGE.name, payment.id)
    sealed = Sealer(transaction, payment.user_id).sealed_or_nothing(place, message)
    if sealed is not None:
        transaction.core.execute(_KEEP_MESSAGE, {"read_id": payment.id, "sealed": sealed})
    return sealed is not None


def read_message(reading: Reading, payment_id: str) -> Mapping[str, Any] | None:
    """The last message about a payment; None where none is kept, Sealed where its key is not here.

    Raises SealBroken where it was changed or moved.
    """
    stored = reading.core.execute(_MESSAGE_OF, {"payment_id": payment_id}).scalar()
    return Opener(reading).open_strictly(Place(payments.name, _MESSAGE.name, payment_id), stored)


def _one(reading: Reading, statement: Any, parameters: Mapping[str, Any]) -> Payment | None:
    row = reading.core.execute(statement, parameters).mappings().first()
    return None if row is None else Payment(**row)
