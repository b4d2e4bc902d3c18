"""DELETE, TRUNCATE and every way in which SQLite replaces a row in silence."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from pysqlite3 import dbapi2

from tests.both_databases import Database, SqliteDatabase, insert_statement, refusal, refusal_or_none, value
from tests.database.catalogue import is_partitioned
from tests.database.ledger import Ledger, make_ledger
from tests.database.rows import (
    alert_columns,
    challenge_columns,
    event_columns,
    new_id,
    payment_columns,
    trade_columns,
    user_columns,
)
from tradesense_desktop.store.connection import connect_to_migrate

TABLES = ["users", "challenges", "trades", "challenge_events", "payments", "risk_alerts"]


def snapshot(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table, to show that a refusal changed nothing."""
    return {table: database.execute(f"SELECT * FROM {table} ORDER BY id") for table in TABLES}


def fresh_columns(table: str, ledger: Ledger) -> dict[str, Any]:
    """A second honest row of `table`, which collides with nothing."""
    if table == "users":
        return user_columns()
    if table == "challenges":
        return challenge_columns(ledger.user)
    if table == "trades":
        return trade_columns(ledger.challenge, 2)
    if table == "challenge_events":
        return event_columns(ledger.challenge, 2)
    if table == "payments":
        return payment_columns(ledger.user)
    return alert_columns(ledger.challenge, ledger.user)


@pytest.mark.parametrize("table", TABLES)
def test_delete_is_refused(both: Database, table: str) -> None:
    ledger = make_ledger(both)
    before = snapshot(both)

    assert refusal(both, f"DELETE FROM {table} WHERE id = ?", ledger.row(table)).kind in {"trigger", "foreign key"}
    refusal(both, f"DELETE FROM {table}")
    assert snapshot(both) == before


@pytest.mark.parametrize("table", ["trades", "challenge_events", "payments", "risk_alerts"])
def test_refusal_of_a_delete_names_the_rule_not_a_foreign_key(both: Database, table: str) -> None:
    make_ledger(both)
    assert refusal(both, f"DELETE FROM {table}").kind == "trigger"


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("form", ["TRUNCATE {}", "TRUNCATE {} CASCADE", "TRUNCATE ONLY {} RESTART IDENTITY CASCADE"])
def test_truncate_is_refused(postgresql: Database, table: str, form: str) -> None:
    make_ledger(postgresql)
    before = snapshot(postgresql)

    found = refusal_or_none(postgresql, form.format(table))

    assert found is not None
    assert snapshot(postgresql) == before


def test_truncate_of_trades_and_events_names_the_rule(postgresql: Database) -> None:
    make_ledger(postgresql)
    assert refusal(postgresql, "TRUNCATE trades").message.startswith("Trades are immutable")
    assert refusal(postgresql, "TRUNCATE challenge_events CASCADE").message.startswith("Events are immutable")


# A new row of the table that takes the place of the first one by the keys named.
COLLISIONS: list[tuple[str, tuple[str, ...]]] = [
    ("users", ("id",)),
    ("users", ("email",)),
    ("users", ("db_role",)),
    ("challenges", ("id",)),
    ("trades", ("id",)),
    ("trades", ("challenge_id", "trade_id")),
    ("trades", ("challenge_id", "sequence_number")),
    ("challenge_events", ("id",)),
    ("challenge_events", ("challenge_id", "sequence_number")),
    ("payments", ("id",)),
    ("payments", ("provider", "provider_payment_id")),
    ("risk_alerts", ("id",)),
]


def colliding_columns(database: Database, ledger: Ledger, table: str, keys: tuple[str, ...]) -> dict[str, Any]:
    columns = fresh_columns(table, ledger)
    for key in keys:
        columns[key] = value(database, f"SELECT {key} FROM {table} WHERE id = ?", ledger.row(table))
    return columns


@pytest.mark.parametrize(
    ("table", "keys"), COLLISIONS, ids=lambda part: part if isinstance(part, str) else "+".join(part)
)
def test_insert_of_a_key_that_is_taken_is_refused(both: Database, table: str, keys: tuple[str, ...]) -> None:
    ledger = make_ledger(both)
    before = snapshot(both)
    statement, parameters = insert_statement(table, colliding_columns(both, ledger, table, keys))

    refusal(both, statement, *parameters)
    assert snapshot(both) == before


