"""Funding decisions in the event log: those of given challenges, and the newest ones that ended a waiting."""

import json
from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from tradesense_desktop.domain.funding_decision import DECISION_EVENTS, FundingDecision, decision_from
from tradesense_desktop.store.column_types import instant_column, present_instant
from tradesense_desktop.store.transaction import Reading

_KINDS: Final = ", ".join(f"'{kind.value}'" for kind in DECISION_EVENTS)
# By type, not by challenge (the plus says so): there are few decisions among the millions of other events.
OF_CHALLENGES: Final = (
    "SELECT challenge_id, event_type, sequence_number, event_data, recorded_at FROM challenge_events"  # noqa: S608
    f" WHERE event_type IN ({_KINDS}) AND +challenge_id IN (SELECT value FROM json_each(?))"
    " ORDER BY +challenge_id, sequence_number"
)
NEWEST: Final = (
    "SELECT event.challenge_id, event.event_type, event.sequence_number, event.event_data, event.recorded_at"  # noqa: S608
    " FROM challenge_events AS event JOIN challenges ON challenges.id = event.challenge_id"
    f" WHERE event.event_type IN ({_KINDS}) AND event.recorded_at >= ? AND (? IS NULL OR challenges.user_id = ?)"
    " ORDER BY event.recorded_at DESC, event.challenge_id, event.sequence_number DESC"
)


def read_decisions(reading: Reading, challenge_ids: Iterable[str]) -> dict[str, tuple[FundingDecision, ...]]:
    """Every decision about these challenges, oldest first; a challenge without one is left out."""
    found: defaultdict[str, list[FundingDecision]] = defaultdict(list)
    for row in reading.driver.execute(OF_CHALLENGES, (json.dumps(list(challenge_ids)),)):
        decision = _decision(row)
        if decision is not None:
            found[decision.challenge_id].append(decision)
    return {challenge_id: tuple(decisions) for challenge_id, decisions in found.items()}


def list_final_decisions(
    reading: Reading, *, since: datetime, owner_id: str | None = None, limit: int
) -> tuple[FundingDecision, ...]:
    """At most `limit` decisions that ended a waiting, recorded since then, of everybody or one person, newest first."""
    found: list[FundingDecision] = []
    for row in reading.driver.execute(NEWEST, (instant_column(since), owner_id, owner_id)):
        decision = _decision(row)
        if decision is not None and decision.outcome.is_final:
            found.append(decision)
            if len(found) == limit:
                break
    return tuple(found)


def _decision(row: tuple[Any, ...]) -> FundingDecision | None:
    """The decision of an event; None for one that plain SQL wrote and that does not say what was decided."""
    challenge_id, event_type, sequence_number, event_data, recorded_at = row
    try:
        return decision_from(
            event_type,
            json.loads(event_data),
            challenge_id=challenge_id,
            sequence_number=sequence_number,
            recorded_at=present_instant(recorded_at),
        )
    except (LookupError, TypeError, ValueError):
        return None
