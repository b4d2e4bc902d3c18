"""The hash chain of events: body, genesis, links, and the vectors that both databases share."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.profile_strategies import HOSTILE_STRINGS, objects, texts
from tests.vectors.event_chain import VECTORS, read_vectors
from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.audit.hash_chain import event_body, genesis_hash, leaf_hash, seal, seal_all
from tradesense_desktop.domain.event import Event, EventType

CHALLENGE = "3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f"

uuids = st.uuids().map(str)
hashes = st.binary(min_size=32, max_size=32).map(bytes.hex)
instants = st.integers(0, 2**53).map(lambda micros: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=micros))


def written_instant(instant: datetime) -> str:
    """Independent of the domain's own: `YYYY-MM-DDTHH:MM:SS.ffffffZ`."""
    return instant.strftime("%Y-%m-%dT%H:%M:%S.") + f"{instant.microsecond:06d}Z"


events = st.builds(
    Event,
    id=uuids,
    challenge_id=uuids,
    sequence_number=st.integers(1, 10**9),
    event_type=st.sampled_from(EventType),
    event_data=objects,
    description=texts,
    user_friendly_message=texts,
    occurred_at=instants,
    recorded_at=instants,
    correlation_id=uuids,
    causation_id=st.none() | uuids,
    metadata_commitment=st.none() | hashes,
    event_version=st.just("v1") | texts,
)


def body_by_rfc8785(event: Event, previous_hash: str) -> bytes:
    """The body as audit.md words it, by a library that shares nothing with ours."""
    return rfc8785.dumps(
        {
            "causation_id": event.causation_id,
            "challenge_id": event.challenge_id,
            "correlation_id": event.correlation_id,
            "description": event.description,
            "event_data": event.event_data,
            "event_type": str(event.event_type),
            "event_version": event.event_version,
            "id": event.id,
            "metadata_commitment": event.metadata_commitment,
            "occurred_at": written_instant(event.occurred_at),
            "previous_hash": previous_hash,
            "recorded_at": written_instant(event.recorded_at),
            "sequence_number": event.sequence_number,
            "v": 1,
        }
    )


def simple_event(sequence_number: int = 1) -> Event:
    return Event(
        id="0190a5d0-7c00-7000-8000-00000000000" + str(sequence_number),
        challenge_id=CHALLENGE,
        sequence_number=sequence_number,
        event_type=EventType.NOTE_ADDED,
        event_data={"text": "a note"},
        description="Note added",
        user_friendly_message="You added a note.",
        occurred_at=datetime(2026, 1, 5, 10, 0, tzinfo=UTC),
        recorded_at=datetime(2026, 1, 5, 10, 0, 0, 1, tzinfo=UTC),
        correlation_id="7b1e0a52-2f4c-4d8e-8f00-112233445566",
        causation_id=None,
    )


@given(events, hashes)
@settings(max_examples=300)
def test_spliced_body_is_the_canonical_json_of_its_fields(event: Event, previous_hash: str) -> None:
    sealed = seal(event, previous_hash)

    assert sealed.hash == hashlib.sha256(b"\0" + body_by_rfc8785(event, previous_hash)).hexdigest()
    assert sealed.event_data_text.encode() == rfc8785.dumps(event.event_data)
    assert sealed.previous_hash == previous_hash
    assert sealed.event is event


@pytest.mark.parametrize("text", HOSTILE_STRINGS)
def test_hostile_text_in_any_free_field_is_bound_as_rfc8785_writes_it(text: str) -> None:
    event = replace(simple_event(), description=text, event_version=text, event_data={"text": text, "list": [text]})

    assert seal(event, "0" * 64).hash == hashlib.sha256(b"\0" + body_by_rfc8785(event, "0" * 64)).hexdigest()


def test_absent_values_are_null_in_the_body() -> None:
    body = event_body(
        event_id="0190a5d0-7c00-7000-8000-000000000001",
        challenge_id=CHALLENGE,
        sequence_number=1,
        event_type="NOTE_ADDED",
        event_version="v1",
        event_data_text="{}",
        description=None,
        occurred_at="2026-01-05T10:00:00.000000Z",
        recorded_at="2026-01-05T10:00:00.000000Z",
        correlation_id=None,
        causation_id=None,
        metadata_commitment=None,
        previous_hash="ab" * 32,
    )

    assert body == (
        '{"causation_id":null,"challenge_id":"3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f","correlation_id":null,'
        '"description":null,"event_data":{},"event_type":"NOTE_ADDED","event_version":"v1",'
        '"id":"0190a5d0-7c00-7000-8000-000000000001","metadata_commitment":null,'
        '"occurred_at":"2026-01-05T10:00:00.000000Z","previous_hash":"' + "ab" * 32 + '",'
        '"recorded_at":"2026-01-05T10:00:00.000000Z","sequence_number":1,"v":1}'
    )
    assert rfc8785.dumps(json.loads(body)).decode() == body


