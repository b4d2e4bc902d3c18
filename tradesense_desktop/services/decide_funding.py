"""Decide about a funding: approve it, or reject it with a reason."""

from datetime import UTC, datetime
from uuid import uuid4

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.commands import ApproveFunding, RejectFunding
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.funding_decision import FundingAlreadyDecided, FundingArchived, FundingChangedSince
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import require_within
from tradesense_desktop.services.run_command import run_command

__all__ = ["FundingAlreadyDecided", "FundingArchived", "FundingChangedSince", "approve_funding", "reject_funding"]


def approve_funding(
    workspace: Workspace,
    challenge_id: str,
    *,
    comment: str = "",
    command_id: str | None = None,
    seen_sequence_number: int | None = None,
) -> Challenge:
    """Approve a funding; FUNDED is the challenge where this was the last approval needed.

    `command_id` is the UUID of a decision that may be sent twice, `seen_sequence_number` the last event that whoever
    approves has seen. Raises NotAllowed (also for one's own), FundingAlreadyDecided, FundingChangedSince,
    FundingArchived, and Refused for a second approval by the same person or where no target is reached.
    """
    return run_command(
        workspace,
        ApproveFunding(
            command_id=command_id or str(uuid4()),
            actor_id=_decider(workspace, challenge_id),
            issued_at=datetime.now(UTC),
            challenge_id=challenge_id,
            comment=comment.strip(),
            seen_sequence_number=seen_sequence_number,
        ),
    )


def reject_funding(
    workspace: Workspace,
    challenge_id: str,
    *,
    reason: str,
    fails: bool,
    command_id: str | None = None,
    seen_sequence_number: int | None = None,
) -> Challenge:
    """Reject a funding for a reason: the challenge `fails`, or goes back to trading. As `approve_funding` otherwise."""
    return run_command(
        workspace,
        RejectFunding(
            command_id=command_id or str(uuid4()),
            actor_id=_decider(workspace, challenge_id),
            issued_at=datetime.now(UTC),
            challenge_id=challenge_id,
            reason=reason.strip(),
            fails=fails,
            seen_sequence_number=seen_sequence_number,
        ),
    )


def _decider(workspace: Workspace, challenge_id: str) -> str:
    """Who acts, where they may decide about the challenge."""
    with refusals(), workspace.reading() as reading:
        return require_within(reading, workspace, Right.DECIDE_FUNDING, challenge_id).user_id
