"""Text and JSON that every part of the program can keep: what event data may hold."""

from typing import Any

from tradesense_desktop.domain.errors import InvalidRules, InvalidText

LARGEST_INTEGER = 2**53 - 1


def is_keepable(text: str) -> bool:
    """Whether `text` has neither U+0000 nor half a surrogate pair; both databases and the hash refuse those."""
    return "\0" not in text and text.encode("utf-8", "replace").decode() == text


def keepable(text: str, what: str) -> str:
    """`text` itself. Raises InvalidText where it cannot be kept."""
    if not is_keepable(text):
        raise InvalidText(what)
    return text


def check_rules_json(value: Any, path: str) -> None:
    """Raise InvalidRules where `value` is not JSON of strings, whole numbers, truth values and null."""
    if isinstance(value, dict):
        for key, item in value.items():
            if not isinstance(key, str) or not key.isascii() or "\0" in key:
                raise InvalidRules(path, "a key has to be plain ASCII text")
            check_rules_json(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            check_rules_json(item, f"{path}[{index}]")
    else:
        _check_rules_value(value, path)


def _check_rules_value(value: Any, path: str) -> None:
    if isinstance(value, str):
        if not is_keepable(value):
            raise InvalidRules(path, "the text has characters that cannot be kept")
    elif isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise InvalidRules(path, "the number is too large; write it as a string")
    elif value is not None:
        raise InvalidRules(path, "only texts, whole numbers, true, false and null are known; write decimals as texts")
