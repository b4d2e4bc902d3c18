"""The table payments: amounts, the moves between states, and webhooks that come twice."""

from typing import Any

import pytest

from tests.both_databases import Database, Sql, accepted, refusal, value
from tests.database.rows import add_challenge, add_payment, add_user, insert, insert_refusal, new_id, payment_columns

STATES = ["PENDING", "PROCESSING", "SUCCESS", "FAILED", "CANCELLED", "REFUNDED"]
LEGAL = {
    ("PENDING", "PROCESSING"),
    ("PENDING", "SUCCESS"),
    ("PENDING", "FAILED"),
    ("PENDING", "CANCELLED"),
    ("PROCESSING", "SUCCESS"),
    ("PROCESSING", "FAILED"),
    ("PROCESSING", "CANCELLED"),
    ("SUCCESS", "REFUNDED"),
}
PATHS = {
    "PENDING": (),
    "PROCESSING": ("PROCESSING",),
    "SUCCESS": ("SUCCESS",),
    "FAILED": ("FAILED",),
    "CANCELLED": ("CANCELLED",),
    "REFUNDED": ("SUCCESS", "REFUNDED"),
}


def move_statement(state: str) -> str:
    """An UPDATE to `state` with all that the state asks for."""
    changes = [f"status = '{state}'"]
    if state not in {"PENDING", "PROCESSING"}:
        changes.append("processed_at = CURRENT_TIMESTAMP")
    if state == "FAILED":
        changes += ["failed_at = CURRENT_TIMESTAMP", "failure_reason = 'card declined'"]
    if state == "REFUNDED":
        changes += ["refund_amount = amount", "refunded_at = CURRENT_TIMESTAMP"]
    return f"UPDATE payments SET {', '.join(changes)} WHERE id = ?"


def payment_in(database: Database, state: str) -> str:
    payment = add_payment(database, challenge_id=add_challenge(database))
    for step in PATHS[state]:
        assert database.changed(move_statement(step), payment) == 1
    return payment


def test_payment_of_the_fewest_columns_gets_the_defaults(both: Database) -> None:
    both.execute(
        "INSERT INTO payments (user_id, provider, amount, currency) VALUES (?, 'MOCK', 99.50, 'EUR')", add_user(both)
    )

    ((status, fee, retries, refund, challenge, provider_id),) = both.execute(
        "SELECT status, fee, retry_count, refund_amount, challenge_id, provider_payment_id FROM payments"
    )
    ((initiated_at, status_updated_at, created_at, updated_at),) = both.execute(
        "SELECT initiated_at, status_updated_at, created_at, updated_at FROM payments"
    )

    assert (status, fee, retries, refund, challenge, provider_id) == ("PENDING", 0, 0, None, None, None)
    assert initiated_at is not None
    assert status_updated_at is not None
    assert updated_at >= created_at


@pytest.mark.parametrize("provider", ["STRIPE", "PAYPAL", "BANK_TRANSFER", "MOCK"])
@pytest.mark.parametrize("currency", ["USD", "EUR", "GBP"])
def test_every_provider_and_currency_is_accepted(both: Database, provider: str, currency: str) -> None:
    add_payment(both, provider=provider, currency=currency)


@pytest.mark.parametrize(
    "changed",
    [
        {"provider": ""},
        {"provider": "stripe"},
        {"provider": "Stripe"},
        {"provider": "BITCOIN"},
        {"provider": None},
        {"currency": ""},
        {"currency": "usd"},
        {"currency": "CHF"},
        {"currency": "USD "},
        {"currency": None},
        {"amount": 0},
        {"amount": "-1"},
        {"amount": None},
        {"fee": "-0.01"},
        {"retry_count": -1},
        {"status": "pending"},
        {"status": "DONE"},
        {"status": None},
        {"refund_amount": 10},
        {"refund_amount": 0},
        {"user_id": None},
    ],
    ids=str,
)
def test_impossible_rows_are_refused(both: Database, changed: dict[str, Any]) -> None:
    found = insert_refusal(both, "payments", payment_columns(add_user(both)) | changed)

    assert found.kind in {"check", "not null", "trigger"}


def test_user_and_challenge_of_a_payment_must_exist(both: Database) -> None:
    assert insert_refusal(both, "payments", payment_columns(new_id())).kind == "foreign key"
    assert (
        insert_refusal(both, "payments", payment_columns(add_user(both), challenge_id=new_id())).kind == "foreign key"
    )


