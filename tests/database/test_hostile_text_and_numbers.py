"""Texts, whole numbers and JSON that a careless CHECK lets through."""

import json
from typing import Any

import pytest

from tests.both_databases import Database, Sql, value
from tests.database.rows import (
    add_active_challenge,
    add_user,
    alert_columns,
    challenge_columns,
    event_columns,
    insert,
    insert_refusal,
    payment_columns,
    trade_columns,
    user_columns,
)

TEXTS = [
    ("users", "email"),
    ("users", "password_hash"),
    ("users", "role"),
    ("users", "status"),
    ("users", "deleted_reason"),
    ("users", "db_role"),
    ("challenges", "challenge_type"),
    ("challenges", "currency"),
    ("challenges", "status"),
    ("trades", "trade_id"),
    ("trades", "symbol"),
    ("trades", "side"),
    ("trades", "external_trade_id"),
    ("trades", "position_id"),
    ("challenge_events", "event_type"),
    ("challenge_events", "event_version"),
    ("challenge_events", "description"),
    ("challenge_events", "user_friendly_message"),
    ("payments", "provider"),
    ("payments", "provider_payment_id"),
    ("payments", "currency"),
    ("payments", "status"),
    ("payments", "failure_reason"),
    ("risk_alerts", "alert_type"),
    ("risk_alerts", "severity"),
    ("risk_alerts", "title"),
    ("risk_alerts", "message"),
    ("risk_alerts", "status"),
]


def columns_for(database: Database, table: str) -> dict[str, Any]:
    if table == "users":
        return user_columns()
    if table == "payments":
        return payment_columns(add_user(database))
    if table == "challenges":
        return challenge_columns(add_user(database))
    challenge = add_active_challenge(database)
    if table == "trades":
        return trade_columns(challenge)
    if table == "challenge_events":
        return event_columns(challenge)
    return alert_columns(challenge, add_user(database))


@pytest.mark.parametrize(("table", "column"), TEXTS)
@pytest.mark.parametrize(
    "literal", ["'ACTIVE' || char(0)", "'USD' || char(0) || 'x'", "char(0)", "x'4143544956'", "zeroblob(3)"]
)
def test_sqlite_text_holds_no_null_character_and_is_no_blob(
    sqlite: Database, table: str, column: str, literal: str
) -> None:
    """`length` and LIKE stop at U+0000, PostgreSQL cannot hold it, and a blob compares unequal to every text."""
    insert_refusal(sqlite, table, columns_for(sqlite, table) | {column: Sql(literal)})


INTEGERS = [
    ("users", "version"),
    ("challenges", "version"),
    ("challenges", "total_trades"),
    ("trades", "sequence_number"),
    ("challenge_events", "sequence_number"),
    ("payments", "retry_count"),
]


@pytest.mark.parametrize(("table", "column"), INTEGERS)
@pytest.mark.parametrize(
    "literal",
    [
        "-1",
        "NULL",
        "''",
        "' '",
        "'one'",
        "'1x'",
        "9e999",
        "1e400",
        "'NaN'",
        "'Infinity'",
        "9223372036854775808",
        "1e20",
    ],
)
def test_what_is_no_count_is_refused(both: Database, table: str, column: str, literal: str) -> None:
    insert_refusal(both, table, columns_for(both, table) | {column: Sql(literal)})


@pytest.mark.parametrize(("table", "column"), INTEGERS)
@pytest.mark.parametrize("literal", ["1.5", "x'31'", "0.999999"])
def test_sqlite_keeps_counts_whole(sqlite: Database, table: str, column: str, literal: str) -> None:
    insert_refusal(sqlite, table, columns_for(sqlite, table) | {column: Sql(literal)})


JSONS = [
    ("users", "metadata"),
    ("challenges", "rules_config"),
    ("challenges", "rule_state"),
    ("challenges", "metadata"),
    ("trades", "metadata"),
    ("challenge_events", "event_data"),
    ("challenge_events", "metadata"),
    ("payments", "webhook_data"),
    ("payments", "metadata"),
    ("risk_alerts", "alert_data"),
    ("risk_alerts", "metadata"),
]


