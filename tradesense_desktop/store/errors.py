"""Failures of the store: each names what went wrong and carries its data; all are refusals that a person can read."""

from pathlib import Path

from tradesense_desktop.domain.errors import DomainError


class StoreRefusal(DomainError):
    """The workspace did not do what was asked; nothing was written."""


class OptimisticLockLost(StoreRefusal):
    """A challenge was changed by somebody else after it was read."""

    def __init__(self, challenge_id: str, expected_version: int, found_version: int | None) -> None:
        self.challenge_id = challenge_id
        self.expected_version = expected_version
        self.found_version = found_version
        super().__init__("The challenge was changed by another window or program at the same moment; try again.")


class UserLockLost(OptimisticLockLost):
    """A person's account was changed by somebody else after it was read."""

    def __init__(self, user_id: str, expected_version: int) -> None:
        self.user_id = user_id
        super().__init__("", expected_version, None)
        self.args = ("The account was changed by another window or program at the same moment; try again.",)


class ActorGone(StoreRefusal):
    """Who acts may no longer: `why` says what became of the account or the session since the sign-in."""

    def __init__(self, user_id: str, why: str) -> None:
        self.user_id = user_id
        self.why = why
        super().__init__(f"You are no longer signed in: {why}. Sign in again.")


class UserUnknown(StoreRefusal):
    """No person has this id or address."""

    def __init__(self, who: str) -> None:
        self.who = who
        super().__init__(f"There is nobody called {who[:80]} in this workspace.")


class EmailTaken(StoreRefusal):
    """Another account that is not deleted has the address."""

    def __init__(self, email: str) -> None:
        self.email = email
        super().__init__(f"There is an account with the address {email[:254]} already.")


class WorkspaceBusy(StoreRefusal):
    """Another process held the workspace for longer than we wait."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"Another program is writing to {path}; wait until it has finished and try again.")


class WorkspaceUnusable(StoreRefusal):
    """The operating system refused: disk full, no permission, a failing medium; `reason` is its word."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(
            f"{path} cannot be used ({reason}); nothing was changed. Check the disk, its free space and who owns it."
        )


class WorkspaceDamaged(StoreRefusal):
    """The file is no SQLite database, or its pages contradict each other; `reason` is SQLite's word."""

    def __init__(self, path: Path, reason: str) -> None:
        self.path = path
        self.reason = reason
        super().__init__(f"{path} is damaged or no workspace ({reason}); restore it from a backup or choose another.")


class WorkspaceClosed(StoreRefusal):
    """Something was asked of a workspace that has been closed."""

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(f"The workspace {path} is closed.")


class ChallengeUnknown(StoreRefusal):
    """No challenge has this id."""

    def __init__(self, challenge_id: str) -> None:
        self.challenge_id = challenge_id
        super().__init__(f"There is no challenge {challenge_id} in this workspace.")


class AlertUnknown(StoreRefusal):
    """No alert has this id."""

    def __init__(self, alert_id: str) -> None:
        self.alert_id = alert_id
        super().__init__(f"There is no alert {alert_id} in this workspace.")


class PaymentUnknown(StoreRefusal):
    """No payment has this id."""

    def __init__(self, payment_id: str) -> None:
        self.payment_id = payment_id
        super().__init__(f"There is no payment {payment_id[:60]} in this workspace.")


class CommandIdTaken(StoreRefusal):
    """The id of a command that was carried out is given to another one."""

    def __init__(self, command_id: str) -> None:
        self.command_id = command_id
        super().__init__(f"The command id {command_id[:60]} belongs to another command; nothing was done.")


class ColumnUnknown(StoreRefusal):
    """The ledger cannot be ordered by a column that it does not have."""

    def __init__(self, column: str) -> None:
        self.column = column
        super().__init__(f"The ledger has no column “{column[:40]}” to be ordered by.")
