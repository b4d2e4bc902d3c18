"""Bringing an older store to a newer schema, and knowing a schema again."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from tradesense_desktop.settings import schema_directory
from tradesense_desktop.store.connection import connect_to_migrate
from tradesense_desktop.store.fingerprint import Structure, fingerprint, is_same, read_structure
from tradesense_desktop.store.migrations import (
    SCHEMA_VERSION,
    NotOurStore,
    StoreTooNew,
    newest_structure,
    prepare,
    schema_text,
    upgrade,
)

REVISION = """
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("{statement}")
"""
ADD_COLUMN = "ALTER TABLE trades ADD COLUMN venue TEXT"


@pytest.fixture
def store(tmp_path: Path) -> Path:
    path = tmp_path / "workspace.sqlite"
    prepare(path)
    with closing(connect_to_migrate(path)) as connection:
        connection.execute("INSERT INTO users (email, password_hash) VALUES ('ada@example.com', '!')")
    return path


def scripts_with(folder: Path, *statements: str) -> Path:
    """The shipped migrations and one more for each statement: 1.1, 1.2 and so on."""
    scripts = folder / "migrations"
    shipped = schema_directory() / "migrations"
    (scripts / "versions").mkdir(parents=True)
    for name in ("env.py", "versions/schema_1_0.py"):
        (scripts / name).write_text((shipped / name).read_text(encoding="utf-8"), encoding="utf-8")
    for number, statement in enumerate(statements, start=1):
        (scripts / "versions" / f"schema_1_{number}.py").write_text(
            REVISION.format(revision=f"1.{number}", before=f"1.{number - 1}", statement=statement), encoding="utf-8"
        )
    return scripts


def structure_of(path: Path) -> Structure:
    with closing(connect_to_migrate(path)) as connection:
        return read_structure(connection)


def value(path: Path, statement: str) -> object:
    with closing(connect_to_migrate(path)) as connection:
        return connection.execute(statement).fetchone()[0]


def test_newest_shipped_revision_is_the_version_of_the_schema_file() -> None:
    from alembic.script import ScriptDirectory

    assert ScriptDirectory(str(schema_directory() / "migrations")).get_current_head() == SCHEMA_VERSION
    with closing(sqlite3.connect(":memory:")) as memory:
        memory.executescript(schema_text())
        assert memory.execute("SELECT version FROM schema_version").fetchall() == [(SCHEMA_VERSION,)]


def test_store_is_brought_through_every_revision_and_keeps_its_rows(store: Path, tmp_path: Path) -> None:
    upgrade(store, "1.0", scripts_with(tmp_path, ADD_COLUMN, "CREATE INDEX idx_trades_venue ON trades (venue)"))

    assert value(store, "SELECT version FROM schema_version") == "1.2"
    assert value(store, "SELECT COUNT(*) FROM users") == 1
    assert value(store, "SELECT COUNT(*) FROM pragma_table_info('trades') WHERE name = 'venue'") == 1


def test_migrated_store_has_the_structure_of_a_new_one(store: Path, tmp_path: Path) -> None:
    """A column that a migration adds stands last among the columns, as it does in the schema file then."""
    upgrade(store, "1.0", scripts_with(tmp_path, ADD_COLUMN))
    text = schema_text()
    end_of_trades = text.index("    CONSTRAINT trades_created_after_execution")
    with closing(dbapi2.connect(":memory:", isolation_level=None)) as memory:
        memory.executescript(f"{text[:end_of_trades]}    venue TEXT,\n{text[end_of_trades:]}")
        new = read_structure(memory)

    migrated = structure_of(store)

    assert migrated != new  # SQLite wrote the text of the column in its own way
    assert is_same(migrated, new)
    assert not is_same(migrated, newest_structure())


def test_migration_that_fails_leaves_the_store_as_it_was(store: Path, tmp_path: Path) -> None:
    before = structure_of(store)
    scripts = scripts_with(tmp_path, ADD_COLUMN, "CREATE INDEX idx_broken ON trades (no_such_column)")

    with pytest.raises(Exception, match="no_such_column"):
        upgrade(store, "1.0", scripts)

    assert structure_of(store) == before
    assert value(store, "SELECT version FROM schema_version") == "1.0"
    prepare(store)


def test_second_of_two_programs_finds_the_migration_done(store: Path, tmp_path: Path) -> None:
    scripts = scripts_with(tmp_path, ADD_COLUMN)
    upgrade(store, "1.0", scripts)
    migrated = structure_of(store)

    upgrade(store, "1.0", scripts)

    assert structure_of(store) == migrated


def test_migrated_store_is_too_new_for_this_program(store: Path, tmp_path: Path) -> None:
    upgrade(store, "1.0", scripts_with(tmp_path, ADD_COLUMN))

    with pytest.raises(StoreTooNew, match=r"schema 1\.1"):
        prepare(store)


@pytest.mark.parametrize("version", ["0.9", "1.x", "one", "", "1", "-1.0", "1.0.", "٢.0"])
def test_version_that_was_never_ours_is_a_foreign_file(store: Path, version: str) -> None:
    with closing(sqlite3.connect(store)) as connection:
        connection.execute("PRAGMA ignore_check_constraints = ON")
        connection.execute("UPDATE schema_version SET version = ?", (version,))
        connection.commit()

    with pytest.raises(NotOurStore):
        prepare(store)


def test_comments_and_white_space_do_not_change_a_fingerprint() -> None:
    plain = (("table", "t", "t", "CREATE TABLE t (a TEXT CHECK (a <> '-- x'), b)"),)
    spaced = (("table", "t", "t", "CREATE TABLE t(\n  a TEXT CHECK(a<>'-- x'), -- why\n  /* and */ b\n)"),)

    assert is_same(plain, spaced)


@pytest.mark.parametrize(
    "changed",
    [
        "CREATE TABLE t (a TEXT CHECK (a <> '--x'), b)",
        "CREATE TABLE t (a TEXT CHECK (a <> '-- x'), c)",
        "CREATE TABLE t (a TEXT CHECK (a < > '-- y'), b)",
        "CREATE TABLE t (a TEXT, b)",
        "CREATE TABLE t (a TEXT CHECK (a <> '-- x' OR 1), b)",
    ],
)
def test_any_other_change_changes_a_fingerprint(changed: str) -> None:
    before = (("table", "t", "t", "CREATE TABLE t (a TEXT CHECK (a <> '-- x'), b)"),)

    assert fingerprint((("table", "t", "t", changed),)) != fingerprint(before)


def test_name_or_place_of_an_object_is_part_of_the_fingerprint() -> None:
    first = (("trigger", "a", "t", "CREATE TRIGGER a"),)

    assert not is_same(first, (("trigger", "b", "t", "CREATE TRIGGER a"),))
    assert not is_same(first, (("trigger", "a", "u", "CREATE TRIGGER a"),))
    assert not is_same(first, (*first, ("index", "i", "t", None)))