@pytest.mark.parametrize(
    ("table", "keys"), COLLISIONS, ids=lambda part: part if isinstance(part, str) else "+".join(part)
)
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE", "INSERT OR FAIL"])
def test_no_form_of_insert_replaces_or_hides_a_row(
    sqlite: Database, table: str, keys: tuple[str, ...], verb: str
) -> None:
    ledger = make_ledger(sqlite)
    before = snapshot(sqlite)
    statement, parameters = insert_statement(table, colliding_columns(sqlite, ledger, table, keys), verb)

    refusal(sqlite, statement, *parameters)
    assert snapshot(sqlite) == before


@pytest.mark.parametrize("email", ["ADA@EXAMPLE.COM", "Ada@example.com"])
def test_replace_of_a_user_by_the_same_address_in_other_letters_is_refused(sqlite: Database, email: str) -> None:
    make_ledger(sqlite)
    statement, parameters = insert_statement("users", user_columns(email=email), "INSERT OR REPLACE")

    refusal(sqlite, statement, *parameters)


@pytest.mark.parametrize(
    ("table", "keys"), COLLISIONS, ids=lambda part: part if isinstance(part, str) else "+".join(part)
)
@pytest.mark.parametrize("action", ["NOTHING", "UPDATE"])
def test_on_conflict_does_not_rewrite_a_row(both: Database, table: str, keys: tuple[str, ...], action: str) -> None:
    ledger = make_ledger(both)
    before = snapshot(both)
    statement, parameters = insert_statement(table, colliding_columns(both, ledger, table, keys))
    if keys == ("id",) and table in {"trades", "challenge_events"} and is_partitioned(both):
        keys = ("challenge_id", "id")
    if action == "NOTHING":
        refusal_or_none(both, f"{statement} ON CONFLICT DO NOTHING", *parameters)
    elif keys == ("email",):
        target = "(lower(email)) WHERE deleted_at IS NULL"
        refusal_or_none(both, f"{statement} ON CONFLICT {target} DO UPDATE SET id = excluded.id", *parameters)
    else:
        target = ", ".join(keys) + (
            ") WHERE (provider_payment_id IS NOT NULL" if table == "payments" and len(keys) > 1 else ""
        )
        refusal(both, f"{statement} ON CONFLICT ({target}) DO UPDATE SET id = '{new_id()}'", *parameters)

    assert snapshot(both) == before


ROWID_TABLES = [(table, rowid) for table in TABLES for rowid in ("rowid", "_rowid_", "oid")]


@pytest.mark.parametrize(("table", "rowid"), ROWID_TABLES)
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"])
def test_replace_by_rowid_is_refused(sqlite: Database, table: str, rowid: str, verb: str) -> None:
    ledger = make_ledger(sqlite)
    before = snapshot(sqlite)
    place = value(sqlite, f"SELECT rowid FROM {table} WHERE id = ?", ledger.row(table))
    statement, parameters = insert_statement(table, {rowid: place, **fresh_columns(table, ledger)}, verb)

    refusal(sqlite, statement, *parameters)
    assert snapshot(sqlite) == before


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("place", [-1, 0, -9223372036854775808])
def test_rowid_below_one_is_refused(sqlite: Database, table: str, place: int) -> None:
    """Below 1 a BEFORE trigger sees -1 for a rowid that is not known yet: such rows would slip past the guard."""
    ledger = make_ledger(sqlite)
    statement, parameters = insert_statement(table, {"rowid": place, **fresh_columns(table, ledger)})

    refusal(sqlite, statement, *parameters)


@pytest.mark.parametrize("table", TABLES)
def test_id_of_a_row_never_changes(both: Database, table: str) -> None:
    ledger = make_ledger(both)

    refusal(both, f"UPDATE {table} SET id = ? WHERE id = ?", new_id(), ledger.row(table))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("verb", ["UPDATE", "UPDATE OR REPLACE", "UPDATE OR IGNORE"])
@pytest.mark.parametrize("column", ["id", "rowid"])
def test_neither_id_nor_rowid_changes_by_any_form_of_update(
    sqlite: Database, table: str, verb: str, column: str
) -> None:
    ledger = make_ledger(sqlite)
    before = snapshot(sqlite)
    new_value = new_id() if column == "id" else 4711

    refusal(sqlite, f"{verb} {table} SET {column} = ? WHERE id = ?", new_value, ledger.row(table))
    assert snapshot(sqlite) == before


