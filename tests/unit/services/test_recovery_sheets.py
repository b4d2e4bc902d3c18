"""A recovery sheet opens the workspace again, that workspace and no other."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.keyrings import MemoryKeyring, keyring_of_the_system, no_keyring
from tests.people import workspace_with_people
from tests.unit.services.test_rotate_key import note, sealed_challenge
from tests.unit.store.keys import PASSPHRASE
from tradesense_desktop.services.errors import NotAllowed, Refused
from tradesense_desktop.services.export_recovery_sheet import export_recovery_sheet
from tradesense_desktop.services.import_recovery_sheet import import_recovery_sheet
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.read_key_status import KeyHolder, KeyState
from tradesense_desktop.services.rotate_key import rotate_key
from tradesense_desktop.services.unlock_key import unlock_key
from tradesense_desktop.settings import PASSPHRASE_VARIABLE
from tradesense_desktop.store.key_file import KEY_FILE_NAME


@pytest.fixture(autouse=True)
def headless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    with no_keyring():
        yield


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return tmp_path / "workspace"


@pytest.fixture
def sheet(directory: Path) -> str:
    """The sheet of a workspace that has something sealed in it; nothing has it open."""
    with open_workspace(directory) as workspace:
        make_key(workspace, passphrase=PASSPHRASE)
        sealed_challenge(workspace)
        return export_recovery_sheet(workspace)


def test_sheet_opens_a_workspace_whose_key_file_is_lost(directory: Path, sheet: str) -> None:
    (directory / KEY_FILE_NAME).unlink()

    with open_workspace(directory) as workspace:
        status = import_recovery_sheet(workspace, sheet, passphrase="a new passphrase")
        assert (status.state, status.holder) == (KeyState.OPEN, KeyHolder.FILE)
        assert note(workspace) == {"note": "private"}
    with open_workspace(directory) as again:
        assert unlock_key(again, passphrase="a new passphrase").state is KeyState.OPEN


def test_sheet_replaces_a_passphrase_that_was_forgotten(directory: Path, sheet: str) -> None:
    with open_workspace(directory) as workspace:
        import_recovery_sheet(workspace, sheet, passphrase="one that I remember")

    with open_workspace(directory) as again:
        with pytest.raises(Refused, match="passphrase does not open"):
            unlock_key(again, passphrase=PASSPHRASE)
        assert unlock_key(again, passphrase="one that I remember").state is KeyState.OPEN


def test_sheet_goes_into_the_keyring_of_another_machine(directory: Path, sheet: str) -> None:
    (directory / KEY_FILE_NAME).unlink()
    ring = MemoryKeyring()

    with keyring_of_the_system(ring), open_workspace(directory) as workspace:
        assert import_recovery_sheet(workspace, sheet).holder is KeyHolder.KEYRING
        assert note(workspace) == {"note": "private"}
    assert len(ring.entries) == 1
    assert not (directory / KEY_FILE_NAME).exists()


def test_sheet_of_another_workspace_is_refused(directory: Path, sheet: str, tmp_path: Path) -> None:
    with open_workspace(tmp_path / "other") as other:
        make_key(other, passphrase=PASSPHRASE)
        with pytest.raises(Refused, match="another workspace"):
            import_recovery_sheet(other, sheet, passphrase=PASSPHRASE)
    with open_workspace(tmp_path / "without") as without, pytest.raises(Refused, match="another workspace"):
        import_recovery_sheet(without, sheet, passphrase=PASSPHRASE)


def test_sheet_of_a_key_that_was_replaced_is_refused(directory: Path, sheet: str) -> None:
    with open_workspace(directory) as workspace:
        rotate_key(workspace, passphrase=PASSPHRASE)

        with pytest.raises(Refused, match="replaced since"):
            import_recovery_sheet(workspace, sheet, passphrase=PASSPHRASE)


def test_mistyped_sheet_is_refused(directory: Path, sheet: str) -> None:
    line = next(line for line in sheet.splitlines() if line.startswith("    ") and line.count(" ") == 10)
    wrong = line[:4] + ("B" if line[4] == "A" else "A") + line[5:]

    with open_workspace(directory) as workspace, pytest.raises(Refused, match="mistyped"):
        import_recovery_sheet(workspace, sheet.replace(line, wrong), passphrase=PASSPHRASE)


def test_locked_key_is_not_exported_without_its_passphrase(directory: Path, sheet: str) -> None:
    with open_workspace(directory) as workspace:
        with pytest.raises(Refused, match="locked"):
            export_recovery_sheet(workspace)
        again = export_recovery_sheet(workspace, passphrase=PASSPHRASE)

    assert [line for line in again.splitlines() if not line.startswith("Written")] == [
        line for line in sheet.splitlines() if not line.startswith("Written")
    ]


def test_exports_and_imports_are_in_the_audit_log(directory: Path, sheet: str) -> None:
    with open_workspace(directory) as workspace:
        import_recovery_sheet(workspace, sheet, passphrase=PASSPHRASE)
        with workspace.reading() as reading:
            rows = reading.driver.execute("SELECT action FROM audit_log ORDER BY sequence_number").fetchall()

    assert rows == [("KEY_MADE",), ("KEY_EXPORTED",), ("KEY_IMPORTED",)]


def test_only_a_super_administrator_has_the_sheet_of_a_workspace_with_accounts(directory: Path) -> None:
    with workspace_with_people(directory) as people:
        make_key(people.superadmin, passphrase=PASSPHRASE)
        text = export_recovery_sheet(people.superadmin)
        for name in ("trader", "auditor", "admin"):
            with pytest.raises(NotAllowed):
                export_recovery_sheet(people.of(name))
            with pytest.raises(NotAllowed):
                import_recovery_sheet(people.of(name), text, passphrase=PASSPHRASE)
