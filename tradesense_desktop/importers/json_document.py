"""JSON from elsewhere, read within bounds: its size, its depth, exact numbers, no key twice.

Money is never a float here: a number with a point arrives as `Decimal`.
"""

import json
import re
import stat
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any, Final

from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.domain.money import Money, is_exact
from tradesense_desktop.domain.plain_text import is_keepable

LARGEST_BYTES: Final = 1_000_000
DEEPEST: Final = 32
_LONGEST_NUMBER: Final = 40
_TEXTS: Final = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_PLAIN_AMOUNT: Final = re.compile(r"-?\d{1,15}(?:\.\d{1,8})?", re.ASCII)
_FIRST: Final = datetime(1990, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2999, 12, 31, tzinfo=UTC)


class MessageRefused(DomainError):
    """The file cannot be taken as a message about a payment; nothing was written."""

    def __init__(self, file_name: str, reason: str) -> None:
        self.file_name = file_name
        self.reason = reason
        super().__init__(f"{file_name}: {reason}")


class Fields:
    """One JSON object being read; `path` says where it stands in the file, for the refusal."""

    __slots__ = ("_file_name", "_path", "_values")

    def __init__(self, values: Mapping[str, Any], file_name: str, path: str = "") -> None:
        self._values = values
        self._file_name = file_name
        self._path = path

    def __contains__(self, key: str) -> bool:
        return self._values.get(key) is not None

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def refused(self, reason: str) -> MessageRefused:
        """The refusal of this file."""
        return MessageRefused(self._file_name, reason)

    def place(self, key: str) -> str:
        """Where a key stands: `data.object.amount`."""
        return f"{self._path}.{key}" if self._path else key

    def text(self, key: str) -> str:
        """A text that has to be there."""
        value = self.optional_text(key)
        if value is None:
            raise self.refused(f"“{self.place(key)}” is missing.")
        return value

    def optional_text(self, key: str) -> str | None:
        """A text; None where it is missing, null or empty."""
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, str) or not is_keepable(value):
            raise self.refused(f"“{self.place(key)}” has to be a text.")
        return value.strip() or None

    def integer(self, key: str) -> int:
        """A whole number that has to be there."""
        value = self._values.get(key)
        if not isinstance(value, int) or isinstance(value, bool):
            raise self.refused(f"“{self.place(key)}” has to be a whole number.")
        return value

    def truth(self, key: str, *, default: bool) -> bool:
        """True or false."""
        value = self._values.get(key, default)
        if not isinstance(value, bool):
            raise self.refused(f"“{self.place(key)}” has to be true or false.")
        return value

    def decimal_text(self, key: str) -> Money:
        """An amount written as a text ("99.00") that has to be there."""
        text = self.text(key)
        amount = Decimal(text) if _PLAIN_AMOUNT.fullmatch(text) is not None else None
        if amount is None or not is_exact(amount):
            raise self.refused(f'“{self.place(key)}” has to be an amount like "99.00".')
        return amount

    def minor_units(self, key: str) -> Money:
        """An amount written as a whole number of cents that has to be there."""
        amount = Decimal(self.integer(key)).scaleb(-2)
        if not is_exact(amount):
            raise self.refused(f"“{self.place(key)}” is larger than any payment.")
        return amount

    def instant(self, key: str) -> datetime:
        """A time as `2026-03-02T10:00:00Z`, with its zone, that has to be there; in UTC."""
        text = self.text(key)
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            raise self.refused(f"“{self.place(key)}” has to be a time like 2026-03-02T10:00:00Z.")
        return self._of_our_time(key, lambda: moment.astimezone(UTC))

    def unix_time(self, key: str) -> datetime:
        """A time in seconds since 1970 that has to be there."""
        seconds = self.integer(key)
        return self._of_our_time(key, lambda: datetime.fromtimestamp(seconds, UTC))

    def fields(self, key: str) -> "Fields":
        """An object that has to be there."""
        found = self.optional_fields(key)
        if found is None:
            raise self.refused(f"“{self.place(key)}” is missing.")
        return found

    def optional_fields(self, key: str) -> "Fields | None":
        """An object; None where it is missing or null."""
        value = self._values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            raise self.refused(f"“{self.place(key)}” has to be an object.")
        return Fields(value, self._file_name, self.place(key))

    def optional_reference(self, key: str) -> str | None:
        """The id of an object that is named, or that stands there whole; None where it is missing or null."""
        if isinstance(self._values.get(key), dict):
            return self.fields(key).text("id")
        return self.optional_text(key)

    def list_of_fields(self, key: str) -> tuple["Fields", ...]:
        """A list of objects; empty where it is missing or null."""
        value = self._values.get(key)
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            raise self.refused(f"“{self.place(key)}” has to be a list of objects.")
        return tuple(Fields(item, self._file_name, f"{self.place(key)}[{n}]") for n, item in enumerate(value))

    def _of_our_time(self, key: str, convert: Callable[[], datetime]) -> datetime:
        try:
            moment = convert()
        except (OverflowError, ValueError, OSError):
            moment = None
        if moment is None or not _FIRST <= moment <= _LAST:
            raise self.refused(f"“{self.place(key)}” is no time of this age.")
        return moment


def read_document(path: Path) -> tuple[Fields, str]:
    """The JSON object that the file holds, and its text. Raises MessageRefused for anything else."""
    name = path.name or str(path)
    text = _text(path, name)
    if _depth(text) > DEEPEST:
        raise MessageRefused(name, f"it is nested deeper than {DEEPEST} levels.")
    try:
        document = json.loads(text, **_hooks(name))
    except json.JSONDecodeError as broken:
        raise MessageRefused(name, f"line {broken.lineno} is no JSON ({broken.msg.lower()}).") from None
    if not isinstance(document, dict):
        raise MessageRefused(name, "it holds no JSON object.")
    return Fields(document, name), text


def _hooks(name: str) -> dict[str, Any]:
    """What json.loads calls for each number, constant and object of the file of that name."""

    def refuse_constant(constant: str) -> None:
        raise MessageRefused(name, f"{constant} is no number.")

    def integer(written: str) -> int:
        if len(written) > _LONGEST_NUMBER:
            raise MessageRefused(name, f"the number {written[:20]}… is too long.")
        return int(written)

    def decimal(written: str) -> Decimal:
        try:
            return Decimal(written)
        except InvalidOperation:
            raise MessageRefused(name, f"the number {written[:20]} cannot be read.") from None

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            keys = [key for key, _ in pairs]
            twice = next(key for key in keys if keys.count(key) > 1)
            raise MessageRefused(name, f"the key “{twice[:40]}” stands twice in one object.")
        return found

    return {
        "parse_float": decimal,
        "parse_int": integer,
        "parse_constant": refuse_constant,
        "object_pairs_hook": unique,
    }


def _text(path: Path, name: str) -> str:
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise MessageRefused(name, "this is no file.")
        with path.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "no such name is possible"
        raise MessageRefused(name, f"the file cannot be read ({reason}).") from None
    if len(content) > LARGEST_BYTES:
        raise MessageRefused(name, f"it is larger than {LARGEST_BYTES:,} bytes; no message about a payment is.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MessageRefused(name, "it is not written in UTF-8.") from None


def _depth(text: str) -> int:
    """How deep objects and lists stand in one another, whether or not the text is JSON."""
    deepest = depth = 0
    for mark in re.findall(r"[\[\]{}]", _TEXTS.sub("", text)):
        depth += 1 if mark in "[{" else -1
        deepest = max(deepest, depth)
    return deepest
