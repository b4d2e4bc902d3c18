"""Histories on a firm's server, made by the domain: judged in a local workspace and put there row by row.

The superuser puts them, past all policies; the triggers of the schema and of the streams are in force.
"""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from psycopg import Connection, sql
from pysqlite3 import dbapi2

from tests.firm_server import FirmPerson
from tests.integration.histories import history, imported, written
from tests.sqlite_store import make_store, open_store
from tradesense_desktop.domain.replicated import ALERTS, CHALLENGES, EVENTS, IMPORTS, TRADES, ReplicatedTable
from tradesense_desktop.services.open_workspace import open_workspace

ENDED = ("FAILED", "FUNDED")
WINNING = ("100.00", "150.00", "-30.00", "220.50")
LOSING = ("100.00", "-700.00", "-900.00")


def local_history(folder: Path, person: FirmPerson, *profits: str) -> Path:
    """A local store whose only person has the id of `person`, with one imported history in it."""
    folder.mkdir(parents=True)
    return local_import(folder, person, written(folder, history(*profits)), preset="tradesense")


def local_import(folder: Path, person: FirmPerson, statement: Path, **answers: object) -> Path:
    """As `local_history`, of a statement that is there."""
    store = folder / "workspace.sqlite"
    make_store(store)
    with closing(open_store(store)) as connection:
        connection.execute(
            "INSERT INTO users (id, email, password_hash) VALUES (?, 'owner@localhost.invalid', '!')", (person.id,)
        )
    with open_workspace(folder) as workspace:
        imported(workspace, statement, **answers)
    return store


def rows_of(store: Path, table: ReplicatedTable) -> list[tuple[Any, ...]]:
    """The rows of a table of a store, in the order of the table."""
    with closing(open_store(store)) as connection:
        statement = f"SELECT {', '.join(table.names)} FROM {table.name} ORDER BY {', '.join(table.order)}"
        return connection.execute(statement).fetchall()


def put_history(server: Connection[Any], store: Path) -> list[str]:
    """Put everything that a local store holds of its challenges on the server; the ids of the challenges."""
    challenges = rows_of(store, CHALLENGES)
    with server.transaction():
        put(server, CHALLENGES, [_opened(row) for row in challenges])
        for table in (TRADES, EVENTS, ALERTS, IMPORTS):
            put(server, table, rows_of(store, table))
        for row in challenges:
            if row[CHALLENGES.place("status")] in ENDED:
                change(server, CHALLENGES, row[0], row)
    return [row[0] for row in challenges]


def put(server: Connection[Any], table: ReplicatedTable, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert rows as they stand in SQLite, whose texts PostgreSQL reads as they are (the times as UTC)."""
    statement = sql.SQL("INSERT INTO public.{} ({}) VALUES ({})").format(
        sql.Identifier(table.name),
        sql.SQL(", ").join(map(sql.Identifier, table.names)),
        sql.SQL(", ").join(sql.Placeholder() * len(table.names)),
    )
    with server.cursor() as cursor:
        cursor.executemany(statement, [[_text(value) for value in row] for row in rows])


def change(server: Connection[Any], table: ReplicatedTable, row_id: str, row: Sequence[Any]) -> None:
    """Set a row to what it is in SQLite."""
    setting = sql.SQL(", ").join(
        sql.SQL("{} = %s").format(sql.Identifier(name)) for name in table.names if name not in {"id", "updated_at"}
    )
    values = [_text(value) for name, value in zip(table.names, row, strict=True) if name not in {"id", "updated_at"}]
    server.execute(
        sql.SQL("UPDATE public.{} SET {} WHERE id = %s").format(sql.Identifier(table.name), setting), [*values, row_id]
    )


def _opened(row: tuple[Any, ...]) -> tuple[Any, ...]:
    values = dict(zip(CHALLENGES.names, row, strict=True))
    if values["status"] in ENDED:
        values |= {"status": "ACTIVE", "ended_at": None, "failure_reason": None, "funded_at": None}
    return tuple(values.values())


def _text(value: Any) -> Any:
    return f"{value:.15g}" if isinstance(value, float) else value


def stored(replica: Path, statement: str, *values: Any) -> list[tuple[Any, ...]]:
    """What a replica says."""
    with closing(dbapi2.connect(replica)) as connection:
        return connection.execute(statement, values).fetchall()
