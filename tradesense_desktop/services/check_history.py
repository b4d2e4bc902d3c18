"""Check the history of one challenge: its chain, its ledger and its row, each held against the events.

Three things are looked at in one pass over the stored rows. Every event has to be the next one, tied to the one before
by its hash and with the hash of its own content. Every TRADE_EXECUTED has to stand in the ledger as it is, and nothing
else may. Folding the events has to give the challenge's row, and a target is reached only where the trades
lead to it. The first thing that is wrong ends the check.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, TypeAlias

from tradesense_desktop.audit.canonical_json import canonical_text
from tradesense_desktop.audit.chain_walk import ChainWalk, LinkFault, StoredLink
from tradesense_desktop.domain.challenge import rebuilt_columns
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.errors import DomainError, ReplayBroken
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.instant import parse_instant
from tradesense_desktop.domain.judgement import stands_at_target
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched
from tradesense_desktop.domain.replay import Replayer
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require_within
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.history_rows import EventText, differing_column, stream_event_texts, stream_trade_texts
from tradesense_desktop.store.schema_functions import hashed_instant
from tradesense_desktop.store.transaction import Reading

_EVENTS_BETWEEN_REPORTS: Final = 500

Watch: TypeAlias = Callable[[ChallengeState, str, int, datetime], None]
"""Called with the state after each event that held, the event's type and number, and when it occurred."""


class HistoryFault(StrEnum):
    """What can be wrong with a history."""

    UNREADABLE = "UNREADABLE"
    GAP = "GAP"
    LINK_BROKEN = "LINK_BROKEN"
    CONTENT_CHANGED = "CONTENT_CHANGED"
    TRADE_MISSING = "TRADE_MISSING"
    TRADE_CHANGED = "TRADE_CHANGED"
    TRADE_UNRECORDED = "TRADE_UNRECORDED"
    REPLAY_BROKEN = "REPLAY_BROKEN"
    ROW_CHANGED = "ROW_CHANGED"


@dataclass(frozen=True, slots=True)
class HistoryFinding:
    """The first thing that is wrong; `sequence_number` is that of the event where it shows, None where none does."""

    kind: HistoryFault
    sequence_number: int | None
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryCheck:
    """What a check found: how many events and trades held, the hash of the last event, and what is wrong, if anything.

    Events that are cut off at the end leave no trace in what remains unless the row tells of them: only a checkpoint
    that was kept elsewhere shows the rest.
    """

    challenge_id: str
    events: int
    trades: int
    head_hash: str
    finding: HistoryFinding | None

    @property
    def is_whole(self) -> bool:
        """Whether nothing is wrong."""
        return self.finding is None


def check_history(workspace: Workspace, challenge_id: str, *, progress: ProgressReport = unwatched) -> HistoryCheck:
    """Check the history of one challenge, in time that grows with its events; `progress` may raise Cancelled.

    Raises NotAllowed, and Refused for a challenge that is not seen.
    """
    with refusals(), workspace.reading() as reading:
        require_within(reading, workspace, Right.VERIFY, challenge_id)
        return walk_history(reading, challenge_id, progress)


def walk_history(
    reading: Reading, challenge_id: str, progress: ProgressReport, watch: Watch | None = None
) -> HistoryCheck:
    """As `check_history`, of one view; `watch` looks on while the events are replayed."""
    walk = _Walk(reading, challenge_id, watch)
    in_all = read_head(reading, challenge_id).sequence_number
    finding: HistoryFinding | None = None
    for place, event in enumerate(stream_event_texts(reading, challenge_id)):
        if place % _EVENTS_BETWEEN_REPORTS == 0:
            progress(Progress("Checking the history", place, in_all))
        finding = walk.take(event)
        if finding is not None:
            break
    return HistoryCheck(
        challenge_id=challenge_id,
        events=walk.chain.number,
        trades=walk.trades,
        head_hash=walk.chain.hash,
        finding=finding or walk.finish(),
    )


