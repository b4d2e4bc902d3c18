"""What may be done with a person, by whoever acts: what is not offered is not on the screen."""

from enum import StrEnum
from typing import Final

from tradesense_desktop.domain.people import Actor, Role, User, UserStatus
from tradesense_desktop.domain.permissions import Right, may

_ERASED: Final = "@erased.invalid"


class Offer(StrEnum):
    """One thing that can be done with somebody's account; the value is the last part of its action's id."""

    VERIFY = "verify"
    READMIT = "readmit"
    END_SESSIONS = "end_sessions"
    CHANGE_ROLE = "change_role"
    SUSPEND = "suspend"
    DELETE = "delete"
    ERASE = "erase"


def is_erased(user: User) -> bool:
    """Whether nothing private of a deleted person is left."""
    return user.deleted_at is not None and user.email == f"{user.id}{_ERASED}"


def offers(actor: Actor, user: User, *, has_sessions: bool) -> frozenset[Offer]:
    """What `actor` may do with `user` as they stand; nobody does anything with the own account here.

    A firm's server erases nobody, and sessions there end with the account.
    """
    if user.id == actor.user_id:
        return frozenset()
    if user.deleted_at is not None:
        is_open = may(actor, Right.DELETE_USER, owner_id=user.id) and not is_erased(user) and not actor.in_firm
        return frozenset({Offer.ERASE} if is_open else ())
    offered: set[Offer] = set()
    is_above = actor.role is Role.SUPERADMIN or not user.role.decides
    if is_above and may(actor, Right.SUSPEND_USER, owner_id=user.id):
        by_status = {
            UserStatus.PENDING_VERIFICATION: Offer.VERIFY,
            UserStatus.SUSPENDED: Offer.READMIT,
            UserStatus.ACTIVE: Offer.SUSPEND,
        }
        if user.status in by_status:
            offered.add(by_status[user.status])
        if has_sessions and not actor.in_firm:
            offered.add(Offer.END_SESSIONS)
    if may(actor, Right.CHANGE_ROLE, owner_id=user.id):
        offered.add(Offer.CHANGE_ROLE)
    if may(actor, Right.DELETE_USER, owner_id=user.id):
        offered.add(Offer.DELETE)
    return frozenset(offered)


def registrable_roles(actor: Actor) -> tuple[Role, ...]:
    """The roles in which `actor` may register somebody."""
    if may(actor, Right.REGISTER_STAFF):
        return (Role.USER, Role.AUDITOR, Role.ADMIN, Role.SUPERADMIN)
    return (Role.USER,) if may(actor, Right.REGISTER_TRADER) else ()
