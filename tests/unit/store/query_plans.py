"""How SQLite would find the rows of a statement, in its own words."""

from typing import Any

from sqlalchemy import Select

from tradesense_desktop.store.prepared import Prepared
from tradesense_desktop.store.transaction import Reading


def plan_of(reading: Reading, statement: Prepared | Select[Any], **parameters: Any) -> str:
    """The lines of EXPLAIN QUERY PLAN."""
    prepared = statement if isinstance(statement, Prepared) else Prepared(statement)
    rows = prepared.execute(reading, parameters, before="EXPLAIN QUERY PLAN ").fetchall()
    return "\n".join(row[3] for row in rows)
