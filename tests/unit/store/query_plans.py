"""How SQLite would find the rows of a statement, in its own words."""

from typing import Any

from sqlalchemy import Select
from sqlalchemy.dialects.sqlite import dialect

from tradesense_desktop.store.transaction import Reading


def plan_of(reading: Reading, statement: Select[Any], **parameters: Any) -> str:
    """The lines of EXPLAIN QUERY PLAN."""
    compiled = statement.compile(dialect=dialect())
    values = compiled.construct_params(parameters)
    bound = tuple(values[name] for name in compiled.positiontup or ())
    rows = reading.driver.execute(f"EXPLAIN QUERY PLAN {compiled}", bound).fetchall()
    return "\n".join(row[3] for row in rows)
