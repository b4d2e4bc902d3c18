"""The two schema files in the shells of the two databases: they load, twice, in silence."""

import shutil
import subprocess
from contextlib import closing
from pathlib import Path

import pytest

from tests.both_databases import SqliteDatabase
from tests.conftest import SCHEMA, SERVER_KINDS, Servers
from tests.database.catalogue import columns, indexes, tables, triggers
from tests.sqlite_store import open_store

POSTGRESQL_FILE = SCHEMA / "tradesense_schema.sql"
SQLITE_FILE = SCHEMA / "tradesense_schema_sqlite.sql"


def sqlite_shell() -> str:
    """The system's sqlite3; a test that needs it says so where there is none."""
    shell = shutil.which("sqlite3")
    if shell is None:
        pytest.skip("there is no sqlite3 shell on this system (Debian: apt-get install sqlite3)")
    return shell


def run_shell(path: Path, *commands: str) -> subprocess.CompletedProcess[str]:
    """The shell without anybody's .sqliterc, stopping at the first error."""
    return subprocess.run(
        [sqlite_shell(), "-batch", "-bail", "-init", "/dev/null", str(path), *commands],
        check=False,
        capture_output=True,
        text=True,
    )


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_postgresql_file_loads_twice_without_an_error_or_a_warning(servers: Servers, kind: str) -> None:
    name = servers.new_database(kind, template="template0")
    try:
        for _ in range(2):
            loaded = servers.cluster(kind).run_psql(name, "-f", str(POSTGRESQL_FILE))
            assert (loaded.returncode, loaded.stderr, loaded.stdout) == (0, "", "")
    finally:
        servers.drop(kind, name)


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_second_load_changes_nothing_and_keeps_the_rows(servers: Servers, kind: str) -> None:
    name = servers.new_database(kind)
    definition = (
        "SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM ("
        " SELECT pg_get_constraintdef(oid) || conname AS line FROM pg_constraint"
        " UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
        " UNION ALL SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid > 16383"
        " UNION ALL SELECT pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prokind = 'f'"
        ") AS lines"
    )
    try:
        with closing(servers.cluster(kind).connect(name, autocommit=True)) as connection:
            connection.execute("INSERT INTO users (email, password_hash) VALUES ('ada@example.com', '!')")
            before = connection.execute(definition.encode()).fetchone()
            loaded = servers.cluster(kind).run_psql(name, "-f", str(POSTGRESQL_FILE))

            assert (loaded.returncode, loaded.stderr) == (0, "")
            assert connection.execute(definition.encode()).fetchone() == before
            assert connection.execute("SELECT count(*) FROM users").fetchone() == (1,)
            assert connection.execute("SELECT count(*) FROM replica_apply").fetchone() == (1,)
    finally:
        servers.drop(kind, name)


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_the_system_s_psql_loads_the_file_too(servers: Servers, kind: str) -> None:
    psql = shutil.which("psql")
    if psql is None:
        pytest.skip("there is no psql on this system (Debian: apt-get install postgresql-client)")
    name = servers.new_database(kind, template="template0")
    cluster = servers.cluster(kind)
    try:
        loaded = subprocess.run(
            [
                psql,
                "-X",
                "-q",
                "-v",
                "ON_ERROR_STOP=1",
                "-h",
                cluster.directory,
                "-U",
                "postgres",
                "-d",
                name,
                "-f",
                POSTGRESQL_FILE,
            ],
            check=False,
            capture_output=True,
            text=True,
        )
        assert (loaded.returncode, loaded.stderr) == (0, "")
    finally:
        servers.drop(kind, name)


@pytest.mark.parametrize("kind", SERVER_KINDS)
def test_file_leaves_the_session_of_the_loader_as_it_was(servers: Servers, kind: str) -> None:
    """All of it in one transaction: a load that breaks half-way leaves nothing."""
    name = servers.new_database(kind, template="template0")
    text = POSTGRESQL_FILE.read_text(encoding="utf-8")
    broken = text.rsplit("COMMIT;", 1)[0] + "SELECT 1 / 0;\nCOMMIT;\n"
    try:
        loaded = servers.cluster(kind).run_psql(name, stdin=broken)
        assert loaded.returncode != 0
        with closing(servers.cluster(kind).connect(name)) as connection:
            found = connection.execute(
                "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
            ).fetchone()
        assert found == (0,)
    finally:
        servers.drop(kind, name)


def test_sqlite_file_loads_twice_without_an_error_or_a_warning(tmp_path: Path) -> None:
    path = tmp_path / "by_hand.sqlite"
    for _ in range(2):
        loaded = run_shell(path, f".read {SQLITE_FILE}")
        assert (loaded.returncode, loaded.stdout, loaded.stderr) == (0, "", "")
    assert run_shell(path, "PRAGMA integrity_check").stdout == "ok\n"


def test_store_of_the_program_has_what_the_file_makes(tmp_path: Path, store_path: Path) -> None:
    by_hand = tmp_path / "by_hand.sqlite"
    assert run_shell(by_hand, f".read {SQLITE_FILE}").returncode == 0
    with closing(open_store(by_hand)) as first, closing(open_store(store_path)) as second:
        hand, program = SqliteDatabase(first), SqliteDatabase(second)
        assert tables(hand) == tables(program)
        assert indexes(hand) == indexes(program)
        assert triggers(hand) == triggers(program)
        for table in tables(hand):
            assert columns(hand, table) == columns(program, table)
        statement = "SELECT type, name, sql FROM sqlite_master ORDER BY type, name"
        assert hand.execute(statement) == program.execute(statement)


def test_second_load_keeps_the_rows_of_a_store(store_path: Path) -> None:
    assert (
        run_shell(store_path, "INSERT INTO users (email, password_hash) VALUES ('ada@example.com', '!')").stderr == ""
    )

    loaded = run_shell(store_path, f".read {SQLITE_FILE}")

    assert (loaded.returncode, loaded.stdout, loaded.stderr) == (0, "", "")
    assert run_shell(store_path, "SELECT COUNT(*) FROM users", "SELECT COUNT(*) FROM replica_apply").stdout == "1\n1\n"
