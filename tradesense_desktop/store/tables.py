"""The tables as SQLAlchemy Core sees them: names and types only.

Constraints, triggers and indexes have their one home in schema/tradesense_schema_sqlite.sql; nothing is ever created
from here. A test compares the columns with those of a real store.
"""

from typing import Any

from sqlalchemy import Column, FetchedValue, Integer, MetaData, Table, Text

from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.payment import PaymentProvider, PaymentStatus
from tradesense_desktop.domain.people import Role, UserStatus
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.store.column_types import (
    EXACT_DECIMAL,
    INSTANT,
    JSON_TEXT,
    TRADING_DATE,
    enumerated,
)

metadata = MetaData()


def _text(name: str) -> Column[str]:
    return Column(name, Text)


def _integer(name: str) -> Column[int]:
    return Column(name, Integer)


def _decimal(name: str) -> Column[Any]:
    return Column(name, EXACT_DECIMAL)


def _instant(name: str) -> Column[Any]:
    return Column(name, INSTANT)


def _json(name: str) -> Column[Any]:
    return Column(name, JSON_TEXT)


users = Table(
    "users",
    metadata,
    Column("id", Text, primary_key=True),
    _text("email"),
    _text("password_hash"),
    Column("role", enumerated(Role)),
    Column("status", enumerated(UserStatus)),
    _instant("created_at"),
    _instant("updated_at"),
    _instant("last_login_at"),
    _instant("deleted_at"),
    _text("deleted_reason"),
    _json("metadata"),
    _integer("version"),
    _text("db_role"),
)

challenges = Table(
    "challenges",
    metadata,
    Column("id", Text, primary_key=True),
    _text("user_id"),
    _text("challenge_type"),
    _text("currency"),
    _decimal("initial_balance"),
    _decimal("max_daily_drawdown_percent"),
    _decimal("max_total_drawdown_percent"),
    _decimal("profit_target_percent"),
    _decimal("current_balance"),
    _decimal("floating_pnl"),
    _decimal("current_equity"),
    _decimal("max_equity_ever"),
    _decimal("daily_start_equity"),
    _decimal("daily_max_equity"),
    _decimal("daily_min_equity"),
    Column("trading_date", TRADING_DATE),
    _integer("total_trades"),
    _decimal("total_pnl"),
    _decimal("outside_money"),
    _decimal("adjustments_total"),
    _decimal("win_rate"),
    _decimal("avg_trade_pnl"),
    Column("status", enumerated(ChallengeStatus)),
    _instant("created_at"),
    _instant("updated_at"),
    _instant("started_at"),
    _instant("ended_at"),
    _instant("last_trade_at"),
    _text("failure_reason"),
    _instant("profit_target_reached_at"),
    _instant("funded_at"),
    _text("previous_challenge_id"),
    _text("writer_device_id"),
    _instant("archived_at"),
    _json("rules_config"),
    _json("rule_state"),
    _json("metadata"),
    _integer("version"),
)

trades = Table(
    "trades",
    metadata,
    Column("id", Text, primary_key=True),
    _text("challenge_id"),
    _text("trade_id"),
    _text("symbol"),
    Column("side", enumerated(Side)),
    _decimal("quantity"),
    _decimal("price"),
    _decimal("realized_pnl"),
    _decimal("commission"),
    _instant("executed_at"),
    _instant("created_at"),
    _integer("sequence_number"),
    _text("external_trade_id"),
    _text("position_id"),
    _instant("opened_at"),
    _decimal("open_price"),
    _json("metadata"),
)

challenge_events = Table(
    "challenge_events",
    metadata,
    Column("id", Text, primary_key=True),
    _text("challenge_id"),
    _text("event_type"),
    _text("event_version"),
    _integer("sequence_number"),
    _json("event_data"),
    _text("description"),
    _text("user_friendly_message"),
    _instant("occurred_at"),
    _instant("recorded_at"),
    _text("correlation_id"),
    _text("causation_id"),
    _json("metadata"),
    _text("metadata_commitment"),
    _text("previous_hash"),
    _text("hash"),
)

