"""Sealed JSON: AES-256-GCM under a person's data key, bound to the row and column in which it stands.

The associated data is "tradesense/sealed/v1", table, column, row id and key id, each ended by U+0000, so that a value
that was moved to another place does not open. Stored is `{"ct":…,"kid":…,"n":…,"sealed":1}`, base64, in canonical form.
"""

import base64
import json
import os
from dataclasses import dataclass
from typing import Any, Final

from tradesense_desktop.audit.canonical_json import canonical_text, check_profile
from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.domain.sealed import Sealed

KEY_BYTES: Final = 32
_NONCE_BYTES: Final = 12
_DOMAIN: Final = "tradesense/sealed/v1"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a sealed value stands."""

    table: str
    column: str
    row_id: str


class SealBroken(DomainError):
    """A sealed value does not open where it stands: it was changed, moved, or sealed with another key."""

    def __init__(self, place: Place) -> None:
        self.place = place
        super().__init__(
            f"The sealed {place.column} of {place.table} row {place.row_id} was changed or moved: it does not open."
        )


class DataKey:
    """The key that seals what belongs to one person; only its id is ever shown."""

    __slots__ = ("_cipher", "id")

    def __init__(self, key_id: str, secret: bytes) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if len(secret) != KEY_BYTES:
            raise ValueError("a data key has 32 bytes")
        self.id: Final = key_id
        self._cipher: Final = AESGCM(secret)

    def __repr__(self) -> str:
        return f"DataKey({self.id})"

    def seal(self, place: Place, value: Any) -> str:
        """`value`, JSON within the canonical profile, as the store holds it; sealed differently each time.

        Raises OutsideProfile for what the canonical form does not admit.
        """
        check_profile(value)
        return self.seal_text(place, canonical_text(value))

    def seal_text(self, place: Place, text: str) -> str:
        """As `seal`, for canonical text: what a bulk import has."""
        nonce = os.urandom(_NONCE_BYTES)
        sealed = self._cipher.encrypt(nonce, text.encode(), _associated(place, self.id))
        return f'{{"ct":"{_base64(sealed)}","kid":"{self.id}","n":"{_base64(nonce)}","sealed":1}}'

    def unseal(self, place: Place, sealed: Sealed) -> Any:
        """The value that was sealed. Raises SealBroken."""
        from cryptography.exceptions import InvalidTag

        stored = sealed.stored
        if set(stored) != {"ct", "kid", "n", "sealed"} or stored["kid"] != self.id:
            raise SealBroken(place)
        nonce, content = _bytes(stored["n"], place), _bytes(stored["ct"], place)
        if len(nonce) != _NONCE_BYTES:
            raise SealBroken(place)
        try:
            text = self._cipher.decrypt(nonce, content, _associated(place, self.id))
        except InvalidTag as wrong:
            raise SealBroken(place) from wrong
        return json.loads(text)


def _associated(place: Place, key_id: str) -> bytes:
    parts = (_DOMAIN, place.table, place.column, place.row_id, key_id)
    text = "\0".join(parts) + "\0"
    if text.count("\0") != len(parts):
        raise ValueError("a name with the character U+0000")
    return text.encode()


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode("ascii")


def _bytes(text: object, place: Place) -> bytes:
    """The bytes of base64 in its one canonical spelling."""
    if not isinstance(text, str):
        raise SealBroken(place)
    try:
        content = base64.b64decode(text, validate=True)
    except ValueError as wrong:
        raise SealBroken(place) from wrong
    if _base64(content) != text:  # spare bits at the end could be flipped unseen
        raise SealBroken(place)
    return content
