"""Permission: who acts, and whether they may; every service asks here before it does anything."""

from tradesense_desktop.domain.people import Actor
from tradesense_desktop.domain.permissions import Right, may, sees_others
from tradesense_desktop.services.errors import NotAllowed, NotInFirm, NotSignedIn, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.store.challenges import read_owner
from tradesense_desktop.store.errors import ChallengeUnknown
from tradesense_desktop.store.sessions import check_actor
from tradesense_desktop.store.transaction import Reading


def acting(workspace: Workspace) -> Actor:
    """Who acts through this handle. Raises NotSignedIn, and SignedOut for somebody who may act no longer."""
    actor = _signed_in(workspace)
    with refusals(), workspace.reading() as reading:
        check_actor(reading, actor)
    return actor


def require(workspace: Workspace, right: Right, owner_id: str | None = None) -> Actor:
    """Who acts, where they may do this with what belongs to `owner_id`. Raises NotSignedIn and NotAllowed."""
    actor = acting(workspace)
    _check_right(actor, right, owner_id)
    return actor


def is_allowed(workspace: Workspace, right: Right, owner_id: str | None = None) -> bool:
    """Whether whoever acts may do this with what belongs to `owner_id`; nobody may do anything."""
    return workspace.actor is not None and may(workspace.actor, right, owner_id=owner_id)


def require_within(reading: Reading, workspace: Workspace, right: Right, challenge_id: str) -> Actor:
    """As `require`, for what belongs to the owner of a challenge; one that is not seen does not exist."""
    actor = _signed_in(workspace)
    check_actor(reading, actor)
    owner_id = read_owner(reading, challenge_id)
    if not may(actor, Right.READ, owner_id=owner_id):
        raise ChallengeUnknown(challenge_id)
    _check_right(actor, right, owner_id)
    return actor


def check_visible(reading: Reading, workspace: Workspace, challenge_id: str) -> None:
    """Raise ChallengeUnknown for a challenge that there is none of, for whoever acts."""
    actor = _signed_in(workspace)
    check_actor(reading, actor)
    if not sees_others(actor) and read_owner(reading, challenge_id) != actor.user_id:
        raise ChallengeUnknown(challenge_id)


def check_local(workspace: Workspace, what: str, how: str) -> None:
    """Raise NotInFirm in a firm's workspace, for `what` there is in a local one only; `how` says how a firm does it."""
    if workspace.firm is not None:
        raise NotInFirm(what, how)


def seen_owner(workspace: Workspace) -> str | None:
    """Whose things alone the acting person sees; None for somebody who sees everybody's."""
    actor = acting(workspace)
    return None if sees_others(actor) else actor.user_id


def _signed_in(workspace: Workspace) -> Actor:
    if workspace.actor is None:
        raise NotSignedIn
    return workspace.actor


def _check_right(actor: Actor, right: Right, owner_id: str | None) -> None:
    if actor.in_firm and right is Right.MANAGE_KEYS:
        raise NotInFirm("Sealing private data under a key", "encrypt the whole workspace when it is made")
    if not may(actor, right, owner_id=owner_id):
        raise NotAllowed(right, actor.role, is_own=owner_id == actor.user_id)
