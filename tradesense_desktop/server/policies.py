"""Policies of a firm: set on its server for everybody."""

from typing import Any

from psycopg.types.json import Jsonb

from tradesense_desktop.server.connection import ServerConnection


def set_policy(connection: ServerConnection, name: str, value: Any) -> None:
    """Set a setting of the firm to a JSON value, and have it written down; the same value again changes nothing."""
    connection.execute("SELECT ts_api.set_policy(%s, %s)", (name, Jsonb(value)))
