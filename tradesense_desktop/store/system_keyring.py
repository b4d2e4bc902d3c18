"""The keyring of the system, where outer keys lie if there is one: service "tradesense", an entry a workspace and key.

Any call may wait for a person who unlocks the keyring: never on the interface's thread, never in a transaction that
nobody has opened the keyring for before.
"""

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from tradesense_desktop.audit.key_wrap import OuterKey
from tradesense_desktop.audit.sealing import KEY_BYTES
from tradesense_desktop.store.key_errors import KeyringRefused

_SERVICE: Final = "tradesense"
_LEAST_PRIORITY: Final = 1
"""What keyring itself recommends: below are its refusing backend and those that write plain text."""


def has_keyring() -> bool:
    """Whether the system has a keyring that encrypts."""
    import keyring

    return bool(keyring.get_keyring().priority >= _LEAST_PRIORITY)


def keep_in_keyring(workspace_id: str, key: OuterKey) -> None:
    """Write a key. Raises KeyringRefused."""
    import keyring

    with _refusals():
        keyring.set_password(_SERVICE, _entry(workspace_id, key.id), base64.b64encode(key.secret).decode("ascii"))


def find_in_keyring(workspace_id: str, key_id: str) -> OuterKey | None:
    """The key of this id; None where the keyring does not hold it. Raises KeyringRefused."""
    import keyring

    with _refusals():
        found = keyring.get_password(_SERVICE, _entry(workspace_id, key_id))
    if found is None:
        return None
    try:
        secret = base64.b64decode(found, validate=True)
    except ValueError as wrong:
        raise KeyringRefused("what it holds is no key of ours") from wrong
    if len(secret) != KEY_BYTES:
        raise KeyringRefused("what it holds is no key of ours")
    return OuterKey(key_id, secret)


def drop_from_keyring(workspace_id: str, key_id: str) -> None:
    """Remove a key, if it is there. Raises KeyringRefused."""
    import keyring

    with _refusals():
        if keyring.get_password(_SERVICE, _entry(workspace_id, key_id)) is not None:
            keyring.delete_password(_SERVICE, _entry(workspace_id, key_id))


def _entry(workspace_id: str, key_id: str) -> str:
    return f"{workspace_id}/{key_id}"


@contextmanager
def _refusals() -> Iterator[None]:
    from keyring.errors import KeyringError

    try:
        yield
    except KeyringError as refused:
        raise KeyringRefused(str(refused) or type(refused).__name__) from refused
