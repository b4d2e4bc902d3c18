"""Rows of the further tables; see rows.py."""

import hashlib
from typing import Any

from tests.both_databases import Database, value
from tests.database.rows import Columns, add_active_challenge, add_event, add_user, new_id

SHA = "0123456789abcdef" * 4
RECORD_TABLES = ("audit_log", "log_leaves", "checkpoints", "data_keys", "command_results", "import_history")
APPEND_ONLY = ("audit_log", "log_leaves", "checkpoints", "command_results", "import_history")


def audit_columns(stream: str, sequence_number: int = 1, **columns: Any) -> Columns:
    return {
        "id": new_id(),
        "stream": stream,
        "sequence_number": sequence_number,
        "action": "SIGNED_IN",
        "details": '{"method":"password"}',
        "occurred_at": "2026-01-05 10:00:00",
        **columns,
    }


def event_leaf_columns(database: Database, log_index: int = 0, **columns: Any) -> Columns:
    """A leaf of a new event."""
    event = add_event(database, add_active_challenge(database))
    leaf = value(database, "SELECT hash FROM challenge_events WHERE id = ?", event)
    return {"id": new_id(), "log_index": log_index, "kind": "EVENT", "event_id": event, "leaf": leaf, **columns}


def heads_leaf_columns(log_index: int = 0, body: str = "{}", **columns: Any) -> Columns:
    leaf = hashlib.sha256(b"\0" + body.encode()).hexdigest()
    return {"id": new_id(), "log_index": log_index, "kind": "HEADS", "body": body, "leaf": leaf, **columns}


def checkpoint_columns(**columns: Any) -> Columns:
    return {
        "id": new_id(),
        "origin": "tradesense.example/1",
        "tree_size": 7,
        "root": SHA,
        "note": "tradesense.example/1\n7\nAAAA\n\n— tradesense.example/1 AAAA\n",
        "key_id": "tradesense.example/1+0a1b2c3d",
        "source": "SIGNED",
        **columns,
    }


def data_key_columns(user_id: str, **columns: Any) -> Columns:
    return {"id": new_id(), "user_id": user_id, "outer_key_id": "keyring:1", "wrapped_key": "d3JhcHBlZA==", **columns}


def command_columns(**columns: Any) -> Columns:
    return {
        "id": new_id(),
        "command_id": new_id(),
        "command_type": "ExecuteTrades",
        "issued_at": "2026-01-05 10:00:00",
        "result": '{"added":"3"}',
        **columns,
    }


def import_columns(challenge_id: str, **columns: Any) -> Columns:
    return {
        "id": new_id(),
        "challenge_id": challenge_id,
        "command_id": new_id(),
        "file_name": "ReportHistory-1.html",
        "file_sha256": SHA,
        "format": "MetaTrader 5 history (HTML)",
        "time_zone": "Europe/Helsinki",
        "trades_read": 3,
        "trades_added": 3,
        "trades_after_end": 0,
        **columns,
    }


def further_columns(database: Database, table: str) -> Columns:
    """An honest new row of `table`, which collides with nothing."""
    if table == "audit_log":
        return audit_columns(new_id())
    if table == "log_leaves":
        return heads_leaf_columns(value(database, "SELECT COUNT(*) FROM log_leaves"))
    if table == "checkpoints":
        return checkpoint_columns(tree_size=value(database, "SELECT COUNT(*) FROM checkpoints"))
    if table == "data_keys":
        return data_key_columns(add_user(database))
    if table == "command_results":
        return command_columns()
    return import_columns(add_active_challenge(database))
