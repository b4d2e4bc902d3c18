"""One face for the store's SQLite and the server's PostgreSQL, so that a test says the same SQL to either.

Placeholders are `?`. What comes back is the same on both: numbers as int or Decimal (a double by its shortest text,
so that noise shows), instants as aware datetimes, dates as dates, JSON as Python values, UUIDs as text.
"""

import json
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Protocol
from uuid import UUID

import psycopg
import pytest
from psycopg import sql as postgresql_sql
from pysqlite3 import dbapi2 as sqlite

from tradesense_desktop.domain.money import decimal_text

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")


@dataclass(frozen=True, slots=True)
class Sql:
    """A piece of SQL where a value would stand: a literal that no parameter can express."""

    text: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a database refused a statement; `kind` is check, unique, foreign key, not null, type, trigger or error.

    "error" is a mistake of the statement itself (no such column, bad syntax) and proves nothing about a rule.
    """

    kind: str
    message: str


class Database(Protocol):
    """What tests may ask of either database."""

    @property
    def dialect(self) -> str: ...

    def execute(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        """The rows that come back, normalised; an empty list where none do."""

    def changed(self, statement: str, *parameters: Any) -> int:
        """How many rows the statement changed."""

    @contextmanager
    def undone(self) -> Iterator[None]:
        """What happens inside is rolled back."""

    @contextmanager
    def translating_refusals(self) -> Iterator[None]:
        """A refusal of the database leaves as `Refused`, and the transaction goes on as it was before."""


class Refused(Exception):
    """A statement was refused; carries the Refusal."""

    def __init__(self, refusal: Refusal) -> None:
        self.refusal = refusal
        super().__init__(f"{refusal.kind}: {refusal.message}")


def value(database: Database, statement: str, *parameters: Any) -> Any:
    """The one value of the one row."""
    ((only,),) = database.execute(statement, *parameters)
    return only


def refusal(database: Database, statement: str, *parameters: Any) -> Refusal:
    """Why the statement is refused; it must be, and by a rule, not for a mistake in it."""
    with pytest.raises(Refused) as refused, database.translating_refusals():
        database.execute(statement, *parameters)
    found = refused.value.refusal
    assert found.kind != "error", found.message
    return found


def refusal_or_none(database: Database, statement: str, *parameters: Any) -> Refusal | None:
    """Why the statement is refused, or None when it was carried out (and its effect stays)."""
    try:
        with database.translating_refusals():
            database.execute(statement, *parameters)
    except Refused as refused:
        return refused.refusal
    return None


class _Undone(Exception):
    """Takes back what was carried out."""


def verdict(database: Database, statement: str, *parameters: Any) -> Refusal | None:
    """Why the statement is refused, or None when it is not; either way nothing of it stays (within a transaction)."""
    try:
        with database.translating_refusals():
            _carry_out_to_take_back(database, statement, parameters)
    except Refused as refused:
        return refused.refusal
    except _Undone:
        return None


def _carry_out_to_take_back(database: Database, statement: str, parameters: Sequence[Any]) -> None:
    database.execute(statement, *parameters)
    raise _Undone


def accepted(database: Database, statement: str, *parameters: Any) -> None:
    """The statement goes through; its effect is undone."""
    with database.undone():
        database.execute(statement, *parameters)


def insert_statement(table: str, columns: Mapping[str, Any], verb: str = "INSERT") -> tuple[str, list[Any]]:
    """An INSERT of `columns`; a value that is `Sql` stands as it is."""
    places = [column.text if isinstance(column, Sql) else "?" for column in columns.values()]
    parameters = [column for column in columns.values() if not isinstance(column, Sql)]
    if not columns:
        return f"{verb} INTO {table} DEFAULT VALUES", []
    return f"{verb} INTO {table} ({', '.join(columns)}) VALUES ({', '.join(places)})", parameters


class SqliteDatabase:
    """A store through our own connection, in autocommit mode: transactions are begun by hand."""

    dialect = "sqlite"

    def __init__(self, connection: sqlite.Connection) -> None:
        self.connection = connection

    def execute(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        cursor = self.connection.execute(statement, [_to_sqlite(parameter) for parameter in parameters])
        return [tuple(_from_sqlite(column) for column in row) for row in cursor.fetchall()]

    def changed(self, statement: str, *parameters: Any) -> int:
        return int(self.connection.execute(statement, [_to_sqlite(parameter) for parameter in parameters]).rowcount)

    @contextmanager
    def undone(self) -> Generator[None]:
        outermost = not self.connection.in_transaction
        self.connection.execute("BEGIN IMMEDIATE" if outermost else "SAVEPOINT undone")
        try:
            yield
        finally:
            if outermost:
                self.connection.execute("ROLLBACK")
            else:
                self.connection.execute("ROLLBACK TO undone")
                self.connection.execute("RELEASE undone")

    @contextmanager
    def translating_refusals(self) -> Generator[None]:
        within = self.connection.in_transaction
        if within:
            self.connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException as error:
            if within:
                self.connection.execute("ROLLBACK TO attempt")
            if isinstance(error, sqlite.Error):
                raise Refused(_sqlite_refusal(error)) from error
            raise
        finally:
            if within:
                self.connection.execute("RELEASE attempt")


class PostgresqlDatabase:
    """A database of a running cluster."""

    dialect = "postgresql"

    def __init__(self, connection: psycopg.Connection[Any]) -> None:
        self.connection = connection

    def execute(self, statement: str, *parameters: Any) -> list[tuple[Any, ...]]:
        cursor = self._cursor(statement, parameters)
        if cursor.description is None:
            return []
        return [tuple(_from_postgresql(column) for column in row) for row in cursor.fetchall()]

    def changed(self, statement: str, *parameters: Any) -> int:
        return self._cursor(statement, parameters).rowcount

    def _cursor(self, statement: str, parameters: Sequence[Any]) -> psycopg.Cursor[Any]:
        if not parameters:
            return self.connection.execute(postgresql_sql.SQL(statement))
        with_places = statement.replace("%", "%%").replace("?", "%s")
        return self.connection.execute(
            postgresql_sql.SQL(with_places), [_to_postgresql(parameter) for parameter in parameters]
        )

    @contextmanager
    def undone(self) -> Generator[None]:
        with self.connection.transaction(force_rollback=True):
            yield

    @contextmanager
    def translating_refusals(self) -> Generator[None]:
        try:
            with self.connection.transaction():
                yield
                self.connection.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.Error as error:
            raise Refused(_postgresql_refusal(error)) from error


def _to_sqlite(parameter: Any) -> Any:
    if isinstance(parameter, Decimal):
        return decimal_text(parameter) if parameter.is_finite() else str(parameter)
    if isinstance(parameter, datetime):
        return parameter.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(parameter, date):
        return parameter.isoformat()
    if isinstance(parameter, dict | list):
        return json.dumps(parameter)
    return parameter


def _to_postgresql(parameter: Any) -> Any:
    """Text goes untyped, as a literal would, so that the column decides what it is."""
    if isinstance(parameter, dict | list):
        return json.dumps(parameter)
    return parameter


def _from_sqlite(column: Any) -> Any:
    if isinstance(column, float):
        return Decimal(repr(column))
    if isinstance(column, str):
        if _INSTANT.fullmatch(column):
            return datetime.fromisoformat(column).replace(tzinfo=UTC)
        if _DATE.fullmatch(column):
            return date.fromisoformat(column)
        if column[:1] in {"{", "["}:
            return json.loads(column)
    return column


def _from_postgresql(column: Any) -> Any:
    if isinstance(column, UUID):
        return str(column)
    if isinstance(column, datetime):
        return column.astimezone(UTC)
    return column


_SQLITE_KINDS = {
    "CHECK constraint failed": "check",
    "UNIQUE constraint failed": "unique",
    "FOREIGN KEY constraint failed": "foreign key",
    "NOT NULL constraint failed": "not null",
    "datatype mismatch": "type",
    "not authorized": "authorizer",
    "authorization denied": "authorizer",
    "non-deterministic use of datetime() in a CHECK": "check",
}


def _sqlite_refusal(error: sqlite.Error) -> Refusal:
    message = str(error)
    for beginning, kind in _SQLITE_KINDS.items():
        if message.startswith(beginning):
            return Refusal(kind, message)
    if isinstance(error, sqlite.IntegrityError):
        return Refusal("trigger", message)
    return Refusal("error", message)


_POSTGRESQL_KINDS = {
    "23514": "check",
    "23505": "unique",
    "23503": "foreign key",
    "23502": "not null",
    "P0001": "trigger",
    "23000": "trigger",
    "23001": "trigger",
    "55000": "trigger",
    "42501": "trigger",
}


def _postgresql_refusal(error: psycopg.Error) -> Refusal:
    state = error.sqlstate or ""
    kind = _POSTGRESQL_KINDS.get(state) or ("type" if state.startswith("22") else "error")
    return Refusal(kind, error.diag.message_primary or str(error))
