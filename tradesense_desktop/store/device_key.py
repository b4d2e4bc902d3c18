"""The device's own key, with which it signs every request to a firm's server (Ed25519).

It lies in the keyring of the system. Where there is none it lies beside device.sqlite in `device.key`, which only its
owner can read, in plain: it signs in the background, when nobody is there to give a passphrase, and whoever can read
the file could use the device anyhow. It opens nothing: without the person's password the server takes no request, and a
device that is lost is revoked there.
"""

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from tradesense_desktop.audit.key_wrap import OuterKey, new_secret
from tradesense_desktop.audit.sealing import KEY_BYTES
from tradesense_desktop.store import system_keyring
from tradesense_desktop.store.connection import make_private
from tradesense_desktop.store.device import read_device_id
from tradesense_desktop.store.errors import StoreRefusal, WorkspaceUnusable
from tradesense_desktop.store.small_file import read_small_file

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

KEY_NAME: Final = "device.key"
_ENTRY: Final = "device-key"


class DeviceKeyDamaged(StoreRefusal):
    """What lies in the place of the device's key is none."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"{path} holds no key of this device; connect to the server anew.")


def ensure_public_key(directory: Path) -> str:
    """The public half of the device's key in hexadecimal digits; the key is made when it is first asked for.

    Raises KeyringRefused, DeviceKeyDamaged, WorkspaceUnusable.
    """
    secret = _find_secret(directory)
    if secret is None:
        secret = new_secret()
        _keep_secret(directory, secret)
    return _private_key(secret).public_key().public_bytes_raw().hex()


def sign(directory: Path, request: bytes) -> str:
    """The signature of the bytes of a request in hexadecimal digits. Raises as `ensure_public_key`."""
    return RequestSigner(directory).sign(request)


class RequestSigner:
    """Signs many requests with the device's key, which is read once. Raises as `ensure_public_key`."""

    def __init__(self, directory: Path) -> None:
        secret = _find_secret(directory)
        if secret is None:
            raise DeviceKeyDamaged(directory / KEY_NAME)
        self._key: Final = _private_key(secret)

    def sign(self, request: bytes) -> str:
        """The signature in hexadecimal digits."""
        return self._key.sign(request).hex()


def _find_secret(directory: Path) -> bytes | None:
    path = directory / KEY_NAME
    try:
        text = read_small_file(path, 2 * KEY_BYTES + 1)
    except OSError as error:
        raise WorkspaceUnusable(path, error.strerror or str(error)) from error
    if text is None:
        if not system_keyring.has_keyring():
            return None
        found = system_keyring.find_in_keyring(read_device_id(directory), _ENTRY)
        return None if found is None else found.secret
    try:
        secret = bytes.fromhex(text.decode("ascii"))
    except ValueError as error:
        raise DeviceKeyDamaged(path) from error
    if len(secret) != KEY_BYTES:
        raise DeviceKeyDamaged(path)
    return secret


def _keep_secret(directory: Path, secret: bytes) -> None:
    if system_keyring.has_keyring():
        system_keyring.keep_in_keyring(read_device_id(directory), OuterKey(_ENTRY, secret))
        return
    path = directory / KEY_NAME
    fresh = directory / f"{KEY_NAME}.new"
    try:
        fresh.unlink(missing_ok=True)
        make_private(fresh)
        with fresh.open("w", encoding="ascii") as file:
            file.write(secret.hex())
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    except OSError as error:
        raise WorkspaceUnusable(path, error.strerror or str(error)) from error


def _private_key(secret: bytes) -> "Ed25519PrivateKey":
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(secret)
