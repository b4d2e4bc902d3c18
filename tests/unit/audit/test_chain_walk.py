"""The walk along a chain: every link held against the one before it."""

from datetime import UTC, datetime

import pytest

from tradesense_desktop.audit.chain_walk import ChainWalk, LinkFault, StoredLink
from tradesense_desktop.audit.hash_chain import genesis_hash, seal_all
from tradesense_desktop.domain.event import Event, EventType

CHALLENGE = "00000000-0000-4000-8000-00000000000c"
NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)


def chain(count: int) -> list[StoredLink]:
    events = [
        Event(
            id=f"00000000-0000-4000-8000-{number:012d}",
            challenge_id=CHALLENGE,
            sequence_number=number,
            event_type=EventType.NOTE_ADDED,
            event_data={"text": f"note {number}"},
            description=f"Note {number}",
            user_friendly_message="",
            occurred_at=NOW,
            recorded_at=NOW,
            correlation_id="00000000-0000-4000-8000-00000000000d",
            causation_id=None,
        )
        for number in range(1, count + 1)
    ]
    return [
        StoredLink(
            event_id=sealed.event.id,
            challenge_id=CHALLENGE,
            sequence_number=sealed.event.sequence_number,
            event_type=sealed.event.event_type.value,
            event_version=sealed.event.event_version,
            event_data_text=sealed.event_data_text,
            description=sealed.event.description,
            occurred_at=sealed.occurred_at_text,
            recorded_at=sealed.recorded_at_text,
            correlation_id=sealed.event.correlation_id,
            causation_id=sealed.event.causation_id,
            metadata_commitment=sealed.event.metadata_commitment,
            previous_hash=sealed.previous_hash,
            hash=sealed.hash,
        )
        for sealed in seal_all(events, genesis_hash(CHALLENGE))
    ]


def test_whole_chain_is_walked_to_its_head() -> None:
    walk, links = ChainWalk(CHALLENGE), chain(5)

    assert [walk.follow(link) for link in links] == [None] * 5
    assert (walk.number, walk.hash) == (5, links[-1].hash)


def test_link_that_is_not_the_next_one_is_a_wrong_number() -> None:
    walk, links = ChainWalk(CHALLENGE), chain(3)
    walk.follow(links[0])

    assert walk.follow(links[2]) is LinkFault.NUMBER
    assert walk.follow(links[0]) is LinkFault.NUMBER
    assert walk.number == 1
    assert walk.follow(links[1]) is None


def test_link_to_another_link_is_a_wrong_previous_hash() -> None:
    walk, links = ChainWalk(CHALLENGE), chain(2)
    walk.follow(links[0])

    assert walk.follow(links[1]._replace(previous_hash=links[1].hash)) is LinkFault.PREVIOUS_HASH
    assert ChainWalk("00000000-0000-4000-8000-00000000000e").follow(links[0]) is LinkFault.PREVIOUS_HASH


@pytest.mark.parametrize(
    "change",
    [
        {"event_id": "00000000-0000-4000-8000-000000000009"},
        {"event_type": "CHALLENGE_FUNDED"},
        {"event_version": "v2"},
        {"event_data_text": '{"text":"another"}'},
        {"description": None},
        {"occurred_at": "2026-03-02T10:00:00.000001Z"},
        {"recorded_at": "2026-03-02T10:00:00.000001Z"},
        {"correlation_id": None},
        {"causation_id": "00000000-0000-4000-8000-00000000000d"},
        {"metadata_commitment": "0" * 64},
        {"hash": "0" * 64},
    ],
    ids=lambda change: next(iter(change)),
)
def test_link_whose_content_is_another_has_a_wrong_hash(change: dict[str, str | None]) -> None:
    (link,) = chain(1)

    assert ChainWalk(CHALLENGE).follow(link._replace(**change)) is LinkFault.HASH
