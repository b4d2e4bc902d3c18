"""What SQLite reports is told apart: the environment's fault, a wish to stop, a fault of ours."""

import stat
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.unit.store.ledgers import create_challenge
from tradesense_desktop.domain.progress import Cancelled
from tradesense_desktop.store.database_errors import refusals_about
from tradesense_desktop.store.errors import WorkspaceBusy, WorkspaceDamaged, WorkspaceUnusable
from tradesense_desktop.store.workspace import Workspace, open_workspace

PATH = Path("/somewhere/workspace.sqlite")


def _error(name: str, words: str) -> dbapi2.OperationalError:
    error = dbapi2.OperationalError(words)
    error.sqlite_errorname = name
    return error


@pytest.mark.parametrize(
    ("name", "refusal"),
    [
        ("SQLITE_BUSY", WorkspaceBusy),
        ("SQLITE_BUSY_SNAPSHOT", WorkspaceBusy),
        ("SQLITE_FULL", WorkspaceUnusable),
        ("SQLITE_IOERR_WRITE", WorkspaceUnusable),
        ("SQLITE_CANTOPEN", WorkspaceUnusable),
        ("SQLITE_READONLY_DBMOVED", WorkspaceUnusable),
        ("SQLITE_CORRUPT", WorkspaceDamaged),
        ("SQLITE_NOTADB", WorkspaceDamaged),
        ("SQLITE_INTERRUPT", Cancelled),
        ("SQLITE_ERROR", dbapi2.OperationalError),
        ("SQLITE_CONSTRAINT_UNIQUE", dbapi2.OperationalError),
    ],
)
@pytest.mark.parametrize("is_wrapped", [False, True])
def test_error_becomes_what_it_means(name: str, refusal: type[Exception], is_wrapped: bool) -> None:
    error = _error(name, "the driver's words")
    raised: Exception = DBAPIError("SELECT 1", None, error) if is_wrapped else error
    expected = DBAPIError if is_wrapped and refusal is dbapi2.OperationalError else refusal

    with pytest.raises(expected), refusals_about(PATH):
        raise raised


def test_refusal_names_the_file_and_says_what_to_do() -> None:
    with pytest.raises(WorkspaceUnusable) as refused, refusals_about(PATH):
        raise _error("SQLITE_FULL", "database or disk is full")

    assert str(refused.value) == (
        "/somewhere/workspace.sqlite cannot be used (database or disk is full); nothing was changed. "
        "Check the disk, its free space and who owns it."
    )


def test_error_that_is_no_databases_passes() -> None:
    with pytest.raises(ZeroDivisionError), refusals_about(PATH):
        raise ZeroDivisionError


def test_full_disk_takes_the_whole_change_back(workspace: Workspace) -> None:
    before = create_challenge(workspace, 1, count=10)
    pages = workspace.write(lambda transaction: transaction.driver.execute("PRAGMA page_count").fetchone()[0])
    writer = workspace.write(lambda transaction: transaction.driver)
    writer.set_authorizer(None)
    writer.execute(f"PRAGMA max_page_count = {pages + 20}")

    with pytest.raises(WorkspaceUnusable, match="database or disk is full"):
        create_challenge(workspace, 2, count=2_000)

    with workspace.reading() as reading:
        found = reading.core.execute(text("SELECT id, total_trades FROM challenges")).all()
        assert reading.core.execute(text("PRAGMA integrity_check")).scalar() == "ok"
    assert [tuple(row) for row in found] == [(before.id, 10)]


def test_torn_page_is_refused_in_a_sentence(directory: Path) -> None:
    with open_workspace(directory) as workspace:
        create_challenge(workspace, 1, count=300)
    store = directory / "workspace.sqlite"
    content = bytearray(store.read_bytes())
    for page in range(len(content) // 8192 * 4096, len(content), 4096):
        content[page : page + 64] = b"\xff" * 64
    store.write_bytes(content)

    with pytest.raises(WorkspaceDamaged, match="damaged"), open_workspace(directory) as workspace:
        create_challenge(workspace, 2, count=300)


def test_store_keeps_its_mode_when_it_is_opened_again(directory: Path) -> None:
    (directory / "workspace.sqlite").chmod(0o644)

    open_workspace(directory).close()

    assert stat.S_IMODE((directory / "workspace.sqlite").stat().st_mode) == 0o600
