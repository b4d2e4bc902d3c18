"""What stands in the catalogues: the promised numbers and names, and one logical design on both databases."""

from pathlib import Path

import pytest

from tests.both_databases import Database, value
from tests.database.catalogue import (
    NAMED_INDEXES,
    ORIGINAL_TABLES,
    PARTIAL_INDEXES,
    REPEATED_INDEXES,
    UNIQUE_INDEXES,
    columns,
    foreign_keys,
    indexes,
    is_partitioned,
    tables,
    triggers,
    view_columns,
)

README = Path(__file__).parents[2] / "schema" / "README.md"

COLUMNS = {
    "users": "id email password_hash role status created_at updated_at last_login_at deleted_at deleted_reason metadata"
    " version db_role",
    "challenges": "id user_id challenge_type currency initial_balance max_daily_drawdown_percent"
    " max_total_drawdown_percent profit_target_percent current_balance floating_pnl current_equity max_equity_ever"
    " daily_start_equity daily_max_equity daily_min_equity trading_date total_trades total_pnl outside_money"
    " adjustments_total win_rate avg_trade_pnl status created_at updated_at started_at ended_at last_trade_at"
    " failure_reason profit_target_reached_at funded_at previous_challenge_id writer_device_id archived_at rules_config"
    " rule_state metadata version",
    "trades": "id challenge_id trade_id symbol side quantity price realized_pnl commission executed_at created_at"
    " sequence_number external_trade_id position_id opened_at open_price metadata",
    "challenge_events": "id challenge_id event_type event_version sequence_number event_data description"
    " user_friendly_message occurred_at recorded_at correlation_id causation_id metadata metadata_commitment"
    " previous_hash hash",
    "payments": "id user_id challenge_id provider provider_payment_id provider_transaction_id external_payment_id"
    " amount currency fee status status_updated_at initiated_at processing_started_at processed_at completed_at"
    " settled_at failed_at failure_reason retry_count refund_amount refunded_at webhook_data provider_metadata"
    " provider_response created_at updated_at metadata",
    "risk_alerts": "id challenge_id user_id alert_type severity title message alert_data status acknowledged_at"
    " acknowledged_by resolved_at resolved_by recommended_actions threshold_breached created_at updated_at"
    " correlation_id rule_id metadata",
    "audit_log": "id sequence_number actor_id action target_table target_id details occurred_at recorded_at device_id"
    " previous_hash hash",
}

ANALYTICS = (
    "id user_id challenge_type status initial_balance current_equity max_equity_ever profit_percentage"
    " drawdown_percentage total_trades total_pnl daily_start_equity daily_max_equity daily_min_equity"
    " daily_drawdown_used created_at started_at ended_at last_trade_at trading_hours total_volume win_rate"
    " avg_trade_size"
)

# The outbox is the device's; sync_ tables are the server's (spec/sync.md).
OWN_TABLES = {"outbox", "sync_stream", "sync_log", "sync_device", "sync_op"}

# PostgreSQL fills these before the row is stored. SQLite can only do so after an INSERT, so there they may be null for
# as long as a statement lasts; tests of their tables show that they never stay so.
FILLED = {
    ("challenges", "current_balance"),
    ("challenge_events", "previous_hash"),
    ("challenge_events", "hash"),
    ("audit_log", "previous_hash"),
    ("audit_log", "hash"),
}


@pytest.mark.parametrize("table", COLUMNS)
def test_table_has_every_column_of_the_specification(both: Database, table: str) -> None:
    present = [name for name, _ in columns(both, table)]

    assert [name for name in COLUMNS[table].split() if name not in present] == []


@pytest.mark.parametrize(
    "table",
    ["log_leaves", "checkpoints", "data_keys", "command_results", "import_history", "replica_apply", "sessions"],
)
def test_further_table_stands(both: Database, table: str) -> None:
    assert table in tables(both)


