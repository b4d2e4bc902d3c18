"""What of the actions is on the screen: what whoever acts may do; the rest is in no rail, menu or palette."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.ui.actions.catalogue import CATALOGUE
from tradesense_desktop.ui.actions.place_actions import PLACE_RIGHTS
from tradesense_desktop.ui.firm_reading import is_firm
from tradesense_desktop.ui.places import PLACES

if TYPE_CHECKING:
    from tradesense_desktop.domain.people import Actor
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.actions.registry import ActionRegistry

_RIGHTS: Final = {
    "workspace.import": Right.RECORD_ROWS,
    "funding.approve": Right.DECIDE_FUNDING,
    "funding.reject": Right.DECIDE_FUNDING,
    "funding.next_phase": Right.OPEN_NEXT_PHASE,
    "users.register": Right.REGISTER_TRADER,
    "users.verify": Right.SUSPEND_USER,
    "users.suspend": Right.SUSPEND_USER,
    "users.readmit": Right.SUSPEND_USER,
    "users.end_sessions": Right.SUSPEND_USER,
    "users.change_role": Right.CHANGE_ROLE,
    "users.delete": Right.DELETE_USER,
    "users.erase": Right.DELETE_USER,
    **PLACE_RIGHTS,
}
_OF_PLACES: Final = {entry.action: entry for entry in PLACES}
_BY_ID: Final = {entry.id: entry for entry in PLACES}
"""The first part of an action's id is the place where it is done, where there is one of that name."""
_WHILE_NOBODY_ACTS: Final = frozenset(
    {
        "workspace.make_demo",
        "workspace.remove_demo",
        "workspace.connect",
        "workspace.open_own",
        "window.quit",
        "view.privacy",
        "view.switch_appearance",
        "view.follow_system",
        "help.shortcuts",
        "help.no_undo",
        "help.about",
    }
)
_WHILE_LOCKED: Final = frozenset(action for action in _WHILE_NOBODY_ACTS if action.partition(".")[0] != "workspace")
_NOT_IN_A_FIRM: Final = frozenset({"workspace.make_demo", "workspace.remove_demo"})
"""A firm's workspace is no place of one's own."""
_PARTS_OF_PLACES: Final = frozenset({"alerts", "payments", "funding", "users", "audit", "keys", "server"})
"""The first part of the id of what is done in one place only."""
_OF_PEOPLE: Final = frozenset({"go.notifications", *(f"go.{part}" for part in _PARTS_OF_PLACES)})
"""What somebody has to act for; without a workspace nobody does."""


def offer_actions(actions: ActionRegistry, workspace: Workspace | None, *, is_locked: bool = False) -> None:
    """Show of the actions what whoever acts may do, and hide the others."""
    for action in CATALOGUE:
        actions[action.id].setVisible(is_offered(action.id, workspace, is_locked=is_locked))


def is_offered(action: str, workspace: Workspace | None, *, is_locked: bool = False) -> bool:
    """Whether an action is on the screen of whoever acts in `workspace` (None: none is open yet)."""
    if is_locked:
        return action in _WHILE_LOCKED
    if workspace is None:
        return action not in {*_OF_PEOPLE, "workspace.open_own"} and action.partition(".")[0] not in {
            "account",
            *_PARTS_OF_PLACES,
        }
    if action == "workspace.open_own" or action in _NOT_IN_A_FIRM:
        return is_firm(workspace) is (action == "workspace.open_own")
    if workspace.actor is None:
        return action in _WHILE_NOBODY_ACTS
    return _is_offered_to(workspace.actor, action, workspace)


def _is_offered_to(actor: Actor, action: str, workspace: Workspace) -> bool:
    if action == "account.set_up":
        return actor.is_sole_owner
    if action.startswith("account."):
        return not actor.is_sole_owner
    area = action.partition(".")[0]
    if action in _OF_PLACES or area in _PARTS_OF_PLACES:
        place = _OF_PLACES.get(action) or _BY_ID.get(area)
        if place is None or not place.is_offered_to(actor):
            return False
    if action in _RIGHTS:
        from tradesense_desktop.services.permission import is_allowed

        return is_allowed(workspace, _RIGHTS[action])
    return True
