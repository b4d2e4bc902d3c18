"""People of a workspace: their accounts, and the implicit owner of a local one without accounts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, select, update

from tradesense_desktop.domain.people import Role, User, UserStatus
from tradesense_desktop.domain.plain_text import is_keepable
from tradesense_desktop.store.errors import EmailTaken, UserLockLost, UserUnknown
from tradesense_desktop.store.tables import users
from tradesense_desktop.store.transaction import Reading, Transaction

OWNER_EMAIL: Final = "owner@localhost.invalid"
CANNOT_SIGN_IN: Final = "!"

_COLUMNS: Final = tuple(User.__dataclass_fields__)
_SELECT = select(*(users.c[name] for name in _COLUMNS))
_BY_ID = _SELECT.where(users.c.id == bindparam("user_id"))
_BY_EMAIL = _SELECT.where(func.lower(users.c.email) == bindparam("email"), users.c.deleted_at.is_(None))
_ALL = _SELECT.order_by(users.c.created_at, users.c.id)
_PRESENT = _ALL.where(users.c.deleted_at.is_(None))
_HASH = select(users.c.password_hash).where(users.c.id == bindparam("user_id"))
_OWNER = select(users.c.id).where(
    users.c.email == bindparam("email"), users.c.deleted_at.is_(None), users.c.password_hash == CANNOT_SIGN_IN
)
_WITH_PASSWORD = select(users.c.id).where(users.c.password_hash != CANNOT_SIGN_IN).limit(1)
_ANYBODY = select(users.c.id).limit(1)
_OF_VERSION = update(users).where(users.c.id == bindparam("read_id"), users.c.version == bindparam("read_version"))


def find_owner(reading: Reading) -> str | None:
    """Id of the implicit owner; None in a workspace that is not made yet or has accounts of its own."""
    found: str | None = reading.core.execute(_OWNER, {"email": OWNER_EMAIL}).scalar()
    # Where anybody has a password there are accounts, whatever a row claims to be.
    has_accounts = found is not None and reading.core.execute(_WITH_PASSWORD).scalar() is not None
    return None if has_accounts else found


def has_people(reading: Reading) -> bool:
    """Whether the workspace has anybody at all."""
    return reading.core.execute(_ANYBODY).scalar() is not None


def ensure_owner(transaction: Transaction) -> str:
    """Id of the implicit owner, made where there is nobody at all."""
    found = find_owner(transaction)
    if found is not None:
        return found
    owner_id = str(uuid4())
    transaction.core.execute(
        insert(users), {"id": owner_id, "email": OWNER_EMAIL, "password_hash": CANNOT_SIGN_IN, "role": Role.USER}
    )
    return owner_id


def list_users(reading: Reading, *, include_deleted: bool = False) -> tuple[User, ...]:
    """Everybody, oldest account first."""
    rows = reading.core.execute(_ALL if include_deleted else _PRESENT).mappings()
    return tuple(User(**values) for values in rows)


def find_user(reading: Reading, user_id: str) -> User | None:
    """The person with this id, also a deleted one."""
    row = reading.core.execute(_BY_ID, {"user_id": user_id}).mappings().one_or_none()
    return None if row is None else User(**row)


def read_user(reading: Reading, user_id: str) -> User:
    """The person with this id, also a deleted one; raises UserUnknown."""
    found = find_user(reading, user_id)
    if found is None:
        raise UserUnknown(user_id)
    return found


def find_user_by_email(reading: Reading, email: str) -> User | None:
    """The person with this address who is not deleted; letters of either case are the same."""
    if not is_keepable(email):
        return None
    row = reading.core.execute(_BY_EMAIL, {"email": ascii_lower(email)}).mappings().one_or_none()
    return None if row is None else User(**row)


def read_password_hash(reading: Reading, user_id: str) -> str:
    """The hash that the person's password is compared with; raises UserUnknown."""
    found: str | None = reading.core.execute(_HASH, {"user_id": user_id}).scalar()
    if found is None:
        raise UserUnknown(user_id)
    return found


def insert_user(
    transaction: Transaction, *, user_id: str, email: str, password_hash: str, role: Role, status: UserStatus
) -> User:
    """Write a new account. Raises EmailTaken."""
    if find_user_by_email(transaction, email) is not None:
        raise EmailTaken(email)
    transaction.core.execute(
        insert(users),
        {"id": user_id, "email": email, "password_hash": password_hash, "role": role, "status": status},
    )
    return read_user(transaction, user_id)


def change_user(transaction: Transaction, before: User, **changed: Any) -> User:
    """Write the changed columns of a person as `before` was read. Raises UserLockLost when somebody was first."""
    _update(transaction, before, changed)
    # What stands on the row but for the clock's columns is known without reading it again.
    after = replace(before, version=before.version + 1, **_known(changed))
    return replace(after, updated_at=read_user(transaction, before.id).updated_at)


def note_sign_in(transaction: Transaction, user: User, at: datetime, password_hash: str | None) -> None:
    """Write when the person signed in last, and a new hash where the old one was too cheap."""
    changed: dict[str, Any] = {"last_login_at": max(at, user.created_at)}
    if password_hash is not None:
        changed["password_hash"] = password_hash
    _update(transaction, user, changed)


def ascii_lower(text: str) -> str:
    """`text` with the letters A to Z made small, as SQLite's own lower() does."""
    return "".join(chr(ord(letter) + 32) if "A" <= letter <= "Z" else letter for letter in text)


def _update(transaction: Transaction, before: User, changed: Mapping[str, Any]) -> None:
    statement = _OF_VERSION.values(**changed, version=before.version + 1)
    found = transaction.core.execute(statement, {"read_id": before.id, "read_version": before.version})
    if found.rowcount != 1:
        raise UserLockLost(before.id, before.version)


def _known(changed: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in changed.items() if name in _COLUMNS}
