"""A workspace that is encrypted as a whole: the same store to whoever has its key, noise to everybody else."""

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keyrings import FOLDER_VARIABLE, MemoryKeyring, keyring_of_the_system, no_keyring
from tests.unit.store.keys import PASSPHRASE
from tests.unit.store.ledgers import create_challenge
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.export_store_sheet import export_store_sheet
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import needs_passphrase, open_workspace
from tradesense_desktop.services.read_equity_curve import read_equity_curve
from tradesense_desktop.services.read_key_status import KeyState
from tradesense_desktop.services.recover_workspace import recover_workspace
from tradesense_desktop.services.rotate_key import rotate_key
from tradesense_desktop.settings import PASSPHRASE_VARIABLE
from tradesense_desktop.store.encrypted_store import ENCRYPT_VARIABLE, MARKER_NAME
from tradesense_desktop.store.key_file import KEY_FILE_NAME

ROOT = Path(__file__).resolve().parents[2]
CORE = (
    "tests/unit/store/test_challenges.py",
    "tests/unit/store/test_event_log.py",
    "tests/unit/store/test_ledger_pages.py",
    "tests/unit/store/test_migrations.py",
    "tests/unit/store/test_recorder.py",
    "tests/unit/store/test_sealed_columns.py",
    "tests/unit/store/test_workspace.py",
)
WHOLE = ("tests/unit/store", "tests/unit/services")


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder for a workspace, on a machine without a keyring."""
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    with no_keyring():
        yield tmp_path / "workspace"


def test_files_show_nothing_and_are_private(directory: Path) -> None:
    with open_workspace(directory, encrypted=True, passphrase=PASSPHRASE) as workspace:
        challenge = create_challenge(workspace, count=30)
        read_equity_curve(workspace, challenge.id)
        while_open = [path.read_bytes() for path in directory.rglob("*") if path.is_file()]
    closed = {path.name: path.read_bytes() for path in directory.rglob("*") if path.is_file()}

    assert set(closed) == {KEY_FILE_NAME, MARKER_NAME, "workspace.sqlite"}
    for content in (*while_open, *closed.values()):
        assert not content.startswith(b"SQLite format 3")
        for word in (b"EURUSD", b"TRADE_EXECUTED", b"CREATE TABLE", b"owner@localhost.invalid"):
            assert word not in content
    assert {stat.S_IMODE((directory / name).stat().st_mode) for name in closed} == {0o600}
    assert stat.S_IMODE(directory.stat().st_mode) == 0o700


def test_passphrase_opens_it_in_another_process_and_a_wrong_one_does_not(directory: Path) -> None:
    with open_workspace(directory, encrypted=True, passphrase=PASSPHRASE) as workspace:
        challenge = create_challenge(workspace, count=3)
    arguments = [sys.executable, "-m", "tradesense_desktop", "--workspace", str(directory), "challenges"]
    environment = {**os.environ, "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring"}

    def told(passphrase: str) -> subprocess.CompletedProcess[str]:
        given = environment | {PASSPHRASE_VARIABLE: passphrase}
        return subprocess.run(arguments, env=given, cwd=ROOT, capture_output=True, text=True, check=False)

    right, wrong = told(PASSPHRASE), told("a wrong passphrase")

    assert needs_passphrase(directory)
    assert challenge.id in right.stdout
    assert (wrong.returncode, wrong.stdout) == (1, "")
    assert wrong.stderr == "tradesense: The passphrase does not open the key file of this workspace.\n"


def test_without_its_passphrase_it_is_refused_in_a_sentence(directory: Path) -> None:
    open_workspace(directory, encrypted=True, passphrase=PASSPHRASE).close()

    with pytest.raises(Refused, match="encrypted as a whole; give its passphrase"):
        open_workspace(directory)


def test_key_of_an_encrypted_workspace_lies_in_the_keyring_where_there_is_one(directory: Path) -> None:
    ring = MemoryKeyring()
    with keyring_of_the_system(ring):
        with open_workspace(directory, encrypted=True) as workspace:
            create_challenge(workspace)
        with open_workspace(directory) as again, again.reading() as reading:
            assert reading.driver.execute("SELECT count(*) FROM challenges").fetchone() == (1,)
    assert len(ring.entries) == 1
    assert not (directory / KEY_FILE_NAME).exists()


def test_its_sheet_opens_it_when_the_key_file_is_lost(directory: Path) -> None:
    with open_workspace(directory, encrypted=True, passphrase=PASSPHRASE) as workspace:
        create_challenge(workspace)
        sheet = export_store_sheet(workspace, passphrase=PASSPHRASE)
    (directory / KEY_FILE_NAME).unlink()

    recover_workspace(directory, sheet, passphrase="another passphrase")

    with open_workspace(directory, passphrase="another passphrase") as again, again.reading() as reading:
        assert reading.driver.execute("SELECT count(*) FROM challenges").fetchone() == (1,)


def test_sheet_of_another_workspace_is_refused(directory: Path, tmp_path: Path) -> None:
    with open_workspace(directory, encrypted=True, passphrase=PASSPHRASE) as workspace:
        sheet = export_store_sheet(workspace, passphrase=PASSPHRASE)
    open_workspace(tmp_path / "other", encrypted=True, passphrase=PASSPHRASE).close()

    with pytest.raises(Refused, match="another workspace"):
        recover_workspace(tmp_path / "other", sheet, passphrase=PASSPHRASE)
    with pytest.raises(Refused, match="another workspace"):
        recover_workspace(tmp_path / "nothing", sheet, passphrase=PASSPHRASE)


def test_plain_workspace_is_never_made_an_encrypted_one(directory: Path) -> None:
    open_workspace(directory).close()

    with pytest.raises(Refused, match="is not encrypted; choose a new folder"):
        open_workspace(directory, encrypted=True, passphrase=PASSPHRASE)

    assert not (directory / KEY_FILE_NAME).exists()
    with open_workspace(directory) as workspace, pytest.raises(Refused, match="not encrypted as a whole"):
        export_store_sheet(workspace)


def test_plain_workspace_takes_the_place_of_an_encrypted_one_that_was_deleted(directory: Path) -> None:
    open_workspace(directory, encrypted=True, passphrase=PASSPHRASE).close()
    shutil.rmtree(directory)

    with open_workspace(directory) as workspace:
        assert not workspace.is_encrypted


def test_without_a_passphrase_nothing_is_made(directory: Path) -> None:
    with pytest.raises(Refused, match="no keyring"):
        open_workspace(directory, encrypted=True)

    assert not directory.exists()


def test_rotating_the_key_of_the_columns_leaves_that_of_the_file_alone(directory: Path) -> None:
    with open_workspace(directory, encrypted=True, passphrase=PASSPHRASE) as workspace:
        make_key(workspace, passphrase=PASSPHRASE)
        create_challenge(workspace, count=2)
        assert rotate_key(workspace, passphrase=PASSPHRASE).state is KeyState.OPEN

    with open_workspace(directory, passphrase=PASSPHRASE) as again, again.reading() as reading:
        assert reading.driver.execute("SELECT count(*) FROM trades").fetchone() == (2,)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format":"other"}', b"\xff"])
def test_damaged_marker_is_refused_in_a_sentence(directory: Path, content: bytes) -> None:
    directory.mkdir()
    (directory / MARKER_NAME).write_bytes(content)

    with pytest.raises(Refused, match=r"encrypted\.json"):
        open_workspace(directory)


def test_without_the_extra_one_sentence_says_what_to_install(directory: Path) -> None:
    script = (
        "import sys; sys.modules['sqlcipher3'] = None\nfrom tradesense_desktop.__main__ import main\nsys.exit(main())\n"
    )
    environment = {**os.environ, PASSPHRASE_VARIABLE: PASSPHRASE}
    environment["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"

    told = subprocess.run(
        [sys.executable, "-c", script, "--workspace", str(directory), "workspace", "new", "--encrypted"],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 1
    assert told.stderr.splitlines()[-1].endswith("“pip install 'tradesense[sqlcipher]'”.")
    assert not directory.exists()


def run_encrypted(folder: Path, tests: tuple[str, ...]) -> None:
    """Run tests in a process in which every workspace that is made is encrypted, with its key in a keyring."""
    keyring = folder / "keyring"
    keyring.mkdir()
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "TRADESENSE_"))},
        ENCRYPT_VARIABLE: "1",
        FOLDER_VARIABLE: str(keyring),
        "PYTHON_KEYRING_BACKEND": "tests.keyrings.FolderKeyring",
    }
    arguments = ("-q", "-x", "-m", "not soak", "-p", "no:randomly", f"--basetemp={folder / 'scratch'}")
    told = subprocess.run(
        [sys.executable, "-m", "pytest", *arguments, *tests],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert told.returncode == 0, told.stdout[-3_000:] + told.stderr[-1_000:]
    assert any(keyring.iterdir()), "no workspace was encrypted"


def test_core_of_the_stores_tests_passes_on_encrypted_workspaces(tmp_path: Path) -> None:
    run_encrypted(tmp_path, CORE)


@pytest.mark.soak
def test_all_tests_of_store_and_services_pass_on_encrypted_workspaces(tmp_path: Path) -> None:
    run_encrypted(tmp_path, WHOLE)
