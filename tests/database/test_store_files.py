"""Making and opening the file of a store: what is ours, what is not, and what changed behind our back."""

import sqlite3
import stat
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from pysqlite3 import dbapi2

from tests.database.test_files import SQLITE_FILE
from tests.sqlite_store import make_store, open_store
from tradesense_desktop.store.connection import connect
from tradesense_desktop.store.migrations import NotOurStore, SchemaChanged, StoreTooNew


def by_hand(path: Path, script: str) -> None:
    """Run SQL as another program would: Python's own sqlite3, none of our functions, no authorizer."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(script)


def test_new_store_can_be_read_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "workspace.sqlite"
    make_store(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_folder_that_is_made_for_a_store_is_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "new" / "workspace.sqlite"
    make_store(path)

    assert stat.S_IMODE(path.parent.stat().st_mode) == 0o700


def test_making_a_store_twice_changes_nothing(store_path: Path) -> None:
    with closing(open_store(store_path)) as store:
        store.execute("INSERT INTO users (email, password_hash) VALUES ('ada@example.com', '!')")
    before = store_path.read_bytes()

    make_store(store_path)

    assert store_path.read_bytes() == before


def test_empty_file_becomes_a_store(tmp_path: Path) -> None:
    path = tmp_path / "workspace.sqlite"
    path.touch()

    make_store(path)

    with closing(open_store(path)) as store:
        assert store.execute("SELECT COUNT(*) FROM challenges").fetchone() == (0,)


def test_two_programs_make_the_same_store_at_the_same_moment(tmp_path: Path) -> None:
    path = tmp_path / "workspace.sqlite"
    code = (
        "import sys; from pathlib import Path; from tradesense_desktop.store.migrations import make_store;"
        " sys.stdin.readline(); make_store(Path(sys.argv[1]))"
    )
    programs = [
        subprocess.Popen([sys.executable, "-c", code, path], stdin=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        for _ in range(4)
    ]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write("\n")
        program.stdin.flush()

    for program in programs:
        _, errors = program.communicate(timeout=60)
        assert (program.returncode, errors) == (0, "")
    with closing(open_store(path)) as store:
        assert store.execute("SELECT COUNT(*) FROM replica_apply").fetchone() == (1,)
        assert store.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "places.sqlite"
    by_hand(path, "CREATE TABLE places (url TEXT); INSERT INTO places VALUES ('x')")
    path.chmod(0o600)
    before = path.read_bytes()

    with pytest.raises(NotOurStore, match="another program"):
        make_store(path)
    assert path.read_bytes() == before


def test_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "workspace.sqlite"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(5000))
    before = path.read_bytes()

    with pytest.raises(dbapi2.DatabaseError, match="not a database"):
        make_store(path)
    assert path.read_bytes() == before


def test_store_of_a_newer_program_is_refused(store_path: Path) -> None:
    by_hand(store_path, "UPDATE schema_version SET version = '9.0'")

    with pytest.raises(StoreTooNew, match=r"9\.0"):
        make_store(store_path)


CHANGES = [
    "DROP TRIGGER trg_trades_immutable_update",
    "DROP TRIGGER trg_challenge_events_immutable_delete",
    (
        "DROP TRIGGER trg_trades_immutable_update;"
        " CREATE TRIGGER trg_trades_immutable_update BEFORE UPDATE ON trades WHEN 0 BEGIN SELECT 1; END"
    ),
    "DROP INDEX idx_trades_challenge_sequence_lock",
    "DROP VIEW challenge_performance_analytics",
    "CREATE TRIGGER extra AFTER INSERT ON trades BEGIN SELECT 1; END",
    "CREATE TABLE extra (x)",
    "CREATE VIEW extra AS SELECT * FROM trades",
    "CREATE INDEX extra ON trades (price)",
    "ALTER TABLE trades ADD COLUMN extra TEXT",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'quantity > 0', 'quantity > -1')",
    "PRAGMA writable_schema = ON; UPDATE sqlite_master SET sql = replace(sql, 'NEW.rowid < 1', 'NEW.rowid < 0')",
]


@pytest.mark.parametrize("change", CHANGES)
def test_store_whose_guards_were_changed_is_refused(store_path: Path, change: str) -> None:
    by_hand(store_path, change)

    with pytest.raises(SchemaChanged, match="cannot be trusted"):
        make_store(store_path)


def test_schema_by_which_the_program_works_is_the_file_s(store_path: Path, tmp_path: Path) -> None:
    hand = tmp_path / "by_hand.sqlite"
    by_hand(hand, SQLITE_FILE.read_text(encoding="utf-8"))

    make_store(hand)

    statement = "SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY type, name"
    with closing(open_store(hand)) as first, closing(open_store(store_path)) as second:
        assert first.execute(statement).fetchall() == second.execute(statement).fetchall()


def test_reading_connection_writes_nothing(store_path: Path) -> None:
    with (
        closing(connect(store_path, read_only=True)) as reading,
        pytest.raises(dbapi2.OperationalError, match=r"readonly|read-only"),
    ):
        reading.execute("INSERT INTO users (email, password_hash) VALUES ('ada@example.com', '!')")


@pytest.mark.parametrize(
    ("pragma", "expected"),
    [
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("cell_size_check", 1),
        ("trusted_schema", 1),
    ],
)
def test_connection_is_set_up_as_the_specification_says(store_path: Path, pragma: str, expected: object) -> None:
    with closing(connect(store_path)) as connection:
        connection.set_authorizer(None)
        assert connection.execute(f"PRAGMA {pragma}").fetchone() == (expected,)


def test_extensions_cannot_be_loaded(store_path: Path) -> None:
    with closing(connect(store_path)) as connection, pytest.raises(dbapi2.DatabaseError, match="not authorized"):
        connection.execute("SELECT load_extension('x')")


def test_another_program_cannot_insert_an_event_without_our_hash(store_path: Path) -> None:
    with pytest.raises(sqlite3.OperationalError, match="no such function"):
        by_hand(
            store_path,
            "INSERT INTO users (id, email, password_hash) VALUES ('3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f', 'a@b.co', '!');"
            "INSERT INTO challenge_events (challenge_id, event_type, sequence_number, event_data, occurred_at)"
            " VALUES ('3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f', 'NOTE_ADDED', 1, '{}', '2026-01-05 10:00:00')",
        )
