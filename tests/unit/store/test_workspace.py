"""A workspace is made once, private to its owner, and read without a way to write."""

import os
import stat
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path

import pytest
from pysqlite3 import dbapi2
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.unit.store.ledgers import create_challenge
from tradesense_desktop.domain.progress import Cancelled, Progress
from tradesense_desktop.store.challenges import find_challenge, list_challenges
from tradesense_desktop.store.drivers import STORE_NAME, driver_of
from tradesense_desktop.store.encrypted_store import MARKER_NAME
from tradesense_desktop.store.errors import StoreRefusal, WorkspaceClosed, WorkspaceDamaged, WorkspaceUnusable
from tradesense_desktop.store.users import OWNER_EMAIL, find_owner
from tradesense_desktop.store.workspace import Workspace, open_workspace

ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_new_workspace_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        with open_workspace(tmp_path / "deep" / "workspace") as workspace:
            create_challenge(workspace)
            assert _mode(workspace.directory) == 0o700
            modes = {file.name: _mode(file) for file in workspace.directory.iterdir()}
    finally:
        os.umask(before)

    assert "workspace.sqlite-wal" in modes
    assert set(modes.values()) == {0o600}


def test_implicit_owner_is_there_once_and_cannot_sign_in(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "w") as workspace, workspace.reading() as reading:
        first = find_owner(reading)
    with open_workspace(tmp_path / "w") as workspace, workspace.reading() as reading:
        rows = reading.core.execute(text("SELECT id, email, role, status, password_hash FROM users")).all()

    assert [tuple(row) for row in rows] == [(first, OWNER_EMAIL, "USER", "ACTIVE", "!")]


def test_what_was_written_is_there_when_the_workspace_is_opened_again(directory: Path) -> None:
    with open_workspace(directory) as workspace:
        written = create_challenge(workspace, count=3)
    with open_workspace(directory) as workspace, workspace.reading() as reading:
        assert find_challenge(reading, written.id) == written


@pytest.mark.parametrize(
    "statement",
    [
        "INSERT INTO users (email, password_hash) VALUES ('a@b.co', '!')",
        "UPDATE challenges SET archived_at = CURRENT_TIMESTAMP",
        "DELETE FROM settings",
        "CREATE TABLE mine (a)",
        "DROP TABLE trades",
    ],
)
def test_reading_connection_cannot_write(workspace: Workspace, statement: str) -> None:
    create_challenge(workspace)

    with (
        pytest.raises((DBAPIError, WorkspaceUnusable), match=r"readonly|not authorized"),
        workspace.reading() as reading,
    ):
        reading.core.execute(text(statement))


def test_reading_is_of_one_moment(workspace: Workspace) -> None:
    with workspace.reading() as reading:
        before = list_challenges(reading)
        create_challenge(workspace)
        during = list_challenges(reading)
    with workspace.reading() as reading:
        after = list_challenges(reading)

    assert (len(before), len(during), len(after)) == (0, 0, 1)


def test_reading_within_a_reading_is_the_same_view(workspace: Workspace) -> None:
    with workspace.reading() as outer, workspace.reading() as inner:
        assert inner is outer


def test_each_thread_reads_through_its_own_connection_which_ends_with_it(workspace: Workspace) -> None:
    drivers: list[object] = []
    open_while_alive: list[int] = []

    def read() -> None:
        with workspace.reading() as reading:
            drivers.append(reading.driver)
            open_while_alive.append(len(workspace._open))

    with workspace.reading() as reading:
        drivers.append(reading.driver)
    thread = threading.Thread(target=read)
    thread.start()
    thread.join()

    assert drivers[0] is not drivers[1]
    assert open_while_alive == [2]
    assert len(workspace._open) == 1
    with pytest.raises(driver_of(workspace.path).module.ProgrammingError):
        drivers[1].execute("SELECT 1")  # type: ignore[attr-defined]


def test_long_query_is_cancelled(workspace: Workspace) -> None:
    asked: list[Progress] = []

    def cancel_later(progress: Progress) -> None:
        asked.append(progress)
        if len(asked) == 3:
            raise Cancelled

    with pytest.raises(Cancelled), workspace.reading(cancel_later, "Counting") as reading:
        reading.core.execute(ENDLESS)

    assert asked == [Progress("Counting", 0, None)] * 3
    with workspace.reading() as reading:
        assert reading.core.execute(text("SELECT 1")).scalar() == 1


def test_failure_of_the_progress_report_is_not_taken_for_a_cancel(workspace: Workspace) -> None:
    asked: list[Progress] = []

    def fail_later(progress: Progress) -> None:
        asked.append(progress)
        if len(asked) == 2:
            raise KeyError("a fault of the report")

    with pytest.raises(KeyError, match="a fault of the report"), workspace.reading(fail_later, "Counting") as reading:
        reading.core.execute(ENDLESS)


