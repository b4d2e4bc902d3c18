"""The key file of a machine without a keyring: `keys.json`, 0600, each outer key under a passphrase.

scrypt makes a wrapping key of the passphrase, AES-256-GCM wraps the outer key with the workspace and its id as
associated data. Each key has a salt of its own: one can be replaced though the passphrase of another is forgotten.

Whoever writes the file holds the store's write lock, so that two processes never write it at the same moment.
"""

import base64
import hashlib
import json
import os
import unicodedata
from pathlib import Path
from typing import Any, Final

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.audit.key_wrap import OuterKey
from tradesense_desktop.store.key_errors import KeyFileDamaged, KeyFileUnusable, PassphraseTooShort, PassphraseWrong
from tradesense_desktop.store.small_file import read_small_file

KEY_FILE_NAME: Final = "keys.json"
SHORTEST_PASSPHRASE: Final = 12
_FORMAT: Final = "tradesense.keys/1"
_LOG_2_OF_WORK: Final = 17
_WORK: Final = {"n": 1 << _LOG_2_OF_WORK, "r": 8, "p": 1}
_LARGEST_WORK: Final = {"n": 1 << 20, "r": 16, "p": 4}  # of a file from elsewhere: 2 GB and some seconds
_SALT_BYTES: Final = 16
_NONCE_BYTES: Final = 12
_LONGEST: Final = 65_536
_MODE: Final = 0o600


def wrapped_entry(workspace_id: str, key: OuterKey, passphrase: str) -> dict[str, Any]:
    """What the file holds of a key. Takes a third of a second and 128 MB, on purpose. Raises PassphraseTooShort."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    if len(passphrase) < SHORTEST_PASSPHRASE:
        raise PassphraseTooShort(SHORTEST_PASSPHRASE)
    salt, nonce = os.urandom(_SALT_BYTES), os.urandom(_NONCE_BYTES)
    wrapping = _derived(passphrase, salt, _WORK)
    wrapped = AESGCM(wrapping).encrypt(nonce, key.secret, _associated(workspace_id, key.id))
    return {
        "id": key.id,
        "kdf": {"name": "scrypt", "salt": _base64(salt), **_WORK},
        "nonce": _base64(nonce),
        "wrapped": _base64(wrapped),
    }


def held_ids(directory: Path) -> frozenset[str]:
    """Ids of the keys that the file holds. Raises KeyFileDamaged and KeyFileUnusable, as everything here does."""
    return frozenset(_entries(directory))


def opened_key(directory: Path, workspace_id: str, key_id: str, passphrase: str) -> OuterKey | None:
    """The key of this id, None where the file does not hold it. Raises PassphraseWrong and KeyFileDamaged.

    As slow as `wrapped_entry`.
    """
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    entry = _entries(directory).get(key_id)
    if entry is None:
        return None
    try:
        kdf = entry["kdf"]
        work = {name: int(kdf[name]) for name in _WORK}
        salt, nonce, wrapped = (_bytes(text) for text in (kdf["salt"], entry["nonce"], entry["wrapped"]))
        if kdf["name"] != "scrypt" or any(not 1 <= work[name] <= _LARGEST_WORK[name] for name in work):
            raise KeyFileDamaged
        secret = AESGCM(_derived(passphrase, salt, work)).decrypt(nonce, wrapped, _associated(workspace_id, key_id))
    except InvalidTag as wrong:
        raise PassphraseWrong from wrong
    except (KeyError, TypeError, ValueError, OverflowError) as wrong:
        raise KeyFileDamaged from wrong
    return OuterKey(key_id, secret)


def put_entry(directory: Path, entry: dict[str, Any]) -> None:
    """Add a wrapped key, or put it in the place of the one with its id."""
    _write(directory, {**_entries(directory), str(entry["id"]): entry})


def drop_entry(directory: Path, key_id: str) -> None:
    """Remove a key, if it is there."""
    held = _entries(directory)
    if held.pop(key_id, None) is not None:
        _write(directory, held)


def _entries(directory: Path) -> dict[str, dict[str, Any]]:
    try:
        content = read_small_file(directory / KEY_FILE_NAME, _LONGEST + 1)
    except OSError as error:
        raise KeyFileUnusable(error.strerror or str(error)) from error
    if content is None:
        return {}
    try:
        document = json.loads(content) if len(content) <= _LONGEST else None
        if not isinstance(document, dict) or document["format"] != _FORMAT:
            raise KeyFileDamaged
        return {str(entry["id"]): dict(entry) for entry in document["keys"]}
    except (ValueError, KeyError, TypeError, RecursionError) as wrong:
        raise KeyFileDamaged from wrong


def _write(directory: Path, entries: dict[str, dict[str, Any]]) -> None:
    """Put the new file in the place of the old one, so that after a crash one of the two is there, whole."""
    text = canonical_text({"format": _FORMAT, "keys": [entries[key_id] for key_id in sorted(entries)]})
    try:
        _replace(directory, text)
    except OSError as error:
        raise KeyFileUnusable(error.strerror or str(error)) from error


def _replace(directory: Path, text: str) -> None:
    path, fresh = directory / KEY_FILE_NAME, directory / f"{KEY_FILE_NAME}.new"
    fresh.unlink(missing_ok=True)  # of a process that died here
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODE), "wb") as file:
        file.write(text.encode())
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    folder = os.open(directory, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _derived(passphrase: str, salt: bytes, work: dict[str, int]) -> bytes:
    memory = 128 * work["n"] * work["r"] * 2
    # Composed, as passwords are: the same one typed on another keyboard is the same one. An environment may hold bytes
    # that are no text.
    secret = unicodedata.normalize("NFC", passphrase).encode("utf-8", "surrogatepass")
    return hashlib.scrypt(secret, salt=salt, **work, maxmem=memory, dklen=32)


def _associated(workspace_id: str, key_id: str) -> bytes:
    return f"tradesense/key-file/v1\0{workspace_id}\0{key_id}\0".encode()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
