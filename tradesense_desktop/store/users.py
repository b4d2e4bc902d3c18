"""People of a workspace: for now the implicit owner of a local one."""

from typing import Final
from uuid import uuid4

from sqlalchemy import bindparam, insert, select

from tradesense_desktop.store.tables import users
from tradesense_desktop.store.transaction import Reading, Transaction

OWNER_EMAIL: Final = "owner@localhost.invalid"
CANNOT_SIGN_IN: Final = "!"

_FIND = select(users.c.id).where(users.c.email == bindparam("email"), users.c.deleted_at.is_(None))


def find_owner(reading: Reading) -> str | None:
    """Id of the implicit owner; None in a workspace that is not made yet or has accounts of its own."""
    found: str | None = reading.core.execute(_FIND, {"email": OWNER_EMAIL}).scalar()
    return found


def ensure_owner(transaction: Transaction) -> str:
    """Id of the implicit owner, made where there is nobody at all."""
    found = find_owner(transaction)
    if found is not None:
        return found
    owner_id = str(uuid4())
    transaction.core.execute(
        insert(users), {"id": owner_id, "email": OWNER_EMAIL, "password_hash": CANNOT_SIGN_IN, "role": "USER"}
    )
    return owner_id
