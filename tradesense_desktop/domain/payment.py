"""Payments: what was asked of a person for a challenge, and how far the money has come.

    PENDING → PROCESSING | SUCCESS | FAILED | CANCELLED
    PROCESSING → SUCCESS | FAILED | CANCELLED
    SUCCESS → REFUNDED

Nothing else; the database refuses the rest too. FAILED, CANCELLED and REFUNDED are ends: where a provider takes the
money at a later attempt, that attempt is a payment of its own.
"""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final

from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.domain.money import ZERO, Money, exact_text, money_text
from tradesense_desktop.domain.plain_text import keepable

CURRENCIES: Final = ("USD", "EUR", "GBP")
"""What a payment may be in; the table `payments` takes no other."""
LONGEST_NUMBER: Final = 255
"""Characters of a number of the provider (Stripe documents 255 for its ids)."""
LONGEST_REASON: Final = 500


class PaymentProvider(StrEnum):
    """Through whom the money comes; MOCK is for trying things out."""

    STRIPE = "STRIPE"
    PAYPAL = "PAYPAL"
    BANK_TRANSFER = "BANK_TRANSFER"
    MOCK = "MOCK"


class PaymentStatus(StrEnum):
    """How far a payment has come; values are only ever appended."""

    PENDING = "PENDING"
    PROCESSING = "PROCESSING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"
    REFUNDED = "REFUNDED"

    @property
    def is_unpaid_end(self) -> bool:
        """Whether the attempt is over and brought nothing."""
        return self in {PaymentStatus.FAILED, PaymentStatus.CANCELLED}

    def may_become(self, status: "PaymentStatus") -> bool:
        """Whether one step leads from here to `status`."""
        return status in _NEXT[self]


_NEXT: Final = {
    PaymentStatus.PENDING: (
        PaymentStatus.PROCESSING,
        PaymentStatus.SUCCESS,
        PaymentStatus.FAILED,
        PaymentStatus.CANCELLED,
    ),
    PaymentStatus.PROCESSING: (PaymentStatus.SUCCESS, PaymentStatus.FAILED, PaymentStatus.CANCELLED),
    PaymentStatus.SUCCESS: (PaymentStatus.REFUNDED,),
    PaymentStatus.FAILED: (),
    PaymentStatus.CANCELLED: (),
    PaymentStatus.REFUNDED: (),
}
_WAYS_BEFORE: Final = {
    PaymentStatus.PENDING: (),
    PaymentStatus.PROCESSING: (PaymentStatus.PENDING,),
    PaymentStatus.SUCCESS: (PaymentStatus.PENDING, PaymentStatus.PROCESSING),
    PaymentStatus.FAILED: (PaymentStatus.PENDING, PaymentStatus.PROCESSING),
    PaymentStatus.CANCELLED: (PaymentStatus.PENDING, PaymentStatus.PROCESSING),
    PaymentStatus.REFUNDED: (PaymentStatus.PENDING, PaymentStatus.PROCESSING, PaymentStatus.SUCCESS),
}
"""What a payment may have been before: a message about it that comes now is late."""


class InvalidPayment(DomainError):
    """A payment that no table can take; `field` and `why` say what is wrong."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        self.why = why
        super().__init__(f"The payment cannot be recorded: {field} {why}.")


class PaymentConflict(DomainError):
    """A message about a recorded payment that says something else of it; both are given."""

    def __init__(self, number: str, what: str, recorded: str, sent: str) -> None:
        self.number = number
        self.what = what
        self.recorded = recorded
        self.sent = sent
        super().__init__(
            f"Payment {number[:60]} is recorded with another {what}: recorded {recorded[:60]}; sent {sent[:60]}."
        )


class PaymentStatusImpossible(DomainError):
    """A status that a payment cannot have after the one it has."""

    def __init__(self, payment_id: str, status: str, wanted: str) -> None:
        self.payment_id = payment_id
        self.status = status
        self.wanted = wanted
        super().__init__(f"Payment {payment_id} is {status} and cannot become {wanted}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """One payment; one field a column of the table `payments`, but for the four that are sealed. Times are aware UTC.

    `provider_payment_id` is the number by which the provider's messages know it, `external_payment_id` that of the
    checkout or order it came from, `provider_transaction_id` that of the charge. `amount`, `fee` and `refund_amount`
    are in `currency`; `refund_amount` is all that went back so far. `retry_count` counts the attempts before this one.
    `status_updated_at` and `updated_at` are the store's own clock.
    """

    id: str
    user_id: str
    challenge_id: str | None
    provider: PaymentProvider
    provider_payment_id: str | None
    provider_transaction_id: str | None
    external_payment_id: str | None
    amount: Money
    currency: str
    fee: Money
    status: PaymentStatus
    status_updated_at: datetime
    initiated_at: datetime
    processing_started_at: datetime | None
    processed_at: datetime | None
    completed_at: datetime | None
    settled_at: datetime | None
    failed_at: datetime | None
    failure_reason: str | None
    retry_count: int
    refund_amount: Money | None
    refunded_at: datetime | None
    created_at: datetime
    updated_at: datetime

    @property
    def number(self) -> str:
        """What people call it: the provider's number where there is one."""
        return self.provider_payment_id or self.id

    def moved(
        self,
        status: PaymentStatus,
        at: datetime,
        *,
        refund_amount: Money | None = None,
        failure_reason: str | None = None,
    ) -> "Payment":
        """The payment one step further, as of `at`. Raises PaymentStatusImpossible and InvalidPayment.

        A refund without an amount is one of the whole; `failure_reason` belongs to FAILED and CANCELLED alone.
        """
        if not self.status.may_become(status):
            raise PaymentStatusImpossible(self.id, self.status, status)
        moved = replace(self, status=status, status_updated_at=max(at, self.created_at))
        if status is PaymentStatus.PROCESSING:
            return replace(moved, processing_started_at=at)
        if status is PaymentStatus.SUCCESS:
            return replace(moved, processed_at=at, completed_at=at)
        if status is PaymentStatus.REFUNDED:
            return replace(moved, refunded_at=at, refund_amount=self._refundable(refund_amount))
        reason = None if failure_reason is None else keepable(failure_reason, "The reason")[:LONGEST_REASON]
        failed_at = at if status is PaymentStatus.FAILED else None
        return replace(moved, processed_at=at, failed_at=failed_at, failure_reason=reason)

    def refunded_further(self, refund_amount: Money) -> "Payment":
        """A REFUNDED payment of which more has gone back by now; itself where no more has. Raises InvalidPayment."""
        assert self.refund_amount is not None
        amount = self._refundable(refund_amount)
        return self if amount <= self.refund_amount else replace(self, refund_amount=amount)

    def _refundable(self, amount: Money | None) -> Money:
        if amount is None:
            return self.amount
        exact_text(amount)
        if not ZERO < amount <= self.amount:
            raise InvalidPayment(
                "the refund",
                f"of {money_text(amount)} is not above 0 and at most the {money_text(self.amount)} that were paid",
            )
        return amount