risk_alerts = Table(
    "risk_alerts",
    metadata,
    Column("id", Text, primary_key=True),
    _text("challenge_id"),
    _text("user_id"),
    _text("alert_type"),
    Column("severity", enumerated(AlertSeverity)),
    _text("title"),
    _text("message"),
    _json("alert_data"),
    Column("status", enumerated(AlertStatus)),
    _instant("acknowledged_at"),
    _text("acknowledged_by"),
    _instant("resolved_at"),
    _text("resolved_by"),
    _text("recommended_actions"),
    _decimal("threshold_breached"),
    _instant("created_at"),
    _instant("updated_at"),
    _text("correlation_id"),
    _text("rule_id"),
    _json("metadata"),
)

payments = Table(
    "payments",
    metadata,
    Column("id", Text, primary_key=True),
    _text("user_id"),
    _text("challenge_id"),
    Column("provider", enumerated(PaymentProvider)),
    _text("provider_payment_id"),
    _text("provider_transaction_id"),
    _text("external_payment_id"),
    _decimal("amount"),
    _text("currency"),
    _decimal("fee"),
    Column("status", enumerated(PaymentStatus)),
    _instant("status_updated_at"),
    _instant("initiated_at"),
    _instant("processing_started_at"),
    _instant("processed_at"),
    _instant("completed_at"),
    _instant("settled_at"),
    _instant("failed_at"),
    _text("failure_reason"),
    _integer("retry_count"),
    _decimal("refund_amount"),
    _instant("refunded_at"),
    _json("webhook_data"),
    _json("provider_metadata"),
    _json("provider_response"),
    _instant("created_at"),
    _instant("updated_at"),
    _json("metadata"),
)

data_keys = Table(
    "data_keys",
    metadata,
    Column("id", Text, primary_key=True),
    _text("user_id"),
    _text("algorithm"),
    _text("outer_key_id"),
    _text("wrapped_key"),
    _instant("created_at"),
    _instant("updated_at"),
    _instant("destroyed_at"),
)

command_results = Table(
    "command_results",
    metadata,
    Column("id", Text, primary_key=True, server_default=FetchedValue()),
    _text("command_id"),
    _text("command_type"),
    _text("actor_id"),
    _text("challenge_id"),
    _instant("issued_at"),
    _instant("recorded_at"),
    _json("result"),
)

import_history = Table(
    "import_history",
    metadata,
    Column("id", Text, primary_key=True),
    _text("challenge_id"),
    _text("command_id"),
    _text("file_name"),
    _text("file_sha256"),
    _text("format"),
    _text("time_zone"),
    _integer("trades_read"),
    _integer("trades_added"),
    _integer("trades_after_end"),
    _json("totals"),
    _instant("recorded_at"),
)

settings = Table(
    "settings",
    metadata,
    Column("name", Text, primary_key=True),
    _json("value"),
    _instant("updated_at"),
)

audit_log = Table(
    "audit_log",
    metadata,
    Column("id", Text, primary_key=True),
    _text("stream"),
    _integer("sequence_number"),
    _text("actor_id"),
    _text("action"),
    _text("target_table"),
    _text("target_id"),
    _json("details"),
    _instant("occurred_at"),
    _instant("recorded_at"),
    _text("device_id"),
    _text("previous_hash"),
    _text("hash"),
)

sign_in_attempts = Table(
    "sign_in_attempts",
    metadata,
    Column("id", Text, primary_key=True, server_default=FetchedValue()),
    _text("user_id"),
    _text("email"),
    _integer("accepted"),
    _text("device_id"),
    _instant("attempted_at"),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Text, primary_key=True),
    _text("user_id"),
    _text("device_id"),
    _instant("started_at"),
    _instant("last_seen_at"),
    _instant("expires_at"),
    _instant("ended_at"),
)
