"""The log of a challenge: head, pages and the whole of it."""

import pytest

from tests.unit.store.ledgers import create_challenge
from tests.unit.store.query_plans import plan_of
from tradesense_desktop.audit.hash_chain import genesis_hash
from tradesense_desktop.store import event_log
from tradesense_desktop.store.event_log import Head, read_events_page, read_head, stream_events
from tradesense_desktop.store.workspace import Workspace


def test_chain_without_events_has_its_genesis_as_head(workspace: Workspace) -> None:
    with workspace.reading() as reading:
        assert read_head(reading, "nobody") == Head(0, genesis_hash("nobody"))


def test_head_is_number_and_hash_of_the_last_event(workspace: Workspace) -> None:
    create_challenge(workspace, 1, count=9)
    challenge = create_challenge(workspace, 2, count=5)

    with workspace.reading() as reading:
        head = read_head(reading, challenge.id)
        events = read_events_page(reading, challenge.id, 1, 10_000)

    assert (events[-1].sequence_number, events[-1].hash) == (head.sequence_number, head.hash)
    assert len(events) == head.sequence_number


@pytest.mark.parametrize(("first", "count", "expected"), [(1, 3, [1, 2, 3]), (4, 2, [4, 5]), (900, 5, []), (0, 2, [1])])
def test_page_begins_at_its_first_number(workspace: Workspace, first: int, count: int, expected: list[int]) -> None:
    challenge = create_challenge(workspace, count=20)

    with workspace.reading() as reading:
        page = read_events_page(reading, challenge.id, first, count)

    assert [event.sequence_number for event in page] == expected


def test_stream_gives_what_the_pages_give(workspace: Workspace) -> None:
    challenge = create_challenge(workspace, count=1_300)

    with workspace.reading() as reading:
        head = read_head(reading, challenge.id)
        pages = read_events_page(reading, challenge.id, 1, head.sequence_number)
        streamed = list(stream_events(reading, challenge.id))
        part = list(stream_events(reading, challenge.id, first=5, last=9))

    assert head.sequence_number > 1_300
    assert [tuple(event) for event in streamed] == [
        (page.sequence_number, page.event_type, page.event_data, page.occurred_at, page.recorded_at) for page in pages
    ]
    assert part == streamed[4:9]


def test_head_and_pages_are_found_through_the_unique_index(workspace: Workspace) -> None:
    with workspace.reading() as reading:
        head = plan_of(reading, event_log._HEAD, challenge_id="c")
        page = plan_of(reading, event_log._PAGE, challenge_id="c", first=1, end=257)

    for plan in (head, page):
        assert "SEARCH challenge_events USING INDEX idx_events_challenge_sequence_lock (challenge_id=?" in plan
        assert "TEMP B-TREE" not in plan
