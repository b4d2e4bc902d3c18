"""Attempts to sign in, by address: what the waiting after wrong passwords is reckoned from, also after a restart."""

from datetime import datetime, timedelta
from typing import Final
from uuid import uuid4

from sqlalchemy import bindparam, delete, func, insert, or_, select, update

from tradesense_desktop.domain.lock_out import LONGEST_MEMORY
from tradesense_desktop.store.tables import sign_in_attempts
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.users import ascii_lower

_MOST_READ: Final = 1_000
_RECENT = (
    select(sign_in_attempts.c.accepted, sign_in_attempts.c.attempted_at)
    .where(func.lower(sign_in_attempts.c.email) == bindparam("email"))
    .order_by(sign_in_attempts.c.attempted_at.desc(), sign_in_attempts.c.id.desc())
    .limit(_MOST_READ)
)
_INSERT = insert(sign_in_attempts)
_ACCEPT = (
    update(sign_in_attempts)
    .where(sign_in_attempts.c.id == bindparam("attempt_id"))
    .values(accepted=1, user_id=bindparam("of_user"))
)
_FORGET_PERSON = delete(sign_in_attempts).where(
    or_(sign_in_attempts.c.user_id == bindparam("of_user"), sign_in_attempts.c.email == bindparam("address"))
)
_FORGET = delete(sign_in_attempts).where(sign_in_attempts.c.attempted_at < bindparam("before"))


def failures_since_success(reading: Reading, email: str) -> tuple[datetime, ...]:
    """When wrong passwords were given for this address since the last right one, newest first."""
    failures: list[datetime] = []
    for accepted, attempted_at in reading.core.execute(_RECENT, {"email": ascii_lower(email)}):
        if accepted:
            break
        failures.append(attempted_at)
    return tuple(failures)


def record_attempt(transaction: Transaction, email: str, device_id: str | None, at: datetime) -> str:
    """Write an attempt as failed, before its password is looked at; its id. What nobody asks for any more is forgotten.

    So attempts made at the same moment all count, however many there are.
    """
    attempt_id = str(uuid4())
    transaction.core.execute(_FORGET, {"before": at - LONGEST_MEMORY - timedelta(days=1)})
    transaction.core.execute(
        _INSERT,
        {
            "id": attempt_id,
            "user_id": None,
            "email": ascii_lower(email),
            "accepted": 0,
            "device_id": device_id,
            "attempted_at": at,
        },
    )
    return attempt_id


def accept_attempt(transaction: Transaction, attempt_id: str, user_id: str) -> None:
    """Say that the password of an attempt was right."""
    transaction.core.execute(_ACCEPT, {"attempt_id": attempt_id, "of_user": user_id})


def forget_attempts(transaction: Transaction, user_id: str, email: str | None) -> None:
    """Remove every attempt of a person, and those under an address that nobody else has now."""
    transaction.core.execute(
        _FORGET_PERSON, {"of_user": user_id, "address": None if email is None else ascii_lower(email)}
    )
