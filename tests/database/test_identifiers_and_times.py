"""UUIDs, instants and dates: the spelling that SQLite keeps, and what both refuse."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.both_databases import Database, Sql, insert_statement, refusal_or_none, value
from tests.database.rows import (
    ACTIVE,
    add_active_challenge,
    add_challenge,
    add_event,
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

TABLES = ["users", "challenges", "trades", "challenge_events", "payments", "risk_alerts"]


def columns_for(database: Database, table: str) -> dict[str, Any]:
    """An honest new row of `table`."""
    if table == "users":
        return user_columns()
    if table == "challenges":
        return challenge_columns(add_user(database), **ACTIVE)
    if table == "payments":
        return payment_columns(add_user(database))
    challenge = add_active_challenge(database)
    if table == "trades":
        return trade_columns(challenge)
    if table == "challenge_events":
        return event_columns(challenge)
    return alert_columns(challenge, add_user(database))


@pytest.mark.parametrize("table", TABLES)
def test_default_id_is_a_random_uuid_in_canonical_text(both: Database, table: str) -> None:
    found = []
    for _ in range(8):
        columns = columns_for(both, table)
        del columns["id"]
        found.append(insert(both, table, columns))

    assert len(set(found)) == 8
    for text in found:
        assert str(UUID(text)) == text
        assert UUID(text).version == 4
        assert UUID(text).variant == "specified in RFC 4122"


UUID_COLUMNS = [
    *[(table, "id") for table in TABLES],
    ("challenge_events", "correlation_id"),
    ("challenge_events", "causation_id"),
    ("challenges", "writer_device_id"),
    ("risk_alerts", "correlation_id"),
]
NO_UUID = [
    "",
    " ",
    "1",
    "3d5f1c7e-8a4b-4c2d-9e6f",
    "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5",
    "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5ff",
    "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5g",
    "3d5f1c7e_8a4b_4c2d_9e6f_0a1b2c3d4e5f",
    "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e\u0665f",
    "urn:uuid:3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f",
    "-d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f",
]
OTHER_SPELLINGS = [
    "3D5F1C7E-8A4B-4C2D-9E6F-0A1B2C3D4E5F",
    "3d5f1c7e8a4b4c2d9e6f0a1b2c3d4e5f",
    "{3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f}",
]


@pytest.mark.parametrize(("table", "column"), UUID_COLUMNS)
@pytest.mark.parametrize("text", NO_UUID)
def test_text_that_is_no_uuid_is_refused(both: Database, table: str, column: str, text: str) -> None:
    assert insert_refusal(both, table, columns_for(both, table) | {column: text}).kind in {"check", "type", "trigger"}


@pytest.mark.parametrize(("table", "column"), UUID_COLUMNS)
@pytest.mark.parametrize("text", OTHER_SPELLINGS)
def test_other_spelling_of_a_uuid_is_refused_or_stored_as_the_canonical_one(
    both: Database, table: str, column: str, text: str
) -> None:
    statement, parameters = insert_statement(table, columns_for(both, table) | {column: text})

    found = refusal_or_none(both, statement, *parameters)

    assert (found is not None) == (both.dialect == "sqlite")
    if found is None:
        stored = (
            value(both, f"SELECT {column} FROM {table} ORDER BY created_at DESC LIMIT 1")
            if table != ("challenge_events")
            else value(both, f"SELECT {column} FROM {table}")
        )
        assert stored == "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f"


@pytest.mark.parametrize("table", TABLES)
def test_id_is_never_absent(both: Database, table: str) -> None:
    insert_refusal(both, table, columns_for(both, table) | {"id": None})


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("literal", ["x'3d5f1c7e8a4b4c2d9e6f0a1b2c3d4e5f'", "7", "1.5"])
def test_id_is_text(sqlite: Database, table: str, literal: str) -> None:
    insert_refusal(sqlite, table, columns_for(sqlite, table) | {"id": Sql(literal)})


TIME_COLUMNS = [
    *[("users", column) for column in ("created_at", "last_login_at")],
    *[
        ("challenges", column)
        for column in ("created_at", "started_at", "last_trade_at", "profit_target_reached_at", "archived_at")
    ],
    *[("trades", column) for column in ("executed_at", "opened_at")],
    *[("challenge_events", column) for column in ("occurred_at",)],
    *[
        ("payments", column)
        for column in ("initiated_at", "processing_started_at", "completed_at", "settled_at", "created_at")
    ],
    ("risk_alerts", "created_at"),
]
NO_TIME = [
    "''",
    "' '",
    "'yesterday at five'",
    "'2026-13-01 00:00:00'",
    "'2026-00-10 00:00:00'",
    "'2026-02-30 00:00:00'",
    "'2025-02-29 00:00:00'",
    "'2026-01-32 00:00:00'",
    "'2026-01-05 25:00:00'",
    "'2026-01-05 10:60:00'",
    "'2026-01-05 10:00:61'",
    "'infinity'",
    "'-infinity'",
    "'99999-01-01 00:00:00'",
    "'0044-03-15 12:00:00 BC'",
    "'-0044-03-15 12:00:00'",
]
OTHER_TEXT = [
    "'now'",
    "'2026-01-05'",
    "'2026-01-05T10:00:00'",
    "'2026-01-05 10:00'",
    "'2026-01-05 10:00:00Z'",
    "'2026-01-05 10:00:00+02:00'",
    "'2026-01-05 10:00:00.'",
    "'2026-01-05 10:00:00.1234567'",
    "'2026-01-05 10:00:00,123456'",
    "'2026-1-5 10:00:00'",
    "' 2026-01-05 10:00:00'",
    "'2026-01-05 10:00:00 '",
    "'2026-01-05 24:00:00'",
    "'2026-01-05 10:00:60'",
    "'2026-01-05 10:00:00.00000a'",
    "'2026-01-05 10:00:0٥'",
    "'10:00:00'",
    "20260105",
    "1767607200",
    "1767607200.5",
    "2460000.5",
    "x'323032362d30312d30352031303a30303a3030'",
]


@pytest.mark.parametrize(("table", "column"), TIME_COLUMNS)
@pytest.mark.parametrize("literal", NO_TIME)
def test_what_is_no_instant_is_refused(both: Database, table: str, column: str, literal: str) -> None:
    insert_refusal(both, table, columns_for(both, table) | {column: Sql(literal)})


@pytest.mark.parametrize(("table", "column"), TIME_COLUMNS)
@pytest.mark.parametrize("literal", OTHER_TEXT)
def test_sqlite_keeps_one_spelling_of_an_instant(sqlite: Database, table: str, column: str, literal: str) -> None:
    insert_refusal(sqlite, table, columns_for(sqlite, table) | {column: Sql(literal)})


@pytest.mark.parametrize(("table", "column"), TIME_COLUMNS)
@pytest.mark.parametrize("text", ["2026-01-05 10:00:00", "2026-01-05 10:00:00.123456", "2024-02-29 23:59:59.999999"])
def test_instants_of_19_and_26_characters_are_the_instants_they_say(
    both: Database, table: str, column: str, text: str
) -> None:
    row = insert(both, table, columns_for(both, table) | {column: text})

    assert value(both, f"SELECT {column} FROM {table} WHERE id = ?", row) == datetime.fromisoformat(text).replace(
        tzinfo=UTC
    )


@pytest.mark.parametrize(
    "literal",
    [
        "''",
        "' '",
        "'2026-02-30'",
        "'2026-13-01'",
        "'2026-00-00'",
        "'infinity'",
        "'-infinity'",
        "'abc'",
        "'99999-01-01'",
    ],
)
def test_trading_date_is_a_day_of_the_calendar(both: Database, literal: str) -> None:
    columns = challenge_columns(add_user(both), **ACTIVE) | {"trading_date": Sql(literal)}

    insert_refusal(both, "challenges", columns)


@pytest.mark.parametrize("literal", ["'2026-01-05 00:00:00'", "'2026-1-5'", "'20260105'", "'05.01.2026'", "20260105"])
def test_sqlite_keeps_one_spelling_of_a_date(sqlite: Database, literal: str) -> None:
    columns = challenge_columns(add_user(sqlite), **ACTIVE) | {"trading_date": Sql(literal)}

    insert_refusal(sqlite, "challenges", columns)


def test_trading_date_comes_back_as_it_went(both: Database) -> None:
    challenge = add_active_challenge(both, trading_date="2024-02-29")

    assert value(both, "SELECT trading_date FROM challenges WHERE id = ?", challenge) == date(2024, 2, 29)


LONG_AGO = "2026-01-01 00:00:00.000001"


@pytest.mark.parametrize(
    ("table", "change"),
    [
        ("users", "last_login_at = CURRENT_TIMESTAMP"),
        ("challenges", "total_trades = total_trades + 1"),
        ("payments", "fee = 1"),
        ("risk_alerts", "title = 'other'"),
        ("users", "updated_at = '2026-01-02 00:00:00', metadata = '{}'"),
    ],
)
def test_updated_at_moves_to_the_present_with_every_change(both: Database, table: str, change: str) -> None:
    row = insert(both, table, columns_for(both, table) | {"created_at": LONG_AGO, "updated_at": LONG_AGO})

    both.execute(f"UPDATE {table} SET {change} WHERE id = ?", row)

    ((created_at, updated_at),) = both.execute(f"SELECT created_at, updated_at FROM {table} WHERE id = ?", row)
    assert created_at == datetime(2026, 1, 1, 0, 0, 0, 1, tzinfo=UTC)
    assert abs((datetime.now(UTC) - updated_at).total_seconds()) < 60


@pytest.mark.parametrize("table", ["users", "challenges", "payments", "risk_alerts"])
def test_updated_at_never_precedes_created_at_under_a_slow_clock(both: Database, table: str) -> None:
    """A row that another, faster clock made is changed before our clock has reached that time."""
    ahead = (datetime.now(UTC) + timedelta(minutes=30)).strftime("%Y-%m-%d %H:%M:%S.%f")
    row = insert(both, table, columns_for(both, table) | {"created_at": ahead, "updated_at": ahead})

    both.execute(f"UPDATE {table} SET metadata = '{{}}' WHERE id = ?", row)

    ((created_at, updated_at),) = both.execute(f"SELECT created_at, updated_at FROM {table} WHERE id = ?", row)
    assert updated_at >= created_at


@pytest.mark.parametrize("table", ["users", "challenges", "payments", "risk_alerts"])
def test_updated_at_before_created_at_is_refused(both: Database, table: str) -> None:
    columns = columns_for(both, table) | {
        "created_at": "2026-01-05 10:00:00.000001",
        "updated_at": "2026-01-05 10:00:00",
    }

    insert_refusal(both, table, columns)


@pytest.mark.parametrize("table", ["users", "challenges", "payments", "risk_alerts"])
def test_updated_at_equal_to_created_at_is_accepted_however_spelled(both: Database, table: str) -> None:
    columns = columns_for(both, table) | {
        "created_at": "2026-01-05 10:00:00.000000",
        "updated_at": "2026-01-05 10:00:00",
    }

    insert(both, table, columns)


def test_times_that_the_database_gives_itself_have_the_common_spelling(sqlite: Database) -> None:
    challenge = add_challenge(sqlite)
    add_event(sqlite, challenge)
    sqlite.execute("UPDATE challenges SET total_trades = 0")

    for table, column in (
        ("users", "created_at"),
        ("challenges", "updated_at"),
        ("challenge_events", "recorded_at"),
    ):
        (text,) = sqlite.execute(f"SELECT CAST({column} AS BLOB) FROM {table}")[0]
        assert len(text) == 26
        datetime.strptime(text.decode(), "%Y-%m-%d %H:%M:%S.%f").replace(tzinfo=UTC)
