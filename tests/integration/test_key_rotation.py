"""kill -9 in the middle of a key rotation: nothing is unreadable, and the rotation ends when it goes on."""

import json
import sys
from pathlib import Path
from uuid import uuid4

import pytest

from tests.keyrings import no_keyring
from tests.unit.store.keys import PASSPHRASE
from tests.unit.store.sudden_death import Left, kill_at_random_moments
from tradesense_desktop.audit.sealing import Place
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_key_status import KeyState, read_key_status
from tradesense_desktop.services.rotate_key import rotate_key
from tradesense_desktop.services.unlock_key import unlock_key
from tradesense_desktop.settings import PASSPHRASE_VARIABLE
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.data_keys import data_key_to_write
from tradesense_desktop.store.key_file import held_ids
from tradesense_desktop.store.sealed_columns import Opener
from tradesense_desktop.store.transaction import Transaction

PEOPLE = 300
BEGINS = b"keeping"
ROTATION = f"""
import sys
from pathlib import Path
from tradesense_desktop.services import rotate_key as rotating
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.store import rotation

rotation._KEYS_A_STEP = 20
prepare_key = rotating.prepare_key

def announced(*arguments):
    prepared = prepare_key(*arguments)
    print({BEGINS.decode()!r}, flush=True)
    return prepared

rotating.prepare_key = announced
with open_workspace(Path(sys.argv[1])) as workspace:
    rotating.rotate_key(workspace)
"""
"""A rotation in many small steps, which says when the slow part, making the new key ready, is over."""


def seal_for_many(workspace: Workspace) -> None:
    """PEOPLE people, each with a data key and sealed metadata."""
    people = [str(uuid4()) for _ in range(PEOPLE)]
    accounts = [(user_id, f"{user_id[:8]}@example.org") for user_id in people]

    def register(transaction: Transaction) -> None:
        transaction.driver.executemany("INSERT INTO users (id, email, password_hash) VALUES (?, ?, '!')", accounts)

    def seal(transaction: Transaction) -> list[tuple[str, str]]:
        return [
            (data_key_to_write(transaction, user_id).seal(_place(user_id), {"of": user_id}), user_id)
            for user_id in people
        ]

    workspace.write(register, Acting(Authority.SET_UP))
    sealed = workspace.write(seal)
    keep = "UPDATE users SET metadata = ? WHERE id = ?"
    workspace.write(lambda transaction: transaction.driver.executemany(keep, sealed), Acting(Authority.SET_UP))


def check_everything_opens(workspace: Workspace) -> None:
    with workspace.reading() as reading:
        opener = Opener(reading)
        rows = reading.driver.execute("SELECT id, metadata FROM users WHERE metadata IS NOT NULL").fetchall()
        assert len(rows) == PEOPLE
        for user_id, stored in rows:
            assert opener.open_strictly(_place(user_id), json.loads(stored)) == {"of": user_id}


def _place(user_id: str) -> Place:
    return Place("users", "metadata", user_id)


def _kill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kills: int) -> None:
    monkeypatch.setenv(PASSPHRASE_VARIABLE, PASSPHRASE)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    prepared = tmp_path / "prepared"
    with no_keyring():
        with open_workspace(prepared) as workspace:
            old = make_key(workspace, passphrase=PASSPHRASE).key_id
            seal_for_many(workspace)

        def what_is_left(directory: Path) -> Left:
            with open_workspace(directory) as workspace:
                check_everything_opens(workspace)
                status = unlock_key(workspace)
                assert (status.state, status.is_being_replaced) == (KeyState.OPEN, False)
                check_everything_opens(workspace)
            with open_workspace(directory) as again:
                check_everything_opens(again)
                assert read_key_status(again).key_id in held_ids(directory)
                if status.key_id == old:
                    rotate_key(again)
                    check_everything_opens(again)
                    return Left.NOTHING
            assert old not in held_ids(directory)
            return Left.ALL

        found = kill_at_random_moments(
            tmp_path / "scratch",
            prepared=prepared,
            arguments=lambda directory: [sys.executable, "-c", ROTATION, str(directory)],
            what_is_left=what_is_left,
            kills=kills,
            seed=kills,
            begins_with=BEGINS,
        )

    assert found.total() == kills


def test_rotation_killed_at_random_moments_leaves_everything_readable_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kill(tmp_path, monkeypatch, 5)


@pytest.mark.soak
def test_rotation_killed_a_hundred_times_leaves_everything_readable_and_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _kill(tmp_path, monkeypatch, 100)
