"""Phases: which challenge follows which."""

from typing import Final

from sqlalchemy import bindparam, select

from tradesense_desktop.store.prepared import Prepared
from tradesense_desktop.store.tables import challenges
from tradesense_desktop.store.transaction import Reading

NEXT_PHASE: Final = Prepared(
    select(challenges.c.id)
    .where(challenges.c.previous_challenge_id == bindparam("challenge_id"), challenges.c.archived_at.is_(None))
    .order_by(challenges.c.created_at, challenges.c.id)
    .limit(1)
)


def find_next_phase(reading: Reading, challenge_id: str) -> str | None:
    """Id of the challenge that is the next phase of this one; archived ones do not count."""
    rows = NEXT_PHASE.rows(reading, {"challenge_id": challenge_id})
    return str(rows[0][0]) if rows else None
