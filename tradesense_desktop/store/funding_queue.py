"""The funding queue: which challenges wait for a decision, found by an index that holds those alone."""

from typing import Final

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.transaction import Reading

# Named, because SQLite takes the index on `status` else, and reads every ACTIVE challenge that there is.
WAITING: Final = (
    "SELECT id FROM challenges INDEXED BY idx_challenges_funding_queue"
    " WHERE status = 'ACTIVE' AND profit_target_reached_at IS NOT NULL AND archived_at IS NULL"
    " AND (?1 IS NULL OR user_id = ?1) ORDER BY profit_target_reached_at, id"
)


def list_waiting(reading: Reading, *, owner_id: str | None = None) -> tuple[Challenge, ...]:
    """The challenges that wait for a decision, of everybody or of one person, the longest waiting first."""
    found = reading.driver.execute(WAITING, (owner_id,)).fetchall()
    return tuple(read_challenge(reading, challenge_id) for (challenge_id,) in found)