def test_leaf_hash_is_that_of_rfc_6962() -> None:
    # RFC 6962 test vectors (certificate-transparency-go, "LeafHash"): the empty leaf and L123456.
    assert leaf_hash("") == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    assert leaf_hash("L123456") == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"


def test_genesis_is_sha256_of_the_prefix_a_line_feed_and_the_challenge_id() -> None:
    expected = hashlib.sha256(b"tradesense/genesis/v1\n3d5f1c7e-8a4b-4c2d-9e6f-0a1b2c3d4e5f").hexdigest()

    assert genesis_hash(CHALLENGE) == expected
    assert genesis_hash("00000000-0000-4000-8000-000000000000") != expected


def test_each_event_of_a_chain_names_the_hash_of_the_one_before() -> None:
    chain = list(seal_all([simple_event(number) for number in (1, 2, 3)], genesis_hash(CHALLENGE)))

    assert chain[0].previous_hash == genesis_hash(CHALLENGE)
    assert chain[1].previous_hash == chain[0].hash
    assert chain[2].previous_hash == chain[1].hash


def test_sealing_in_two_parts_gives_the_chain_of_one_part() -> None:
    plain = [simple_event(number) for number in range(1, 8)]
    whole = list(seal_all(plain, genesis_hash(CHALLENGE)))

    first = list(seal_all(plain[:4], genesis_hash(CHALLENGE)))
    second = list(seal_all(plain[4:], first[-1].hash))

    assert first + second == whole


def test_sealing_nothing_yields_nothing() -> None:
    assert list(seal_all([], genesis_hash(CHALLENGE))) == []


CHANGES: list[dict[str, Any]] = [
    {"id": "0190a5d0-7c00-7000-8000-00000000000f"},
    {"challenge_id": "00000000-0000-4000-8000-000000000000"},
    {"sequence_number": 2},
    {"event_type": EventType.TRADE_EXECUTED},
    {"event_version": "v2"},
    {"event_data": {"text": "another note"}},
    {"description": "Note added."},
    {"occurred_at": datetime(2026, 1, 5, 9, 59, 59, 999999, tzinfo=UTC)},
    {"recorded_at": datetime(2026, 1, 5, 10, 0, 0, 2, tzinfo=UTC)},
    {"correlation_id": "00000000-0000-4000-8000-000000000000"},
    {"causation_id": "00000000-0000-4000-8000-000000000000"},
    {"metadata_commitment": "0" * 64},
]


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: next(iter(change)))
def test_a_change_of_any_bound_field_changes_the_hash(change: dict[str, Any]) -> None:
    event = simple_event()

    assert seal(replace(event, **change), "0" * 64).hash != seal(event, "0" * 64).hash


def test_the_message_for_the_trader_is_not_bound() -> None:
    event = simple_event()

    assert seal(replace(event, user_friendly_message="Other"), "0" * 64).hash == seal(event, "0" * 64).hash


def test_the_hash_of_the_one_before_is_bound() -> None:
    assert seal(simple_event(), "0" * 64).hash != seal(simple_event(), "0" * 63 + "1").hash


def test_time_is_bound_in_utc_to_the_microsecond() -> None:
    event = replace(simple_event(), occurred_at=datetime(2026, 1, 5, 10, 0, tzinfo=UTC) + timedelta(microseconds=1))

    assert seal(event, "0" * 64).hash != seal(simple_event(), "0" * 64).hash


@pytest.mark.parametrize("vector", read_vectors()["events"], ids=lambda vector: vector["name"])
def test_hash_of_each_shared_vector(vector: dict[str, Any]) -> None:
    columns = vector["columns"]
    body = event_body(
        event_id=columns["id"],
        challenge_id=columns["challenge_id"],
        sequence_number=columns["sequence_number"],
        event_type=columns["event_type"],
        event_version=columns["event_version"],
        event_data_text=canonical_text(json.loads(columns["event_data"])),
        description=columns["description"],
        occurred_at=columns["occurred_at"],
        recorded_at=columns["recorded_at"],
        correlation_id=columns["correlation_id"],
        causation_id=columns["causation_id"],
        metadata_commitment=columns["metadata_commitment"],
        previous_hash=vector["previous_hash"],
    )

    assert body == vector["body"]
    assert leaf_hash(body) == vector["hash"]


@pytest.mark.parametrize("vector", read_vectors()["genesis"], ids=lambda vector: vector["challenge_id"])
def test_genesis_of_each_shared_vector(vector: dict[str, str]) -> None:
    assert genesis_hash(vector["challenge_id"]) == vector["hash"]


def test_the_vectors_on_disk_are_what_their_maker_makes() -> None:
    from tests.vectors.event_chain import make_vectors

    assert json.loads(VECTORS.read_text(encoding="utf-8")) == make_vectors()
