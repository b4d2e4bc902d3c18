"""The place of keys by keyboard, on real workspaces, with a keyring and without one."""

import stat
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QPageLayout
from PySide6.QtPrintSupport import QPrinter
from PySide6.QtWidgets import QFileDialog, QLineEdit
from pytestqt.qtbot import QtBot

from tests.keyrings import MemoryKeyring, keyring_of_the_system, no_keyring
from tests.people import People, make_people
from tests.place_data import PASSPHRASE
from tests.ui.views.admin_windows import PlaceWindow, focused, place_window
from tradesense_desktop.services.export_recovery_sheet import export_recovery_sheet
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_key_status import KeyState, read_key_status
from tradesense_desktop.settings import PASSPHRASE_VARIABLE
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.views.admin.keys_place import KeysPlace


class Cabinet:
    """The place as somebody sees it."""

    def __init__(self, window: PlaceWindow) -> None:
        self.window = window
        assert isinstance(window.place, KeysPlace)
        self.place = window.place

    @property
    def facts(self) -> dict[str, str]:
        return dict(self.place.panel.facts.said)

    def type_passphrases(self, *passphrases: str) -> None:
        """One after the other, with Tab between them; the last one is handed over by Enter."""
        for at, each in enumerate(passphrases):
            if at:
                self.window.press("Tab")
            field = focused()
            assert isinstance(field, QLineEdit)
            assert field.echoMode() is QLineEdit.EchoMode.Password
            self.window.type(each)
        self.window.press("Return")
        self.window.settle()


