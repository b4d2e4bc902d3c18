"""People: who they are in a workspace, and the one who acts."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Role(StrEnum):
    """What a person is in a workspace; values are only ever appended."""

    USER = "USER"
    ADMIN = "ADMIN"
    SUPERADMIN = "SUPERADMIN"
    AUDITOR = "AUDITOR"

    @property
    def is_staff(self) -> bool:
        """Whether the role sees what belongs to others."""
        return self is not Role.USER

    @property
    def decides(self) -> bool:
        """Whether the role decides about other people's challenges."""
        return self in {Role.ADMIN, Role.SUPERADMIN}


class UserStatus(StrEnum):
    """Whether a person may sign in: ACTIVE alone may."""

    PENDING_VERIFICATION = "PENDING_VERIFICATION"
    ACTIVE = "ACTIVE"
    SUSPENDED = "SUSPENDED"
    CLOSED = "CLOSED"


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person of the workspace, as everybody may see them: without the password's hash. Times are aware UTC."""

    id: str
    email: str
    role: Role
    status: UserStatus
    created_at: datetime
    updated_at: datetime
    last_login_at: datetime | None
    deleted_at: datetime | None
    deleted_reason: str | None
    version: int

    @property
    def may_sign_in(self) -> bool:
        """Whether the account is open."""
        return self.status is UserStatus.ACTIVE and self.deleted_at is None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something: a person who has signed in, or the owner of a workspace without accounts.

    `session_id` is None for that owner only. `in_firm`: the workspace is a replica of a firm's server, where other
    rights hold.
    """

    user_id: str
    role: Role
    session_id: str | None = None
    in_firm: bool = False

    @property
    def is_sole_owner(self) -> bool:
        """Whether the workspace has no accounts and this is its owner."""
        return self.session_id is None
