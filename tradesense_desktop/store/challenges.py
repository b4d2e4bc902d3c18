"""Challenges: the rows that say where each one stands, read and written whole."""

from typing import Any, Final

from sqlalchemy import RowMapping, bindparam, func, insert, select, update

from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.store.errors import ChallengeUnknown, OptimisticLockLost
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

_MOVING: Final = tuple(name for name in _COLUMNS if name not in _FIXED)

_SELECT = select(*(challenges.c[name] for name in _COLUMNS))
_BY_ID = _SELECT.where(challenges.c.id == bindparam("challenge_id"))
_ALL = _SELECT.order_by(challenges.c.created_at, challenges.c.id)
_SHOWN = _ALL.where(challenges.c.archived_at.is_(None))
_VERSION = select(challenges.c.version).where(challenges.c.id == bindparam("challenge_id"))
_OPEN_ALERTS = (
    select(risk_alerts.c.challenge_id, func.count())
    .where(risk_alerts.c.status == "ACTIVE", risk_alerts.c.challenge_id.is_not(None))
    .group_by(risk_alerts.c.challenge_id)
)
_INSERT = insert(challenges)
_OF_VERSION = update(challenges).where(
    challenges.c.id == bindparam("read_id"), challenges.c.version == bindparam("read_version")
)
_UPDATE = _OF_VERSION.values({name: bindparam(name) for name in (*_MOVING, "version")})
_START = _OF_VERSION.values(status=ChallengeStatus.ACTIVE.value, started_at=bindparam("started_at"))
_ARCHIVE = _OF_VERSION.values(archived_at=bindparam("archived_at"), version=bindparam("version"))


def list_challenges(reading: Reading, *, include_archived: bool = False) -> tuple[Challenge, ...]:
    """All challenges, oldest first."""
    return tuple(_challenge(values) for values in reading.core.execute(_ALL if include_archived else _SHOWN).mappings())


def find_challenge(reading: Reading, challenge_id: str) -> Challenge | None:
    """The challenge with this id, also an archived one."""
    row = reading.core.execute(_BY_ID, {"challenge_id": challenge_id}).mappings().one_or_none()
    return None if row is None else _challenge(row)


def read_challenge(reading: Reading, challenge_id: str) -> Challenge:
    """The challenge with this id; raises ChallengeUnknown."""
    found = find_challenge(reading, challenge_id)
    if found is None:
        raise ChallengeUnknown(challenge_id)
    return found


def count_open_alerts(reading: Reading) -> dict[str, int]:
    """How many alerts of each challenge nobody has acknowledged; challenges without one are left out."""
    return {row[0]: row[1] for row in reading.core.execute(_OPEN_ALERTS)}


def insert_challenge(transaction: Transaction, challenge: Challenge) -> None:
    """Write a new row, PENDING or ACTIVE, as it is."""
    values = {name: getattr(challenge, name) for name in _COLUMNS}
    values["status"] = challenge.status.value
    transaction.core.execute(_INSERT, values)


def check_version(reading: Reading, challenge: Challenge) -> None:
    """Raise OptimisticLockLost where the stored row is not of the version that `challenge` was read at."""
    found = reading.core.execute(_VERSION, {"challenge_id": challenge.id}).scalar()
    if found != challenge.version:
        raise OptimisticLockLost(challenge.id, challenge.version, found)


def update_challenge(transaction: Transaction, before: Challenge, after: Challenge) -> None:
    """Write `after`, its version included, over the row that `before` was read from.

    A row that has ended takes nothing but `archived_at`; one that ends in the command that starts it is made
    ACTIVE on the way, as the state machine asks. Raises OptimisticLockLost when somebody was first.
    """
    read = {"read_id": before.id, "read_version": before.version}
    if before.status.is_end:
        if after.archived_at != before.archived_at:
            _execute(
                transaction, _ARCHIVE, before, {**read, "archived_at": after.archived_at, "version": after.version}
            )
        return
    if before.status is ChallengeStatus.PENDING and after.status.is_end:
        _execute(transaction, _START, before, {**read, "started_at": after.started_at})
    values = {name: getattr(after, name) for name in _MOVING}
    values["status"] = after.status.value
    _execute(transaction, _UPDATE, before, {**read, **values, "version": after.version})


def _execute(transaction: Transaction, statement: Any, before: Challenge, values: dict[str, Any]) -> None:
    if transaction.core.execute(statement, values).rowcount != 1:
        found = transaction.core.execute(_VERSION, {"challenge_id": before.id}).scalar()
        raise OptimisticLockLost(before.id, before.version, found)


def _challenge(stored: RowMapping) -> Challenge:
    values = dict(stored)
    values["status"] = ChallengeStatus(values["status"])
    return Challenge(**values)