def new_payment(
    *,
    payment_id: str,
    user_id: str,
    challenge_id: str,
    provider: PaymentProvider,
    amount: Money,
    currency: str,
    at: datetime,
    recorded_at: datetime,
    provider_payment_id: str | None = None,
    provider_transaction_id: str | None = None,
    external_payment_id: str | None = None,
    fee: Money = ZERO,
    retry_count: int = 0,
) -> Payment:
    """A payment that begins, PENDING as of `at`. Raises InvalidPayment and InexactAmount."""
    exact_text(amount)
    exact_text(fee)
    if amount <= ZERO:
        raise InvalidPayment("the amount", f"has to be above 0, and {money_text(amount)} is not")
    if fee < ZERO:
        raise InvalidPayment("the fee", f"of {money_text(fee)} is below 0")
    if currency not in CURRENCIES:
        raise InvalidPayment("the currency", f"has to be {', '.join(CURRENCIES)}; “{currency[:20]}” is none of them")
    numbers = (provider_payment_id, provider_transaction_id, external_payment_id)
    for number in numbers:
        if number is not None and not 0 < len(keepable(number, "The provider's number").strip()) <= LONGEST_NUMBER:
            raise InvalidPayment("the provider's number", f"has to have 1 to {LONGEST_NUMBER} characters")
    return Payment(
        id=payment_id,
        user_id=user_id,
        challenge_id=challenge_id,
        provider=provider,
        provider_payment_id=provider_payment_id,
        provider_transaction_id=provider_transaction_id,
        external_payment_id=external_payment_id,
        amount=amount,
        currency=currency,
        fee=fee,
        status=PaymentStatus.PENDING,
        status_updated_at=recorded_at,
        initiated_at=at,
        processing_started_at=None,
        processed_at=None,
        completed_at=None,
        settled_at=None,
        failed_at=None,
        failure_reason=None,
        retry_count=retry_count,
        refund_amount=None,
        refunded_at=None,
        created_at=recorded_at,
        updated_at=recorded_at,
    )


class Standing(StrEnum):
    """What a provider's message means for the payment as it is recorded."""

    NEWS = "news"
    """It leads further; `steps_between` says how."""
    KNOWN = "known"
    """It tells what is recorded already, or what was before that."""
    ANOTHER_ATTEMPT = "another attempt"
    """The recorded attempt is over and brought nothing; the money came by another one."""


def standing_of(payment: Payment, status: PaymentStatus, at: datetime) -> Standing:
    """What a message means that `payment` became `status` at `at`. Messages come in any order, and more than once.

    Raises PaymentStatusImpossible where money that had come in is said to have failed afterwards.
    """
    if status is payment.status or status in _WAYS_BEFORE[payment.status]:
        return Standing.KNOWN
    if payment.status.is_unpaid_end:
        return Standing.KNOWN if status.is_unpaid_end else Standing.ANOTHER_ATTEMPT
    if status.is_unpaid_end and payment.status in {PaymentStatus.SUCCESS, PaymentStatus.REFUNDED}:
        if payment.completed_at is not None and at <= payment.completed_at:
            return Standing.KNOWN
        raise PaymentStatusImpossible(payment.id, payment.status, status)
    return Standing.NEWS


def steps_between(before: PaymentStatus, after: PaymentStatus) -> tuple[PaymentStatus, ...]:
    """The steps that lead from `before` to `after`, the last one included: a refund tells that the money had come."""
    if after is PaymentStatus.REFUNDED and before is not PaymentStatus.SUCCESS:
        return PaymentStatus.SUCCESS, after
    return (after,)