@pytest.mark.parametrize(("table", "column"), JSONS)
@pytest.mark.parametrize(
    "text",
    ["", " ", "{", "}", "{]", "{'a':1}", "{a:1}", '{"a":NaN}', '{"a":Infinity}', '{"a":01}', '{"a":.5}', '{"a":0x1}',
     '{"a":1,}', "[1,]", '{"a":"\t"}', '{"a":"\\x41"}', "{} {}", "// c\n{}", "undefined"],
)  # fmt: skip
def test_what_is_no_json_is_refused(both: Database, table: str, column: str, text: str) -> None:
    """SQLite's json_valid must be the strict one: JSON5 is not JSON."""
    insert_refusal(both, table, columns_for(both, table) | {column: text})


@pytest.mark.parametrize(("table", "column"), JSONS)
@pytest.mark.parametrize("literal", ["jsonb('{}')", "CAST('{}' AS BLOB)", "1", "1.5"])
def test_sqlite_json_is_text(sqlite: Database, table: str, column: str, literal: str) -> None:
    """A number is JSON too; where it may stand it stands as text."""
    columns = columns_for(sqlite, table) | {column: Sql(literal)}
    if literal in {"1", "1.5"} and column not in {"rules_config", "rule_state", "event_data"}:
        row = insert(sqlite, table, columns)
        assert value(sqlite, f"SELECT typeof({column}) FROM {table} WHERE id = ?", row) == "text"
        return

    insert_refusal(sqlite, table, columns)


@pytest.mark.parametrize("column", ["rules_config", "rule_state"])
@pytest.mark.parametrize("text", ["[]", "1", '"text"', "null", "true"])
def test_rules_and_their_state_are_objects(both: Database, column: str, text: str) -> None:
    insert_refusal(both, "challenges", challenge_columns(add_user(both)) | {column: text})


def test_large_event_is_taken_and_hashed_the_same(both: Database) -> None:
    challenge = add_active_challenge(both, id="3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f")
    text = "€\n" * 200_000
    columns = event_columns(challenge) | {
        "id": "0190a5d0-7c00-7000-8000-000000000001",
        "event_data": json.dumps({"rows": [{"text": text[:100], "n": number} for number in range(2000)], "text": text}),
        "recorded_at": "2026-01-05 10:00:00",
    }
    insert(both, "challenge_events", columns)

    assert value(both, "SELECT hash FROM challenge_events") == LARGE_HASH


def large_hash() -> str:
    """SHA-256 of the body of the event above, by the rfc8785 package."""
    import hashlib

    import rfc8785

    text = "€\n" * 200_000
    body: dict[str, Any] = {
        "causation_id": None,
        "challenge_id": "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f",
        "correlation_id": None,
        "description": "Note added",
        "event_data": {"rows": [{"text": text[:100], "n": number} for number in range(2000)], "text": text},
        "event_type": "NOTE_ADDED",
        "event_version": "v1",
        "id": "0190a5d0-7c00-7000-8000-000000000001",
        "metadata_commitment": None,
        "occurred_at": "2026-01-05T10:00:00.000000Z",
        "previous_hash": hashlib.sha256(b"tradesense/genesis/v1\n3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f").hexdigest(),
        "recorded_at": "2026-01-05T10:00:00.000000Z",
        "sequence_number": 1,
        "v": 1,
    }
    return hashlib.sha256(b"\0" + rfc8785.dumps(body)).hexdigest()


LARGE_HASH = large_hash()


def test_deep_event_is_taken(both: Database) -> None:
    document: Any = "bottom"
    for _ in range(200):
        document = {"inner": [document]}
    insert(both, "challenge_events", event_columns(add_active_challenge(both), event_data=json.dumps(document)))

    assert value(both, "SELECT event_data FROM challenge_events") == document
