"""The initial balance: what was paid in before the first trade, and what the account held before the file begins."""

from collections.abc import Sequence
from datetime import datetime

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.money import ZERO, Money, is_exact
from tradesense_desktop.importers.statement import StatementOperation

_PAID = frozenset({AdjustmentKind.DEPOSIT, AdjustmentKind.WITHDRAWAL})


def split_opening(
    operations: Sequence[StatementOperation],
    first_opening: tuple[datetime, int] | None,
    held_before: Money | None,
) -> tuple[Money | None, tuple[StatementOperation, ...]]:
    """The initial balance, or None where the file does not tell it, and the operations that are no part of it.

    It is what was paid in, net of withdrawals and without credit, before `first_opening` (time and number of the first
    deal of a position; None where there is none), on top of `held_before`: the balance before the file's first row,
    as its Balance column tells, or None where it has none. A file from the first deposit on has 0 there.
    """
    paid_in, others = ZERO, []
    seen = False
    for operation in operations:
        is_before = first_opening is None or (operation.booked_at, operation.number) < first_opening
        if is_before and operation.kind in _PAID:
            paid_in += operation.amount
            seen = True
        else:
            others.append(operation)
    if not seen and held_before is None:
        return None, tuple(others)
    initial = (held_before or ZERO) + paid_in
    if initial <= ZERO or not is_exact(initial):
        return None, tuple(operations)
    return initial, tuple(others)