def test_view_has_the_columns_of_the_specification_in_order(both: Database) -> None:
    assert view_columns(both, "challenge_performance_analytics") == ANALYTICS.split()


def test_both_databases_have_the_same_tables_columns_and_nullability(sqlite: Database, postgresql: Database) -> None:
    ours, theirs = tables(sqlite) - OWN_TABLES, tables(postgresql) - OWN_TABLES

    assert ours == theirs
    for table in sorted(ours):
        found = [(name, nullable and (table, name) not in FILLED) for name, nullable in columns(sqlite, table)]
        assert found == columns(postgresql, table), table


def test_both_databases_have_the_same_foreign_keys(sqlite: Database, postgresql: Database) -> None:
    ours, theirs = (
        {key for key in foreign_keys(database) if key[0] not in OWN_TABLES} for database in (sqlite, postgresql)
    )
    if is_partitioned(postgresql):  # a partitioned table has no global id that could be referred to
        ours.remove(("log_leaves", ("event_id",), "challenge_events"))

    assert ours == theirs


def test_both_databases_have_the_same_named_indexes(sqlite: Database, postgresql: Database) -> None:
    ours, theirs = (
        {name: index for name, index in indexes(database).items() if name.startswith("idx_")}
        for database in (sqlite, postgresql)
    )
    for name in ("idx_challenge_events_data_gin", "idx_challenge_leaderboard_id"):
        theirs.pop(name, None)

    for name in sorted(ours.keys() | theirs.keys()):
        if (ours.get(name) or theirs[name]).table not in OWN_TABLES:
            assert ours.get(name) == theirs.get(name), name


def test_both_databases_have_the_same_views(sqlite: Database, postgresql: Database) -> None:
    for view in ("challenge_performance_analytics", "challenge_leaderboard"):
        assert view_columns(sqlite, view) == view_columns(postgresql, view) != []


def test_leaderboard_is_materialized_in_postgresql_only(sqlite: Database, postgresql: Database) -> None:
    assert value(sqlite, "SELECT type FROM sqlite_master WHERE name = 'challenge_leaderboard'") == "view"
    assert value(postgresql, "SELECT relkind FROM pg_class WHERE relname = 'challenge_leaderboard'") in {"m", b"m"}


@pytest.mark.parametrize("name", NAMED_INDEXES)
def test_index_of_the_specification_stands_or_is_another_s_beginning(both: Database, name: str) -> None:
    present = indexes(both)
    if name in present:
        assert present[name].table == NAMED_INDEXES[name]
        return

    wanted = REPEATED_INDEXES[name]
    same_table = [index for index in present.values() if index.table == NAMED_INDEXES[name] and not index.partial]
    if "payments" in name:
        same_table = [index for index in present.values() if index.table == "payments"]
    assert any(index.columns[: len(wanted)] == wanted for index in same_table)
    assert name in README.read_text(encoding="utf-8"), f"schema/README.md does not say what became of {name}"


@pytest.mark.parametrize("name", UNIQUE_INDEXES)
def test_index_is_unique(both: Database, name: str) -> None:
    assert indexes(both)[name].unique


@pytest.mark.parametrize("name", PARTIAL_INDEXES)
def test_index_is_partial(both: Database, name: str) -> None:
    present = indexes(both)
    if name in REPEATED_INDEXES and name not in present:
        return  # the test of its name says what it became
    assert present[name].partial


def test_event_data_has_a_gin_index(postgresql: Database) -> None:
    definition = value(postgresql, "SELECT indexdef FROM pg_indexes WHERE indexname = 'idx_challenge_events_data_gin'")

    assert "USING gin" in definition


