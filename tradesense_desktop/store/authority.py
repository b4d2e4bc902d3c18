"""What a connection may write: tables and columns by SQLite's authorizer, rows by temporary triggers (row_guards.py).

Source: spec/security.md, "Roles". The services ask first (domain/permissions.py); this is the second lock, which holds
for plain SQL too. Reading connections write nothing at all. SQLite has no policy for reading rows: whoever can open
the file can read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tradesense_desktop.domain.people import Actor, Role


class Authority(StrEnum):
    """Under which a change is made: that of nobody yet, of the workspace's own making, of a pull, or of a role."""

    SIGN_IN = "SIGN_IN"
    UNLOCK = "UNLOCK"
    SET_UP = "SET_UP"
    PULL = "PULL"
    OWNER = "OWNER"
    USER = "USER"
    AUDITOR = "AUDITOR"
    ADMIN = "ADMIN"
    SUPERADMIN = "SUPERADMIN"


class Scope(StrEnum):
    """How far a change reaches: LOCAL is for good, in a workspace that is nobody else's.

    In a firm's replica a change reaches what belongs to the DEVICE alone, or is PENDING: it is rolled back, and what it
    would have written is sent to the server.
    """

    LOCAL = "LOCAL"
    DEVICE = "DEVICE"
    PENDING = "PENDING"


@dataclass(frozen=True, slots=True)
class Acting:
    """Who writes, as the triggers of a connection see it; under SIGN_IN the one whose password was right, or empty."""

    authority: Authority
    user_id: str = ""
    scope: Scope = Scope.LOCAL

    @classmethod
    def of(cls, actor: Actor | None) -> "Acting":
        """The authority of an actor; that of signing in for nobody."""
        if actor is None:
            return cls(Authority.SIGN_IN)
        if actor.is_sole_owner:
            return cls(Authority.OWNER, actor.user_id)
        return cls(_OF_ROLE[actor.role], actor.user_id)


_OF_ROLE: Final = {role: Authority(role.value) for role in Role}

INSERT: Final = "INSERT"
DELETE: Final = "DELETE"
ANY_COLUMN: Final = "*"

_Rules = Mapping[str, frozenset[str]]
"""By table: INSERT, DELETE, and the columns that an UPDATE may set."""

_SIGNING_IN: Final[_Rules] = {
    "sign_in_attempts": frozenset({INSERT, DELETE, "accepted", "user_id"}),
    "sessions": frozenset({INSERT, DELETE, "ended_at"}),
    "users": frozenset({"password_hash", "last_login_at", "version"}),
    "audit_log": frozenset({INSERT}),
}
_UNLOCKING: Final[_Rules] = {
    "sessions": frozenset({"last_seen_at", "expires_at"}),
}
_ANYBODY: Final[_Rules] = {
    "sessions": frozenset({"last_seen_at", "expires_at", "ended_at"}),
    "users": frozenset({"password_hash", "last_login_at", "version"}),
    "audit_log": frozenset({INSERT}),
}
_TRADING: Final[_Rules] = {
    "challenges": frozenset({INSERT, ANY_COLUMN}),
    "trades": frozenset({INSERT}),
    "challenge_events": frozenset({INSERT}),
    "risk_alerts": frozenset({INSERT, "status", "acknowledged_at", "acknowledged_by", "resolved_at", "resolved_by"}),
    "command_results": frozenset({INSERT}),
    "import_history": frozenset({INSERT}),
    "data_keys": frozenset({INSERT}),
    "outbox": frozenset({INSERT, DELETE, ANY_COLUMN}),
}
_DECIDING: Final[_Rules] = {
    "challenges": frozenset({INSERT, ANY_COLUMN}),
    "challenge_events": frozenset({INSERT}),
    "risk_alerts": frozenset({INSERT, "status", "acknowledged_at", "acknowledged_by", "resolved_at", "resolved_by"}),
    "payments": frozenset({INSERT, ANY_COLUMN}),
    "command_results": frozenset({INSERT}),
    "data_keys": frozenset({INSERT}),
    "users": frozenset({INSERT, "status", "metadata"}),
    "outbox": frozenset({INSERT, DELETE, ANY_COLUMN}),
}
_GOVERNING: Final[_Rules] = {
    "users": frozenset({"role", "status", "email", "deleted_at", "deleted_reason"}),
    "data_keys": frozenset({"outer_key_id", "wrapped_key", "destroyed_at", "algorithm"}),
    "settings": frozenset({INSERT, DELETE, ANY_COLUMN}),
    "sign_in_attempts": frozenset({DELETE}),  # those of a person who is erased
}
_PROVING: Final[_Rules] = {
    "log_leaves": frozenset({INSERT}),
    "checkpoints": frozenset({INSERT}),
}
_KEEPING_KEYS: Final[_Rules] = {
    "data_keys": frozenset({INSERT, "outer_key_id", "wrapped_key", "destroyed_at", "algorithm"}),
    "settings": frozenset({INSERT, DELETE, ANY_COLUMN}),
}
_PULLING: Final[_Rules] = {
    table: frozenset({INSERT, ANY_COLUMN})
    for table in (
        "users",
        "challenges",
        "trades",
        "challenge_events",
        "payments",
        "risk_alerts",
        "audit_log",
        "import_history",
        "command_results",
    )
} | {"replica_apply": frozenset({"active"}), "settings": frozenset({INSERT, DELETE, ANY_COLUMN})}
_SETTING_UP: Final[_Rules] = {
    "users": frozenset({INSERT, ANY_COLUMN}),
    "audit_log": frozenset({INSERT}),
    "settings": frozenset({INSERT, DELETE, ANY_COLUMN}),
}


