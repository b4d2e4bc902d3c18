"""A workspace that is encrypted as a whole: a marker beside the store names its key, which lies where keys lie.

The key is raw, 32 random bytes: in the keyring of the system, else in the key file under a passphrase. It is chosen
when the workspace is made; a store never changes from plain to encrypted, which would leave the plain pages on the
disk.
"""

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from uuid import uuid4

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.audit.key_wrap import OuterKey, new_outer_key
from tradesense_desktop.audit.recovery_sheet import RecoverySheet
from tradesense_desktop.store.drivers import choose_driver, cipher_driver, forget_driver
from tradesense_desktop.store.errors import StoreRefusal
from tradesense_desktop.store.key_errors import KeyNotHeld, SheetForeign
from tradesense_desktop.store.key_holder import keep_key, lies_in_file, prepare_key
from tradesense_desktop.store.outer_keys import OuterKeys, environment_passphrase
from tradesense_desktop.store.small_file import read_small_file

MARKER_NAME: Final = "encrypted.json"
ENCRYPT_VARIABLE: Final = "TRADESENSE_ENCRYPT_NEW"
_FORMAT: Final = "tradesense.encrypted/1"
_LONGEST: Final = 4_096
_MODE: Final = 0o600
_FOLDER_MODE: Final = 0o700


class StoreLocked(StoreRefusal):
    """The store is encrypted as a whole and its key file needs a passphrase."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        super().__init__(
            f"The workspace {directory} is encrypted as a whole; give its passphrase (TRADESENSE_KEY_PASSPHRASE)."
        )


class EncryptionTooLate(StoreRefusal):
    """There is a plain store already."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        super().__init__(f"The workspace {directory} is there already and is not encrypted; choose a new folder.")


class MarkerDamaged(StoreRefusal):
    """encrypted.json is not as the program writes it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        super().__init__(f"The file {MARKER_NAME} in {directory} is damaged; restore it from a backup.")


@dataclass(frozen=True, slots=True)
class Marker:
    """Under which ids the key of the whole store is kept."""

    workspace_id: str
    key_id: str


def read_marker(directory: Path) -> Marker | None:
    """The marker; None for a plain workspace, and where there is none. Raises MarkerDamaged."""
    try:
        content = read_small_file(directory / MARKER_NAME, _LONGEST)
    except OSError as wrong:
        raise MarkerDamaged(directory) from wrong
    if content is None:
        return None
    try:
        document = json.loads(content)
        if document["format"] != _FORMAT:
            raise MarkerDamaged(directory)
        return Marker(str(document["workspace_id"]), str(document["key_id"]))
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise MarkerDamaged(directory) from wrong


def wants_encryption() -> bool:
    """Whether the environment says that new workspaces are encrypted."""
    return os.environ.get(ENCRYPT_VARIABLE) == "1"


def needs_passphrase(directory: Path) -> bool:
    """Whether a passphrase is what opens the workspace."""
    marker = read_marker(directory)
    return marker is not None and lies_in_file(directory, marker.key_id)


def make_encrypted(directory: Path, passphrase: str | None) -> None:
    """Make a key for a workspace that is about to be made in `directory`, and mark it; another process may be first.

    Raises CipherMissing, PassphraseNeeded and PassphraseTooShort.
    """
    workspace_id, key = str(uuid4()), new_outer_key()
    cipher_driver(key.secret)  # before anything is written
    prepared = prepare_key(workspace_id, key, passphrase or environment_passphrase())
    directory.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
    keep_key(directory, workspace_id, prepared)
    text = canonical_text({"format": _FORMAT, "key_id": key.id, "workspace_id": workspace_id})
    try:
        descriptor = os.open(directory / MARKER_NAME, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE)
    except FileExistsError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())


def unlock_store(path: Path, passphrase: str | None) -> bool:
    """Choose the driver of an encrypted store at `path`; false where it is a plain one.

    Raises StoreLocked, KeyNotHeld, PassphraseWrong, KeyringRefused and CipherMissing.
    """
    marker = read_marker(path.parent)
    if marker is None:
        forget_driver(path)
        return False
    key = _held_key(path.parent, marker, passphrase or environment_passphrase())
    choose_driver(path, cipher_driver(key.secret))
    return True


def store_sheet(directory: Path, passphrase: str | None) -> RecoverySheet:
    """What has to be on paper to open the store again. Raises as `unlock_store`, KeyNotHeld for a plain workspace."""
    marker = read_marker(directory)
    if marker is None:
        raise KeyNotHeld(MARKER_NAME)
    return RecoverySheet(marker.workspace_id, _held_key(directory, marker, passphrase or environment_passphrase()))


def recover_store(directory: Path, sheet: RecoverySheet, passphrase: str | None) -> None:
    """Hold the key of a sheet on this machine again. Raises SheetForeign, PassphraseNeeded and PassphraseTooShort."""
    marker = read_marker(directory)
    if marker is None or Marker(sheet.workspace_id, sheet.key.id) != marker:
        raise SheetForeign(sheet.key.id)
    keep_key(
        directory,
        marker.workspace_id,
        prepare_key(marker.workspace_id, sheet.key, passphrase or environment_passphrase()),
    )


def _held_key(directory: Path, marker: Marker, passphrase: str | None) -> OuterKey:
    found = OuterKeys(directory).open_with(marker.workspace_id, marker.key_id, passphrase)
    if found is None:
        raise StoreLocked(directory) if lies_in_file(directory, marker.key_id) else KeyNotHeld(marker.key_id)
    return found
