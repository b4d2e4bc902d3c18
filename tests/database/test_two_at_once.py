"""Two people at the same rows at the same time."""

from collections.abc import Iterator
from contextlib import ExitStack, closing
from typing import Any

import psycopg
import pytest
from pysqlite3 import dbapi2

from tests.both_databases import PostgresqlDatabase, SqliteDatabase, value
from tests.conftest import SERVER_KINDS, Servers
from tests.database.rows import FUND, add_active_challenge, add_event, add_trade, approve, new_id, reach_target
from tests.sqlite_store import open_store

Pair = tuple[PostgresqlDatabase, PostgresqlDatabase]
EQUITY = "UPDATE challenges SET current_equity = current_equity - ?, version = version + 1 WHERE id = ? AND version = ?"


@pytest.fixture(params=SERVER_KINDS)
def pair(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Pair]:
    """Two connections to one fresh database; the second gives up on a lock at once."""
    name = servers.new_database(request.param)
    try:
        with ExitStack() as stack:
            first, second = (
                stack.enter_context(closing(servers.cluster(request.param).connect(name, autocommit=True)))
                for _ in range(2)
            )
            second.execute("SET lock_timeout = '50ms'")
            yield PostgresqlDatabase(first), PostgresqlDatabase(second)
    finally:
        servers.drop(request.param, name)


def test_second_of_two_updates_of_one_version_changes_nothing(pair: Pair) -> None:
    first, second = pair
    challenge = add_active_challenge(first)
    version = value(first, "SELECT version FROM challenges")

    first.connection.execute("BEGIN")
    assert first.changed(EQUITY, 1, challenge, version) == 1
    with pytest.raises(psycopg.errors.LockNotAvailable):
        second.changed(EQUITY, 2, challenge, version)
    first.connection.execute("COMMIT")

    assert second.changed(EQUITY, 2, challenge, version) == 0
    assert value(second, "SELECT current_equity FROM challenges") == 99999


@pytest.mark.parametrize("add", [add_trade, add_event])
def test_one_number_is_given_once(pair: Pair, add: Any) -> None:
    first, second = pair
    challenge = add_active_challenge(first)

    first.connection.execute("BEGIN")
    add(first, challenge, 1)
    with pytest.raises(psycopg.errors.LockNotAvailable):
        add(second, challenge, 1)
    first.connection.execute("COMMIT")

    with pytest.raises(psycopg.IntegrityError):
        add(second, challenge, 1)
    add(second, challenge, 2)


@pytest.mark.parametrize("add", [add_trade, add_event])
def test_number_after_one_that_is_not_committed_is_a_gap(pair: Pair, add: Any) -> None:
    first, second = pair
    challenge = add_active_challenge(first)

    first.connection.execute("BEGIN")
    add(first, challenge, 1)
    with pytest.raises(psycopg.IntegrityError):
        add(second, challenge, 2)
    first.connection.execute("ROLLBACK")

    assert value(second, "SELECT (SELECT count(*) FROM trades) + (SELECT count(*) FROM challenge_events)") == 0


def test_approval_that_is_not_committed_does_not_fund(pair: Pair) -> None:
    first, second = pair
    challenge = add_active_challenge(first)
    reach_target(first, challenge, 1)

    first.connection.execute("BEGIN")
    approve(first, challenge, 2, new_id())
    with pytest.raises((psycopg.errors.LockNotAvailable, psycopg.IntegrityError)):
        second.execute(FUND, challenge)
    first.connection.execute("COMMIT")

    assert second.changed(FUND, challenge) == 1


def test_trade_of_another_transaction_does_not_slip_in_behind_the_end(pair: Pair) -> None:
    """The challenge ends while a later trade is on its way: one of the two is refused, whoever comes last."""
    first, second = pair
    challenge = add_active_challenge(first)
    fail = (
        "UPDATE challenges SET status = 'FAILED', ended_at = '2026-01-05 11:00:00', failure_reason = 'x',"
        " version = version + 1 WHERE id = ?"
    )

    first.connection.execute("BEGIN")
    first.execute(fail, challenge)
    with pytest.raises((psycopg.errors.LockNotAvailable, psycopg.IntegrityError)):
        add_trade(second, challenge, 1, executed_at="2026-01-05 12:00:00")
    first.connection.execute("COMMIT")

    with pytest.raises(psycopg.IntegrityError):
        add_trade(second, challenge, 1, executed_at="2026-01-05 12:00:00")


def test_two_connections_to_a_store_write_one_after_the_other(store_path: Any) -> None:
    with closing(open_store(store_path)) as first, closing(open_store(store_path)) as second:
        second.execute("PRAGMA wal_checkpoint")
        challenge = add_active_challenge(SqliteDatabase(first))
        version = value(SqliteDatabase(first), "SELECT version FROM challenges")
        assert SqliteDatabase(first).changed(EQUITY, 1, challenge, version) == 1

        assert SqliteDatabase(second).changed(EQUITY, 2, challenge, version) == 0
        assert value(SqliteDatabase(second), "SELECT current_equity FROM challenges") == 99999


def test_reader_of_a_store_sees_nothing_that_is_not_committed(store_path: Any) -> None:
    with closing(open_store(store_path)) as first, closing(open_store(store_path)) as second:
        first.execute("BEGIN IMMEDIATE")
        add_active_challenge(SqliteDatabase(first))
        assert value(SqliteDatabase(second), "SELECT COUNT(*) FROM challenges") == 0
        first.execute("ROLLBACK")

        with pytest.raises(dbapi2.OperationalError, match="no transaction"):
            first.execute("ROLLBACK")
