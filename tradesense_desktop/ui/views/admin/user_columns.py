"""Columns of the list of people."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.people import Role, User, UserStatus
from tradesense_desktop.services.read_users import Person
from tradesense_desktop.ui.formatting.people import role_word
from tradesense_desktop.ui.tables.column import Column
from tradesense_desktop.ui.theme.tokens import Tone
from tradesense_desktop.ui.views.admin.user_offers import is_erased

translate = QCoreApplication.translate

_RANKS: Final = {role: place for place, role in enumerate((Role.SUPERADMIN, Role.ADMIN, Role.AUDITOR, Role.USER))}

ORDERS: Final[Mapping[str, Callable[[Person], Any]]] = {
    "address": lambda person: person.user.email.casefold(),
    "role": lambda person: (_RANKS[person.user.role], person.user.email.casefold()),
    "status": lambda person: (state_word(person.user), person.user.email.casefold()),
    "last": lambda person: instant_text(person.user.last_login_at) if person.user.last_login_at else "",
    "challenges": lambda person: person.challenges,
    "sessions": lambda person: len(person.sessions),
}
"""By what the people are sorted for each order."""


def status_word(status: UserStatus) -> str:
    """A status, as a person says it."""
    return {
        UserStatus.PENDING_VERIFICATION: translate("Users", "not verified"),
        UserStatus.ACTIVE: translate("Users", "active"),
        UserStatus.SUSPENDED: translate("Users", "suspended"),
        UserStatus.CLOSED: translate("Users", "closed"),
    }[status]


def state_word(user: User) -> str:
    """How an account stands; a deleted one may be erased as well."""
    if is_erased(user):
        return translate("Users", "erased")
    return translate("Users", "deleted") if user.deleted_at is not None else status_word(user.status)


def state_sign(user: User) -> tuple[str, Tone]:
    """Drawing and tone of how an account stands."""
    if user.deleted_at is not None:
        return "close", "muted"
    signs: dict[UserStatus, tuple[str, Tone]] = {
        UserStatus.PENDING_VERIFICATION: ("hourglass", "muted"),
        UserStatus.ACTIVE: ("check", "profit"),
        UserStatus.SUSPENDED: ("lock", "warning"),
        UserStatus.CLOSED: ("close", "muted"),
    }
    return signs[user.status]


def name_of(user: User) -> str:
    """What to call somebody: the address, or that there is none any more."""
    return translate("Users", "erased person {id}").format(id=user.id[:8]) if is_erased(user) else user.email


def user_columns() -> tuple[Column[Person], ...]:
    """Columns of the list, in the order in which they come."""
    return (
        Column(
            key="address",
            plain_title=translate("Users", "address"),
            text=lambda person, _context: name_of(person.user),
            raw=lambda person: name_of(person.user),
            tone=lambda person: "muted" if person.user.deleted_at is not None else "text",
            order="address",
            width=192,
        ),
        Column(
            key="role",
            plain_title=translate("Users", "role"),
            text=lambda person, _context: role_word(person.user.role),
            raw=lambda person: person.user.role.value,
            order="role",
            width=148,
        ),
        Column(
            key="status",
            plain_title=translate("Users", "status"),
            text=lambda person, _context: state_word(person.user),
            raw=lambda person: person.user.status.value,
            icon=lambda person: state_sign(person.user)[0],
            tone=lambda person: state_sign(person.user)[1],
            order="status",
            width=112,
        ),
        Column(
            key="sessions",
            plain_title=translate("Users", "sessions"),
            text=lambda person, context: context.display.numbers.count(len(person.sessions)),
            raw=lambda person: str(len(person.sessions)),
            is_figure=True,
            order="sessions",
            width=72,
        ),
        Column(
            key="challenges",
            plain_title=translate("Users", "challenges"),
            text=lambda person, context: context.display.numbers.count(person.challenges),
            raw=lambda person: str(person.challenges),
            is_figure=True,
            order="challenges",
            width=84,
        ),
        Column(
            key="last",
            plain_title=translate("Users", "last sign-in"),
            title=lambda context: context.zoned(translate("Users", "last sign-in")),
            text=lambda person, context: (
                context.display.times.minute(person.user.last_login_at) or translate("Users", "never")
            ),
            raw=lambda person: instant_text(person.user.last_login_at) if person.user.last_login_at else "",
            tone=lambda _person: "muted",
            order="last",
            width=144,
        ),
    )
