"""RFC 8785 (JCS) text within a restricted profile, where the C encoder of `json` writes the same bytes.

The profile: ASCII keys; strings without U+0000 and lone surrogates; integers up to 2^53-1; no floats. Within it
`json.dumps` with sorted keys is byte-identical to `rfc8785` (a property test compares them) and several times faster.
"""

import json
import re
from collections.abc import Callable, Iterable
from json import encoder as _encoder
from typing import Any, Final

LARGEST_INTEGER: Final = 2**53 - 1
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")


class OutsideProfile(ValueError):
    """A value that the canonical form does not admit; `path` says where, `why` in words."""

    def __init__(self, path: str, why: str) -> None:
        self.path = path
        self.why = why
        super().__init__(f"{path or 'value'}: {why}")


canonical_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def _pieces() -> Callable[[Any, int], Iterable[str]]:
    """What `canonical_encoder.iterencode` makes anew for each value: the C encoder, made once.

    It does not look for circles, which no event can hold: JSON has none, and the domain builds trees.
    """
    make: Any = getattr(_encoder, "c_make_encoder", None)
    if make is None:
        return lambda value, _depth: (canonical_encoder.encode(value),)
    settings = canonical_encoder
    pieces: Callable[[Any, int], Iterable[str]] = make(
        None,
        settings.default,
        _encoder.encode_basestring,
        settings.indent,
        settings.key_separator,
        settings.item_separator,
        settings.sort_keys,
        settings.skipkeys,
        settings.allow_nan,
    )
    return pieces


_canonical_pieces: Final = _pieces()


def canonical_text(value: Any) -> str:
    """Canonical text of a value that is known to lie within the profile; `check_profile` says whether it does."""
    return "".join(_canonical_pieces(value, 0))


def check_profile(value: Any, path: str = "") -> None:
    """Raise OutsideProfile where `value` holds anything that the profile does not admit."""
    if value is None or value is True or value is False:
        return
    if isinstance(value, str):
        _check_string(value, path)
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise OutsideProfile(path, "an integer beyond 2^53-1: write decimals as strings")
    elif isinstance(value, float):
        raise OutsideProfile(path, "a number with a fraction or an exponent: write decimals as strings")
    elif isinstance(value, dict | list | tuple):
        _check_members(value, path)
    else:
        raise OutsideProfile(path, f"a {type(value).__name__}, which JSON does not know")


def _check_members(value: dict[Any, Any] | list[Any] | tuple[Any, ...], path: str) -> None:
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii() or "\0" in key:
                raise OutsideProfile(path, "a key that is not ASCII text")
            check_profile(item, f"{path}.{key}" if path else key)
    else:
        for index, item in enumerate(value):
            check_profile(item, f"{path}[{index}]")


def _check_string(text: str, path: str) -> None:
    if "\0" in text:
        raise OutsideProfile(path, "a string with the character U+0000")
    if _LONE_SURROGATE.search(text):
        raise OutsideProfile(path, "a string with half a surrogate pair")