@pytest.fixture(autouse=True)
def headless(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine without a keyring, where nobody has set a passphrase."""
    monkeypatch.delenv(PASSPHRASE_VARIABLE, raising=False)
    with no_keyring():
        yield


@pytest.fixture
def people(tmp_path: Path, tasks: Tasks) -> Iterator[People]:
    workspace = open_workspace(tmp_path / "workspace")
    yield make_people(workspace)
    tasks.shut_down()
    workspace.close()


@pytest.fixture
def cabinet_of(qtbot: QtBot, surroundings: Surroundings) -> Callable[[Workspace], Cabinet]:
    return lambda handle: Cabinet(place_window(qtbot, surroundings, handle, KeysPlace))


def locked(people: People) -> None:
    """A workspace with a key that this process has forgotten."""
    key_id = make_key(people.superadmin, passphrase=PASSPHRASE).key_id
    assert key_id is not None
    people.superadmin.keys.forget(key_id)


def test_the_first_key_is_made_by_keyboard_with_its_passphrase_twice(
    people: People, cabinet_of: Callable[[Workspace], Cabinet]
) -> None:
    cabinet = cabinet_of(people.superadmin)
    assert cabinet.place.panel.title == "There is no key yet"
    assert cabinet.window.buttons() == {"Make the first key…"}

    cabinet.window.press("Ctrl+Alt+N")
    cabinet.type_passphrases(PASSPHRASE, "another one")
    assert cabinet.place.form.notice.text() == "The two new passphrases differ."
    cabinet.place.form.close_form()
    cabinet.window.press("Ctrl+Alt+N")
    cabinet.type_passphrases("short", "short")
    assert "12 characters" in cabinet.place.form.notice.text()
    cabinet.place.form.close_form()
    cabinet.window.press("Ctrl+Alt+N")
    cabinet.type_passphrases(PASSPHRASE, PASSPHRASE)

    status = read_key_status(people.superadmin)
    assert status.state is KeyState.OPEN
    assert cabinet.place.panel.title == "The key is open"
    assert cabinet.facts["Key"] == status.key_id
    assert cabinet.facts["Kept in"] == "the file keys.json of the workspace, under a passphrase"
    assert cabinet.facts["Made"].endswith("UTC")
    assert len(cabinet.window.said) == 1


def test_with_a_keyring_nothing_is_asked(people: People, cabinet_of: Callable[[Workspace], Cabinet]) -> None:
    with keyring_of_the_system(MemoryKeyring()):
        cabinet = cabinet_of(people.superadmin)
        cabinet.window.press("Ctrl+Alt+N")
        assert not any(line.isVisible() for line in cabinet.place.form.findChildren(QLineEdit))
        cabinet.window.tab_to_button("Make the key")
        cabinet.window.press("Space")
        cabinet.window.settle()

        assert cabinet.facts["Kept in"] == "the keyring of the system"


def test_a_locked_key_is_unlocked_and_a_wrong_passphrase_is_told_in_place(
    people: People, cabinet_of: Callable[[Workspace], Cabinet]
) -> None:
    locked(people)
    cabinet = cabinet_of(people.superadmin)
    assert cabinet.place.panel.title == "The key is locked"

    cabinet.window.press("Ctrl+Alt+U")
    cabinet.type_passphrases("not the passphrase")
    assert "does not open the key file" in cabinet.place.form.notice.text()
    field = next(line for line in cabinet.place.form.findChildren(QLineEdit) if line.isVisible())
    field.clear()
    field.setFocus()
    cabinet.type_passphrases(PASSPHRASE)

    assert read_key_status(people.superadmin).state is KeyState.OPEN
    assert cabinet.place.panel.title == "The key is open"
    assert all(line.text() == "" for line in cabinet.place.form.findChildren(QLineEdit)), "what was typed is forgotten"


def test_the_key_is_replaced_and_the_new_one_is_shown(
    people: People, cabinet_of: Callable[[Workspace], Cabinet]
) -> None:
    before = make_key(people.superadmin, passphrase=PASSPHRASE).key_id
    cabinet = cabinet_of(people.superadmin)

    cabinet.window.press("Ctrl+Alt+R")
    cabinet.type_passphrases(PASSPHRASE)

    after = read_key_status(people.superadmin)
    assert after.key_id != before
    assert cabinet.facts["Key"] == after.key_id


def test_the_sheet_is_shown_printed_and_saved_for_its_owner_alone(
    people: People,
    cabinet_of: Callable[[Workspace], Cabinet],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_key(people.superadmin, passphrase=PASSPHRASE)
    cabinet = cabinet_of(people.superadmin)

    cabinet.window.press("Ctrl+Alt+P")
    cabinet.window.tab_to_button("Show it")
    cabinet.window.press("Space")
    cabinet.window.settle()
    text = cabinet.place.sheet.text
    saved = tmp_path / "sheet.txt"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(saved), ""))
    cabinet.place.sheet.save_asked.emit()
    cabinet.window.settle()
    printer = QPrinter()
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setPageOrientation(QPageLayout.Orientation.Portrait)
    printer.setOutputFileName(str(tmp_path / "sheet.pdf"))
    cabinet.place.sheet.print_to(printer)

    assert text.startswith("TradeSense recovery sheet")
    assert saved.read_text("utf-8") == text
    assert stat.S_IMODE(saved.stat().st_mode) == 0o600
    assert (tmp_path / "sheet.pdf").read_bytes().startswith(b"%PDF")
    assert "sheet.txt" in cabinet.place.sheet.notice.text()


def test_a_sheet_that_cannot_be_saved_is_told_and_leaves_nothing(
    people: People,
    cabinet_of: Callable[[Workspace], Cabinet],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    make_key(people.superadmin, passphrase=PASSPHRASE)
    cabinet = cabinet_of(people.superadmin)
    cabinet.place.ask("sheet")
    cabinet.place.form.commit()
    cabinet.window.settle()
    folder = tmp_path / "a folder"
    (folder / "in it").mkdir(parents=True)
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_arguments: (str(folder), ""))

    cabinet.place.sheet.save_asked.emit()
    cabinet.window.settle()

    assert "Nothing was changed" in cabinet.place.sheet.notice.text()
    assert not list(tmp_path.glob(".*.part"))


def test_a_sheet_is_typed_in_again_and_a_slip_is_found(
    people: People, cabinet_of: Callable[[Workspace], Cabinet], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key_id = make_key(people.superadmin, passphrase=PASSPHRASE).key_id
    assert key_id is not None
    sheet = tmp_path / "sheet.txt"
    sheet.write_text(export_recovery_sheet(people.superadmin), "utf-8")
    people.superadmin.keys.forget(key_id)
    (people.superadmin.directory / "keys.json").unlink()
    cabinet = cabinet_of(people.superadmin)
    assert cabinet.facts["Kept in"] == "not on this machine, or in a keyring that is locked"

    cabinet.window.press("Ctrl+Alt+I")
    cabinet.place.form.show_sheet("no sheet at all")
    cabinet.window.tab_to_field("New passphrase")
    cabinet.type_passphrases(PASSPHRASE, PASSPHRASE)
    assert "This recovery sheet cannot be used" in cabinet.place.form.notice.text()
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_arguments: (str(sheet), ""))
    cabinet.place.form.file_asked.emit()
    cabinet.window.settle()
    cabinet.place.form.commit()
    cabinet.window.settle()

    assert read_key_status(people.superadmin).state is KeyState.OPEN
    assert cabinet.place.panel.title == "The key is open"


def test_whoever_goes_elsewhere_leaves_no_secret_on_the_screen(
    people: People, cabinet_of: Callable[[Workspace], Cabinet]
) -> None:
    make_key(people.superadmin, passphrase=PASSPHRASE)
    cabinet = cabinet_of(people.superadmin)
    cabinet.place.ask("sheet")
    cabinet.place.form.commit()
    cabinet.window.settle()
    assert cabinet.place.sheet.text

    cabinet.place.hide()

    assert cabinet.place.sheet.text == ""


@pytest.mark.parametrize("name", ["auditor", "admin", "trader"])
def test_who_does_not_manage_keys_can_only_unlock_them(
    people: People, cabinet_of: Callable[[Workspace], Cabinet], name: str
) -> None:
    locked(people)
    cabinet = cabinet_of(people.of(name))

    assert cabinet.window.buttons() == {"Unlock…"}
    cabinet.window.press("Ctrl+Alt+R")
    assert cabinet.place.form.title == ""
    cabinet.window.press("Ctrl+Alt+U")
    cabinet.type_passphrases(PASSPHRASE)
    assert read_key_status(people.of(name)).state is KeyState.OPEN


def test_the_owner_of_a_workspace_without_accounts_manages_its_key(
    tmp_path: Path, tasks: Tasks, cabinet_of: Callable[[Workspace], Cabinet]
) -> None:
    with open_workspace(tmp_path / "alone") as workspace:
        cabinet = cabinet_of(workspace)

        assert cabinet.window.buttons() == {"Make the first key…"}
        cabinet.window.press("Ctrl+Alt+N")
        cabinet.type_passphrases(PASSPHRASE, PASSPHRASE)
        assert "Replace the key…" in cabinet.window.buttons()
        assert cabinet.facts["Made"].endswith("UTC")
        tasks.shut_down()


def test_screen_readers_hear_what_is_asked(people: People, cabinet_of: Callable[[Workspace], Cabinet]) -> None:
    make_key(people.superadmin, passphrase=PASSPHRASE)
    cabinet = cabinet_of(people.superadmin)

    cabinet.place.ask("rotate")

    form = cabinet.place.form
    assert cabinet.place.accessibleName() == "Keys"
    assert form.accessibleName() == "Replace the key"
    assert [line.accessibleName() for line in form.findChildren(QLineEdit) if line.isVisible()] == [
        "Passphrase of the key file",
        "New passphrase",
        "New passphrase again",
    ]
