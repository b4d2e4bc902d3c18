"""What the place of the funding queue reads in one go."""

from dataclasses import dataclass

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.domain.people import Actor
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.domain.terms import next_phase_terms
from tradesense_desktop.services.funding_policy import read_funding_policy
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_funding_queue import (
    DecidedFunding,
    FundingRequest,
    read_decided,
    read_funding_queue,
)


@dataclass(frozen=True, slots=True)
class QueueReading:
    """What waits and what was decided, the policy for new challenges, and which challenges have a next phase open."""

    waiting: tuple[FundingRequest, ...]
    decided: tuple[DecidedFunding, ...]
    policy: int
    continued: frozenset[str]

    def offers_next_phase(self, challenge: Challenge, actor: Actor) -> bool:
        """Whether the one who acts may open the phase after a FUNDED challenge, and nobody has yet."""
        if challenge.id in self.continued or not may(actor, Right.OPEN_NEXT_PHASE, owner_id=challenge.user_id):
            return False
        try:
            next_phase_terms(challenge)
        except DomainError:
            return False
        return True


def read_queue(workspace: Workspace) -> QueueReading:
    """All of it; for a background thread."""
    previous = (summary.challenge.previous_challenge_id for summary in read_challenges(workspace))
    return QueueReading(
        waiting=read_funding_queue(workspace),
        decided=read_decided(workspace),
        policy=read_funding_policy(workspace),
        continued=frozenset(challenge_id for challenge_id in previous if challenge_id is not None),
    )
