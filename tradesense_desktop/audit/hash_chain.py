"""The hash chain of a challenge's events: level 1 of the evidence.

The body of an event is the canonical JSON of its fields with `previous_hash` and `"v":1`; its hash is
SHA-256(0x00 ‖ body), which is at once the RFC 6962 leaf hash and the link to the next event. `previous_hash` of
number 1 is SHA-256 of "tradesense/genesis/v1", a line feed and the challenge id.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from json.encoder import encode_basestring
from typing import NamedTuple

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.domain.event import Event
from tradesense_desktop.domain.instant import instant_text


class SealedEvent(NamedTuple):
    """An event with its place in the chain; the texts are those that were hashed, the data's in canonical form."""

    event: Event
    event_data_text: str
    occurred_at_text: str
    recorded_at_text: str
    previous_hash: str
    hash: str


def genesis_hash(challenge_id: str) -> str:
    """`previous_hash` of a challenge's first event."""
    return sha256(b"tradesense/genesis/v1\n" + challenge_id.encode("ascii")).hexdigest()


def leaf_hash(body: str) -> str:
    """RFC 6962 leaf hash of a body, as 64 lower-case hexadecimal digits."""
    return sha256(b"\0" + body.encode()).hexdigest()


def event_body(
    *,
    event_id: str,
    challenge_id: str,
    sequence_number: int,
    event_type: str,
    event_version: str,
    event_data_text: str,
    description: str | None,
    occurred_at: str,
    recorded_at: str,
    correlation_id: str | None,
    causation_id: str | None,
    metadata_commitment: str | None,
    previous_hash: str,
) -> str:
    """Canonical text of an event; times are `YYYY-MM-DDTHH:MM:SS.ffffffZ`, `event_data_text` is canonical already.

    The keys stand in their sorted order, so only the free text has to be encoded.
    """
    causation = "null" if causation_id is None else f'"{causation_id}"'
    correlation = "null" if correlation_id is None else f'"{correlation_id}"'
    commitment = "null" if metadata_commitment is None else f'"{metadata_commitment}"'
    return (
        f'{{"causation_id":{causation},"challenge_id":"{challenge_id}","correlation_id":{correlation},'
        f'"description":{"null" if description is None else encode_basestring(description)},'
        f'"event_data":{event_data_text},'
        f'"event_type":{encode_basestring(event_type)},"event_version":{encode_basestring(event_version)},'
        f'"id":"{event_id}","metadata_commitment":{commitment},"occurred_at":"{occurred_at}",'
        f'"previous_hash":"{previous_hash}","recorded_at":"{recorded_at}",'
        f'"sequence_number":{sequence_number},"v":1}}'
    )


def seal(event: Event, previous_hash: str) -> SealedEvent:
    """`event` bound to the one before it."""
    return _sealed(event, previous_hash, instant_text(event.recorded_at))


def seal_all(events: Iterable[Event], previous_hash: str) -> Iterator[SealedEvent]:
    """Each event bound to the one before it, the first to `previous_hash`."""
    recorded_at: datetime | None = None
    recorded_at_text = ""
    for event in events:
        if event.recorded_at is not recorded_at:  # a command records its thousands of events at one instant
            recorded_at = event.recorded_at
            recorded_at_text = instant_text(recorded_at)
        sealed = _sealed(event, previous_hash, recorded_at_text)
        previous_hash = sealed.hash
        yield sealed


def _sealed(event: Event, previous_hash: str, recorded_at_text: str) -> SealedEvent:
    event_data_text = canonical_text(event.event_data)
    occurred_at_text = instant_text(event.occurred_at)
    body = event_body(
        event_id=event.id,
        challenge_id=event.challenge_id,
        sequence_number=event.sequence_number,
        event_type=event.event_type,
        event_version=event.event_version,
        event_data_text=event_data_text,
        description=event.description,
        occurred_at=occurred_at_text,
        recorded_at=recorded_at_text,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        metadata_commitment=event.metadata_commitment,
        previous_hash=previous_hash,
    )
    return SealedEvent(event, event_data_text, occurred_at_text, recorded_at_text, previous_hash, leaf_hash(body))
