"""What a database says about itself, in the words of both catalogues."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tests.both_databases import Database


@dataclass(frozen=True, slots=True)
class Index:
    """An index: its table, whether it is unique, whether it has a WHERE, and its columns (an expression is "")."""

    table: str
    unique: bool
    partial: bool
    columns: tuple[str, ...]


ORIGINAL_TABLES: Final = ("users", "challenges", "trades", "challenge_events", "payments", "risk_alerts", "audit_log")

NAMED_INDEXES: Final[Mapping[str, str]] = {
    "idx_users_email_active": "users",
    "idx_users_role_status": "users",
    "idx_users_created_at": "users",
    "idx_users_status": "users",
    "idx_challenges_user_id": "challenges",
    "idx_challenges_status": "challenges",
    "idx_challenges_user_status": "challenges",
    "idx_challenges_created_at": "challenges",
    "idx_challenges_trading_date": "challenges",
    "idx_challenges_last_trade_at": "challenges",
    "idx_challenges_active_equity": "challenges",
    "idx_challenges_id_version": "challenges",
    "idx_challenges_funding_queue": "challenges",
    "idx_trades_challenge_id": "trades",
    "idx_trades_challenge_executed_at": "trades",
    "idx_trades_challenge_sequence": "trades",
    "idx_trades_executed_at": "trades",
    "idx_trades_symbol": "trades",
    "idx_trades_challenge_sequence_lock": "trades",
    "idx_challenge_events_challenge_id": "challenge_events",
    "idx_challenge_events_challenge_sequence": "challenge_events",
    "idx_challenge_events_type": "challenge_events",
    "idx_challenge_events_occurred_at": "challenge_events",
    "idx_challenge_events_correlation_id": "challenge_events",
    "idx_events_trade_executed": "challenge_events",
    "idx_events_challenge_sequence_lock": "challenge_events",
    "idx_payments_user_id": "payments",
    "idx_payments_challenge_id": "payments",
    "idx_payments_provider_payment_id": "payments",
    "idx_payments_status": "payments",
    "idx_payments_provider_status": "payments",
    "idx_payments_initiated_at": "payments",
    "idx_payments_pending_webhooks": "payments",
    "idx_payments_provider_lock": "payments",
    "idx_risk_alerts_challenge_id": "risk_alerts",
    "idx_risk_alerts_user_id": "risk_alerts",
    "idx_risk_alerts_type_severity": "risk_alerts",
    "idx_risk_alerts_status": "risk_alerts",
    "idx_risk_alerts_created_at": "risk_alerts",
    "idx_risk_alerts_correlation_id": "risk_alerts",
    "idx_risk_alerts_active": "risk_alerts",
    "idx_risk_alerts_severity": "risk_alerts",
}
UNIQUE_INDEXES: Final = (
    "idx_users_email_active",
    "idx_challenges_id_version",
    "idx_trades_challenge_sequence_lock",
    "idx_events_challenge_sequence_lock",
    "idx_payments_provider_lock",
)
PARTIAL_INDEXES: Final = (
    "idx_users_email_active",
    "idx_users_role_status",
    "idx_users_status",
    "idx_challenges_last_trade_at",
    "idx_challenges_active_equity",
    "idx_challenges_funding_queue",
    "idx_challenge_events_correlation_id",
    "idx_events_trade_executed",
    "idx_payments_challenge_id",
    "idx_payments_provider_payment_id",
    "idx_payments_pending_webhooks",
    "idx_payments_provider_lock",
    "idx_risk_alerts_challenge_id",
    "idx_risk_alerts_user_id",
    "idx_risk_alerts_correlation_id",
    "idx_risk_alerts_active",
)
# A name that may be given up, for what it would repeat: its columns then begin another index (schema/README.md says which).
REPEATED_INDEXES: Final[Mapping[str, tuple[str, ...]]] = {
    "idx_trades_challenge_id": ("challenge_id",),
    "idx_trades_challenge_sequence": ("challenge_id", "sequence_number"),
    "idx_challenge_events_challenge_id": ("challenge_id",),
    "idx_challenge_events_challenge_sequence": ("challenge_id", "sequence_number"),
    "idx_challenges_user_id": ("user_id",),
    "idx_payments_provider_payment_id": ("provider", "provider_payment_id"),
}

_POSTGRESQL_INDEXES = """
SELECT index_class.relname, table_class.relname, i.indisunique, i.indpred IS NOT NULL,
    (SELECT string_agg(coalesce(a.attname, ''), ',' ORDER BY k.place)
     FROM unnest(i.indkey) WITH ORDINALITY AS k(number, place)
     LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.number AND k.number > 0)
