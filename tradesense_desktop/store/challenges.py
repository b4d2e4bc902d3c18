"""Challenges: the rows that say where each one stands, read and written whole."""

from dataclasses import replace
from typing import Any, Final

from sqlalchemy import bindparam, func, insert, literal_column, select, update

from tradesense_desktop.audit.sealing import Place
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.store.errors import ChallengeUnknown, OptimisticLockLost
from tradesense_desktop.store.prepared import Prepared
from tradesense_desktop.store.sealed_columns import Opener, Sealer
from tradesense_desktop.store.tables import challenges, risk_alerts
from tradesense_desktop.store.transaction import Reading, Transaction

_COLUMNS: Final = tuple(Challenge.__dataclass_fields__)

_FIXED: Final = frozenset(
    {
        "id",
        "user_id",
        "challenge_type",
        "currency",
        "initial_balance",
        "max_daily_drawdown_percent",
        "max_total_drawdown_percent",
        "profit_target_percent",
        "rules_config",
        "previous_challenge_id",
        "created_at",
        "updated_at",
        "version",
    }
)
"""Columns that no command changes after the creation; `updated_at` and `version` follow by themselves."""

_MOVING: Final = tuple(name for name in _COLUMNS if name not in _FIXED and name != "metadata")

_SELECT = select(*(challenges.c[name] for name in _COLUMNS))
_BY_ID = Prepared(_SELECT.where(challenges.c.id == bindparam("challenge_id")))
_OLDEST_FIRST = _SELECT.order_by(challenges.c.created_at, challenges.c.id)
_ALL = Prepared(_OLDEST_FIRST)
_SHOWN = Prepared(_OLDEST_FIRST.where(challenges.c.archived_at.is_(None)))
_SHOWN_OF = Prepared(
    _OLDEST_FIRST.where(challenges.c.archived_at.is_(None), challenges.c.user_id == bindparam("owner_id"))
)
_ALL_OF = Prepared(_OLDEST_FIRST.where(challenges.c.user_id == bindparam("owner_id")))
_OWNER = Prepared(select(challenges.c.user_id).where(challenges.c.id == bindparam("challenge_id")))
_UPDATED_AT = Prepared(select(challenges.c.updated_at).where(challenges.c.id == bindparam("challenge_id")))
_VERSION = Prepared(select(challenges.c.version).where(challenges.c.id == bindparam("challenge_id")))
_OPEN_ALERTS = Prepared(
    select(risk_alerts.c.challenge_id, func.count())
    .where(risk_alerts.c.status == literal_column("'ACTIVE'"), risk_alerts.c.challenge_id.is_not(None))
    .group_by(risk_alerts.c.challenge_id)
)
_COUNT_BY_OWNER = Prepared(select(challenges.c.user_id, func.count()).group_by(challenges.c.user_id))
_INSERT = Prepared(insert(challenges).values({name: bindparam(name) for name in _COLUMNS}))
_OF_VERSION = update(challenges).where(
    challenges.c.id == bindparam("read_id"), challenges.c.version == bindparam("read_version")
)
_UPDATE = Prepared(_OF_VERSION.values({name: bindparam(name) for name in (*_MOVING, "version")}))
_UPDATE_WITH_METADATA = Prepared(
    _OF_VERSION.values({name: bindparam(name) for name in (*_MOVING, "metadata", "version")})
)
_START = Prepared(_OF_VERSION.values(status=bindparam("status"), started_at=bindparam("started_at")))
_ARCHIVE = Prepared(_OF_VERSION.values(archived_at=bindparam("archived_at")))


def list_challenges(
    reading: Reading, *, include_archived: bool = False, owner_id: str | None = None
) -> tuple[Challenge, ...]:
    """All challenges, or those of one person, oldest first."""
    if owner_id is None:
        rows = (_ALL if include_archived else _SHOWN).rows(reading, {})
    else:
        rows = (_ALL_OF if include_archived else _SHOWN_OF).rows(reading, {"owner_id": owner_id})
    opener = Opener(reading)
    return tuple(_challenge(opener, row) for row in rows)


def read_owner(reading: Reading, challenge_id: str) -> str:
    """Whose challenge it is; raises ChallengeUnknown."""
    rows = _OWNER.rows(reading, {"challenge_id": challenge_id})
    if not rows:
        raise ChallengeUnknown(challenge_id)
    return str(rows[0][0])


