"""The commitment to an event's metadata: what the chain keeps of it when the metadata itself is sealed or erased.

Commitment = SHA-256(salt ‖ JCS(metadata)). The salt is sealed together with the metadata and dies with it: without it
nobody can try out what the metadata may have been.
"""

import base64
import os
from collections.abc import Mapping
from hashlib import sha256
from hmac import compare_digest
from typing import Any, Final

from tradesense_desktop.audit.canonical_json import canonical_text, check_profile
from tradesense_desktop.audit.sealing import Place, SealBroken

_SALT_BYTES: Final = 32


def metadata_commitment(salt: bytes, metadata: Mapping[str, Any]) -> str:
    """64 lower-case hexadecimal digits. Raises OutsideProfile."""
    content = dict(metadata)
    check_profile(content)
    return sha256(salt + canonical_text(content).encode()).hexdigest()


def committed(metadata: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """What is to be sealed for `metadata`, with a fresh salt, and the commitment that goes into the event's body."""
    salt = os.urandom(_SALT_BYTES)
    opened = {"metadata": dict(metadata), "salt": base64.b64encode(salt).decode("ascii")}
    return opened, metadata_commitment(salt, metadata)


def checked_metadata(place: Place, opened: Any, commitment: str | None) -> dict[str, Any]:
    """The metadata of an opened seal. Raises SealBroken where it is not what the event committed to."""
    if not isinstance(opened, dict) or not isinstance(opened.get("metadata"), dict):
        raise SealBroken(place)
    metadata: dict[str, Any] = opened["metadata"]
    try:
        salt = base64.b64decode(str(opened.get("salt")), validate=True)
    except ValueError as wrong:
        raise SealBroken(place) from wrong
    if commitment is None or not compare_digest(metadata_commitment(salt, metadata), commitment):
        raise SealBroken(place)
    return metadata
