"""Rows for the tests of the schema: each builder inserts the smallest honest row and takes columns to change.

The SQL says only what schema.md says; nothing here comes from the program.
"""

from typing import Any, Final
from uuid import uuid4

from tests.both_databases import Database, Refusal, Sql, insert_statement, refusal, value

Columns = dict[str, Any]

HASH: Final = "$2b$12$" + "abcdefghijklmnopqrstuv" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ01234"
STARTED: Final = "2026-01-05 09:00:00"
ENDED: Final = "2026-01-09 17:00:00"
DAY: Final = "2026-01-05"


def new_id() -> str:
    """A random UUID as canonical text."""
    return str(uuid4())


def user_columns(**columns: Any) -> Columns:
    return {"id": new_id(), "email": f"{uuid4().hex}@example.com", "password_hash": HASH, **columns}


def challenge_columns(user_id: str, **columns: Any) -> Columns:
    """A PENDING challenge of 100,000 under the default percents."""
    return {
        "id": new_id(),
        "user_id": user_id,
        "challenge_type": "standard",
        "initial_balance": 100000,
        "max_daily_drawdown_percent": "0.05",
        "max_total_drawdown_percent": "0.1",
        "profit_target_percent": "0.08",
        "current_equity": 100000,
        "max_equity_ever": 100000,
        "daily_start_equity": 100000,
        "daily_max_equity": 100000,
        "daily_min_equity": 100000,
        **columns,
    }


ACTIVE: Final[Columns] = {"status": "ACTIVE", "started_at": STARTED, "trading_date": DAY}


def trade_columns(challenge_id: str, sequence_number: int = 1, **columns: Any) -> Columns:
    return {
        "id": new_id(),
        "challenge_id": challenge_id,
        "trade_id": f"T{sequence_number}",
        "symbol": "EURUSD",
        "side": "BUY",
        "quantity": "1.5",
        "price": "1.085",
        "realized_pnl": "200.25",
        "commission": "7.5",
        "executed_at": "2026-01-05 10:00:00",
        "sequence_number": sequence_number,
        **columns,
    }


def event_columns(challenge_id: str, sequence_number: int = 1, **columns: Any) -> Columns:
    """An event as plain SQL inserts it: without hashes, which the database fills."""
    return {
        "id": new_id(),
        "challenge_id": challenge_id,
        "event_type": "NOTE_ADDED",
        "sequence_number": sequence_number,
        "event_data": "{}",
        "description": "Note added",
        "user_friendly_message": "You added a note.",
        "occurred_at": "2026-01-05 10:00:00",
        **columns,
    }


def payment_columns(user_id: str, **columns: Any) -> Columns:
    return {
        "id": new_id(),
        "user_id": user_id,
        "provider": "STRIPE",
        "amount": "99.5",
        "currency": "USD",
        **columns,
    }


def alert_columns(challenge_id: str, user_id: str, **columns: Any) -> Columns:
    return {
        "id": new_id(),
        "challenge_id": challenge_id,
        "user_id": user_id,
        "alert_type": "HIGH_DAILY_DRAWDOWN",
        "severity": "MEDIUM",
        "title": "Daily loss at 80 %",
        "message": "80 % of the daily loss is used.",
        **columns,
    }


def insert(database: Database, table: str, columns: Columns) -> str:
    """Insert the row and return its id."""
    statement, parameters = insert_statement(table, columns)
    return str(value(database, f"{statement} RETURNING id", *parameters))


def insert_refusal(database: Database, table: str, columns: Columns) -> Refusal:
    """Why the row is refused."""
    statement, parameters = insert_statement(table, columns)
    return refusal(database, statement, *parameters)


def add_user(database: Database, **columns: Any) -> str:
    return insert(database, "users", user_columns(**columns))


def add_challenge(database: Database, user_id: str | None = None, **columns: Any) -> str:
    """A challenge, PENDING unless said otherwise, of `user_id` or of a new user."""
    return insert(database, "challenges", challenge_columns(user_id or add_user(database), **columns))


def add_active_challenge(database: Database, user_id: str | None = None, **columns: Any) -> str:
    return add_challenge(database, user_id, **{**ACTIVE, **columns})


def add_trade(database: Database, challenge_id: str, sequence_number: int = 1, **columns: Any) -> str:
    return insert(database, "trades", trade_columns(challenge_id, sequence_number, **columns))


def add_event(database: Database, challenge_id: str, sequence_number: int = 1, **columns: Any) -> str:
    return insert(database, "challenge_events", event_columns(challenge_id, sequence_number, **columns))


def add_payment(database: Database, user_id: str | None = None, **columns: Any) -> str:
    return insert(database, "payments", payment_columns(user_id or add_user(database), **columns))


def add_alert(database: Database, challenge_id: str, user_id: str | None = None, **columns: Any) -> str:
    return insert(database, "risk_alerts", alert_columns(challenge_id, user_id or add_user(database), **columns))


def fail(database: Database, challenge_id: str, ended_at: str = ENDED) -> None:
    """ACTIVE to FAILED."""
    changed = database.changed(
        "UPDATE challenges SET status = 'FAILED', ended_at = ?, failure_reason = 'Daily loss', version = version + 1"
        " WHERE id = ?",
        ended_at,
        challenge_id,
    )
    assert changed == 1


FUND: Final = (
    "UPDATE challenges SET status = 'FUNDED', ended_at = '2026-01-09 17:00:00', funded_at = '2026-01-09 17:00:00',"
    " version = version + 1 WHERE id = ?"
)


def reach_target(database: Database, challenge_id: str, sequence_number: int = 1) -> None:
    """The target is reached: the column and the event."""
    database.execute(
        "UPDATE challenges SET profit_target_reached_at = '2026-01-08 12:00:00', version = version + 1 WHERE id = ?",
        challenge_id,
    )
    add_event(database, challenge_id, sequence_number, event_type="PROFIT_TARGET_REACHED")


def approve(database: Database, challenge_id: str, sequence_number: int, approver_id: str) -> None:
    """FUNDING_APPROVED by somebody."""
    add_event(
        database,
        challenge_id,
        sequence_number,
        event_type="FUNDING_APPROVED",
        event_data={"approver_id": approver_id},
    )


def fund(database: Database, challenge_id: str) -> None:
    """ACTIVE to FUNDED with the one approval that is needed; uses event numbers 1 and 2."""
    reach_target(database, challenge_id, 1)
    approve(database, challenge_id, 2, new_id())
    assert database.changed(FUND, challenge_id) == 1


def at(text: str) -> Sql:
    """A literal time, so that both databases read the same words."""
    return Sql(f"'{text}'")
