"""Content for the places of people: alerts, payments and a key, made through the services by whom they are made."""

from decimal import Decimal
from pathlib import Path

from tests.people import People
from tests.sample_statement import PATH as SAMPLE
from tradesense_desktop.domain.activity_thresholds import ActivityThresholds
from tradesense_desktop.domain.payment import Payment, PaymentStatus
from tradesense_desktop.services.activity_thresholds import set_thresholds
from tradesense_desktop.services.change_payment import change_payment_status, refund_payment
from tradesense_desktop.services.import_statement import ImportRequest, import_statement
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.record_payment import record_payment

PASSPHRASE = "seven quiet harbours"
"""Of a key file, where the system has no keyring."""
SENSITIVE = ActivityThresholds(
    size_factor=Decimal("1.5"), size_trades=2, closings_a_minute=2, profit_part=Decimal("0.001")
)
"""Thresholds under which the sample statement is full of unusual activity."""


def import_sample(trader: Workspace, preset: str = "tradesense") -> str:
    """The sample statement as a challenge of `trader`; its id."""
    result = import_statement(trader, ImportRequest(path=SAMPLE, preset=preset, timezone="Europe/Helsinki"))
    assert result.challenge_id is not None
    return result.challenge_id


def make_alerts(people: People) -> str:
    """Alerts of every severity on a challenge of the trader; its id."""
    set_thresholds(people.superadmin, SENSITIVE)
    return import_sample(people.trader)


def open_unpaid(trader: Workspace) -> str:
    """A challenge that waits for its payment; its id."""
    return open_challenge(trader, preset="tradesense", initial_balance=Decimal(10000), is_payment_required=True).id


def await_payment(people: People, challenge_id: str, reference: str, amount: str = "99.00") -> Payment:
    """A bank transfer that is awaited."""
    return record_payment(
        people.admin, challenge_id, amount=Decimal(amount), currency="USD", reference=reference
    ).payment


def make_payments(people: People) -> dict[PaymentStatus, Payment]:
    """A payment in every state that a person can bring it to."""
    made = {
        status: await_payment(people, open_unpaid(people.trader), f"2026-011{at}", f"{99 + at}.00")
        for at, status in enumerate(PaymentStatus)
        if status is not PaymentStatus.PROCESSING
    }
    await_payment(people, open_unpaid(people.other), "2026-0200", "249.50")
    for status in (PaymentStatus.SUCCESS, PaymentStatus.REFUNDED):
        change_payment_status(people.admin, made[status].id, PaymentStatus.SUCCESS)
    refund_payment(people.second_admin, made[PaymentStatus.REFUNDED].id, amount=Decimal("50.00"))
    change_payment_status(people.admin, made[PaymentStatus.FAILED].id, PaymentStatus.FAILED, reason="bounced")
    change_payment_status(people.admin, made[PaymentStatus.CANCELLED].id, PaymentStatus.CANCELLED, reason="never came")
    return made


def webhook_file(folder: Path, challenge_id: str) -> Path:
    """A message in the program's own form: a transfer that has come in."""
    path = folder / "message.json"
    path.write_text(
        '{"tradesense_payment": 1, "provider": "BANK_TRANSFER", "payment_id": "2026-0900", "status": "SUCCESS", '
        f'"amount": "99.00", "currency": "USD", "challenge_id": "{challenge_id}", "at": "2026-03-02T10:00:00Z"}}',
        "utf-8",
    )
    return path
