"""Somebody with the sqlite3 or the psql shell in hand: the rules hold there as well."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.both_databases import PostgresqlDatabase, SqliteDatabase
from tests.conftest import POSTGRESQL_KINDS, Servers
from tests.database.ledger import Ledger, make_ledger
from tests.database.rows import event_columns
from tests.database.test_files import run_shell
from tests.postgresql_cluster import PostgresqlCluster
from tests.sqlite_store import open_store


@pytest.fixture
def filled_store(store_path: Path) -> tuple[Path, Ledger]:
    """A store with a ledger in it, closed."""
    with closing(open_store(store_path)) as connection:
        ledger = make_ledger(SqliteDatabase(connection))
    return store_path, ledger


REFUSED = [
    ("UPDATE trades SET realized_pnl = 1000000", "Trades are immutable"),
    ("UPDATE OR REPLACE trades SET id = 'x'", "Trades are immutable"),
    ("DELETE FROM trades", "Trades are immutable"),
    ("DELETE FROM trades WHERE sequence_number = 1", "Trades are immutable"),
    ("UPDATE challenge_events SET description = 'other'", "Events are immutable"),
    ("DELETE FROM challenge_events", "Events are immutable"),
    ("DELETE FROM challenge_events WHERE 1", "Events are immutable"),
    ("DELETE FROM users", ""),
    ("DELETE FROM challenges", ""),
    ("DELETE FROM payments", ""),
    ("DELETE FROM risk_alerts", ""),
]


@pytest.mark.parametrize(("statement", "message"), REFUSED)
@pytest.mark.parametrize("before", ["", "PRAGMA recursive_triggers = OFF; PRAGMA foreign_keys = OFF;"])
def test_sqlite_shell_changes_and_removes_nothing(
    filled_store: tuple[Path, Ledger], statement: str, message: str, before: str
) -> None:
    path, _ = filled_store
    counts = (
        "SELECT (SELECT COUNT(*) FROM trades), (SELECT COUNT(*) FROM challenge_events), (SELECT COUNT(*) FROM users)"
    )
    done = run_shell(path, before + statement)

    assert done.returncode != 0
    assert message in done.stderr
    assert run_shell(path, counts).stdout == "1|1|1\n"


@pytest.mark.parametrize("table", ["trades", "challenge_events", "users", "challenges", "payments", "risk_alerts"])
@pytest.mark.parametrize("by", ["id", "rowid"])
@pytest.mark.parametrize("verb", ["INSERT OR REPLACE", "REPLACE"])
def test_sqlite_shell_replaces_nothing(filled_store: tuple[Path, Ledger], table: str, by: str, verb: str) -> None:
    path, ledger = filled_store
    names = run_shell(
        path, f"SELECT group_concat(name) FROM pragma_table_info('{table}') WHERE name <> 'id'"
    ).stdout.strip()
    row = f"id = '{ledger.row(table)}'"
    before = run_shell(path, f"SELECT * FROM {table}").stdout
    fresh = "'3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f'"
    first = (
        f"(id, {names}) SELECT id, {names}" if by == "id" else f"(rowid, id, {names}) SELECT rowid, {fresh}, {names}"
    )

    done = run_shell(path, f"{verb} INTO {table} {first} FROM {table} WHERE {row}")

    assert done.returncode != 0
    assert run_shell(path, f"SELECT * FROM {table}").stdout == before


def test_sqlite_shell_cannot_insert_an_event_for_want_of_our_hash(filled_store: tuple[Path, Ledger]) -> None:
    path, ledger = filled_store
    columns = event_columns(ledger.challenge, 2)
    written = ", ".join(f"'{column}'" for column in columns.values())

    done = run_shell(path, f"INSERT INTO challenge_events ({', '.join(columns)}) VALUES ({written})")

    assert done.returncode != 0
    assert "no such function" in done.stderr
    assert run_shell(path, "SELECT COUNT(*) FROM challenge_events").stdout == "1\n"


def test_sqlite_shell_does_the_everyday_work(filled_store: tuple[Path, Ledger]) -> None:
    path, ledger = filled_store
    done = run_shell(
        path,
        f"INSERT INTO trades (challenge_id, trade_id, symbol, side, quantity, price, realized_pnl, executed_at,"
        f" sequence_number) VALUES ('{ledger.challenge}', '2', 'EURUSD', 'SELL', 0.3, 1.1, -0.7, CURRENT_TIMESTAMP, 2)",
        f"UPDATE challenges SET current_equity = current_equity - 0.7, version = version + 1"
        f" WHERE id = '{ledger.challenge}'",
        "SELECT current_equity FROM challenges",
        "SELECT total_volume FROM challenge_performance_analytics",
    )

    assert (done.returncode, done.stderr, done.stdout) == (0, "", "99999.3\n1.8\n")


@pytest.mark.parametrize(
    "moment", ["2026-02-30 00:00:00", "2025-02-29 00:00:00", "2026-01-05 24:00:00", "2026-04-31 10:00:00.000000"]
)
def test_sqlite_shell_of_any_version_knows_the_calendar(filled_store: tuple[Path, Ledger], moment: str) -> None:
    """Before 3.43 `datetime()` gave a day that does not exist back as it was."""
    path, _ = filled_store

    done = run_shell(path, f"UPDATE users SET last_login_at = '{moment}'")

    assert done.returncode != 0
    assert "CHECK constraint failed" in done.stderr


@pytest.mark.parametrize("day", ["2026-02-30", "2025-02-29", "2026-13-01"])
def test_sqlite_shell_of_any_version_knows_the_days(filled_store: tuple[Path, Ledger], day: str) -> None:
    path, _ = filled_store

    done = run_shell(path, f"UPDATE challenges SET trading_date = '{day}'")

    assert done.returncode != 0
    assert "CHECK constraint failed" in done.stderr


@pytest.fixture(params=POSTGRESQL_KINDS)
def filled_server(request: pytest.FixtureRequest, servers: Servers) -> Iterator[tuple[PostgresqlCluster, str]]:
    """A cluster and the name of a database with a ledger in it."""
    name = servers.new_database(request.param)
    cluster = servers.cluster(request.param)
    try:
        with closing(cluster.connect(name, autocommit=True)) as connection:
            make_ledger(PostgresqlDatabase(connection))
        yield cluster, name
    finally:
        servers.drop(request.param, name)


def test_psql_changes_and_removes_nothing(filled_server: tuple[PostgresqlCluster, str]) -> None:
    """One server for all statements: each in a psql of its own, as a person would try them."""
    cluster, name = filled_server
    statements = [
        *[
            (statement.replace("WHERE 1", "WHERE true"), message)
            for statement, message in REFUSED
            if " OR " not in statement
        ],
        ("TRUNCATE trades", "Trades are immutable"),
        ("TRUNCATE challenge_events CASCADE", "Events are immutable"),
        ("TRUNCATE users CASCADE", ""),
        ("TRUNCATE users, challenges, trades, challenge_events, payments, risk_alerts CASCADE", ""),
        ("INSERT INTO trades SELECT * FROM trades", ""),
        ("INSERT INTO trades SELECT * FROM trades ON CONFLICT (id) DO UPDATE SET price = 1", ""),
        (
            "INSERT INTO challenge_events SELECT * FROM challenge_events ON CONFLICT (id) DO UPDATE SET hash = ''",
            "",
        ),
        ("COPY trades FROM STDIN", ""),
    ]
    if cluster.binaries.parent.name != "15":
        statements.append(
            (
                "MERGE INTO trades t USING trades s ON t.id = s.id WHEN MATCHED THEN UPDATE SET price = 1",
                "Trades are immutable",
            )
        )
    for statement, message in statements:
        done = cluster.run_psql(name, "-c", statement, stdin="x\n" if "STDIN" in statement else None)
        assert done.returncode != 0, statement
        assert message in done.stderr, statement
    counted = cluster.run_psql(
        name,
        "-At",
        "-c",
        "SELECT (SELECT count(*) FROM trades), (SELECT count(*) FROM challenge_events), (SELECT count(*) FROM users)",
    )
    assert counted.stdout == "1|1|1\n"


def test_psql_inserts_an_event_and_the_trigger_links_it(filled_server: tuple[PostgresqlCluster, str]) -> None:
    cluster, name = filled_server
    done = cluster.run_psql(
        name,
        "-At",
        "-c",
        "INSERT INTO challenge_events (challenge_id, event_type, sequence_number, event_data, occurred_at)"
        " SELECT challenge_id, 'NOTE_ADDED', 2, '{\"text\":\"by hand\"}', now() FROM challenge_events",
        "-c",
        "SELECT b.previous_hash = a.hash FROM challenge_events a JOIN challenge_events b"
        " ON b.sequence_number = a.sequence_number + 1",
    )

    assert (done.returncode, done.stderr, done.stdout) == (0, "", "t\n")