FROM pg_index i
JOIN pg_class index_class ON index_class.oid = i.indexrelid
JOIN pg_class table_class ON table_class.oid = i.indrelid
WHERE table_class.relnamespace = 'public'::regnamespace AND NOT table_class.relispartition
"""


def indexes(database: Database) -> dict[str, Index]:
    """Every index by name."""
    if database.dialect == "postgresql":
        rows = database.execute(_POSTGRESQL_INDEXES)
        return {row[0]: Index(row[1], row[2], row[3], tuple(row[4].split(","))) for row in rows}
    found = {}
    for (table,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'"):
        listed = database.execute('SELECT name, "unique", partial FROM pragma_index_list(?)', table)
        for name, unique, partial in listed:
            columns = database.execute("SELECT name FROM pragma_index_info(?) ORDER BY seqno", name)
            found[name] = Index(table, bool(unique), bool(partial), tuple(column or "" for (column,) in columns))
    return found


def is_partitioned(database: Database) -> bool:
    """Whether this is the form for growth, in which an id of a trade or an event is a key within its challenge only."""
    if database.dialect == "sqlite":
        return False
    return database.execute("SELECT relkind::text FROM pg_class WHERE oid = 'trades'::regclass") == [("p",)]


def tables(database: Database) -> set[str]:
    """The names of the ordinary tables."""
    if database.dialect == "postgresql":
        rows = database.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition"
        )
    else:
        rows = database.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'")
    return {name for (name,) in rows}


def columns(database: Database, table: str) -> list[tuple[str, bool]]:
    """Names of the columns in order, and whether each may be null."""
    if database.dialect == "postgresql":
        rows = database.execute(
            "SELECT attname, NOT attnotnull FROM pg_attribute WHERE attrelid = ?::text::regclass AND attnum > 0"
            " AND NOT attisdropped ORDER BY attnum",
            f'public."{table}"',
        )
    else:
        rows = database.execute('SELECT name, NOT ("notnull" OR pk) FROM pragma_table_info(?) ORDER BY cid', table)
    return [(name, bool(nullable)) for name, nullable in rows]


def foreign_keys(database: Database) -> set[tuple[str, tuple[str, ...], str]]:
    """Table, columns and the table referred to."""
    if database.dialect == "postgresql":
        rows = database.execute(
            "SELECT c.conrelid::regclass::text, c.confrelid::regclass::text, (SELECT string_agg(a.attname, ',' ORDER BY k.place)"
            " FROM unnest(c.conkey) WITH ORDINALITY AS k(number, place)"
            " JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.number)"
            " FROM pg_constraint c WHERE c.contype = 'f' AND c.connamespace = 'public'::regnamespace AND c.conparentid = 0"
            " AND NOT (SELECT relispartition FROM pg_class WHERE oid = c.conrelid)"
        )
        return {(table, tuple(names.split(",")), other) for table, other, names in rows}
    found: dict[tuple[str, int], tuple[str, list[str]]] = {}
    for table in tables(database):
        for number, _, other, name in database.execute(
            'SELECT id, seq, "table", "from" FROM pragma_foreign_key_list(?) ORDER BY id, seq', table
        ):
            found.setdefault((table, number), (other, []))[1].append(name)
    return {(table, tuple(names), other) for (table, _), (other, names) in found.items()}


def triggers(database: Database) -> dict[str, str]:
    """Name of each trigger and its table."""
    if database.dialect == "postgresql":
        rows = database.execute(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal AND tgparentid = 0"
            " AND NOT (SELECT relispartition FROM pg_class WHERE oid = tgrelid)"
        )
    else:
        rows = database.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    return dict(rows)


def view_columns(database: Database, view: str) -> list[str]:
    """Names of the columns of a view, in order."""
    if database.dialect == "postgresql":
        return [name for name, _ in columns(database, view)]
    return [name for (name,) in database.execute("SELECT name FROM pragma_table_info(?) ORDER BY cid", view)]
