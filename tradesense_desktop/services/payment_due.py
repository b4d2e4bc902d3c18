"""A challenge that has to be paid for first: what may not happen to it until then."""

from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.state_record import rules_of
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.store.payments import has_successful_payment
from tradesense_desktop.store.transaction import Reading


class PaymentDue(Refused):
    """The challenge begins when its payment has come in, and none has."""

    def __init__(self, challenge_id: str) -> None:
        self.challenge_id = challenge_id
        super().__init__(
            f"Challenge {challenge_id} has to be paid for before it begins: an administrator records its payment first."
        )


def check_paid(reading: Reading, challenge: Challenge) -> None:
    """Raise PaymentDue where the rules ask for a payment, the challenge is PENDING and no payment has succeeded.

    Ask in the transaction that would start it.
    """
    if (
        challenge.status is ChallengeStatus.PENDING
        and rules_of(challenge).needs_payment
        and not has_successful_payment(reading, challenge.id)
    ):
        raise PaymentDue(challenge.id)
