"""Messages in our own form: every key is known, and a wrong one is refused."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.unit.importers import payment_messages as made
from tradesense_desktop.importers.json_document import MessageRefused
from tradesense_desktop.importers.read_payment_message import read_payment_message


def test_message_says_what_it_says(tmp_path: Path) -> None:
    message = made.neutral(
        provider="mock", status="refunded", fee="2.50", refund_amount="40.00", at="2026-03-02T11:00+01:00"
    )

    found = read_payment_message(made.written(tmp_path, message))

    assert (found.provider, found.status, found.payment_id) == ("MOCK", "REFUNDED", "2026-0117")
    assert (found.amount, found.currency, found.fee) == (Decimal("99.00"), "USD", Decimal("2.50"))
    assert (found.refund_amount, found.challenge_id) == (Decimal("40.00"), made.CHALLENGE)
    assert found.at == datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"tradesense_payment": 2}, "“tradesense_payment” 2 is not known"),
        ({"tradesense_payment": "1"}, "has to be a whole number"),
        ({"provider": "CASH"}, "“provider” CASH is none of STRIPE, PAYPAL, BANK_TRANSFER, MOCK"),
        ({"status": "DONE"}, "“status” DONE is none of"),
        ({"amount": 99}, "“amount” has to be a text"),
        ({"amount": "9 9"}, "“amount” has to be an amount"),
        ({"amount": "1234567890123456"}, "“amount” has to be an amount"),
        ({"currency": "CHF"}, "not in CHF"),
        ({"challenge_id": None}, "“challenge_id” is missing"),
        ({"payment_id": " "}, "“payment_id” is missing"),
        ({"at": "2026-03-02"}, "has to be a time"),
        ({"at": "0001-01-01T00:00:00+14:00"}, "no time of this age"),
        ({"refund_amount": "1.00"}, "belongs to REFUNDED, not to SUCCESS"),
        ({"failure_reason": "no"}, "belongs to FAILED and CANCELLED, not to SUCCESS"),
        ({"refund_amuont": "1.00"}, "the key “refund_amuont” is not known"),
    ],
)
def test_message_that_cannot_be_taken_is_refused(tmp_path: Path, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(MessageRefused) as refusal:
        read_payment_message(made.written(tmp_path, made.neutral(**changes)))

    assert words in str(refusal.value)
