"""A workspace gets a key, and the key is open where its holder is."""

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keyrings import MemoryKeyring, keyring_of_the_system, no_keyring
from tests.people import workspace_with_people
from tests.unit.store.keys import PASSPHRASE
from tests.unit.store.ledgers import create_challenge
from tradesense_desktop.services.errors import NotAllowed, Refused
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_key_status import KeyHolder, KeyState, read_key_status
from tradesense_desktop.services.unlock_key import unlock_key
from tradesense_desktop.settings import PASSPHRASE_VARIABLE
from tradesense_desktop.store.key_file import KEY_FILE_NAME


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def workspace(directory: Path) -> Iterator[Workspace]:
    with open_workspace(directory) as opened:
        yield opened


@pytest.fixture
def headless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a keyring, where nobody has set a passphrase."""
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    with no_keyring():
        yield


def test_workspace_without_a_key_says_so(headless: None, workspace: Workspace) -> None:
    status = read_key_status(workspace)

    assert (status.state, status.key_id, status.holder) == (KeyState.NONE, None, None)
    assert not status.system_has_keyring
    assert unlock_key(workspace) == status


def test_key_lies_in_the_keyring_where_the_system_has_one(directory: Path) -> None:
    ring = MemoryKeyring()
    with keyring_of_the_system(ring), open_workspace(directory) as workspace:
        made = make_key(workspace)

        assert (made.state, made.holder) == (KeyState.OPEN, KeyHolder.KEYRING)
        assert list(ring.entries) == [("tradesense", f"{made.workspace_id}/{made.key_id}")]
        assert not (directory / KEY_FILE_NAME).exists()
    with keyring_of_the_system(ring), open_workspace(directory) as again:
        assert read_key_status(again).state is KeyState.OPEN


def test_without_a_keyring_a_passphrase_is_needed_and_the_sentence_says_where_the_key_would_lie(
    headless: None, workspace: Workspace
) -> None:
    with pytest.raises(Refused, match=r"no keyring.*keys\.json"):
        make_key(workspace)

    assert read_key_status(workspace).state is KeyState.NONE
    assert not (workspace.directory / KEY_FILE_NAME).exists()


def test_key_file_is_private_and_opens_with_the_passphrase_only(headless: None, directory: Path) -> None:
    with open_workspace(directory) as workspace:
        made = make_key(workspace, passphrase=PASSPHRASE)
        assert (made.state, made.holder) == (KeyState.OPEN, KeyHolder.FILE)
    assert stat.S_IMODE((directory / KEY_FILE_NAME).stat().st_mode) == 0o600

    with open_workspace(directory) as again:
        closed = read_key_status(again)
        assert (closed.state, closed.needs_passphrase) == (KeyState.LOCKED, True)
        with pytest.raises(Refused, match="passphrase does not open"):
            unlock_key(again, passphrase="another one, and wrong")
        assert unlock_key(again, passphrase=PASSPHRASE).state is KeyState.OPEN
        assert read_key_status(again.acting_as(again.actor)).state is KeyState.OPEN


def test_passphrase_of_the_environment_opens_the_key_without_being_asked(
    headless: None, directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_workspace(directory) as workspace:
        make_key(workspace, passphrase=PASSPHRASE)
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)

    with open_workspace(directory) as again:
        create_challenge(again, count=1)
        with again.reading() as reading:
            sealed = reading.driver.execute("SELECT json_extract(metadata, '$.sealed') FROM trades").fetchall()

    assert sealed == [(1,)]


def test_keyring_that_nobody_unlocks_leaves_the_key_locked_and_everything_else_working(directory: Path) -> None:
    ring = MemoryKeyring()
    with keyring_of_the_system(ring):
        with open_workspace(directory) as workspace:
            make_key(workspace)
        ring.is_locked = True
        with open_workspace(directory) as again:
            assert read_key_status(again).state is KeyState.LOCKED
            create_challenge(again, count=2)
            with again.reading() as reading:
                kept = reading.driver.execute("SELECT metadata FROM trades").fetchall()
            with pytest.raises(Refused, match="keyring of the system refused"):
                unlock_key(again)
            ring.is_locked = False
            assert unlock_key(again).state is KeyState.OPEN
    assert kept == [(None,), (None,)]


def test_key_that_this_machine_does_not_hold_is_missed_in_a_sentence(headless: None, directory: Path) -> None:
    with open_workspace(directory) as workspace:
        make_key(workspace, passphrase=PASSPHRASE)
    (directory / KEY_FILE_NAME).unlink()

    with open_workspace(directory) as again:
        assert read_key_status(again).state is KeyState.LOCKED
        with pytest.raises(Refused, match="import its recovery sheet"):
            unlock_key(again, passphrase=PASSPHRASE)


def test_second_key_is_refused(headless: None, workspace: Workspace) -> None:
    make_key(workspace, passphrase=PASSPHRASE)

    with pytest.raises(Refused, match="already"):
        make_key(workspace, passphrase=PASSPHRASE)


def test_making_a_key_is_in_the_audit_log_without_the_key(headless: None, workspace: Workspace) -> None:
    made = make_key(workspace, passphrase=PASSPHRASE)

    with workspace.reading() as reading:
        rows = reading.driver.execute("SELECT action, details FROM audit_log").fetchall()
    assert rows == [("KEY_MADE", f'{{"holder":"file","key_id":"{made.key_id}"}}')]


def test_only_a_super_administrator_makes_the_key_of_a_workspace_with_accounts(headless: None, directory: Path) -> None:
    with workspace_with_people(directory) as people:
        for name in ("trader", "auditor", "admin"):
            with pytest.raises(NotAllowed):
                make_key(people.of(name), passphrase=PASSPHRASE)

        assert make_key(people.superadmin, passphrase=PASSPHRASE).state is KeyState.OPEN
        # One open key serves every handle.
        assert read_key_status(people.trader).state is KeyState.OPEN
