"""Derived columns on disk: arrays that can be computed again, kept so that a curve appears at once.

One file a challenge, named by its id, that says which head of the chain it was made from. A file that is missing,
torn, of another head or of another format is no error: there is just nothing cached. All may be deleted any time.
"""

import contextlib
import os
import secrets
import struct
import zipfile
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from tradesense_desktop.store.event_log import Head

_FORMAT: Final = "tradesense.columns/1"
_HEAD_KEY: Final = "__head__"
_FOLDER_MODE: Final = 0o700
_FILE_MODE: Final = 0o600
_UNREADABLE: Final = (OSError, ValueError, KeyError, EOFError, RuntimeError, struct.error, zipfile.BadZipFile)
"""What numpy and zipfile raise for a missing, torn or altered file."""
_CREATE: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC


class ColumnCache:
    """Arrays by challenge in one folder; safe to use from several threads and processes at once.

    One that does not keep anything is for a workspace that is encrypted as a whole.
    """

    def __init__(self, directory: Path, *, keeps: bool = True) -> None:
        self._directory = directory
        self._keeps = keeps

    def load(self, challenge_id: str, head: Head) -> dict[str, NDArray[Any]] | None:
        """The arrays that were stored for just this head; None where there are none."""
        try:
            with self._path(challenge_id).open("rb") as file, np.load(file, allow_pickle=False) as stored:
                names = [name for name in stored.files if name != _HEAD_KEY]
                if str(stored[_HEAD_KEY]) != _label(head, names):
                    return None
                return {name: stored[name] for name in names}
        except _UNREADABLE:
            return None

    def store(self, challenge_id: str, head: Head, columns: Mapping[str, NDArray[Any]]) -> None:
        """Keep arrays for this head in place of older ones; a reader sees the old file or the new one, whole.

        Raises OSError where the folder cannot be written: the caller goes on without a cache.
        """
        if not self._keeps:
            return
        self._directory.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        unfinished = self._directory / f".{challenge_id}.{secrets.token_hex(8)}"
        try:
            with os.fdopen(os.open(unfinished, _CREATE, _FILE_MODE), "wb") as file:
                np.savez(file, allow_pickle=False, **{_HEAD_KEY: np.array(_label(head, columns)), **columns})
            unfinished.replace(self._path(challenge_id))
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def forget(self, challenge_id: str) -> None:
        """Delete what is kept for a challenge."""
        with contextlib.suppress(OSError):
            self._path(challenge_id).unlink()

    def _path(self, challenge_id: str) -> Path:
        return self._directory / f"{challenge_id}.npz"


def _label(head: Head, names: Iterable[str]) -> str:
    return f"{_FORMAT} {head.sequence_number} {head.hash} {' '.join(sorted(names))}"