def test_postgresql_s_catalogues_show_the_promised_numbers(postgresql: Database) -> None:
    present = indexes(postgresql)
    kinds = dict(
        postgresql.execute(
            "SELECT constraint_type, COUNT(*) FROM information_schema.table_constraints"
            " WHERE table_schema = 'public' GROUP BY constraint_type"
        )
    )
    checks = value(postgresql, "SELECT COUNT(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0")

    assert len(present) >= 40
    assert sum(index.unique for index in present.values()) >= 10
    assert sum(index.partial for index in present.values()) >= 8
    assert sum(len(index.columns) > 1 for index in present.values()) >= 12
    assert checks >= 30
    assert kinds["FOREIGN KEY"] >= 8
    assert kinds["UNIQUE"] >= 10
    assert len(triggers(postgresql)) >= 6


def test_every_table_of_the_design_carries_checks_of_its_own(postgresql: Database) -> None:
    rows = postgresql.execute(
        "SELECT conrelid::regclass::text, COUNT(*) FROM pg_constraint WHERE contype = 'c' AND conrelid <> 0 GROUP BY 1"
    )

    assert set(ORIGINAL_TABLES) <= {table for table, _ in rows}


def test_triggers_of_immutability_have_their_names(sqlite: Database, postgresql: Database) -> None:
    for table in ("trades", "challenge_events"):
        assert triggers(postgresql)[f"trg_{table}_immutable"] == table
        assert triggers(sqlite)[f"trg_{table}_immutable_update"] == table
        assert triggers(sqlite)[f"trg_{table}_immutable_delete"] == table


def test_every_foreign_key_has_an_index(both: Database) -> None:
    present = indexes(both).values()
    missing = [
        (table, names)
        for table, names, _ in foreign_keys(both)
        if not any(index.table == table and index.columns[: len(names)] == names for index in present)
    ]
    if both.dialect == "sqlite":
        primary = {
            (table, (name,))
            for table in tables(both)
            for name, place in both.execute("SELECT name, pk FROM pragma_table_info(?)", table)
            if place == 1
        }
        missing = [one for one in missing if one not in primary]

    assert missing == []


def test_no_row_is_indexed_twice_for_nothing(both: Database) -> None:
    """No plain index is the beginning of another plain one of its table, unless it is unique and so a rule."""
    plain = {name: index for name, index in indexes(both).items() if not index.partial and "" not in index.columns}
    repeated = [
        (name, other)
        for name, index in plain.items()
        for other, longer in plain.items()
        if name != other
        and index.table == longer.table
        and index.table in {"trades", "challenge_events"}
        and longer.columns[: len(index.columns)] == index.columns
        and not index.unique
    ]

    assert repeated == []


def test_no_account_is_shipped(fresh_both: Database) -> None:
    assert value(fresh_both, "SELECT COUNT(*) FROM users") == 0


def test_sqlite_tables_are_ordinary_rowid_tables(sqlite: Database) -> None:
    created = dict(sqlite.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql IS NOT NULL"))

    for table in ORIGINAL_TABLES:
        assert "WITHOUT ROWID" not in created[table].upper()


@pytest.mark.parametrize("table", ORIGINAL_TABLES)
def test_json_columns_are_jsonb(postgresql: Database, table: str) -> None:
    found = postgresql.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_name = ? AND data_type = 'json'", table
    )

    assert found == []


def test_amounts_are_plain_numeric_beneath(postgresql: Database) -> None:
    """numeric(20,8) would round in silence where SQLite refuses."""
    rounded = postgresql.execute(
        "SELECT table_name, column_name FROM information_schema.columns"
        " WHERE table_schema = 'public' AND data_type = 'numeric' AND numeric_scale IS NOT NULL"
    )

    assert rounded == []


def test_instants_are_timestamptz_beneath(postgresql: Database) -> None:
    others = postgresql.execute(
        "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_schema = 'public'"
        " AND (data_type IN ('timestamp without time zone', 'real', 'double precision', 'money', 'json'))"
        " AND table_name IN (SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE')"
    )

    assert others == []


def test_default_of_replica_apply_is_off(both: Database) -> None:
    assert both.execute("SELECT active FROM replica_apply") == [(0,)]
