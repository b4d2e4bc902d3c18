"""Read the events of a challenge, hashes included."""

from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import check_visible
from tradesense_desktop.services.views import EventRow
from tradesense_desktop.store.event_log import StoredEvent, read_head
from tradesense_desktop.store.event_log import read_events_page as stored_page


def read_events_page(workspace: Workspace, challenge_id: str, first: int, count: int) -> tuple[EventRow, ...]:
    """At most `count` events from number `first` on, in order."""
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        return tuple(_event_row(event) for event in stored_page(reading, challenge_id, first, count))


def read_all_events(workspace: Workspace, challenge_id: str, *, last: int | None = None) -> tuple[EventRow, ...]:
    """Every event in order, or only the newest `last`."""
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        count = read_head(reading, challenge_id).sequence_number
        first = 1 if last is None else max(1, count - last + 1)
        return tuple(_event_row(event) for event in stored_page(reading, challenge_id, first, count - first + 1))


def _event_row(event: StoredEvent) -> EventRow:
    return EventRow(
        id=event.id,
        challenge_id=event.challenge_id,
        sequence_number=event.sequence_number,
        event_type=event.event_type,
        event_version=event.event_version,
        event_data=event.event_data,
        description=event.description or "",
        user_friendly_message=event.user_friendly_message or "",
        occurred_at=event.occurred_at,
        recorded_at=event.recorded_at,
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        metadata_commitment=event.metadata_commitment,
        previous_hash=event.previous_hash,
        hash=event.hash,
    )
