"""Sessions: who is signed in where, and whether somebody who acts still may."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, insert, select, update

from tradesense_desktop.domain.people import Actor, UserStatus
from tradesense_desktop.store.column_types import instant_column
from tradesense_desktop.store.errors import ActorGone
from tradesense_desktop.store.tables import sessions
from tradesense_desktop.store.transaction import Reading, Transaction
from tradesense_desktop.store.users import OWNER_EMAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One sign-in: it is open until `ended_at` is set or `expires_at` is past. Times are aware UTC."""

    id: str
    user_id: str
    device_id: str | None
    started_at: datetime
    last_seen_at: datetime
    expires_at: datetime
    ended_at: datetime | None


_COLUMNS: Final = tuple(Session.__dataclass_fields__)
_OPEN = (
    select(*(sessions.c[name] for name in _COLUMNS))
    .where(sessions.c.ended_at.is_(None), sessions.c.expires_at > bindparam("now"))
    .order_by(sessions.c.started_at.desc(), sessions.c.id)
)
_OPEN_OF = _OPEN.where(sessions.c.user_id == bindparam("of_user"))
_KEPT_FOR: Final = timedelta(days=90)
_FORGET = delete(sessions).where(sessions.c.expires_at < bindparam("before"))
_INSERT = insert(sessions)
_EXTEND = (
    update(sessions)
    .where(sessions.c.id == bindparam("session_id"), sessions.c.ended_at.is_(None))
    .values(last_seen_at=bindparam("seen"), expires_at=bindparam("until"))
)
_END = (
    update(sessions)
    .where(sessions.c.id == bindparam("session_id"), sessions.c.ended_at.is_(None))
    .values(ended_at=bindparam("ended"))
)
_END_ALL = (
    update(sessions)
    .where(sessions.c.user_id == bindparam("of_user"), sessions.c.ended_at.is_(None))
    .values(ended_at=bindparam("ended"))
)
# By the bare driver: it is asked before every change.
_STANDING: Final = (
    "SELECT role, status, deleted_at IS NULL, email, (SELECT ended_at IS NULL AND expires_at > ?"
    " FROM sessions WHERE id = ?) FROM users WHERE id = ?"
)


def check_actor(reading: Reading, actor: Actor) -> None:
    """Raise ActorGone where the account or the session of `actor` has changed since the sign-in."""
    now = instant_column(datetime.now(UTC))
    row = reading.driver.execute(_STANDING, (now, actor.session_id, actor.user_id)).fetchone()
    if row is None:
        raise ActorGone(actor.user_id, "there is no such account")
    role, status, is_present, email, is_open = row
    if actor.is_sole_owner:
        if email != OWNER_EMAIL:
            raise ActorGone(actor.user_id, "the workspace has accounts now")
    elif not is_present or status == UserStatus.CLOSED:
        raise ActorGone(actor.user_id, "the account is closed")
    elif status != UserStatus.ACTIVE:
        raise ActorGone(actor.user_id, "the account is suspended")
    elif role != actor.role:
        raise ActorGone(actor.user_id, "your role was changed")
    elif not is_open:
        raise ActorGone(actor.user_id, "the session has ended")


def list_open_sessions(reading: Reading, now: datetime, user_id: str | None = None) -> tuple[Session, ...]:
    """Sessions that are open at `now`, newest first; those of one person where `user_id` is given."""
    rows = reading.core.execute(_OPEN if user_id is None else _OPEN_OF, {"now": now, "of_user": user_id}).mappings()
    return tuple(Session(**values) for values in rows)


def insert_session(transaction: Transaction, session: Session) -> None:
    """Write a new session; those that were over long ago are forgotten (the audit log tells of them)."""
    transaction.core.execute(_FORGET, {"before": session.started_at - _KEPT_FOR})
    transaction.core.execute(_INSERT, {name: getattr(session, name) for name in _COLUMNS})


def extend_session(transaction: Transaction, session_id: str, *, seen: datetime, until: datetime) -> bool:
    """Keep an open session open; whether it was."""
    values = {"session_id": session_id, "seen": seen, "until": until}
    return transaction.core.execute(_EXTEND, values).rowcount == 1


def end_session(transaction: Transaction, session_id: str, at: datetime) -> bool:
    """End an open session; whether it was open."""
    return transaction.core.execute(_END, {"session_id": session_id, "ended": at}).rowcount == 1


def end_sessions(transaction: Transaction, user_id: str, at: datetime) -> int:
    """End every open session of a person; how many there were."""
    return transaction.core.execute(_END_ALL, {"of_user": user_id, "ended": at}).rowcount