@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
def test_only_the_legal_moves_are_made(both: Database, old: str, new: str) -> None:
    payment = payment_in(both, old)
    if (old, new) in LEGAL:
        accepted(both, move_statement(new), payment)
    elif old != new:
        found = refusal(both, move_statement(new).replace(", refund_amount = amount", ", refund_amount = 1"), payment)
        assert found.kind in {"trigger", "check"}


@pytest.mark.parametrize("new", ["PROCESSING", "SUCCESS", "FAILED", "CANCELLED"])
def test_status_updated_at_follows_the_status(fresh_both: Database, new: str) -> None:
    long_ago = "2026-01-05 09:00:00"
    payment = add_payment(
        fresh_both, challenge_id=add_challenge(fresh_both), created_at=long_ago, status_updated_at=long_ago
    )
    before = value(fresh_both, "SELECT status_updated_at FROM payments WHERE id = ?", payment)
    fresh_both.execute("UPDATE payments SET fee = 1 WHERE id = ?", payment)
    unmoved = value(fresh_both, "SELECT status_updated_at FROM payments WHERE id = ?", payment)

    fresh_both.execute(move_statement(new), payment)

    assert unmoved == before
    assert value(fresh_both, "SELECT status_updated_at FROM payments WHERE id = ?", payment) > before


def test_success_belongs_to_a_challenge(both: Database) -> None:
    payment = add_payment(both)

    refusal(both, move_statement("SUCCESS"), payment)
    both.execute("UPDATE payments SET challenge_id = ? WHERE id = ?", add_challenge(both), payment)
    accepted(both, move_statement("SUCCESS"), payment)


@pytest.mark.parametrize("state", ["SUCCESS", "FAILED", "CANCELLED"])
def test_end_state_says_when_it_was_processed(both: Database, state: str) -> None:
    payment = payment_in(both, "PENDING")

    refusal(both, move_statement(state).replace(", processed_at = CURRENT_TIMESTAMP", ""), payment)


@pytest.mark.parametrize(
    ("refund", "fits"),
    [("99.5", True), ("0.01", True), ("99.50000001", False), ("1000", False), ("-1", False), ("NULL", False)],
)
def test_refund_is_a_part_of_the_amount(both: Database, refund: str, fits: bool) -> None:
    payment = payment_in(both, "SUCCESS")
    statement = move_statement("REFUNDED").replace("refund_amount = amount", f"refund_amount = {refund}")

    if fits:
        accepted(both, statement, payment)
    else:
        refusal(both, statement, payment)


def test_refund_before_success_is_refused(both: Database) -> None:
    refusal(both, "UPDATE payments SET refund_amount = 5 WHERE id = ?", payment_in(both, "PENDING"))


def test_webhook_played_twice_changes_nothing_the_second_time(both: Database) -> None:
    add_payment(both, provider_payment_id="pi_123")

    insert_refusal(both, "payments", payment_columns(add_user(both), provider_payment_id="pi_123"))
    assert value(both, "SELECT COUNT(*) FROM payments") == 1


def test_same_number_at_another_provider_is_another_payment(both: Database) -> None:
    add_payment(both, provider_payment_id="123")

    add_payment(both, provider="PAYPAL", provider_payment_id="123")


def test_payments_without_a_number_of_the_provider_are_many(both: Database) -> None:
    add_payment(both)
    add_payment(both)

    assert value(both, "SELECT COUNT(*) FROM payments WHERE provider_payment_id IS NULL") == 2


def test_payment_is_not_moved_to_the_number_of_another(both: Database) -> None:
    add_payment(both, provider_payment_id="1")
    other = add_payment(both, provider_payment_id="2")

    refusal(both, "UPDATE payments SET provider_payment_id = '1' WHERE id = ?", other)


@pytest.mark.parametrize("column", ["webhook_data", "provider_metadata", "provider_response", "metadata"])
def test_json_of_a_payment_is_json(both: Database, column: str) -> None:
    insert(both, "payments", payment_columns(add_user(both)) | {column: {"id": "evt_1", "amount": 99.5}})

    insert_refusal(both, "payments", payment_columns(add_user(both), **{column: "{"}))
    insert_refusal(both, "payments", payment_columns(add_user(both), **{column: Sql("''")}))
