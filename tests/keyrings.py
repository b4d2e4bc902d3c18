"""Keyrings for tests: real backends of the keyring library, in memory or in a folder, and none at all."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring
from keyring.errors import KeyringLocked, PasswordDeleteError

from tradesense_desktop.store.encrypted_store import wants_encryption

FOLDER_VARIABLE = "TRADESENSE_TEST_KEYRING"


class MemoryKeyring(KeyringBackend):
    """Entries in memory; `is_locked` as a desktop's keyring that nobody unlocks."""

    priority = 5
    viable = False  # chosen by name or by hand: keyring never takes it by itself

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.entries: dict[tuple[str, str], str] = {}
        self.is_locked = False

    def get_password(self, service: str, username: str) -> str | None:
        self._check()
        return self.entries.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._check()
        self.entries[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        self._check()
        if (service, username) not in self.entries:
            raise PasswordDeleteError("no such entry")
        del self.entries[service, username]

    def _check(self) -> None:
        if self.is_locked:
            raise KeyringLocked("the keyring is locked")


class FolderKeyring(KeyringBackend):
    """Entries as files in the folder that FOLDER_VARIABLE names: what several processes of a test share.

    Chosen by PYTHON_KEYRING_BACKEND; it is how the tests of the store run on encrypted workspaces.
    """

    priority = 5
    viable = False  # chosen by name or by hand: keyring never takes it by itself

    def get_password(self, service: str, username: str) -> str | None:
        path = self._path(service, username)
        return path.read_text() if path.exists() else None

    def set_password(self, service: str, username: str, password: str) -> None:
        self._path(service, username).write_text(password)

    def delete_password(self, service: str, username: str) -> None:
        self._path(service, username).unlink()

    def _path(self, service: str, username: str) -> Path:
        return Path(os.environ[FOLDER_VARIABLE]) / sha256(f"{service} {username}".encode()).hexdigest()


@contextmanager
def keyring_of_the_system(backend: KeyringBackend) -> Iterator[None]:
    """The system has this keyring, whatever the machine has."""
    if wants_encryption():
        pytest.skip("the whole store is encrypted, with its key in another keyring")
    before = keyring.get_keyring()
    keyring.set_keyring(backend)
    try:
        yield
    finally:
        keyring.set_keyring(before)


@contextmanager
def no_keyring() -> Iterator[None]:
    """The system has no keyring."""
    with keyring_of_the_system(NoKeyring()):  # type: ignore[no-untyped-call]
        yield
