"""Every column of every table against a pool of hostile texts: both databases give one verdict.

What PostgreSQL's types read in several spellings (`+1`, `1e2` for a count, a date as an instant) is not in the pool;
differences that remain by design are named below, each with its reason.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.both_databases import Database, insert_statement, verdict
from tests.conftest import SharedDatabases
from tests.database.catalogue import columns
from tests.database.further_rows import (
    audit_columns,
    checkpoint_columns,
    command_columns,
    data_key_columns,
    heads_leaf_columns,
    import_columns,
)
from tests.database.rows import (
    ACTIVE,
    Columns,
    add_active_challenge,
    add_alert,
    add_challenge,
    add_event,
    add_payment,
    add_trade,
    add_user,
    alert_columns,
    challenge_columns,
    event_columns,
    fail,
    fund,
    insert,
    payment_columns,
    trade_columns,
    user_columns,
)
from tests.database.test_payments import PATHS
from tests.database.test_payments import move_statement as move_payment
from tests.database.test_risk_alerts import move_statement as move_alert

USER = "00000000-0000-4000-8000-000000000001"
OTHER_USER = "00000000-0000-4000-8000-000000000002"
CHALLENGE = "00000000-0000-4000-8000-000000000003"
STRANGER = "00000000-0000-4000-8000-00000000000f"
SHA = "0123456789abcdef" * 4

POOL: list[str | None] = [
    *(None, "", " ", "\t", "x", "é", "\u00a0", "📈", "x" * 300, "a@b.co", "!"),
    *("USER", "ACTIVE", "active", "PENDING", "FAILED", "FUNDED", "SUCCESS", "REFUNDED", "RESOLVED", "ACKNOWLEDGED"),
    *("USD", "usd", "BUY", "STRIPE", "LOW", "EVENT", "SIGNED"),
    *("0", "1", "2", "-1", "0.5", "1.5", "-0.5", "99999", "100000", "100001", "0.00000001", "123456789012345"),
    *("1234567890123456", "12345678.12345678", "1e400", "NaN", "Infinity", "-Infinity", "1,5", "true", "١"),
    *("2147483647", "2147483648", "9223372036854775808"),
    *("2026-01-05 10:00:00", "2026-01-05 09:59:59.999999", "2199-01-01 00:00:00", "0001-01-01 00:00:00"),
    *("9999-12-31 23:59:59.999999", "0000-12-31 00:00:00", "2026-02-30 00:00:00", "2026-02-30"),
    *(USER, CHALLENGE, STRANGER, SHA, SHA.upper()),
    *("{}", "[]", "null", '"x"', '{"a":1}', '{"a":1.5}', '{"a":"\\u0000"}', '{"a":"\\\\u0000"}', "{"),
    *('{"approvals":0}', '{"approvals":2}', '{"approvals":"1"}', '{"approvals":null}'),
]

ROWS: dict[str, Callable[[], Columns]] = {
    "users": user_columns,
    "challenges": lambda: challenge_columns(USER),
    "challenges, active": lambda: challenge_columns(USER, **ACTIVE),
    "trades": lambda: trade_columns(CHALLENGE, 2),
    "challenge_events": lambda: event_columns(CHALLENGE, 2),
    "payments": lambda: payment_columns(USER),
    "risk_alerts": lambda: alert_columns(CHALLENGE, USER),
    "audit_log": lambda: audit_columns(STRANGER),
    "log_leaves": heads_leaf_columns,
    "checkpoints": checkpoint_columns,
    "data_keys": lambda: data_key_columns(USER),
    "command_results": command_columns,
    "import_history": lambda: import_columns(CHALLENGE),
}


@pytest.fixture
def pair(shared_databases: SharedDatabases) -> Iterator[tuple[Database, Database]]:
    """SQLite and PostgreSQL with the same people and the same challenge in both."""
    databases = shared_databases.of("sqlite"), shared_databases.of("postgresql-18")
    with ExitStack() as stack:
        for database in databases:
            stack.enter_context(database.undone())
            add_user(database, id=USER, email="ada@example.com")
            add_user(database, id=OTHER_USER, email="bob@example.com")
            add_active_challenge(database, USER, id=CHALLENGE)
            add_trade(database, CHALLENGE, 1, id=CHALLENGE)
            add_event(database, CHALLENGE, 1, id=CHALLENGE)
        yield databases


def verdicts(pair: tuple[Database, Database], statement: str, *parameters: Any) -> list[str]:
    """What each database says; the effect is undone."""
    found = []
    for database in pair:
        refused = verdict(database, statement, *parameters)
        found.append("accepted" if refused is None else refused.message)
    return found


def differ(found: list[str]) -> bool:
    return (found[0] == "accepted") != (found[1] == "accepted")


def is_a_time(text: str | None) -> bool:
    return text is not None and " " in text and text[:1].isdigit()


@pytest.mark.parametrize("row", ROWS)
def test_insert_has_one_verdict(pair: tuple[Database, Database], row: str) -> None:
    table = row.partition(",")[0]
    honest = ROWS[row]()
    different = []
    for column, _ in columns(pair[0], table):
        for text in POOL:
            if column == "trading_date" and is_a_time(text):
                continue  # PostgreSQL reads the date in an instant
            statement, parameters = insert_statement(table, {**honest, column: text})
            found = verdicts(pair, statement, *parameters)
            if differ(found):
                different.append((column, text, *found))

    assert different == []


def deleted_user(database: Database) -> str:
    user = add_user(database, id=STRANGER, email="gone@example.com")
    database.execute("UPDATE users SET deleted_at = CURRENT_TIMESTAMP, deleted_reason = 'asked' WHERE id = ?", user)
    return user


def ended(ending: Callable[[Database, str], None]) -> Callable[[Database], str]:
    def make(database: Database) -> str:
        challenge = add_active_challenge(database, USER, id=STRANGER)
        ending(database, challenge)
        return challenge

    return make


def payment_in(state: str) -> Callable[[Database], str]:
    def make(database: Database) -> str:
        payment = add_payment(database, USER, id=STRANGER, challenge_id=CHALLENGE, provider_payment_id="pi_1")
        for step in PATHS[state]:
            database.execute(move_payment(step), payment)
        return payment

    return make


def alert_in(state: str) -> Callable[[Database], str]:
    def make(database: Database) -> str:
        alert = add_alert(database, CHALLENGE, USER, id=STRANGER)
        if state != "ACTIVE":
            database.execute(move_alert(state), alert)
        return alert

    return make


STATES: dict[str, tuple[str, Callable[[Database], str]]] = {
    "user": ("users", lambda _: OTHER_USER),
    "deleted user": ("users", deleted_user),
    "pending challenge": ("challenges", lambda database: add_challenge(database, USER, id=STRANGER)),
    "active challenge": ("challenges", lambda _: CHALLENGE),
    "failed challenge": ("challenges", ended(fail)),
    "funded challenge": ("challenges", ended(fund)),
    **{f"{state} payment": ("payments", payment_in(state)) for state in PATHS},
    **{f"{state} alert": ("risk_alerts", alert_in(state)) for state in ("ACTIVE", "ACKNOWLEDGED", "RESOLVED")},
    "data key": ("data_keys", lambda database: insert(database, "data_keys", data_key_columns(USER, id=STRANGER))),
}


@pytest.mark.parametrize("state", STATES)
def test_update_of_one_column_has_one_verdict(pair: tuple[Database, Database], state: str) -> None:
    table, make = STATES[state]
    rows = {make(database) for database in pair}
    (row,) = rows
    different = []
    for column, _ in columns(pair[0], table):
        for text in POOL:
            if column == "trading_date" and is_a_time(text):
                continue  # PostgreSQL reads the date in an instant
            if column in {"updated_at", "created_at"}:
                continue  # SQLite checks what was written, PostgreSQL what its BEFORE trigger made of it
            found = verdicts(pair, f"UPDATE {table} SET {column} = ? WHERE id = ?", text, row)
            if differ(found) and not changes_nothing(pair[1], table, column, text, row):
                different.append((column, text, *found))

    assert different == []


def changes_nothing(database: Database, table: str, column: str, text: str | None, row: str) -> bool:
    """SQLite's guards refuse a deleted or ended row being written at all, PostgreSQL's a change of it."""
    if text is None:
        return database.execute(f"SELECT 1 FROM {table} WHERE id = ? AND {column} IS NULL", row) != []
    return database.execute(f"SELECT 1 FROM {table} WHERE id = ? AND {column}::text = ?", row, text) != []
