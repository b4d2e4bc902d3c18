"""Commands of a firm's workspace that the services make theirs of: what a person asked for, before it is looked at.

What a CreateChallenge or an UpdatePaymentStatus holds depends on what is stored; these do not, so that they can be
carried out again on a newer state. They are made from what a service is asked, and are carried out by it.
"""

from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.commands import ChallengeCommand, Command
from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.payment import PaymentStatus


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenChallenge(Command):
    """Open a challenge for `owner_id` under a preset."""

    owner_id: str
    preset: str
    initial_balance: Money
    currency: str
    is_payment_required: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePayment(Command):
    """Move a payment one step on; `amount` is all that was given back so far, None the whole."""

    payment_id: str
    status: PaymentStatus
    reason: str | None = None
    amount: Money | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeInMessage(Command):
    """Take in a payment provider's message; its bytes go beside."""

    file_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LookAtActivity(ChallengeCommand):
    """Raise what is unusual about a challenge as of an instant."""

    as_of: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportStatement(Command):
    """Import a statement; its bytes go beside. The other fields are those of ImportRequest."""

    file_name: str
    owner_id: str | None = None
    challenge_id: str | None = None
    as_new: bool = False
    preset: str | None = None
    initial_balance: Money | None = None
    currency: str | None = None
    timezone: str | None = None
    accept_differences: bool = False
