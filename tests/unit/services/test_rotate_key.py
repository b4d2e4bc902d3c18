"""The key is replaced: everything still opens, nothing sealed was touched, and an interruption does no harm."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.keyrings import MemoryKeyring, keyring_of_the_system, no_keyring
from tests.unit.store.keys import PASSPHRASE
from tests.unit.store.ledgers import create_challenge
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.sealed import Sealed
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_key_status import KeyState, read_key_status
from tradesense_desktop.services.rotate_key import rotate_key
from tradesense_desktop.services.unlock_key import unlock_key
from tradesense_desktop.settings import PASSPHRASE_VARIABLE
from tradesense_desktop.store import rotation
from tradesense_desktop.store.challenges import read_challenge, update_challenge
from tradesense_desktop.store.key_file import held_ids
from tradesense_desktop.store.outer_key_setting import read_outer_key

NEW_PASSPHRASE = "several other words"


@pytest.fixture(autouse=True)
def headless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    with no_keyring():
        yield


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    """A workspace with a key in its file and a challenge with sealed metadata."""
    with open_workspace(tmp_path / "workspace") as opened:
        make_key(opened, passphrase=PASSPHRASE)
        sealed_challenge(opened)
        yield opened


def sealed_challenge(workspace: Workspace) -> Challenge:
    before = create_challenge(workspace, count=2)
    after = replace(before, metadata={"note": "private"}, version=before.version + 1)
    return workspace.write(lambda transaction: update_challenge(transaction, before, after))


def note(workspace: Workspace) -> object:
    """What the sealed metadata reads as."""
    with workspace.reading() as reading:
        ((challenge_id,),) = reading.driver.execute("SELECT id FROM challenges")
        metadata = read_challenge(reading, challenge_id).metadata
    return metadata if isinstance(metadata, Sealed) else dict(metadata)


def sealed_texts(workspace: Workspace) -> list[tuple[str]]:
    with workspace.reading() as reading:
        rows: list[tuple[str]] = reading.driver.execute(
            "SELECT metadata FROM trades UNION ALL SELECT metadata FROM challenges"
        ).fetchall()
    return rows


def test_everything_opens_under_the_new_key_and_the_old_one_is_gone(workspace: Workspace) -> None:
    old = read_key_status(workspace).key_id
    before = sealed_texts(workspace)

    rotated = rotate_key(workspace, passphrase=PASSPHRASE)

    assert rotated.key_id != old
    assert not rotated.is_being_replaced
    assert note(workspace) == {"note": "private"}
    assert sealed_texts(workspace) == before
    assert held_ids(workspace.directory) == {rotated.key_id}
    with workspace.reading() as reading:
        assert reading.driver.execute("SELECT DISTINCT outer_key_id FROM data_keys").fetchall() == [(rotated.key_id,)]


def test_another_window_opens_what_is_sealed_after_the_rotation_too(workspace: Workspace) -> None:
    rotate_key(workspace, passphrase=PASSPHRASE, new_passphrase=NEW_PASSPHRASE)

    with open_workspace(workspace.directory) as other:
        assert isinstance(note(other), Sealed)
        with pytest.raises(Refused, match="passphrase does not open"):
            unlock_key(other, passphrase=PASSPHRASE)
        unlock_key(other, passphrase=NEW_PASSPHRASE)
        assert note(other) == {"note": "private"}


def test_wrong_passphrase_changes_nothing(workspace: Workspace) -> None:
    before = read_key_status(workspace)

    with pytest.raises(Refused, match="passphrase does not open"):
        rotate_key(workspace, passphrase="a slip of the fingers")

    assert read_key_status(workspace) == before


def test_workspace_without_a_key_has_nothing_to_rotate(tmp_path: Path) -> None:
    with open_workspace(tmp_path / "other") as plain, pytest.raises(Refused, match="no key"):
        rotate_key(plain, passphrase=PASSPHRASE)


def test_key_moves_into_a_keyring_that_has_come(workspace: Workspace) -> None:
    ring = MemoryKeyring()
    with keyring_of_the_system(ring):
        rotated = rotate_key(workspace, passphrase=PASSPHRASE)

        assert list(ring.entries) == [("tradesense", f"{rotated.workspace_id}/{rotated.key_id}")]
        assert held_ids(workspace.directory) == frozenset()
        assert note(workspace) == {"note": "private"}


@pytest.mark.parametrize("stop_in", ["_rewrap", "_retire", "drop_key"])
def test_interrupted_rotation_goes_on_when_the_key_is_unlocked(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch, stop_in: str
) -> None:
    class Stopped(Exception):
        pass

    def stop(*_arguments: object) -> None:
        raise Stopped

    with monkeypatch.context() as stopping:
        stopping.setattr(rotation, stop_in, stop)
        with pytest.raises(Stopped):
            rotate_key(workspace, passphrase=PASSPHRASE)
    with workspace.reading() as reading:
        setting = read_outer_key(reading)
    assert setting is not None
    assert setting.retiring

    with open_workspace(workspace.directory) as other:
        assert read_key_status(other).is_being_replaced
        status = unlock_key(other, passphrase=PASSPHRASE)
        assert (status.state, status.is_being_replaced) == (KeyState.OPEN, False)
        assert note(other) == {"note": "private"}
        assert held_ids(other.directory) == {status.key_id}


def test_in_the_middle_of_a_rotation_the_old_key_opens_what_is_not_wrapped_anew_yet(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as stopping:
        stopping.setattr(rotation, "_KEYS_A_STEP", 0)  # nothing is wrapped anew
        stopping.setattr(rotation, "_retire", lambda *_: ())
        rotate_key(workspace, passphrase=PASSPHRASE)

    with workspace.reading() as reading:
        before = reading.driver.execute("SELECT outer_key_id FROM data_keys").fetchall()
        setting = read_outer_key(reading)
    assert setting is not None
    assert before == [(setting.retiring[0],)]
    assert note(workspace) == {"note": "private"}

    unlock_key(workspace)
    assert note(workspace) == {"note": "private"}
    assert not read_key_status(workspace).is_being_replaced