def _together(*parts: _Rules) -> _Rules:
    return {
        table: frozenset().union(*(part.get(table, frozenset()) for part in parts))
        for table in {name for part in parts for name in part}
    }


_WRITABLE: Final[dict[Authority, _Rules]] = {
    Authority.SIGN_IN: _SIGNING_IN,
    Authority.UNLOCK: _UNLOCKING,
    Authority.SET_UP: _SETTING_UP,
    Authority.PULL: _PULLING,
    Authority.OWNER: _together(_ANYBODY, _TRADING, _PROVING, _KEEPING_KEYS),
    Authority.USER: _together(_ANYBODY, _TRADING, _PROVING),
    Authority.AUDITOR: _together(_ANYBODY, _PROVING),
    Authority.ADMIN: _together(_ANYBODY, _DECIDING, _PROVING),
    Authority.SUPERADMIN: _together(_ANYBODY, _DECIDING, _GOVERNING, _PROVING),
}

# A firm's server judges again what a pending command writes; a trader writes notes and acknowledges alerts there.
_NOTING: Final[_Rules] = {"audit_log": frozenset({INSERT})}
_PENDING_OF_TRADERS: Final[_Rules] = {
    table: _TRADING[table] for table in ("challenge_events", "risk_alerts", "command_results")
}
_PENDING_OF_ADMINISTRATORS: Final[_Rules] = {
    table: verbs
    for table, verbs in _together(_TRADING, _DECIDING).items()
    if table not in {"users", "data_keys", "outbox"}
}
_PENDING: Final[dict[Authority, _Rules]] = {
    Authority.USER: _together(_NOTING, _PENDING_OF_TRADERS),
    Authority.AUDITOR: _NOTING,
    Authority.ADMIN: _together(_NOTING, _PENDING_OF_ADMINISTRATORS),
    Authority.SUPERADMIN: _together(_NOTING, _PENDING_OF_ADMINISTRATORS),
}
_OF_THE_DEVICE: Final = frozenset({"sessions", "sign_in_attempts"})
_NOTHING: Final[_Rules] = {}

# What the triggers of the schema set by themselves, whoever writes.
_BY_TRIGGER: Final[_Rules] = {
    "users": frozenset({"updated_at"}),
    "challenges": frozenset({ANY_COLUMN}),
    "challenge_events": frozenset({"event_data", "previous_hash", "hash"}),
    "payments": frozenset({"updated_at", "status_updated_at"}),
    "risk_alerts": frozenset({"updated_at"}),
    "audit_log": frozenset({"details", "previous_hash", "hash"}),
    "data_keys": frozenset({"updated_at"}),
    "settings": frozenset({"updated_at"}),
    "outbox": frozenset({"updated_at"}),
}


def _rules_of(authority: Authority, scope: Scope) -> _Rules:
    rules = _WRITABLE[authority]
    if scope is Scope.LOCAL or authority is Authority.PULL:
        return rules
    if scope is Scope.PENDING:
        return _PENDING.get(authority, _NOTHING)
    return {table: verbs for table, verbs in rules.items() if table in _OF_THE_DEVICE}


_ALLOWED: Final = {(authority, scope): _rules_of(authority, scope) for authority in Authority for scope in Scope}


def may_write(  # noqa: PLR0917 - as SQLite asks
    authority: Authority, verb: str, table: str, column: str | None, trigger: str | None, scope: Scope = Scope.LOCAL
) -> bool:
    """Whether `verb` (INSERT, UPDATE, DELETE) is allowed on a table, for an UPDATE on that column.

    `trigger` names the trigger that writes, None for a statement itself: a trigger of the schema may set what it
    is there for on any table that the role may touch.
    """
    allowed = _ALLOWED[authority, scope].get(table)
    if allowed is None:
        return False
    if verb != "UPDATE":
        return verb in allowed
    if ANY_COLUMN in allowed or column in allowed:
        return True
    by_trigger = _BY_TRIGGER.get(table, frozenset()) if trigger is not None else frozenset()
    return ANY_COLUMN in by_trigger or column in by_trigger
