"""Read the funding queue: the challenges that wait for a decision, and those that were decided of late."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final

from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.funding_decision import FundingDecision
from tradesense_desktop.domain.people import Actor
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.domain.state_record import state_of
from tradesense_desktop.services.challenge_origin import is_demo
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting, seen_owner
from tradesense_desktop.services.read_challenges import summary_of
from tradesense_desktop.services.read_decisions import ToldDecision, told
from tradesense_desktop.services.read_users import read_names
from tradesense_desktop.services.views import ChallengeSummary
from tradesense_desktop.store import funding_log
from tradesense_desktop.store.challenges import count_open_alerts, read_challenge
from tradesense_desktop.store.funding_queue import list_waiting

RECENT: Final = timedelta(days=90)
MOST_DECIDED: Final = 500
_NOBODY: Final = "somebody"


class Hindrance(StrEnum):
    """Why the acting person may not approve; the value says it to them."""

    NOT_WAITING = "Nothing waits for a decision here."
    ROLE = "Your role reads this and decides nothing."
    OWN = "This is your own challenge; somebody else has to decide."
    APPROVED_ALREADY = "You have approved it already; another person has to give the next approval."


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingRequest:
    """A challenge and its funding: whose it is, since when it waits, who approved of it, what hinders the one who acts.

    `trader` is what to call the owner; `reached_at` is None where no target stands as reached; `approvals` are those
    that count now, oldest first.
    """

    summary: ChallengeSummary
    trader: str
    reached_at: datetime | None
    approvals: tuple[ToldDecision, ...]
    approvals_needed: int
    hindrance: Hindrance | None

    @property
    def may_approve(self) -> bool:
        """Whether the acting person may approve it."""
        return self.hindrance is None

    @property
    def may_reject(self) -> bool:
        """Whether the acting person may reject it: also who has approved may think better of it."""
        return self.hindrance in {None, Hindrance.APPROVED_ALREADY}


@dataclass(frozen=True, slots=True, kw_only=True)
class DecidedFunding:
    """A decision that ended the waiting, with the challenge as it stands now."""

    summary: ChallengeSummary
    trader: str
    decision: ToldDecision


def read_funding_queue(workspace: Workspace) -> tuple[FundingRequest, ...]:
    """What waits for a decision, the longest waiting first; a trader sees the own. Raises NotSignedIn."""
    with refusals(), workspace.reading() as reading:
        actor = acting(workspace)
        waiting = list_waiting(reading, owner_id=seen_owner(workspace))
        decisions = funding_log.read_decisions(reading, [challenge.id for challenge in waiting])
        alerts = count_open_alerts(reading)
        names = read_names(workspace)
        demo = is_demo(workspace.directory)
        return tuple(
            funding_request(
                summary_of(challenge, alerts.get(challenge.id, 0), demo),
                decisions.get(challenge.id, ()),
                names,
                actor,
            )
            for challenge in waiting
        )


def read_decided(workspace: Workspace, *, since: datetime | None = None) -> tuple[DecidedFunding, ...]:
    """What was decided since then (UTC; by default in the last 90 days), newest first, 500 at the most.

    A trader sees the own. Raises NotSignedIn.
    """
    with refusals(), workspace.reading() as reading:
        begin = datetime.now(UTC) - RECENT if since is None else since
        owner_id = seen_owner(workspace)
        found = funding_log.list_final_decisions(reading, since=begin, owner_id=owner_id, limit=MOST_DECIDED)
        alerts = count_open_alerts(reading)
        names = read_names(workspace)
        demo = is_demo(workspace.directory)
        decided: list[DecidedFunding] = []
        for decision in found:
            challenge = read_challenge(reading, decision.challenge_id)
            summary = summary_of(challenge, alerts.get(challenge.id, 0), demo)
            trader = names.get(challenge.user_id, _NOBODY)
            decided.append(DecidedFunding(summary=summary, trader=trader, decision=told(decision, names)))
        return tuple(decided)


def funding_request(
    summary: ChallengeSummary, decisions: tuple[FundingDecision, ...], names: Mapping[str, str], actor: Actor
) -> FundingRequest:
    """The request of one challenge, from all decisions about it, oldest first."""
    challenge = summary.challenge
    state = state_of(challenge)
    given = decisions[len(decisions) - len(state.approvals) :]
    return FundingRequest(
        summary=summary,
        trader=names.get(challenge.user_id, _NOBODY),
        reached_at=challenge.profit_target_reached_at,
        approvals=tuple(told(decision, names) for decision in given),
        approvals_needed=state.rules.approvals,
        hindrance=_hindrance(challenge, state.approvals, actor),
    )


def _hindrance(challenge: Challenge, approvals: list[str], actor: Actor) -> Hindrance | None:
    is_reached = challenge.profit_target_reached_at is not None
    if not is_reached or challenge.status is not ChallengeStatus.ACTIVE or challenge.archived_at is not None:
        return Hindrance.NOT_WAITING
    if not actor.role.decides:
        return Hindrance.ROLE
    if not may(actor, Right.DECIDE_FUNDING, owner_id=challenge.user_id):
        return Hindrance.OWN
    return Hindrance.APPROVED_ALREADY if actor.user_id in approvals else None
