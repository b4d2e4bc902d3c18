"""The events of a challenge: its head, pages of them, and all of them in order."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple

from sqlalchemy import bindparam, select

from tradesense_desktop.audit.hash_chain import genesis_hash
from tradesense_desktop.store.column_types import present_instant
from tradesense_desktop.store.prepared import Prepared
from tradesense_desktop.store.sealed_columns import Opener
from tradesense_desktop.store.tables import challenge_events
from tradesense_desktop.store.transaction import Reading

_ROWS_A_FETCH: Final = 1_000


@dataclass(frozen=True, slots=True)
class Head:
    """Where a challenge's chain ends: the last event's number and hash; 0 and the genesis hash where there is none."""

    sequence_number: int
    hash: str


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as it stands in the log, with its hashes; times are aware UTC. `metadata` is Sealed without the key."""

    id: str
    challenge_id: str
    sequence_number: int
    event_type: str
    event_version: str
    event_data: dict[str, Any]
    description: str | None
    user_friendly_message: str | None
    occurred_at: datetime
    recorded_at: datetime
    correlation_id: str | None
    causation_id: str | None
    metadata_commitment: str | None
    previous_hash: str
    hash: str
    metadata: Mapping[str, Any] | None = None


class StreamedEvent(NamedTuple):
    """What replay and the curves need of an event; times are aware UTC."""

    sequence_number: int
    event_type: str
    event_data: dict[str, Any]
    occurred_at: datetime
    recorded_at: datetime


_HEAD = Prepared(
    select(challenge_events.c.sequence_number, challenge_events.c.hash)
    .where(challenge_events.c.challenge_id == bindparam("challenge_id"))
    .order_by(challenge_events.c.sequence_number.desc())
    .limit(1)
)
_PAGE = Prepared(
    select(*(challenge_events.c[name] for name in StoredEvent.__dataclass_fields__))
    .where(
        challenge_events.c.challenge_id == bindparam("challenge_id"),
        challenge_events.c.sequence_number >= bindparam("first"),
        challenge_events.c.sequence_number < bindparam("end"),
    )
    .order_by(challenge_events.c.sequence_number)
)
_STREAM = (
    "SELECT sequence_number, event_type, event_data, occurred_at, recorded_at FROM challenge_events"
    " WHERE challenge_id = ? AND sequence_number BETWEEN ? AND ? ORDER BY sequence_number"
)
_LARGEST: Final = 2**62


def read_head(reading: Reading, challenge_id: str) -> Head:
    """Where the chain of this challenge ends; its number is also the count of its events."""
    rows = _HEAD.rows(reading, {"challenge_id": challenge_id})
    return Head(*rows[0]) if rows else Head(0, genesis_hash(challenge_id))


def read_events_page(reading: Reading, challenge_id: str, first: int, count: int) -> tuple[StoredEvent, ...]:
    """At most `count` events from number `first` on, in order."""
    parameters = {"challenge_id": challenge_id, "first": first, "end": first + count}
    opener = Opener(reading)
    return tuple(_stored_event(opener, row) for row in _PAGE.rows(reading, parameters))


def _stored_event(opener: Opener, row: list[Any]) -> StoredEvent:
    event = StoredEvent(*row)
    if event.metadata is None:
        return event
    metadata = opener.opened_event_metadata(event.id, event.metadata, event.metadata_commitment)
    return replace(event, metadata=metadata)


def stream_events(
    reading: Reading, challenge_id: str, *, first: int = 1, last: int | None = None
) -> Iterator[StreamedEvent]:
    """Events in order, from number `first` to `last` (None: the head), read as they are asked for.

    Use it up within `reading`; memory stays at a thousand events.
    """
    cursor = reading.driver.execute(_STREAM, (challenge_id, first, _LARGEST if last is None else last))
    loads = json.loads
    recorded_text, recorded_at = "", datetime.min.replace(tzinfo=UTC)
    while rows := cursor.fetchmany(_ROWS_A_FETCH):
        for number, event_type, event_data, occurred_text, text in rows:
            if text != recorded_text:  # a bulk import records its thousands of events at one instant
                recorded_text, recorded_at = text, present_instant(text)
            yield StreamedEvent(number, event_type, loads(event_data), present_instant(occurred_text), recorded_at)
