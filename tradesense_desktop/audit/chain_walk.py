"""Walking a challenge's hash chain: each stored event held against the one before it and against its own hash."""

from enum import StrEnum
from typing import NamedTuple

from tradesense_desktop.audit.hash_chain import event_body, genesis_hash, leaf_hash


class StoredLink(NamedTuple):
    """An event as it was read back: what its hash binds, in the forms in which it was hashed, and its two hashes.

    `event_data_text` is canonical; times are `YYYY-MM-DDTHH:MM:SS.ffffffZ`.
    """

    event_id: str
    challenge_id: str
    sequence_number: int
    event_type: str
    event_version: str
    event_data_text: str
    description: str | None
    occurred_at: str
    recorded_at: str
    correlation_id: str | None
    causation_id: str | None
    metadata_commitment: str | None
    previous_hash: str
    hash: str


class LinkFault(StrEnum):
    """What can be wrong with a link: its number, its tie to the link before, its content."""

    NUMBER = "NUMBER"
    PREVIOUS_HASH = "PREVIOUS_HASH"
    HASH = "HASH"


class ChainWalk:
    """A walk from the first event on; `number` and `hash` are those of the last link that held."""

    def __init__(self, challenge_id: str) -> None:
        self.challenge_id = challenge_id
        self.number = 0
        self.hash = genesis_hash(challenge_id)

    def follow(self, link: StoredLink) -> LinkFault | None:
        """Take the next link; what is wrong with it, or None. After a fault the walk stands where it stood."""
        if link.sequence_number != self.number + 1:
            return LinkFault.NUMBER
        if link.previous_hash != self.hash:
            return LinkFault.PREVIOUS_HASH
        body = event_body(
            event_id=link.event_id,
            challenge_id=self.challenge_id,
            sequence_number=link.sequence_number,
            event_type=link.event_type,
            event_version=link.event_version,
            event_data_text=link.event_data_text,
            description=link.description,
            occurred_at=link.occurred_at,
            recorded_at=link.recorded_at,
            correlation_id=link.correlation_id,
            causation_id=link.causation_id,
            metadata_commitment=link.metadata_commitment,
            previous_hash=link.previous_hash,
        )
        if leaf_hash(body) != link.hash:
            return LinkFault.HASH
        self.number = link.sequence_number
        self.hash = link.hash
        return None
