"""The default rules once more, written from the specification alone and in the plainest way, to check the real judge.

It knows nothing of `tradesense_desktop`: rows in, the deciding row out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby


@dataclass(frozen=True)
class Row:
    """A row that moves the balance (a trade, or a result without a trade), or only marks the time (`amount` 0)."""

    at: datetime
    number: int
    amount: Decimal


@dataclass(frozen=True)
class Decision:
    """The rule that decided, and the time and number of the last row of the settlement that did."""

    rule: str
    at: datetime
    number: int


def first_decision(rows: Sequence[Row], initial: Decimal) -> Decision | None:
    """Daily loss > 5 % of the day's start, total loss > 10 % of the peak, profit >= 8 % of the start; days in UTC."""
    balance = peak = day_start = initial
    day = None
    for at, group in groupby(sorted(rows, key=lambda row: (row.at, row.number)), key=lambda row: row.at):
        if day is not None and at.date() != day:
            day_start = balance
        day = at.date()
        for row in group:
            balance = max(Decimal(0), balance + row.amount)
            last = row.number
        peak = max(peak, balance)
        broken = []
        if day_start - balance > Decimal("0.05") * day_start:
            broken.append((Decimal("0.95") * day_start, 1, "daily_loss"))
        if peak - balance > Decimal("0.10") * peak:
            broken.append((Decimal("0.90") * peak, 0, "maximum_loss"))
        if broken:
            return Decision(max(broken)[2], at, last)
        if balance - initial >= Decimal("0.08") * initial:
            return Decision("profit_target", at, last)
    return None
