"""Accounts: what an address and a password have to be, and what can go wrong with people."""

import re
import unicodedata
from collections.abc import Container
from datetime import datetime
from typing import Final

from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.domain.people import Role

FEWEST_CHARACTERS: Final = 12
MOST_BYTES: Final = 72
"""bcrypt looks at no more; a longer password is refused and never cut."""
LONGEST_EMAIL: Final = 254

_EMAIL: Final = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@(?!.*\.\.)[A-Za-z0-9-]([A-Za-z0-9.-]*[A-Za-z0-9-])?\.[A-Za-z0-9.-]*[A-Za-z0-9-]",
    re.ASCII,
)
_FEWEST_DIFFERENT: Final = 5
_NOBODYS: Final = ".invalid"
"""Addresses of our own making end so (the implicit owner, people who were erased): nobody can have one (RFC 2606)."""


class InvalidEmail(DomainError):
    """A text that is no plausible address."""

    def __init__(self, text: str) -> None:
        self.text = text
        super().__init__(f"“{text[:80]}” is no e-mail address (ASCII letters, one @, a domain with a dot).")


class PasswordUnfit(DomainError):
    """A password that cannot be taken; the sentence never holds it."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"The password {why}.")


class RankTooLow(DomainError):
    """An administrator changing somebody of the same rank or above."""

    def __init__(self, role: Role) -> None:
        self.role = role
        super().__init__(f"Accounts of the role {role.value} are changed by a super-administrator only.")


class LastSuperadmin(DomainError):
    """The only super-administrator who can still sign in, about to be removed."""

    def __init__(self) -> None:
        super().__init__("This is the last super-administrator; make another one first.")


class OwnAccount(DomainError):
    """Somebody changing the own role or status."""

    def __init__(self) -> None:
        super().__init__("Nobody changes the role or the status of their own account; ask another administrator.")


class AccountState(DomainError):
    """An account that is asked to become what it is, or what it cannot become."""

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"Nothing was changed: {why}.")


class AccountWaits(DomainError):
    """Too many wrong passwords: the next one is looked at from `until` (aware UTC) on."""

    def __init__(self, until: datetime, now: datetime) -> None:
        self.until = until
        seconds = max(1, round((until - now).total_seconds()))
        wait = f"{seconds} seconds" if seconds < 120 else f"{(seconds + 59) // 60} minutes"  # noqa: PLR2004
        super().__init__(f"Too many wrong passwords: wait {wait}, then try again.")


def checked_email(text: str) -> str:
    """The address without white space around it. Raises InvalidEmail; the rule is that of the schema.

    Addresses under `.invalid` are refused too: they stand for people who have none.
    """
    email = text.strip()
    if len(email) > LONGEST_EMAIL or not _EMAIL.fullmatch(email) or email.lower().endswith(_NOBODYS):
        raise InvalidEmail(text)
    return email


def normal_password(password: str) -> str:
    """The password in Unicode's composed form: the same one typed on another keyboard is the same one."""
    return unicodedata.normalize("NFC", password)


def check_new_password(password: str, email: str, most_common: Container[str]) -> None:
    """Raise PasswordUnfit for a password that is too short, too long, well known, or the address itself.

    `most_common` holds passwords in small letters. Source: spec/security.md, "Signing in".
    """
    normal = normal_password(password)
    if "\0" in normal or any("\ud800" <= letter <= "\udfff" for letter in normal):
        raise PasswordUnfit("has a character that no keyboard gives")
    if len(normal) < FEWEST_CHARACTERS:
        raise PasswordUnfit(f"needs {FEWEST_CHARACTERS} characters or more")
    if len(normal.encode()) > MOST_BYTES:
        raise PasswordUnfit(f"is longer than {MOST_BYTES} bytes; a shorter one is needed (it is never cut)")
    small = normal.casefold()
    if small in most_common or len(set(small)) < _FEWEST_DIFFERENT:
        raise PasswordUnfit("is one of the most common ones; choose another")
    if email and small in {email.casefold(), email.partition("@")[0].casefold()}:
        raise PasswordUnfit("is the address of the account; choose another")
