"""Permissions: which role may do what, with the own and with what belongs to others.

Source: spec/security.md, "Roles". What its table leaves open is decided here by who answers for it: time and money of
a challenge by the trader and the administrators, people by rank, keys and policies by the super-administrator. In a
firm's workspace the firm records what its traders did and keeps their time, and nobody has keys: its replicas are
encrypted as whole files. The firm's server holds to the same table.
"""

from enum import StrEnum
from typing import Final

from tradesense_desktop.domain.people import Actor, Role


class Right(StrEnum):
    """What a person may want to do."""

    READ = "read"
    START_CHALLENGE = "start a challenge"
    RECORD_ROWS = "record trades and equity"
    KEEP_TIME = "close a day or end a challenge that has expired"
    WRITE_NOTE = "write a note"
    ARCHIVE = "archive a challenge"
    FAIL_CHALLENGE = "end a challenge by hand"
    DECIDE_FUNDING = "decide about funding"
    OPEN_NEXT_PHASE = "open the next phase"
    WATCH_ACTIVITY = "have the activity of a challenge looked at"
    RAISE_ALERT = "raise an alert"
    ACKNOWLEDGE_ALERT = "acknowledge an alert"
    RESOLVE_ALERT = "resolve an alert"
    MANAGE_PAYMENTS = "record payments"
    READ_USERS = "see the people"
    REGISTER_TRADER = "register a trader"
    REGISTER_STAFF = "register auditors and administrators"
    SUSPEND_USER = "verify, suspend and readmit people"
    CHANGE_ROLE = "change roles"
    DELETE_USER = "delete and erase people"
    READ_AUDIT_LOG = "read the audit log"
    SET_POLICY = "set the policies of the workspace"
    MANAGE_KEYS = "manage the keys"
    VERIFY = "verify the history"


class _Reach(StrEnum):
    """Whose things a right reaches."""

    NONE = "none"
    OWN = "own"
    OTHERS = "others"
    ANY = "any"


_NONE, _OWN, _OTHERS, _ANY = _Reach.NONE, _Reach.OWN, _Reach.OTHERS, _Reach.ANY

_REACH: Final[dict[Right, dict[Role, _Reach]]] = {
    right: dict(zip((Role.USER, Role.AUDITOR, Role.ADMIN, Role.SUPERADMIN), reaches, strict=True))
    for right, *reaches in (
        (Right.READ, _OWN, _ANY, _ANY, _ANY),
        (Right.START_CHALLENGE, _OWN, _NONE, _NONE, _NONE),
        (Right.RECORD_ROWS, _OWN, _NONE, _NONE, _NONE),
        (Right.KEEP_TIME, _OWN, _NONE, _ANY, _ANY),
        (Right.WRITE_NOTE, _OWN, _NONE, _ANY, _ANY),
        (Right.ARCHIVE, _OWN, _NONE, _ANY, _ANY),
        (Right.FAIL_CHALLENGE, _NONE, _NONE, _OTHERS, _OTHERS),
        (Right.DECIDE_FUNDING, _NONE, _NONE, _OTHERS, _OTHERS),
        (Right.OPEN_NEXT_PHASE, _NONE, _NONE, _OTHERS, _OTHERS),
        (Right.WATCH_ACTIVITY, _OWN, _NONE, _ANY, _ANY),
        (Right.RAISE_ALERT, _NONE, _NONE, _ANY, _ANY),
        (Right.ACKNOWLEDGE_ALERT, _OWN, _NONE, _ANY, _ANY),
        (Right.RESOLVE_ALERT, _NONE, _NONE, _ANY, _ANY),
        (Right.MANAGE_PAYMENTS, _NONE, _NONE, _OTHERS, _OTHERS),
        (Right.READ_USERS, _NONE, _ANY, _ANY, _ANY),
        (Right.REGISTER_TRADER, _NONE, _NONE, _ANY, _ANY),
        (Right.REGISTER_STAFF, _NONE, _NONE, _NONE, _ANY),
        (Right.SUSPEND_USER, _NONE, _NONE, _OTHERS, _OTHERS),
        (Right.CHANGE_ROLE, _NONE, _NONE, _NONE, _OTHERS),
        (Right.DELETE_USER, _NONE, _NONE, _NONE, _OTHERS),
        (Right.READ_AUDIT_LOG, _OWN, _ANY, _ANY, _ANY),
        (Right.SET_POLICY, _NONE, _NONE, _NONE, _ANY),
        (Right.MANAGE_KEYS, _NONE, _NONE, _NONE, _ANY),
        (Right.VERIFY, _OWN, _ANY, _ANY, _ANY),
    )
}

_IN_FIRM: Final[dict[Right, dict[Role, _Reach]]] = _REACH | {
    right: dict(zip((Role.USER, Role.AUDITOR, Role.ADMIN, Role.SUPERADMIN), reaches, strict=True))
    for right, *reaches in (
        (Right.START_CHALLENGE, _NONE, _NONE, _OTHERS, _OTHERS),
        (Right.RECORD_ROWS, _NONE, _NONE, _OTHERS, _OTHERS),
        (Right.KEEP_TIME, _NONE, _NONE, _ANY, _ANY),
        (Right.ARCHIVE, _NONE, _NONE, _ANY, _ANY),
        (Right.WATCH_ACTIVITY, _NONE, _NONE, _ANY, _ANY),
        (Right.MANAGE_KEYS, _NONE, _NONE, _NONE, _NONE),
    )
}

# The owner of a workspace without accounts is a trader who has nobody else to ask.
_SOLE_OWNER: Final = frozenset({Right.MANAGE_KEYS, Right.SET_POLICY})


def may(actor: Actor, right: Right, *, owner_id: str | None = None) -> bool:
    """Whether `actor` may do it with what belongs to `owner_id` (None: with what belongs to nobody in particular)."""
    if actor.is_sole_owner and right in _SOLE_OWNER:
        return True
    reach = (_IN_FIRM if actor.in_firm else _REACH)[right][actor.role]
    if owner_id is None:
        return reach is not _NONE
    return reach is _ANY or reach is (_OWN if owner_id == actor.user_id else _OTHERS)


def sees_others(actor: Actor) -> bool:
    """Whether `actor` reads what belongs to others."""
    return _REACH[Right.READ][actor.role] is _ANY
