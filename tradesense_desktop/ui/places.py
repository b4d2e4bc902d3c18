"""The places of the window: which there are, for whom, and what makes each of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from tradesense_desktop.domain.people import Role

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import SignalInstance
    from PySide6.QtWidgets import QWidget

    from tradesense_desktop.domain.people import Actor
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.surroundings import Surroundings


class Place(Protocol):
    """What the window asks of a place beside the challenges; it is a QWidget with an accessible name.

    It is made with a handle that acts as somebody and reads nothing before `read_again` is called: when it is gone to,
    and whenever somebody has committed since, here or in another process. Then its selection and its scroll position
    stay. It gives the focus on to its list by a focus proxy.

    Signals: challenge_asked(str id) to open a challenge, said(str sentence) of what was done.
    """

    @property
    def challenge_asked(self) -> SignalInstance:
        """Of the id of a challenge, to be opened."""

    @property
    def said(self) -> SignalInstance:
        """Of a sentence on what was done."""

    def read_again(self) -> None:
        """Read in the background what is shown, and show it."""

    def focus_filter(self) -> None:
        """Go to the filter."""


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """One place of the rail: its drawing, the action that leads there, who has it, and what makes it.

    `for_sole_owner` says whether the owner of a workspace without accounts has it too; `in_firm` whether it is there in
    a firm's workspace, in a local one or (None) in both. `make` is None for the two places of challenges, which the
    window makes itself.
    """

    id: str
    drawing: str
    action: str
    roles: frozenset[Role]
    for_sole_owner: bool
    make: Callable[[Workspace, Surroundings, QWidget], Place] | None = None
    in_firm: bool | None = None

    def is_offered_to(self, actor: Actor) -> bool:
        """Whether whoever acts has this place."""
        if self.in_firm not in (None, actor.in_firm):
            return False
        return self.for_sole_owner if actor.is_sole_owner else actor.role in self.roles


EVERYBODY: Final = frozenset(Role)
STAFF: Final = frozenset(role for role in Role if role.is_staff)


def _alerts(workspace: Workspace, surroundings: Surroundings, parent: QWidget) -> Place:
    from tradesense_desktop.ui.views.admin.alerts_place import AlertsPlace

    return AlertsPlace(workspace, surroundings, parent)


def _payments(workspace: Workspace, surroundings: Surroundings, parent: QWidget) -> Place:
    from tradesense_desktop.ui.views.admin.payments_place import PaymentsPlace

    return PaymentsPlace(workspace, surroundings, parent)


def _funding(workspace: Workspace, surroundings: Surroundings, parent: QWidget) -> Place:
    from tradesense_desktop.ui.views.admin.funding_place import FundingPlace

    return FundingPlace(workspace, surroundings, parent)


def _users(workspace: Workspace, surroundings: Surroundings, parent: QWidget) -> Place:
    from tradesense_desktop.ui.views.admin.users_place import UsersPlace

    return UsersPlace(workspace, surroundings, parent)


def _audit(workspace: Workspace, surroundings: Surroundings, parent: QWidget) -> Place:
    from tradesense_desktop.ui.views.auditor.audit_place import AuditPlace

    return AuditPlace(workspace, surroundings, parent)


def _keys(workspace: Workspace, surroundings: Surroundings, parent: QWidget) -> Place:
    from tradesense_desktop.ui.views.admin.keys_place import KeysPlace

    return KeysPlace(workspace, surroundings, parent)


def _server(workspace: Workspace, surroundings: Surroundings, parent: QWidget) -> Place:
    from tradesense_desktop.ui.views.admin.server_place import ServerPlace

    return ServerPlace(workspace, surroundings, parent)


PLACES: Final[tuple[PlaceEntry, ...]] = (
    PlaceEntry("challenges", "challenges", "go.challenges", EVERYBODY, for_sole_owner=True),
    PlaceEntry("challenge", "challenge", "go.challenge", EVERYBODY, for_sole_owner=True),
    PlaceEntry("alerts", "alert", "go.alerts", EVERYBODY, for_sole_owner=True, make=_alerts),
    PlaceEntry("payments", "payment", "go.payments", EVERYBODY, for_sole_owner=False, make=_payments),
    PlaceEntry("funding", "funding", "go.funding", STAFF, for_sole_owner=False, make=_funding),
    PlaceEntry("users", "people", "go.users", STAFF, for_sole_owner=False, make=_users),
    PlaceEntry("audit", "audit", "go.audit", STAFF, for_sole_owner=False, make=_audit),
    PlaceEntry("keys", "key", "go.keys", frozenset({Role.SUPERADMIN}), for_sole_owner=True, make=_keys, in_firm=False),
    PlaceEntry("server", "server", "go.server", EVERYBODY, for_sole_owner=False, make=_server, in_firm=True),
)