class _Walk:
    """One pass over the events, with the ledger read beside them."""

    def __init__(self, reading: Reading, challenge_id: str, watch: Watch | None) -> None:
        self.chain: Final = ChainWalk(challenge_id)
        self.trades = 0
        self._reading: Final = reading
        self._watch: Final = watch
        self._replayer: Final = Replayer()
        self._ledger: Final = stream_trade_texts(reading, challenge_id)

    def take(self, event: EventText) -> HistoryFinding | None:
        """Look at the next event; what is wrong with it, or None."""
        expected = self.chain.number + 1
        try:
            data = json.loads(event.event_data)
            fault = self.chain.follow(_link(event, data))
        except (ValueError, RecursionError):
            return HistoryFinding(HistoryFault.UNREADABLE, expected, f"Event {expected} cannot be read.")
        if fault is not None:
            return _broken_link(fault, expected, event.sequence_number)
        try:
            finding = self._hold_against_ledger(event, data)
            if finding is None:
                self._replay(event, data)
        except DomainError as broken:
            return HistoryFinding(HistoryFault.REPLAY_BROKEN, expected, str(broken))
        except (LookupError, TypeError, ValueError, ArithmeticError, AttributeError):
            # Sealed by somebody who could make hashes, and still no event of this program.
            return HistoryFinding(
                HistoryFault.REPLAY_BROKEN, expected, f"Event {expected} does not hold what its kind holds."
            )
        return finding

    def finish(self) -> HistoryFinding | None:
        """Look at what has to stand after the last event."""
        for surplus in self._ledger:
            return HistoryFinding(
                HistoryFault.TRADE_UNRECORDED,
                None,
                f"Row {surplus.sequence_number} of the ledger stands in no event.",
            )
        if not self._replayer.events_applied:
            return HistoryFinding(HistoryFault.GAP, 1, "Event 1 is missing: the challenge has no history.")
        stored = rebuilt_columns(read_challenge(self._reading, self.chain.challenge_id))
        rebuilt = rebuilt_columns(self._replayer.challenge())
        changed = [name for name, value in rebuilt.items() if stored[name] != value]
        if not changed:
            return None
        return HistoryFinding(
            HistoryFault.ROW_CHANGED,
            None,
            f"The challenge's row is not what its events lead to: {', '.join(changed)} {_differ(changed)}.",
        )

    def _hold_against_ledger(self, event: EventText, data: Any) -> HistoryFinding | None:
        if event.event_type != EventType.TRADE_EXECUTED:
            return None
        number = self.trades + 1
        row = next(self._ledger, None)
        if row is None or row.sequence_number != str(number):
            return HistoryFinding(
                HistoryFault.TRADE_MISSING,
                event.sequence_number,
                f"Trade {number} of event {event.sequence_number} is missing in the ledger.",
            )
        column = differing_column(row, data["trade"])
        if column is not None:
            return HistoryFinding(
                HistoryFault.TRADE_CHANGED,
                event.sequence_number,
                f"Row {row.sequence_number} of the ledger is not the trade of event {event.sequence_number}: {column} "
                "differs.",
            )
        self.trades = number
        return None

    def _replay(self, event: EventText, data: Any) -> None:
        recorded_at = parse_instant(hashed_instant(event.recorded_at))
        self._replayer.apply(event.event_type, data, challenge_id=self.chain.challenge_id, recorded_at=recorded_at)
        if event.event_type == EventType.PROFIT_TARGET_REACHED and not stands_at_target(self._replayer.state):
            raise ReplayBroken(event.event_type, "the events before it do not lead to the target")
        if self._watch is not None:
            occurred_at = parse_instant(hashed_instant(event.occurred_at))
            self._watch(self._replayer.state, event.event_type, self.chain.number, occurred_at)


def _link(event: EventText, data: Any) -> StoredLink:
    return StoredLink(
        event_id=event.id,
        challenge_id=event.challenge_id,
        sequence_number=event.sequence_number or 0,
        event_type=event.event_type,
        event_version=event.event_version,
        event_data_text=canonical_text(data),
        description=event.description,
        occurred_at=hashed_instant(event.occurred_at),
        recorded_at=hashed_instant(event.recorded_at),
        correlation_id=event.correlation_id,
        causation_id=event.causation_id,
        metadata_commitment=event.metadata_commitment,
        previous_hash=event.previous_hash,
        hash=event.hash,
    )


def _broken_link(fault: LinkFault, expected: int, found: int | None) -> HistoryFinding:
    match fault:
        case LinkFault.NUMBER:
            there = "no number" if found is None else str(found)
            return HistoryFinding(
                HistoryFault.GAP, expected, f"Event {expected} is missing: {there} stands in its place."
            )
        case LinkFault.PREVIOUS_HASH:
            return HistoryFinding(
                HistoryFault.LINK_BROKEN, expected, f"Event {expected} does not follow the event before it."
            )
        case LinkFault.HASH:
            return HistoryFinding(
                HistoryFault.CONTENT_CHANGED, expected, f"Event {expected} was changed after it was recorded."
            )


def _differ(names: list[str]) -> str:
    return "differs" if len(names) == 1 else "differ"
