"""Replay a challenge: its state rebuilt from its events, whole or up to a moment."""

from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.challenge import Challenge, rebuilt_columns
from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched
from tradesense_desktop.domain.replay import LEAVES_STATE, Replayer
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import check_visible
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.event_log import read_head, stream_events

_EVENTS_BETWEEN_REPORTS = 1_000


@dataclass(frozen=True, slots=True)
class ReplayedChallenge:
    """The state after `events_applied` of `events_in_all` events.

    `equals_stored` says whether it is the stored row, column by column; None where the replay stopped before the end.
    """

    challenge: Challenge
    events_applied: int
    events_in_all: int
    last_event: str
    equals_stored: bool | None


def replay_challenge(
    workspace: Workspace,
    challenge_id: str,
    *,
    to: int | None = None,
    at: datetime | None = None,
    progress: ProgressReport = unwatched,
) -> ReplayedChallenge:
    """The challenge after event number `to`, or after the last event that had occurred by `at` (UTC), or as it is.

    Before its first row it stands as it was created. Raises Refused for a number that there is not, and where the
    history cannot be replayed.
    """
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        stored = read_challenge(reading, challenge_id)
        in_all = read_head(reading, challenge_id).sequence_number
        if to is not None and to > in_all:
            raise Refused(f"The challenge has {in_all} events; there is no number {to}.")
        replayer = Replayer()
        last_event = ""
        for event in stream_events(reading, challenge_id, last=to):
            # The creation is recorded when the statement comes; its rows may have occurred years before.
            if at is not None and event.occurred_at > at and event.sequence_number > 1:
                if event.event_type in LEAVES_STATE:
                    continue  # a note of today may be followed by the rows of an older statement
                break
            replayer.apply(event.event_type, event.event_data, challenge_id=challenge_id, recorded_at=event.recorded_at)
            last_event = f"{event.event_type} of {event.occurred_at:%Y-%m-%d %H:%M:%S} UTC"
            if event.sequence_number % _EVENTS_BETWEEN_REPORTS == 0:
                progress(Progress("Replaying", event.sequence_number, in_all))
    with refusals():
        challenge = replayer.challenge()
    is_whole = replayer.events_applied == in_all
    equals = rebuilt_columns(challenge) == rebuilt_columns(stored) if is_whole else None
    return ReplayedChallenge(challenge, replayer.events_applied, in_all, last_event, equals)
