"""What plain SQL may call on our connections beyond SQLite's own functions, above all the hashes that triggers check.

SQLite reports an exception of such a function without its words, so the hash functions answer a fault with a word,
and the trigger that called them says the sentence: "number", "profile", "form"; "open" for a row that has no hash
yet and may be given one.
"""

import json
from collections.abc import Callable
from typing import Any, Final

from pysqlite3 import dbapi2

from tradesense_desktop.audit.canonical_json import LARGEST_INTEGER, OutsideProfile, canonical_text, check_profile
from tradesense_desktop.audit.hash_chain import event_body, genesis_hash, leaf_hash

_LONGEST_INTEGER: Final = 16
_AUDIT_GENESIS: Final = "tradesense/audit/v1\n"
_WHOLE_SECONDS: Final = 19


class _NumberFault(ValueError):
    """A JSON number that is no integer within 2^53-1."""


def register(connection: dbapi2.Connection) -> None:
    """Make every function of the schema known to `connection`."""
    for name, arguments, function in _FUNCTIONS:
        connection.create_function(name, arguments, function, deterministic=True)


def greatest(*values: Any) -> Any:
    """The largest of the values that are not NULL, as PostgreSQL has it."""
    return _extreme(values, max)


def least(*values: Any) -> Any:
    """The smallest of the values that are not NULL."""
    return _extreme(values, min)


def event_hash(  # noqa: PLR0917 - SQL passes its arguments by place
    event_id: str,
    challenge_id: str,
    sequence_number: int,
    event_type: str,
    event_version: str,
    event_data: str,
    description: str | None,
    occurred_at: str,
    recorded_at: str,
    correlation_id: str | None,
    causation_id: str | None,
    metadata_commitment: str | None,
    previous_hash: str | None,
    is_open: int,
) -> str:
    """The hash of an event as its columns hold it, or the word for what is wrong with it.

    `is_open` says that the row has no hash yet: then `event_data` need not be canonical and the answer is "open".
    """
    fault = _fault(event_data, (event_type, event_version, description), is_open=bool(is_open))
    if fault is not None:
        return fault
    if previous_hash is None:
        return "form"
    return leaf_hash(
        event_body(
            event_id=event_id,
            challenge_id=challenge_id,
            sequence_number=sequence_number,
            event_type=event_type,
            event_version=event_version,
            event_data_text=event_data,
            description=description,
            occurred_at=hashed_instant(occurred_at),
            recorded_at=hashed_instant(recorded_at),
            correlation_id=correlation_id,
            causation_id=causation_id,
            metadata_commitment=metadata_commitment,
            previous_hash=previous_hash,
        )
    )


def audit_hash(  # noqa: PLR0917 - SQL passes its arguments by place
    entry_id: str,
    stream: str,
    sequence_number: int,
    actor_id: str | None,
    action: str,
    target_table: str | None,
    target_id: str | None,
    details: str,
    occurred_at: str,
    recorded_at: str,
    device_id: str | None,
    previous_hash: str | None,
    is_open: int,
) -> str:
    """The hash of an entry of audit_log, or the word for what is wrong with it; as `event_hash`."""
    fault = _fault(details, (action, target_table), is_open=bool(is_open))
    if fault is not None:
        return fault
    if previous_hash is None:
        return "form"
    return leaf_hash(
        canonical_text(
            {
                "action": action,
                "actor_id": actor_id,
                "details": json.loads(details),
                "device_id": device_id,
                "id": entry_id,
                "occurred_at": hashed_instant(occurred_at),
                "previous_hash": previous_hash,
                "recorded_at": hashed_instant(recorded_at),
                "sequence_number": sequence_number,
                "stream": stream,
                "target_id": target_id,
                "target_table": target_table,
                "v": 1,
            }
        )
    )


def canonical_json(text: str | None) -> str | None:
    """Canonical form of a JSON text; NULL stays NULL and what has no canonical form is given back as it is."""
    if text is None:
        return None
    try:
        return canonical_text(_parse(text))
    except ValueError:
        return text


def _fault(text: str, words: tuple[str | None, ...], *, is_open: bool) -> str | None:
    """What is wrong with a JSON text that is to be hashed, and with the free texts beside it."""
    try:
        value = _parse(text)
        for word in words:
            if word is not None and (not isinstance(word, str) or "\0" in word):
                return "profile"
        if not text.isascii() or "\\u0000" in text or (is_open and "\\u" in text):
            check_profile(value)
    except (_NumberFault, OverflowError):
        return "number"
    except (OutsideProfile, ValueError, RecursionError):
        return "profile"
    if is_open:
        return "open"
    return None if canonical_text(value) == text else "form"


def _parse(text: str) -> Any:
    if not isinstance(text, str):
        raise ValueError("event data that is no text")  # noqa: TRY004 - the caller answers a wrong form
    return _decoder.decode(text)


def _refuse_number(_literal: str) -> Any:
    raise _NumberFault


def _integer(literal: str) -> int:
    number = int(literal) if len(literal) <= _LONGEST_INTEGER + 1 else LARGEST_INTEGER + 1
    if abs(number) > LARGEST_INTEGER:
        raise _NumberFault
    return number


def hashed_instant(column: str) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` of a time as a column holds it."""
    fraction = column[_WHOLE_SECONDS:] or ".000000"
    return f"{column[:10]}T{column[11:_WHOLE_SECONDS]}{fraction}Z"


def _extreme(values: tuple[Any, ...], choose: Callable[..., Any]) -> Any:
    present = [value for value in values if value is not None]
    return choose(present) if present else None


def _audit_genesis_hash(stream: str) -> str:
    from hashlib import sha256

    return sha256((_AUDIT_GENESIS + stream).encode()).hexdigest()


_decoder: Final = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number, parse_int=_integer)

_FUNCTIONS: Final[tuple[tuple[str, int, Callable[..., Any]], ...]] = (
    ("GREATEST", -1, greatest),
    ("LEAST", -1, least),
    ("tradesense_event_hash", 14, event_hash),
    ("tradesense_audit_hash", 13, audit_hash),
    ("tradesense_genesis_hash", 1, genesis_hash),
    ("tradesense_audit_genesis_hash", 1, _audit_genesis_hash),
    ("tradesense_leaf_hash", 1, leaf_hash),
    ("tradesense_canonical_json", 1, canonical_json),
)
