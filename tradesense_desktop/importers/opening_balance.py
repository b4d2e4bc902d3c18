"""The initial balance: what was paid in before the first trade, and what the account held before the file begins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.money import ZERO, Money, is_exact
from tradesense_desktop.importers.statement import StatementOperation

_PAID = frozenset({AdjustmentKind.DEPOSIT, AdjustmentKind.WITHDRAWAL})


@dataclass(frozen=True, slots=True)
class Opening:
    """The initial balance, the operations that it is made of, and all others, in their order."""

    balance: Money | None
    part: tuple[StatementOperation, ...]
    others: tuple[StatementOperation, ...]


def split_opening(
    operations: Sequence[StatementOperation],
    first_opening: tuple[datetime, int] | None,
    held_before: Money | None,
) -> Opening:
    """The initial balance, or None where the file does not tell it, and which operations are part of it.

    It is what was paid in, net of withdrawals and without credit, before `first_opening` (time and number of the first
    deal of a position; None where there is none), on top of `held_before`: the balance before the file's first row,
    as its Balance column tells, or None where it has none. A file from the first deposit on has 0 there.
    """
    part: list[StatementOperation] = []
    others: list[StatementOperation] = []
    for operation in operations:
        is_before = first_opening is None or (operation.booked_at, operation.number) < first_opening
        if is_before and operation.kind in _PAID:
            part.append(operation)
        else:
            others.append(operation)
    if not part and held_before is None:
        return Opening(None, (), tuple(others))
    initial = (held_before or ZERO) + sum((operation.amount for operation in part), ZERO)
    if initial <= ZERO or not is_exact(initial):
        return Opening(None, (), tuple(operations))
    return Opening(initial, tuple(part), tuple(others))
