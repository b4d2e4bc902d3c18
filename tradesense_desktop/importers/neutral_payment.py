"""A message about a payment in a form of our own, for providers that we do not read and for scripts.

    {"tradesense_payment": 1,
     "provider": "BANK_TRANSFER",            STRIPE, PAYPAL, BANK_TRANSFER or MOCK
     "payment_id": "2026-0117",              the provider's number; all messages of one payment carry the same
     "status": "SUCCESS",                    PENDING, PROCESSING, SUCCESS, FAILED, CANCELLED or REFUNDED
     "amount": "99.00",                      a decimal as text, above 0
     "currency": "USD",                      USD, EUR or GBP
     "challenge_id": "0192f0c1-…",           whole
     "at": "2026-03-02T10:00:00Z",           when it became so
     "fee": "2.50",                          what the provider kept; may be left out
     "refund_amount": "99.00",               all that went back so far; REFUNDED only, the whole where it is left out
     "failure_reason": "card declined"}      FAILED and CANCELLED only; may be left out

Any other key is refused: a misspelt one would be ignored in silence. Nothing proves who wrote the file.
"""

from typing import Final, TypeVar

from tradesense_desktop.domain.payment import CURRENCIES, PaymentProvider, PaymentStatus
from tradesense_desktop.importers.json_document import Fields
from tradesense_desktop.importers.payment_message import PaymentMessage, challenge_named

MARK: Final = "tradesense_payment"
EDITION: Final = 1
_KEYS: Final = frozenset(
    {
        MARK,
        "provider",
        "payment_id",
        "status",
        "amount",
        "currency",
        "challenge_id",
        "at",
        "fee",
        "refund_amount",
        "failure_reason",
    }
)
_Choice = TypeVar("_Choice", PaymentProvider, PaymentStatus)


def is_neutral_payment(document: Fields) -> bool:
    """Whether the file is in our own form."""
    return MARK in document


def read_neutral_payment(document: Fields, text: str) -> PaymentMessage:
    """The message that the file is. Raises MessageRefused."""
    edition = document.integer(MARK)
    if edition != EDITION:
        raise document.refused(f"“{MARK}” {edition} is not known; this program reads {EDITION}.")
    for key in document:
        if key not in _KEYS:
            raise document.refused(f"the key “{key[:40]}” is not known.")
    provider = _choice(document, "provider", PaymentProvider)
    status = _choice(document, "status", PaymentStatus)
    currency = document.text("currency").upper()
    if currency not in CURRENCIES:
        raise document.refused(f"payments are kept in {', '.join(CURRENCIES)}, not in {currency[:20]}.")
    if "refund_amount" in document and status is not PaymentStatus.REFUNDED:
        raise document.refused(f"“refund_amount” belongs to REFUNDED, not to {status}.")
    if "failure_reason" in document and not status.is_unpaid_end:
        raise document.refused(f"“failure_reason” belongs to FAILED and CANCELLED, not to {status}.")
    payment_id = document.text("payment_id")
    return PaymentMessage(
        provider=provider,
        kind=MARK,
        message_id=f"{payment_id}/{status}",
        payment_id=payment_id,
        checkout_id=None,
        status=status,
        amount=document.decimal_text("amount"),
        currency=currency,
        at=document.instant("at"),
        challenge_id=challenge_named([document.text("challenge_id")]),
        fee=document.decimal_text("fee") if "fee" in document else None,
        refund_amount=document.decimal_text("refund_amount") if "refund_amount" in document else None,
        failure_reason=document.optional_text("failure_reason"),
        text=text,
    )


def _choice(document: Fields, key: str, kind: type[_Choice]) -> _Choice:
    value = document.text(key).upper()
    try:
        return kind(value)
    except ValueError:
        known = ", ".join(member.value for member in kind)
        raise document.refused(f"“{key}” {value[:40]} is none of {known}.") from None
