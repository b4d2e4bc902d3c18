"""Data keys: one a person, wrapped by the outer key; re-wrapped when that changes, destroyed when they are erased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, select, update

from tradesense_desktop.audit.key_wrap import ALGORITHM, OuterKey, new_secret, unwrap, wrap
from tradesense_desktop.audit.sealing import DataKey
from tradesense_desktop.store.key_errors import KeyDestroyed, KeyLocked, KeyMissing, KeyUnsought
from tradesense_desktop.store.outer_key_setting import OuterKeySetting, read_outer_key, read_workspace_id
from tradesense_desktop.store.tables import data_keys
from tradesense_desktop.store.transaction import Reading, Transaction

_NO_KEY: Final = "none"
"""What stands for the outer key where a person is erased in a workspace without one."""


@dataclass(frozen=True, slots=True)
class KeyCounts:
    """How many people have a data key, and of how many it was destroyed."""

    live: int
    destroyed: int


_KEY = select(data_keys.c.id, data_keys.c.outer_key_id, data_keys.c.wrapped_key)
_OF_ID = _KEY.where(data_keys.c.id == bindparam("key_id"))
_OF_PERSON = _KEY.where(data_keys.c.user_id == bindparam("person")).order_by(data_keys.c.wrapped_key.is_(None))
_UNDER_OTHERS = (
    _KEY.where(data_keys.c.wrapped_key.is_not(None), data_keys.c.outer_key_id != bindparam("current"))
    .order_by(data_keys.c.id)
    .limit(bindparam("most"))
)
_COUNTS = select(func.count(data_keys.c.wrapped_key), func.count(data_keys.c.destroyed_at))
_INSERT = insert(data_keys)
_REWRAP = (
    update(data_keys)
    .where(data_keys.c.id == bindparam("key_id"))
    .values(outer_key_id=bindparam("outer"), wrapped_key=bindparam("wrapped"))
)
_DESTROY = (
    update(data_keys)
    .where(data_keys.c.user_id == bindparam("person"), data_keys.c.wrapped_key.is_not(None))
    .values(wrapped_key=None, destroyed_at=bindparam("at"))
)


def usable_outer_key(reading: Reading, key_id: str) -> OuterKey | None:
    """The outer key, where it stands open or can be opened without asking anybody.

    In a transaction nobody waits for a keyring: raises KeyUnsought, on which the writer looks for the key and runs
    the change again.
    """
    keys = reading.keys
    found = keys.find(key_id)
    if found is not None or keys.was_sought(key_id):
        return found
    workspace_id = read_workspace_id(reading)
    if workspace_id is None:
        return None
    if isinstance(reading, Transaction):
        raise KeyUnsought(workspace_id, key_id)
    return keys.seek(workspace_id, key_id)


def data_key_to_write(transaction: Transaction, user_id: str) -> DataKey:
    """The key that seals what belongs to a person, made where they have none yet.

    Raises KeyMissing, KeyLocked and KeyDestroyed.
    """
    setting = read_outer_key(transaction)
    if setting is None:
        raise KeyMissing
    row = transaction.core.execute(_OF_PERSON, {"person": user_id}).first()
    if row is not None and row.wrapped_key is None:
        raise KeyDestroyed(user_id)
    outer = _open_outer(transaction, setting.current if row is None else row.outer_key_id)
    if row is not None:
        return DataKey(row.id, unwrap(outer, row.id, row.wrapped_key))
    key_id, secret = str(uuid4()), new_secret()
    _insert(transaction, key_id, user_id, setting.current, wrapped_key=wrap(outer, secret))
    return DataKey(key_id, secret)


def find_data_key(reading: Reading, key_id: str) -> DataKey | None:
    """The key that opens what it sealed; None where it is unknown, destroyed, or the outer key is not open.

    Raises WrapBroken for a wrapped key that was changed.
    """
    row = reading.core.execute(_OF_ID, {"key_id": key_id}).first()
    if row is None or row.wrapped_key is None:
        return None
    outer = usable_outer_key(reading, row.outer_key_id)
    return None if outer is None else DataKey(row.id, unwrap(outer, row.id, row.wrapped_key))


def rewrap_some(transaction: Transaction, setting: OuterKeySetting, most: int) -> int:
    """Wrap at most `most` data keys under the current outer key instead of another; how many were left to wrap.

    Raises KeyLocked where one of the outer keys is not open, and WrapBroken.
    """
    current = _open_outer(transaction, setting.current)
    rows = transaction.core.execute(_UNDER_OTHERS, {"current": current.id, "most": most}).all()
    for row in rows:
        secret = unwrap(_open_outer(transaction, row.outer_key_id), row.id, row.wrapped_key)
        transaction.core.execute(_REWRAP, {"key_id": row.id, "outer": current.id, "wrapped": wrap(current, secret)})
    return len(rows)


def check_opens(reading: Reading, outer: OuterKey) -> None:
    """Raise WrapBroken where `outer` does not open a data key that says it is wrapped by it."""
    query = _KEY.where(data_keys.c.outer_key_id == outer.id, data_keys.c.wrapped_key.is_not(None)).limit(1)
    row = reading.core.execute(query).first()
    if row is not None:
        unwrap(outer, row.id, row.wrapped_key)


def destroy_data_key(transaction: Transaction, user_id: str, at: datetime) -> None:
    """Destroy the key of a person for good, and let them never have another; `at` is aware UTC."""
    row = transaction.core.execute(_OF_PERSON, {"person": user_id}).first()
    if row is None:
        setting = read_outer_key(transaction)
        outer_key_id = _NO_KEY if setting is None else setting.current
        _insert(transaction, str(uuid4()), user_id, outer_key_id, wrapped_key=None, destroyed_at=at)
    else:
        transaction.core.execute(_DESTROY, {"person": user_id, "at": at})


def count_data_keys(reading: Reading) -> KeyCounts:
    """How many there are."""
    return KeyCounts(*reading.core.execute(_COUNTS).one())


def _insert(transaction: Transaction, key_id: str, user_id: str, outer_key_id: str, **values: Any) -> None:
    named = {"id": key_id, "user_id": user_id, "algorithm": ALGORITHM, "outer_key_id": outer_key_id}
    transaction.core.execute(_INSERT, {**named, **values})


def _open_outer(transaction: Transaction, key_id: str) -> OuterKey:
    found = usable_outer_key(transaction, key_id)
    if found is None:
        raise KeyLocked(key_id)
    return found
