"""Plain SQL on the writer's connection of each role: what it may not write, SQLite itself refuses."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.people import EMAILS, People, begin_session, id_of, password_hash, workspace_with_people
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.govern_user import change_role
from tradesense_desktop.store.authority import Acting, Authority, may_write
from tradesense_desktop.store.row_guards import REPLICA_GUARDS, ROW_GUARDS
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.workspace import Workspace

EVERYBODY = tuple(EMAILS)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


def run(handle: Workspace, sql: str, values: dict[str, Any] | None = None, acting: Acting | None = None) -> int:
    """Rows that a statement changed, committed."""

    def change(transaction: Transaction) -> int:
        return transaction.core.execute(text(sql), values or {}).rowcount

    return handle.write(change, acting)


def is_refused(handle: Workspace, sql: str, values: dict[str, Any] | None = None) -> bool:
    try:
        run(handle, sql, values)
    except DatabaseError:
        return True
    return False


NEW_CHALLENGE = (
    "INSERT INTO challenges (id, user_id, challenge_type, initial_balance, current_equity, max_equity_ever,"
    " daily_start_equity, daily_max_equity, daily_min_equity)"
    " VALUES (:id, :user_id, 'Test', 1000, 1000, 1000, 1000, 1000, 1000)"
)


def new_challenge(handle: Workspace) -> str:
    """A challenge of whoever acts through the handle."""
    challenge_id = str(uuid4())
    run(handle, NEW_CHALLENGE, {"id": challenge_id, "user_id": id_of(handle)})
    return challenge_id


def event_sql(event_type: str, number: int = 1, approver: str | None = None) -> tuple[str, dict[str, Any]]:
    data = "{}" if approver is None else f'{{"approver_id":"{approver}"}}'
    sql = (
        "INSERT INTO challenge_events (challenge_id, event_type, sequence_number, event_data, occurred_at)"
        " VALUES (:challenge_id, :event_type, :number, :data, '2026-01-01 00:00:00')"
    )
    return sql, {"event_type": event_type, "number": number, "data": data}


def may_insert_event(handle: Workspace, challenge_id: str, event_type: str, approver: str | None = None) -> bool:
    """Whether the event gets in; it is taken back afterwards."""
    sql, values = event_sql(event_type, approver=approver)

    class _Undone(Exception):
        pass

    def change(transaction: Transaction) -> None:
        transaction.core.execute(text(sql), {**values, "challenge_id": challenge_id})
        raise _Undone

    try:
        handle.write(change)
    except _Undone:
        return True
    except DatabaseError:
        return False
    raise AssertionError("unreachable")


TABLES = {
    "users": "email",
    "challenges": "current_equity",
    "trades": "price",
    "challenge_events": "event_data",
    "payments": "amount",
    "risk_alerts": "title",
    "audit_log": "details",
    "log_leaves": "leaf",
    "checkpoints": "note",
    "data_keys": "wrapped_key",
    "command_results": "result",
    "import_history": "file_name",
    "outbox": "state",
    "settings": "value",
    "sign_in_attempts": "accepted",
    "sessions": "ended_at",
}
TRADING = {"challenges", "trades", "challenge_events", "risk_alerts", "command_results", "import_history"}
DECIDING = {"challenges", "challenge_events", "risk_alerts", "payments", "command_results", "users"}
COMMON = {"audit_log", "log_leaves", "checkpoints"}
INSERTS = {
    "SIGN_IN": {"audit_log", "sessions", "sign_in_attempts"},
    "UNLOCK": set(),
    "SET_UP": {"users", "audit_log", "settings"},
    "PULL": TRADING | DECIDING | {"audit_log", "settings"},
    "OWNER": TRADING | COMMON | {"data_keys", "outbox", "settings"},
    "USER": TRADING | COMMON | {"data_keys", "outbox"},
    "AUDITOR": COMMON,
    "ADMIN": DECIDING | COMMON | {"data_keys", "outbox"},
    "SUPERADMIN": DECIDING | COMMON | {"data_keys", "outbox", "settings"},
}
DELETES = {
    "SIGN_IN": {"sign_in_attempts", "sessions"},
    "UNLOCK": set(),
    "SET_UP": {"settings"},
    "PULL": {"settings"},
    "OWNER": {"outbox", "settings"},
    "USER": {"outbox"},
    "AUDITOR": set(),
    "ADMIN": {"outbox"},
    "SUPERADMIN": {"outbox", "settings", "sign_in_attempts"},
}


@pytest.mark.parametrize("authority", Authority)
def test_tables_that_an_authority_inserts_into_and_deletes_from_are_those_of_the_list(authority: Authority) -> None:
    inserts = {table for table in TABLES if may_write(authority, "INSERT", table, None, None)}
    deletes = {table for table in TABLES if may_write(authority, "DELETE", table, None, None)}

    assert inserts == INSERTS[authority]
    assert deletes == DELETES[authority]


@pytest.mark.parametrize("table", ["replica_apply", "schema_version", "sqlite_master", "acting"])
@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_writes_what_the_store_rests_on(people: People, name: str, table: str) -> None:
    assert is_refused(people.of(name), f"DELETE FROM {table}")


@pytest.mark.parametrize("table", sorted(TABLES))
def test_auditor_changes_nothing_but_the_own_password_and_sessions(people: People, table: str) -> None:
    column = TABLES[table]

    assert is_refused(people.auditor, f"UPDATE {table} SET {column} = {column}")
    assert is_refused(people.auditor, f"DELETE FROM {table}")


@pytest.mark.parametrize("name", EVERYBODY)
def test_nobody_pretends_to_be_somebody_else(people: People, name: str) -> None:
    assert is_refused(people.of(name), "UPDATE temp.acting SET authority = 'SUPERADMIN'")
    assert is_refused(people.of(name), "UPDATE acting SET user_id = 'x'")
    assert is_refused(people.of(name), "INSERT INTO temp.acting VALUES ('SET_UP', '')")
    assert is_refused(people.of(name), "DROP TABLE temp.acting")
    assert is_refused(people.of(name), "DROP TRIGGER temp.last_super_administrator")


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize(
    "sql",
    [
        "DROP TRIGGER trg_trades_immutable_update",
        "DROP TABLE trades",
        "ALTER TABLE users ADD COLUMN extra TEXT",
        "CREATE TABLE extra (x)",
        "CREATE TEMP VIEW challenges AS SELECT 1",
        "CREATE TEMP TRIGGER extra BEFORE INSERT ON main.trades BEGIN SELECT 1; END",
        "PRAGMA writable_schema = ON",
        "PRAGMA recursive_triggers = OFF",
        "PRAGMA foreign_keys = OFF",
        "ATTACH ':memory:' AS extra",
        "VACUUM INTO '/tmp/stolen.sqlite'",
    ],
)
def test_nobody_changes_the_schema_or_its_guards(people: People, name: str, sql: str) -> None:
    assert is_refused(people.of(name), sql)


def test_trader_writes_the_own_challenges_and_nobody_elses(people: People) -> None:
    own, other = new_challenge(people.trader), new_challenge(people.other)

    assert run(people.trader, "UPDATE challenges SET archived_at = '2026-01-01 00:00:00' WHERE id = :id", {"id": own})
    assert is_refused(
        people.trader, "UPDATE challenges SET archived_at = '2026-01-01 00:00:00' WHERE id = :id", {"id": other}
    )
    assert is_refused(people.trader, NEW_CHALLENGE, {"id": str(uuid4()), "user_id": id_of(people.other)})
    for event_type in ("TRADE_EXECUTED", "NOTE_ADDED", "DAILY_PNL_CALCULATED"):
        assert may_insert_event(people.trader, own, event_type)
        assert not may_insert_event(people.trader, other, event_type)
    trade = (
        "INSERT INTO trades (challenge_id, trade_id, symbol, side, quantity, price, realized_pnl, executed_at,"
        " sequence_number) VALUES (:challenge_id, '1', 'EURUSD', 'BUY', 1, 1, 1, '2026-01-01 00:00:00', 1)"
    )
    assert is_refused(people.trader, trade, {"challenge_id": other})
    assert is_refused(people.admin, trade, {"challenge_id": other})
    assert run(people.trader, trade, {"challenge_id": own}) == 1


@pytest.mark.parametrize("event_type", ["FUNDING_APPROVED", "FUNDING_REJECTED"])
def test_decision_bears_the_name_of_the_administrator_who_makes_it_and_is_never_about_the_own_challenge(
    people: People, event_type: str
) -> None:
    challenge_id = new_challenge(people.trader)
    for name in EVERYBODY:
        handle, decides = people.of(name), name in {"admin", "second_admin", "superadmin"}
        assert may_insert_event(handle, challenge_id, event_type, id_of(handle)) == decides
        assert not may_insert_event(handle, challenge_id, event_type, str(uuid4()))
    assert not may_insert_event(people.admin, challenge_id, event_type, id_of(people.second_admin))
    promoted = change_role(people.superadmin, id_of(people.trader), Role.ADMIN)
    handle = begin_session(people.nobody, promoted.id, Role.ADMIN)
    assert not may_insert_event(handle, challenge_id, event_type, promoted.id)
    assert may_insert_event(people.second_admin, challenge_id, event_type, id_of(people.second_admin))


def test_administrator_opens_nothing_but_the_next_phase_of_somebody_else(people: People) -> None:
    first, second = new_challenge(people.trader), new_challenge(people.other)
    following = NEW_CHALLENGE.replace("(id,", "(previous_challenge_id, id,").replace("(:id,", "(:previous, :id,")

    assert is_refused(people.admin, NEW_CHALLENGE, {"id": str(uuid4()), "user_id": id_of(people.trader)})
    assert is_refused(
        people.auditor, following, {"id": str(uuid4()), "user_id": id_of(people.other), "previous": second}
    )
    assert is_refused(people.admin, following, {"id": str(uuid4()), "user_id": id_of(people.admin), "previous": first})
    assert run(people.admin, following, {"id": str(uuid4()), "user_id": id_of(people.trader), "previous": first}) == 1


@pytest.mark.parametrize("event_type", ["CHALLENGE_FUNDED", "PAYMENT_STATUS_CHANGED"])
def test_trader_forges_neither_a_funding_nor_a_payment(people: People, event_type: str) -> None:
    challenge_id = new_challenge(people.trader)

    assert not may_insert_event(people.trader, challenge_id, event_type)
    assert not may_insert_event(people.auditor, challenge_id, event_type)
    assert may_insert_event(people.admin, challenge_id, event_type)


@pytest.mark.parametrize("event_type", ["TRADE_EXECUTED", "EQUITY_RECORDED", "BALANCE_ADJUSTED"])
def test_administrator_records_no_rows(people: People, event_type: str) -> None:
    assert not may_insert_event(people.admin, new_challenge(people.trader), event_type)


def test_nobody_records_the_own_payment(people: People) -> None:
    payment = "INSERT INTO payments (user_id, provider, amount, currency) VALUES (:user_id, 'MOCK', 10, 'USD')"

    assert run(people.admin, payment, {"user_id": id_of(people.trader)}) == 1
    assert is_refused(people.admin, payment, {"user_id": id_of(people.admin)})
    assert is_refused(people.trader, payment, {"user_id": id_of(people.trader)})
    assert is_refused(people.auditor, payment, {"user_id": id_of(people.trader)})


def test_alert_names_whoever_handles_it_and_a_trader_only_acknowledges_the_own(people: People) -> None:
    alert = (
        "INSERT INTO risk_alerts (id, challenge_id, user_id, alert_type, severity, title, message)"
        " VALUES (:id, :challenge_id, :user_id, 'TEST', 'LOW', 'Title', 'Message')"
    )
    own, other = str(uuid4()), str(uuid4())
    for handle, alert_id in ((people.trader, own), (people.other, other)):
        values = {"id": alert_id, "challenge_id": new_challenge(handle), "user_id": id_of(handle)}
        assert run(handle, alert, values) == 1
    acknowledge = (
        "UPDATE risk_alerts SET status = 'ACKNOWLEDGED', acknowledged_at = '2099-01-01 00:00:00',"
        " acknowledged_by = :by WHERE id = :id"
    )
    resolve = (
        "UPDATE risk_alerts SET status = 'RESOLVED', resolved_at = '2099-01-01 00:00:00',"
        " resolved_by = :by WHERE id = :id"
    )

    assert is_refused(people.trader, acknowledge, {"id": other, "by": id_of(people.trader)})
    assert is_refused(people.trader, acknowledge, {"id": own, "by": id_of(people.admin)})
    assert is_refused(people.trader, resolve, {"id": own, "by": id_of(people.trader)})
    assert run(people.trader, acknowledge, {"id": own, "by": id_of(people.trader)}) == 1
    assert is_refused(people.auditor, resolve, {"id": own, "by": id_of(people.auditor)})
    assert is_refused(people.admin, resolve, {"id": own, "by": id_of(people.second_admin)})
    assert run(people.admin, resolve, {"id": own, "by": id_of(people.admin)}) == 1


@pytest.mark.parametrize("name", EVERYBODY)
def test_password_is_changed_by_its_owner_alone(people: People, name: str) -> None:
    handle = people.of(name)
    change = "UPDATE users SET password_hash = :hash WHERE id = :id"
    hashed = password_hash()

    assert run(handle, change, {"hash": hashed, "id": id_of(handle)}) == 1
    for other in EVERYBODY:
        if other != name:
            assert is_refused(handle, change, {"hash": hashed, "id": id_of(people.of(other))})


def test_roles_and_status_are_changed_by_rank(people: People) -> None:
    trader, admin = {"id": id_of(people.trader)}, {"id": id_of(people.admin)}
    suspend, promote = (
        "UPDATE users SET status = 'SUSPENDED' WHERE id = :id",
        "UPDATE users SET role = 'ADMIN' WHERE id = :id",
    )

    for name in ("trader", "other", "auditor"):
        assert is_refused(people.of(name), suspend, admin)
        assert is_refused(people.of(name), promote, {"id": id_of(people.of(name))})
    assert is_refused(people.second_admin, suspend, admin)
    assert is_refused(people.second_admin, promote, trader)
    assert is_refused(people.admin, suspend, admin)
    assert run(people.second_admin, suspend, trader) == 1
    assert run(people.superadmin, promote, {"id": id_of(people.other)}) == 1
    assert run(people.superadmin, suspend, {"id": id_of(people.second_admin)}) == 1
    assert is_refused(people.superadmin, suspend, {"id": id_of(people.superadmin)})


def test_administrator_inserts_traders_only(people: People) -> None:
    new = "INSERT INTO users (email, password_hash, role) VALUES (:email, '!', :role)"

    assert run(people.admin, new, {"email": "one@example.org", "role": "USER"}) == 1
    assert is_refused(people.admin, new, {"email": "two@example.org", "role": "AUDITOR"})
    assert run(people.superadmin, new, {"email": "three@example.org", "role": "ADMIN"}) == 1
    assert is_refused(people.trader, new, {"email": "four@example.org", "role": "USER"})


def test_last_super_administrator_stays_whoever_asks(people: People) -> None:
    demote = "UPDATE users SET role = 'ADMIN' WHERE id = :id"

    with pytest.raises(DatabaseError, match="last super-administrator"):
        run(people.nobody, demote, {"id": id_of(people.superadmin)}, Acting(Authority.SET_UP))


@pytest.mark.parametrize("name", EVERYBODY)
def test_audit_log_is_written_in_the_own_name(people: People, name: str) -> None:
    entry = (
        "INSERT INTO audit_log (stream, sequence_number, actor_id, action, occurred_at)"
        " VALUES (:stream, 1, :actor_id, 'TEST', '2026-01-01 00:00:00')"
    )
    own = id_of(people.of(name))
    other = id_of(people.admin if name != "admin" else people.trader)

    assert is_refused(people.of(name), entry, {"stream": other, "actor_id": other})
    assert is_refused(people.of(name), entry, {"stream": own, "actor_id": None})
    assert run(people.of(name), entry, {"stream": own, "actor_id": own}) == 1


@pytest.mark.parametrize("name", EVERYBODY)
@pytest.mark.parametrize(
    "sql", ["DELETE FROM settings", "UPDATE users SET version = version", "CREATE TEMP TABLE x (y)"]
)
def test_reading_connection_writes_nothing_whoever_reads(people: People, name: str, sql: str) -> None:
    with people.of(name).reading() as reading, pytest.raises(DatabaseError):
        reading.core.execute(text(sql))


def test_every_guard_of_a_replica_spares_a_pull_and_nobody_else() -> None:
    conditions = REPLICA_GUARDS.count("\nWHEN ")
    assert conditions == REPLICA_GUARDS.count("CREATE TEMP TRIGGER") > 20
    assert conditions == REPLICA_GUARDS.count("\nWHEN (SELECT authority FROM temp.acting) <> 'PULL' AND (")
    assert "'PULL'" not in ROW_GUARDS
