"""The outer keys that stand open in this process, shared by every handle of an open store; nothing here touches it."""

import os
import threading
from pathlib import Path
from typing import Final

from tradesense_desktop.audit.key_wrap import OuterKey
from tradesense_desktop.settings import PASSPHRASE_VARIABLE
from tradesense_desktop.store import key_file, system_keyring
from tradesense_desktop.store.key_errors import KeyFileDamaged, KeyFileUnusable, KeyringRefused, PassphraseWrong


class OuterKeys:
    """Open keys by id. Of every thread; `seek` and `open_with` may take long and are never called in a transaction."""

    def __init__(self, directory: Path) -> None:
        self.directory: Final = directory
        self._open: Final[dict[str, OuterKey]] = {}
        self._sought: Final[set[str]] = set()
        self._guard: Final = threading.Lock()

    def find(self, key_id: str) -> OuterKey | None:
        """The key, where it stands open."""
        return self._open.get(key_id)

    def was_sought(self, key_id: str) -> bool:
        """Whether there is nothing more to try without a person."""
        return key_id in self._sought

    def put(self, key: OuterKey) -> None:
        """Let a key stand open."""
        self._open[key.id] = key

    def forget(self, key_id: str) -> None:
        """Close a key that is no longer needed."""
        self._open.pop(key_id, None)

    def seek(self, workspace_id: str, key_id: str) -> OuterKey | None:
        """Try once to open a key without asking anybody: from the keyring, or with the passphrase of the environment.

        None leaves it closed; why is said by whoever opens it on purpose.
        """
        with self._guard:
            if key_id not in self._open and key_id not in self._sought:
                found = self._from_keyring(workspace_id, key_id) or self._from_file(workspace_id, key_id)
                if found is not None:
                    self._open[key_id] = found
                self._sought.add(key_id)
            return self._open.get(key_id)

    def open_with(self, workspace_id: str, key_id: str, passphrase: str | None) -> OuterKey | None:
        """Open a key on purpose; None where neither keyring nor file holds it, or the file needs a passphrase.

        Raises PassphraseWrong, KeyFileDamaged, KeyFileUnusable and KeyringRefused.
        """
        with self._guard:
            found = self._open.get(key_id)
            if found is None and system_keyring.has_keyring():
                found = system_keyring.find_in_keyring(workspace_id, key_id)
            if found is None and passphrase:
                found = key_file.opened_key(self.directory, workspace_id, key_id, passphrase)
            if found is not None:
                self._open[key_id] = found
            return found

    @staticmethod
    def _from_keyring(workspace_id: str, key_id: str) -> OuterKey | None:
        try:
            return system_keyring.find_in_keyring(workspace_id, key_id) if system_keyring.has_keyring() else None
        except KeyringRefused:
            return None

    def _from_file(self, workspace_id: str, key_id: str) -> OuterKey | None:
        passphrase = environment_passphrase()
        try:
            return key_file.opened_key(self.directory, workspace_id, key_id, passphrase) if passphrase else None
        except (PassphraseWrong, KeyFileDamaged, KeyFileUnusable):
            return None


def environment_passphrase() -> str | None:
    """The passphrase that the environment gives; None where it gives none."""
    return os.environ.get(PASSPHRASE_VARIABLE) or None
