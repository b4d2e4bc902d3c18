"""What a provider tells of a payment, whoever the provider is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.payment import PaymentProvider, PaymentStatus

_UUID: Final = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentMessage:
    """One message: which payment, what became of it, and when. `at` is aware UTC.

    `payment_id` is the number by which all messages of one payment are known, `checkout_id` that of the checkout or
    order it came from; one of them is there. `amount` is None where the message does not tell it (PayPal's refunds),
    `refund_amount` is all that went back so far. `text` is the message as it was written.
    """

    provider: PaymentProvider
    kind: str
    message_id: str
    payment_id: str | None
    checkout_id: str | None
    transaction_id: str | None = None
    status: PaymentStatus
    amount: Money | None
    currency: str
    at: datetime
    challenge_id: str | None
    fee: Money | None = None
    refund_amount: Money | None = None
    failure_reason: str | None = None
    is_test: bool = False
    text: str

    @property
    def number(self) -> str:
        """The number to record it under."""
        number = self.payment_id or self.checkout_id
        assert number is not None
        return number


def challenge_named(candidates: Iterable[str | None]) -> str | None:
    """The first candidate that is an id; else the first there is, which will be told as unknown; None without any."""
    named = [candidate.strip().lower() for candidate in candidates if candidate]
    return next((each for each in named if _UUID.fullmatch(each)), named[0] if named else None)
