"""The recovery sheet: an outer key on paper, in groups that can be typed again, with a checksum that finds slips."""

import base64
import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from hmac import compare_digest
from typing import Final

from tradesense_desktop.audit.key_wrap import OuterKey
from tradesense_desktop.audit.sealing import KEY_BYTES
from tradesense_desktop.domain.errors import DomainError

_CHECKSUM_BYTES: Final = 3  # with the key 35 bytes, which base32 writes as 56 characters without padding
_GROUP: Final = 4
_GROUPS_A_LINE: Final = 7
_TITLE: Final = "TradeSense recovery sheet"
_LONGEST: Final = 20_000
_KEY_ID: Final = re.compile(r"^\s*Key id:\s*([0-9a-f]{16})\s*$", re.MULTILINE | re.IGNORECASE)
_WORKSPACE: Final = re.compile(r"^\s*Workspace:\s*([0-9a-f-]{36})\s*$", re.MULTILINE | re.IGNORECASE)
_GROUPS: Final = re.compile(r"^\s*(?:[A-Z0-9]{4}[ -]+){6}[A-Z0-9]{4}\s*$", re.MULTILINE | re.IGNORECASE)
# What base32 does not use is what people take for its letters.
_MISREAD: Final = str.maketrans("018", "OIB")


class SheetUnreadable(DomainError):
    """The text is no recovery sheet, or was mistyped; `why` says what is wrong."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"This recovery sheet cannot be used: {why}.")


@dataclass(frozen=True, slots=True)
class RecoverySheet:
    """An outer key and the workspace that it belongs to."""

    workspace_id: str
    key: OuterKey


def sheet_text(sheet: RecoverySheet, at: datetime, command: str = "key import") -> str:
    """The sheet as it is printed, written down `at` a moment (aware UTC); `command` is what takes it again."""
    groups = _spelled(sheet)
    lines = [" ".join(groups[start : start + _GROUPS_A_LINE]) for start in range(0, len(groups), _GROUPS_A_LINE)]
    return "\n".join(
        (
            _TITLE,
            "=" * len(_TITLE),
            "",
            f"Workspace:  {sheet.workspace_id}",
            f"Key id:     {sheet.key.id}",
            f"Written:    {at:%Y-%m-%d %H:%M} UTC",
            "",
            *(f"    {line}" for line in lines),
            "",
            "Whoever has this sheet and the workspace can read what is sealed in it. Print it, keep it where you keep",
            "what must not be lost or copied, and delete the file.",
            "",
            "To use it: type the lines above into a text file, or keep this one, and give it to",
            f"    tradesense --workspace FOLDER {command} FILE",
            "The digits 0, 1 and 8 are read as O, I and B. The last characters are a checksum: a slip is found.",
            "A sheet is of use until its key is replaced by another one; print a new one then.",
            "",
        )
    )


def read_sheet(text: str) -> RecoverySheet:
    """The sheet that somebody has typed in or kept. Raises SheetUnreadable."""
    if len(text) > _LONGEST:
        raise SheetUnreadable("it is far too long")
    workspace, key_id = _WORKSPACE.search(text), _KEY_ID.search(text)
    lines = _GROUPS.findall(text)
    if workspace is None or key_id is None:
        raise SheetUnreadable("the lines “Workspace:” and “Key id:” have to be there as they were printed")
    if len(lines) != 2:  # noqa: PLR2004 - the two lines that are printed
        raise SheetUnreadable("it has to hold the two lines of seven groups of four characters")
    letters = re.sub(r"[ -]|\s", "", "".join(lines)).upper().translate(_MISREAD)
    try:
        content = base64.b32decode(letters)
    except ValueError as wrong:
        raise SheetUnreadable("a character of the key is none that stands on a sheet") from wrong
    key = OuterKey(key_id[1].lower(), content[:KEY_BYTES])
    sheet = RecoverySheet(workspace[1].lower(), key)
    if not compare_digest(_checksum(sheet), content[KEY_BYTES:]):
        raise SheetUnreadable("the checksum does not agree, so a character was mistyped")
    return sheet


def _spelled(sheet: RecoverySheet) -> list[str]:
    letters = base64.b32encode(sheet.key.secret + _checksum(sheet)).decode("ascii")
    return [letters[start : start + _GROUP] for start in range(0, len(letters), _GROUP)]


def _checksum(sheet: RecoverySheet) -> bytes:
    """Over the ids too, so that a sheet's lines cannot be mixed with another's."""
    named = f"tradesense/recovery/v1\0{sheet.workspace_id}\0{sheet.key.id}\0".encode()
    return sha256(named + sheet.key.secret).digest()[:_CHECKSUM_BYTES]