def test_revision_changes_with_a_commit_and_only_then(directory: Path) -> None:
    with open_workspace(directory) as here, open_workspace(directory) as there:
        start = here.revision()
        unchanged = here.revision()
        create_challenge(here, 1)
        after_own = here.revision()
        create_challenge(there, 2)
        after_other = here.revision()

    assert start == unchanged
    assert len({start, after_own, after_other}) == 3


def test_revision_may_be_asked_from_any_thread(workspace: Workspace) -> None:
    found: list[int] = []
    threads = [threading.Thread(target=lambda: found.append(workspace.revision())) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(found)) == 1


def test_closed_workspace_is_one_file(directory: Path) -> None:
    with open_workspace(directory) as workspace:
        create_challenge(workspace, count=10)
        with workspace.reading() as reading:
            assert len(list_challenges(reading)) == 1
        workspace.revision()

    assert {file.name for file in directory.iterdir()} - {MARKER_NAME} == {"workspace.sqlite"}


def test_closed_workspace_refuses_everything(directory: Path) -> None:
    workspace = open_workspace(directory)
    with workspace.reading():
        pass
    workspace.close()
    workspace.close()

    with pytest.raises(WorkspaceClosed):
        workspace.write(lambda _: None)
    with pytest.raises(WorkspaceClosed), workspace.reading():
        pass
    with pytest.raises(WorkspaceClosed):
        workspace.revision()


def test_closing_aborts_what_another_thread_reads(directory: Path) -> None:
    workspace = open_workspace(directory)
    begun = threading.Event()
    ended: list[BaseException] = []

    def read() -> None:
        try:
            with workspace.reading(lambda _: begun.set(), "Counting") as reading:
                reading.core.execute(ENDLESS)
        except Cancelled as cancelled:
            ended.append(cancelled)

    thread = threading.Thread(target=read)
    thread.start()
    assert begun.wait(10)
    workspace.close()
    thread.join(10)

    assert len(ended) == 1


def test_file_that_is_no_store_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "workspace.sqlite").write_bytes(b"This is no database, it only says so. " * 100)

    with pytest.raises(WorkspaceDamaged, match=r"workspace\.sqlite is damaged or no workspace"):
        open_workspace(tmp_path)


def test_folder_that_cannot_be_made_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(WorkspaceUnusable, match="cannot be used"):
        open_workspace(tmp_path / "file" / "workspace")


def test_folder_with_other_things_in_it_keeps_its_mode(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    (tmp_path / "letter.txt").write_text("mine")

    open_workspace(tmp_path).close()

    assert _mode(tmp_path) == 0o755
    assert _mode(tmp_path / "workspace.sqlite") == 0o600


def test_processes_that_make_the_same_workspace_at_once_share_it(tmp_path: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from tradesense_desktop.store.workspace import open_workspace\n"
        "from tradesense_desktop.store.users import find_owner\n"
        "print('ready', flush=True); sys.stdin.readline()\n"
        "with open_workspace(Path(sys.argv[1])) as workspace, workspace.reading() as reading:\n"
        "    print(find_owner(reading))\n"
    )
    directory = tmp_path / "shared"
    processes = [
        subprocess.Popen(
            [sys.executable, "-c", script, directory],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for _ in range(2)
    ]
    for process in processes:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    owners = set()
    for process in processes:
        output, errors = process.communicate(timeout=60)
        assert process.returncode == 0, errors
        owners.add(output)

    assert len(owners) == 1


def test_file_of_another_program_keeps_its_rights(tmp_path: Path) -> None:
    folder = tmp_path / "other"
    folder.mkdir(mode=0o755)
    other = folder / STORE_NAME
    with closing(dbapi2.connect(other)) as connection:
        connection.execute("CREATE TABLE letters (text)")
    other.chmod(0o644)
    folder.chmod(0o755)

    with pytest.raises(StoreRefusal):
        open_workspace(folder)

    assert (stat.S_IMODE(other.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o644, 0o755)


def test_link_to_a_file_of_the_system_is_refused_and_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_text("not ours", encoding="utf-8")
    target.chmod(0o644)
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / STORE_NAME).symlink_to(target)

    with pytest.raises(StoreRefusal, match="no regular file"):
        open_workspace(folder)

    assert stat.S_IMODE(target.stat().st_mode) == 0o644


def test_pipe_in_place_of_the_store_is_refused_at_once(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / STORE_NAME)

    with pytest.raises(StoreRefusal, match="no regular file"):
        open_workspace(tmp_path)
