"""Balance operations: money that moves without a trade."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from tradesense_desktop.domain.money import Money


class AdjustmentKind(StrEnum):
    """What a balance operation is.

    DEPOSIT, WITHDRAWAL and CREDIT are money from outside, PAYOUT is profit paid to the trader, the others are a
    result of the account.
    """

    DEPOSIT = "DEPOSIT"
    WITHDRAWAL = "WITHDRAWAL"
    CREDIT = "CREDIT"
    DIVIDEND = "DIVIDEND"
    CORRECTION = "CORRECTION"
    INTEREST = "INTEREST"
    CHARGE = "CHARGE"
    COMMISSION = "COMMISSION"
    AGENT = "AGENT"
    BONUS = "BONUS"
    TAX = "TAX"
    PAYOUT = "PAYOUT"

    @property
    def is_outside_money(self) -> bool:
        """Whether it only adds to `outside_money` and is no result of the account."""
        return self in _OUTSIDE


_OUTSIDE = frozenset({AdjustmentKind.DEPOSIT, AdjustmentKind.WITHDRAWAL, AdjustmentKind.CREDIT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Adjustment:
    """One balance operation; `adjustment_id` is the platform's number, `amount` signed, the time aware UTC."""

    adjustment_id: str
    kind: AdjustmentKind
    amount: Money
    executed_at: datetime
    comment: str = ""
    last_of_time: bool = True
