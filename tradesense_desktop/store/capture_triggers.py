"""What the writing connection of a firm's replica notes while a pending command runs: which rows it wrote, in order.

Temporary triggers beside those of row_guards.py; a pull is not noted. `temp.captured` goes back with the rollback that
ends every pending change, and the authorizer lets nobody write it but these triggers.
"""

from typing import Final

CAPTURED: Final = "captured"
CAPTURE_PREFIX: Final = "capture_"
CAPTURED_TABLES: Final = (
    "challenges",
    "trades",
    "challenge_events",
    "risk_alerts",
    "payments",
    "command_results",
    "import_history",
    "audit_log",
)
_CHANGING: Final = frozenset({"challenges", "risk_alerts", "payments"})
"""Tables whose rows a command changes; the others are only added to."""

# `version` is that of a challenge before the command, null for a row that is new.
_TABLE: Final = """
CREATE TEMP TABLE captured (
    place INTEGER PRIMARY KEY, of_table TEXT NOT NULL, row_id INTEGER NOT NULL, version INTEGER,
    UNIQUE (of_table, row_id)
);
"""


def _trigger(table: str, verb: str) -> str:
    version = "OLD.version" if (table, verb) == ("challenges", "UPDATE") else "NULL"
    return f"""
CREATE TEMP TRIGGER {CAPTURE_PREFIX}{table}_{verb.lower()} AFTER {verb} ON main.{table}
WHEN (SELECT authority FROM temp.acting) <> 'PULL'
BEGIN
    INSERT INTO captured (of_table, row_id, version) SELECT '{table}', NEW.rowid, {version}
    WHERE NOT EXISTS (SELECT 1 FROM captured WHERE of_table = '{table}' AND row_id = NEW.rowid);
END;
"""  # noqa: S608 - names of our own


CAPTURE_TRIGGERS: Final = _TABLE + "".join(
    _trigger(table, verb)
    for table in CAPTURED_TABLES
    for verb in ("INSERT", "UPDATE")
    if verb == "INSERT" or table in _CHANGING
)
"""A script that the writing connection of a replica runs once, after its row guards."""