def find_challenge(reading: Reading, challenge_id: str) -> Challenge | None:
    """The challenge with this id, also an archived one."""
    rows = _BY_ID.rows(reading, {"challenge_id": challenge_id})
    return _challenge(Opener(reading), rows[0]) if rows else None


def read_challenge(reading: Reading, challenge_id: str) -> Challenge:
    """The challenge with this id; raises ChallengeUnknown."""
    found = find_challenge(reading, challenge_id)
    if found is None:
        raise ChallengeUnknown(challenge_id)
    return found


def count_open_alerts(reading: Reading) -> dict[str, int]:
    """How many alerts of each challenge nobody has acknowledged; challenges without one are left out."""
    return dict(_OPEN_ALERTS.rows(reading, {}))


def count_challenges(reading: Reading) -> dict[str, int]:
    """How many challenges everybody has, archived ones included; people without one are left out."""
    return dict(_COUNT_BY_OWNER.rows(reading, {}))


def insert_challenge(transaction: Transaction, challenge: Challenge) -> None:
    """Write a new row, PENDING or ACTIVE, as it is, its metadata sealed.

    Raises KeyMissing, KeyLocked and KeyDestroyed where it has metadata that cannot be sealed.
    """
    values = {name: getattr(challenge, name) for name in _COLUMNS}
    _INSERT.execute(transaction, {**values, "metadata": _sealed_metadata(transaction, challenge)})


def check_version(reading: Reading, challenge: Challenge) -> None:
    """Raise OptimisticLockLost where the stored row is not of the version that `challenge` was read at."""
    found = _stored_version(reading, challenge.id)
    if found != challenge.version:
        raise OptimisticLockLost(challenge.id, challenge.version, found)


def update_challenge(transaction: Transaction, before: Challenge, after: Challenge) -> Challenge:
    """Write `after`, its version included, over the row that `before` was read from; the row as it is stored then.

    A row that has ended takes nothing but `archived_at` and keeps its version; one that ends in the command that
    starts it is made ACTIVE on the way, as the state machine asks. Raises OptimisticLockLost when somebody was
    first, and as `insert_challenge` for other metadata than before.
    """
    read = {"read_id": before.id, "read_version": before.version}
    if before.status.is_end:
        if after.archived_at != before.archived_at:
            _change_one(transaction, _ARCHIVE, before, {**read, "archived_at": after.archived_at})
        return read_challenge(transaction, before.id)
    if before.status is ChallengeStatus.PENDING and after.status.is_end:
        started = {**read, "status": ChallengeStatus.ACTIVE, "started_at": after.started_at}
        _change_one(transaction, _START, before, started)
    values = {**read, **{name: getattr(after, name) for name in _MOVING}, "version": after.version}
    if after.metadata == before.metadata:
        _change_one(transaction, _UPDATE, before, values)
    else:
        values["metadata"] = _sealed_metadata(transaction, after)
        _change_one(transaction, _UPDATE_WITH_METADATA, before, values)
    # The store's own clock is all that it adds to a row of exact amounts.
    ((updated_at,),) = _UPDATED_AT.rows(transaction, {"challenge_id": before.id})
    return replace(after, updated_at=updated_at)


def _change_one(transaction: Transaction, statement: Prepared, before: Challenge, values: dict[str, Any]) -> None:
    if statement.execute(transaction, values).rowcount != 1:
        raise OptimisticLockLost(before.id, before.version, _stored_version(transaction, before.id))


def _stored_version(reading: Reading, challenge_id: str) -> int | None:
    rows = _VERSION.rows(reading, {"challenge_id": challenge_id})
    return rows[0][0] if rows else None


def _challenge(opener: Opener, row: list[Any]) -> Challenge:
    values = dict(zip(_COLUMNS, row, strict=True))
    stored = values["metadata"] or {}  # NULL in a row that plain SQL made
    values["metadata"] = opener.opened(_metadata_place(values["id"]), stored)
    return Challenge(**values)


def _sealed_metadata(transaction: Transaction, challenge: Challenge) -> dict[str, Any] | None:
    return Sealer(transaction, challenge.user_id).sealed(_metadata_place(challenge.id), challenge.metadata)


def _metadata_place(challenge_id: str) -> Place:
    return Place("challenges", "metadata", challenge_id)
