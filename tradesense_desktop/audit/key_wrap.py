"""Envelope keys: data keys wrapped by an outer key (RFC 3394), so that a new outer key re-wraps a few rows only."""

import base64
import secrets
from dataclasses import dataclass, field
from typing import Final

from tradesense_desktop.audit.sealing import KEY_BYTES
from tradesense_desktop.domain.errors import DomainError

ALGORITHM: Final = "AES-256-KW"
_ID_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class OuterKey:
    """A key that wraps data keys; the secret is never shown."""

    id: str
    secret: bytes = field(repr=False)


class WrapBroken(DomainError):
    """A wrapped key does not open with the outer key that it names."""

    def __init__(self, key_id: str) -> None:
        self.key_id = key_id
        super().__init__(f"The data key {key_id} was changed, or was wrapped by another outer key: it does not open.")


def new_secret() -> bytes:
    """32 random bytes."""
    return secrets.token_bytes(KEY_BYTES)


def new_outer_key() -> OuterKey:
    """A fresh outer key with an id of its own: 16 hexadecimal digits."""
    return OuterKey(secrets.token_hex(_ID_BYTES), new_secret())


def wrap(outer: OuterKey, secret: bytes) -> str:
    """`secret` wrapped, in base64."""
    from cryptography.hazmat.primitives.keywrap import aes_key_wrap

    return base64.b64encode(aes_key_wrap(outer.secret, secret)).decode("ascii")


def unwrap(outer: OuterKey, key_id: str, wrapped: str) -> bytes:
    """The secret of the data key `key_id`. Raises WrapBroken."""
    from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap

    try:
        return aes_key_unwrap(outer.secret, base64.b64decode(wrapped, validate=True))
    except (InvalidUnwrap, ValueError) as wrong:
        raise WrapBroken(key_id) from wrong