HELD_KEYS = [
    ("users", "email"),
    ("users", "db_role"),
    ("payments", "provider_payment_id"),
    ("challenges", "id"),
    ("users", "id"),
]


@pytest.mark.parametrize(("table", "column"), HELD_KEYS)
def test_update_to_a_key_that_another_row_holds_is_refused(both: Database, table: str, column: str) -> None:
    update_to_a_held_key_is_refused(both, table, column, "UPDATE")


@pytest.mark.parametrize(("table", "column"), HELD_KEYS)
@pytest.mark.parametrize("verb", ["UPDATE OR REPLACE", "UPDATE OR IGNORE", "UPDATE OR FAIL"])
def test_no_form_of_update_takes_the_key_of_another_row(sqlite: Database, table: str, column: str, verb: str) -> None:
    update_to_a_held_key_is_refused(sqlite, table, column, verb)


def update_to_a_held_key_is_refused(database: Database, table: str, column: str, verb: str) -> None:
    ledger, other = make_ledger(database), make_ledger(database, "bob")
    held = value(database, f"SELECT {column} FROM {table} WHERE id = ?", ledger.row(table))
    before = snapshot(database)

    refusal(database, f"{verb} {table} SET {column} = ? WHERE id = ?", held, other.row(table))
    assert snapshot(database) == before


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("pragma", ["recursive_triggers = OFF", "foreign_keys = OFF", "ignore_check_constraints = ON"])
def test_guards_need_no_pragma(store_path: Path, table: str, pragma: str) -> None:
    """The same refusals hold on a connection that has set the pragmas against us."""
    with closing(connect_to_migrate(store_path)) as connection:
        database = SqliteDatabase(connection)
        ledger = make_ledger(database)
        connection.execute(f"PRAGMA {pragma}")
        for keys in [keys for name, keys in COLLISIONS if name == table]:
            statement, parameters = insert_statement(
                table, colliding_columns(database, ledger, table, keys), "INSERT OR REPLACE"
            )
            refusal(database, statement, *parameters)
        refusal(database, f"DELETE FROM {table}")


@pytest.mark.parametrize(
    "statement",
    [
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA foreign_keys = OFF",
        "PRAGMA ignore_check_constraints = ON",
        "PRAGMA writable_schema = ON",
        "PRAGMA trusted_schema = OFF",
        "PRAGMA query_only = ON",
        "PRAGMA journal_mode = OFF",
        "PRAGMA synchronous = OFF",
        "PRAGMA user_version = 7",
        "DROP TRIGGER trg_trades_immutable_update",
        "DROP TABLE trades",
        "DROP INDEX idx_trades_symbol",
        "DROP VIEW challenge_leaderboard",
        "ALTER TABLE trades RENAME TO old_trades",
        "ALTER TABLE trades ADD COLUMN extra TEXT",
        "ALTER TABLE trades DROP COLUMN metadata",
        "CREATE TABLE extra (x)",
        "CREATE TRIGGER extra AFTER INSERT ON trades BEGIN SELECT 1; END",
        "CREATE TEMP TRIGGER extra BEFORE INSERT ON trades BEGIN SELECT RAISE(IGNORE); END",
        "CREATE TEMP TABLE trades (x)",
        "CREATE TEMP VIEW trades AS SELECT 1",
        "CREATE INDEX extra ON trades (price)",
        "CREATE VIRTUAL TABLE extra USING fts5(x)",
        "ATTACH ':memory:' AS other",
        "VACUUM INTO 'copy.sqlite'",
        "UPDATE sqlite_master SET sql = ''",
        "DELETE FROM sqlite_master",
        "UPDATE schema_version SET version = '9.9'",
    ],
)
def test_connection_of_ours_changes_neither_the_schema_nor_its_guards(store: Any, statement: str) -> None:
    before = store.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall()

    with pytest.raises(
        dbapi2.DatabaseError, match=r"not authorized|authorization denied|may not be modified|prohibited"
    ):
        store.execute(statement)
    assert store.execute("SELECT type, name, sql FROM sqlite_master ORDER BY type, name").fetchall() == before
