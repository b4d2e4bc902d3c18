"""Where outer keys are kept: in the keyring of the system, else in the key file; never in plain text."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tradesense_desktop.audit.key_wrap import OuterKey
from tradesense_desktop.store import key_file, system_keyring
from tradesense_desktop.store.key_errors import PassphraseNeeded
from tradesense_desktop.store.outer_key_setting import KeyHolder


@dataclass(frozen=True, slots=True)
class PreparedKey:
    """A key that is ready to be kept: everything slow is done. `entry` is what the key file takes."""

    key: OuterKey
    holder: KeyHolder
    entry: dict[str, Any] | None


def prepare_key(workspace_id: str, key: OuterKey, passphrase: str | None) -> PreparedKey:
    """Make a key ready; for the file it is wrapped, which takes a third of a second.

    Raises PassphraseNeeded and PassphraseTooShort where the system has no keyring.
    """
    if system_keyring.has_keyring():
        return PreparedKey(key, KeyHolder.KEYRING, None)
    if not passphrase:
        raise PassphraseNeeded
    return PreparedKey(key, KeyHolder.FILE, key_file.wrapped_entry(workspace_id, key, passphrase))


def keep_key(directory: Path, workspace_id: str, prepared: PreparedKey) -> None:
    """Keep a key, durably. In the transaction that names it: the store's write lock keeps two writers apart.

    Raises KeyringRefused and KeyFileDamaged.
    """
    if prepared.entry is None:
        system_keyring.keep_in_keyring(workspace_id, prepared.key)
    else:
        key_file.put_entry(directory, prepared.entry)


def drop_key(directory: Path, workspace_id: str, key_id: str) -> None:
    """Remove a key from wherever it is; one that is nowhere is gone. In a transaction, as `keep_key`."""
    key_file.drop_entry(directory, key_id)
    if system_keyring.has_keyring():
        system_keyring.drop_from_keyring(workspace_id, key_id)


def lies_in_file(directory: Path, key_id: str) -> bool:
    """Whether the key file holds the key, so that a passphrase opens it. Raises KeyFileDamaged."""
    return key_id in key_file.held_ids(directory)
