"""The funding queue: which challenges wait for a decision, found by an index that holds those alone."""

from typing import Final

from sqlalchemy import bindparam, literal_column, select

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.prepared import Prepared
from tradesense_desktop.store.tables import challenges
from tradesense_desktop.store.transaction import Reading

_LONGEST_WAITING_FIRST = (
    select(challenges.c.id)
    .where(
        challenges.c.status == literal_column("'ACTIVE'"),  # as the partial index says it, or it is not used
        challenges.c.profit_target_reached_at.is_not(None),
        challenges.c.archived_at.is_(None),
    )
    .order_by(challenges.c.profit_target_reached_at, challenges.c.id)
)
WAITING: Final = Prepared(_LONGEST_WAITING_FIRST)
WAITING_OF: Final = Prepared(_LONGEST_WAITING_FIRST.where(challenges.c.user_id == bindparam("owner_id")))


def list_waiting(reading: Reading, *, owner_id: str | None = None) -> tuple[Challenge, ...]:
    """The challenges that wait for a decision, of everybody or of one person, the longest waiting first."""
    found = WAITING.rows(reading, {}) if owner_id is None else WAITING_OF.rows(reading, {"owner_id": owner_id})
    return tuple(read_challenge(reading, challenge_id) for (challenge_id,) in found)
