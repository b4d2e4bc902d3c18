"""The initial balance of a statement."""

from datetime import datetime
from decimal import Decimal

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.importers.opening_balance import Opening, split_opening
from tradesense_desktop.importers.statement import StatementOperation

NOON = datetime(2024, 1, 8, 12)  # noqa: DTZ001 - a server's time


def operation(number: int, kind: AdjustmentKind, amount: int, at: datetime = NOON) -> StatementOperation:
    return StatementOperation(number=number, line=number, kind=kind, amount=Decimal(amount), booked_at=at, comment="")


def test_a_deposit_of_the_same_second_counts_by_its_number() -> None:
    before, after = operation(1, AdjustmentKind.DEPOSIT, 100), operation(3, AdjustmentKind.DEPOSIT, 50)

    assert split_opening([before, after], (NOON, 2), Decimal(0)) == Opening(Decimal(100), (before,), (after,))


def test_credit_and_bonus_before_the_first_trade_stay_operations() -> None:
    rows = [
        operation(1, AdjustmentKind.DEPOSIT, 100),
        operation(2, AdjustmentKind.CREDIT, 7),
        operation(3, AdjustmentKind.BONUS, 5),
    ]

    assert split_opening(rows, (NOON, 9), None) == Opening(Decimal(100), (rows[0],), tuple(rows[1:]))


def test_without_a_deposit_and_without_a_balance_column_nothing_is_known() -> None:
    assert split_opening([], (NOON, 1), None) == Opening(None, (), ())


def test_what_was_paid_in_and_out_again_is_no_initial_balance() -> None:
    rows = (operation(1, AdjustmentKind.DEPOSIT, 100), operation(2, AdjustmentKind.WITHDRAWAL, -100))

    assert split_opening(rows, (NOON, 9), Decimal(0)) == Opening(None, (), rows)


def test_without_any_trade_every_payment_is_the_initial_balance() -> None:
    rows = [operation(1, AdjustmentKind.DEPOSIT, 100), operation(2, AdjustmentKind.WITHDRAWAL, -30)]

    assert split_opening(rows, None, Decimal(0)) == Opening(Decimal(70), tuple(rows), ())
