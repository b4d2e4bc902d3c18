"""Whether a replica is what its person may see on the server: row by row, read with the person's own login."""

import json
from contextlib import closing
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

from psycopg import sql

from tests.firm_server import FirmPerson, FirmServer
from tests.sync.firm_histories import stored
from tradesense_desktop.domain.money import decimal_text
from tradesense_desktop.domain.replicated import REPLICATED, Kind, ReplicatedTable
from tradesense_desktop.store.drivers import STORE_NAME

HIDDEN = "@hidden.invalid"


def assert_replica_equals(firm: FirmServer, person: FirmPerson, folder: Path) -> int:
    """Every table equals; the number of challenges that were compared."""
    compared = {}
    for table in REPLICATED if person.role != "USER" else REPLICATED[:-1]:
        there, here = server_rows(firm, person, table), replica_rows(folder / STORE_NAME, table)
        assert here == there, table.name
        compared[table.name] = len(there)
    return compared["challenges"]


def server_rows(firm: FirmServer, person: FirmPerson, table: ReplicatedTable) -> dict[Any, tuple[Any, ...]]:
    """What the person reads of a table, by its first column."""
    query = sql.SQL("SELECT {} FROM public.{}").format(
        sql.SQL(", ").join(map(sql.Identifier, table.names)), sql.Identifier(table.name)
    )
    with closing(firm.connect_as(person)) as connection:
        rows = [tuple(map(_plain, row)) for row in connection.execute(query)]
    return {row[0]: row for row in rows}


def replica_rows(store: Path, table: ReplicatedTable) -> dict[Any, tuple[Any, ...]]:
    """What stands in the replica; without stubs of people, and without what it notes of itself."""
    rows = [
        tuple(_as_sent(kind, value) for (_, kind), value in zip(table.columns, row, strict=True))
        for row in stored(store, f"SELECT {', '.join(table.names)} FROM {table.name}")
    ]
    if table.name == "users":
        rows = [row for row in rows if not str(row[1]).endswith(HIDDEN)]
    if table.name == "settings":
        rows = [row for row in rows if not str(row[0]).startswith("replica/")]
    return {row[0]: row for row in rows}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return decimal_text(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(" ", "microseconds")[:26]
    if isinstance(value, UUID | date):
        return str(value)
    return value


def _as_sent(kind: Kind, value: Any) -> Any:
    if value is None:
        return None
    if kind is Kind.DECIMAL:
        return decimal_text(Decimal(f"{value:.15g}"))
    return json.loads(value) if kind is Kind.JSON else value
