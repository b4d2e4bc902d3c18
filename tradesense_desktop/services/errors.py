"""Refusals that a person reads: one sentence each, made below and only carried here."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from tradesense_desktop.domain.account import OwnAccount, RankTooLow
from tradesense_desktop.domain.errors import DomainError, OwnChallenge
from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.domain.printable import printable
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.store.errors import ActorGone


class Refused(Exception):
    """Something asked for is not done; `sentence` says what, where and what to do. Nothing was written.

    `option` is what would change it on the command line; a window has other ways to offer the same.
    """

    exit_code = 1

    def __init__(self, sentence: str, option: str | None = None) -> None:
        self.sentence = printable(sentence)
        self.option = option
        super().__init__(self.sentence)


NOT_ALLOWED = 5


class NotSignedIn(Refused):
    """The workspace has accounts, and nobody has signed in."""

    exit_code = NOT_ALLOWED

    def __init__(self) -> None:
        super().__init__("This workspace has accounts: sign in first.", "--as EMAIL")


class NotAllowed(Refused):
    """What the acting person's role may not do; `right` says what it is."""

    exit_code = NOT_ALLOWED

    def __init__(self, right: Right, role: Role, *, is_own: bool = False) -> None:
        self.right = right
        self.role = role
        whose = " where it is your own" if is_own and role is not Role.USER else ""
        super().__init__(f"{_ROLE_WORDS[role]} may not {right.value}{whose}.")


class Forbidden(Refused):
    """What the role may do, but not with this person: of higher rank, or oneself."""

    exit_code = NOT_ALLOWED


class SignInRefused(Refused):
    """An address and a password that do not belong together, an account that is not open, or one that waits.

    `until` is when the next password is looked at (aware UTC), None where none has to wait.
    """

    exit_code = NOT_ALLOWED

    def __init__(self, sentence: str, option: str | None = None, *, until: datetime | None = None) -> None:
        self.until = until
        super().__init__(sentence, option)


class PasswordChangeNeeded(SignInRefused):
    """The password was given by somebody else: its owner has to choose another before anything else."""

    def __init__(self) -> None:
        super().__init__("This is your first sign-in: choose a password that nobody else knows.", "tradesense passwd")


class SignedOut(Refused):
    """Who acted may no longer: suspended, another role, the session ended."""

    exit_code = NOT_ALLOWED


_ROLE_WORDS = {
    Role.USER: "A trader",
    Role.AUDITOR: "An auditor",
    Role.ADMIN: "An administrator",
    Role.SUPERADMIN: "A super-administrator",
}


SERVER_UNREACHABLE = 4


class ServerNeeded(Refused):
    """What only the firm's server can do, while it cannot be reached; `why` is the sentence about the connection."""

    exit_code = SERVER_UNREACHABLE

    def __init__(self, what: str, why: str = "") -> None:
        self.why = why
        super().__init__(f"{what} needs the firm's server, which cannot be reached just now. {why}".strip())


class NotInFirm(Refused):
    """What there is in a local workspace only; the sentence says how a firm does it."""

    def __init__(self, what: str, how: str) -> None:
        super().__init__(f"{what} is not done in a firm's workspace: {how}.")


class NotFound(Refused):
    """What was named does not exist in this workspace."""


class AnswerNeeded(Refused):
    """The file does not say something that only a person knows; `needs` names it (`balance`, `currency`)."""

    def __init__(self, sentence: str, needs: str, option: str) -> None:
        self.needs = needs
        super().__init__(sentence, option)


class TotalsDiffer(Refused):
    """The file does not agree with its own totals; a person may accept that."""


@contextmanager
def refusals() -> Iterator[None]:
    """Let what the layers below refuse leave as `Refused`, with the same sentence; every service works inside one."""
    try:
        yield
    except ActorGone as gone:
        raise SignedOut(str(gone)) from gone
    except (OwnAccount, RankTooLow, OwnChallenge) as refusal:
        raise Forbidden(str(refusal)) from refusal
    except (DomainError, StatementRefused) as refusal:
        raise Refused(str(refusal)) from refusal
