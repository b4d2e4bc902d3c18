"""While a replica is applied, clocks stand aside and a state machine accepts any legal path."""

from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.both_databases import Database, SqliteDatabase, accepted, refusal, value
from tests.conftest import KINDS, SharedDatabases
from tests.database.ledger import make_ledger
from tests.database.rows import (
    ENDED,
    add_active_challenge,
    add_challenge,
    add_payment,
    add_trade,
    add_user,
    fail,
    insert_refusal,
    trade_columns,
)
from tests.database.test_payments import move_statement as move_payment
from tradesense_desktop.store.connection import connect_to_migrate


@pytest.fixture(params=KINDS)
def both(request: pytest.FixtureRequest, shared_databases: SharedDatabases) -> Iterator[Database]:
    """Either database as a pull has it: on a connection that may write the switch."""
    if request.param != "sqlite":
        database = shared_databases.of(request.param)
        with database.undone():
            yield database
        return
    with closing(connect_to_migrate(request.getfixturevalue("store_path"))) as connection:
        yield SqliteDatabase(connection)


BEGIN = "UPDATE replica_apply SET active = 1"
END = "UPDATE replica_apply SET active = 0"


def apply(database: Database) -> None:
    """Throw the switch as a pull does."""
    database.execute(BEGIN)


def test_switch_has_one_row_of_zero_or_one(both: Database) -> None:
    assert both.execute("SELECT active FROM replica_apply") == [(0,)]
    refusal(both, "UPDATE replica_apply SET active = 2")
    refusal(both, "UPDATE replica_apply SET active = NULL")
    refusal(both, "INSERT INTO replica_apply (active) VALUES (1)")


def test_updated_at_of_a_replica_is_the_server_s(both: Database) -> None:
    apply(both)
    user = add_user(both, created_at="2026-01-01 00:00:00", updated_at="2026-01-01 00:00:00")
    both.execute("UPDATE users SET role = 'ADMIN', updated_at = '2026-02-02 02:02:02.000002' WHERE id = ?", user)

    assert value(both, "SELECT updated_at FROM users WHERE id = ?", user) == datetime(
        2026, 2, 2, 2, 2, 2, 2, tzinfo=UTC
    )


@pytest.mark.parametrize("table", ["users", "challenges", "payments", "risk_alerts"])
def test_updated_at_follows_the_clock_again_after_the_switch(both: Database, table: str) -> None:
    row = make_ledger(both).row(table)
    both.execute(BEGIN)
    both.execute(f"UPDATE {table} SET updated_at = '2030-01-01 00:00:00' WHERE id = ?", row)
    both.execute(END)
    change = {
        "users": "role = 'ADMIN'",
        "challenges": "total_trades = 1",
        "payments": "fee = 1",
        "risk_alerts": "title = 'x'",
    }
    both.execute(f"UPDATE {table} SET {change[table]} WHERE id = ?", row)

    updated_at = value(both, f"SELECT updated_at FROM {table} WHERE id = ?", row)

    assert abs((datetime.now(UTC) - updated_at).total_seconds()) < 120 or updated_at.year == 2030


def test_trade_of_a_server_whose_clock_is_ahead_is_taken(both: Database) -> None:
    moment = (datetime.now(UTC) + timedelta(days=3)).strftime("%Y-%m-%d %H:%M:%S.%f")
    challenge = add_active_challenge(both)
    insert_refusal(both, "trades", trade_columns(challenge, executed_at=moment, created_at=moment))
    apply(both)

    add_trade(both, challenge, executed_at=moment, created_at=moment)


@pytest.mark.parametrize("state", ["SUCCESS", "FAILED", "CANCELLED", "REFUNDED"])
def test_payment_takes_any_legal_path_at_once(both: Database, state: str) -> None:
    payment = add_payment(both, challenge_id=add_challenge(both))
    apply(both)

    accepted(both, move_payment(state), payment)


@pytest.mark.parametrize("state", ["PENDING", "PROCESSING", "SUCCESS", "CANCELLED"])
def test_payment_takes_no_illegal_path(both: Database, state: str) -> None:
    payment = add_payment(both, challenge_id=add_challenge(both))
    both.execute(move_payment("FAILED"), payment)
    apply(both)

    refusal(both, move_payment(state), payment)


def test_challenge_goes_from_pending_to_its_end_at_once(both: Database) -> None:
    challenge = add_challenge(both)
    apply(both)

    changed = both.changed(
        "UPDATE challenges SET status = 'FAILED', started_at = '2026-01-05 09:00:00', ended_at = ?,"
        " failure_reason = 'Daily loss', version = version + 5 WHERE id = ?",
        ENDED,
        challenge,
    )

    assert changed == 1


@pytest.mark.parametrize(
    "change",
    [
        "status = 'ACTIVE', ended_at = NULL, failure_reason = NULL",
        "status = 'PENDING', ended_at = NULL, failure_reason = NULL",
        "status = 'FUNDED', failure_reason = NULL, funded_at = ended_at",
    ],
)
def test_ended_challenge_does_not_come_back_by_a_replica(both: Database, change: str) -> None:
    challenge = add_active_challenge(both)
    fail(both, challenge)
    apply(both)

    refusal(both, f"UPDATE challenges SET {change} WHERE id = ?", challenge)


@pytest.mark.parametrize("table", ["trades", "challenge_events"])
def test_ledger_is_immutable_also_while_a_replica_is_applied(both: Database, table: str) -> None:
    make_ledger(both)
    apply(both)

    refusal(both, f"UPDATE {table} SET metadata = NULL")
    refusal(both, f"DELETE FROM {table}")


def test_gap_and_wrong_hash_are_refused_also_while_a_replica_is_applied(both: Database) -> None:
    ledger = make_ledger(both)
    apply(both)

    insert_refusal(both, "trades", trade_columns(ledger.challenge, 3))
    refusal(
        both,
        "INSERT INTO challenge_events (challenge_id, event_type, sequence_number, event_data, occurred_at, hash,"
        " previous_hash) VALUES (?, 'NOTE_ADDED', 2, '{}', '2026-01-05 10:00:00', ?, ?)",
        ledger.challenge,
        "0" * 64,
        "0" * 64,
    )


@pytest.mark.parametrize("statement", [BEGIN, "UPDATE replica_apply SET active = active", "DELETE FROM replica_apply"])
def test_ordinary_connection_of_ours_may_not_throw_the_switch(store: Any, statement: str) -> None:
    found = refusal(SqliteDatabase(store), statement)

    assert found.kind == "authorizer"
