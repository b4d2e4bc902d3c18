from decimal import Decimal

import pytest

from tests.unit.domain.challenges import adjustment, after, events_of, kinds_of, opened, trade
from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.errors import InexactAmount
from tradesense_desktop.domain.event import EventType

OUTSIDE = {AdjustmentKind.DEPOSIT, AdjustmentKind.WITHDRAWAL, AdjustmentKind.CREDIT}


@pytest.mark.parametrize("kind", sorted(AdjustmentKind))
def test_only_deposit_withdrawal_and_credit_are_money_from_outside(kind: AdjustmentKind) -> None:
    assert kind.is_outside_money == (kind in OUTSIDE)


@pytest.mark.parametrize("kind", sorted(set(AdjustmentKind) - OUTSIDE - {AdjustmentKind.PAYOUT}))
def test_every_other_kind_moves_equity_as_a_result(kind: AdjustmentKind) -> None:
    execution = opened()
    execution.execute_trade(trade(1, "10"))
    execution.adjust_balance(adjustment(1, kind, "-0.56", after(minutes=1)))

    row = execution.snapshot()
    assert row.current_equity == Decimal("100009.44")
    assert (row.adjustments_total, row.outside_money) == (Decimal("-0.56"), Decimal(0))


def test_interest_keeps_the_floating_result_of_the_last_sample() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "0"))
    execution.record_equity(Decimal(99000), after(minutes=1))
    execution.adjust_balance(adjustment(1, AdjustmentKind.INTEREST, "5", after(minutes=2)))

    row = execution.snapshot()
    assert (row.current_balance, row.floating_pnl, row.current_equity) == (
        Decimal(100005),
        Decimal(-1000),
        Decimal(99005),
    )


def test_operation_that_would_outgrow_fifteen_digits_is_refused_and_changes_nothing() -> None:
    execution = opened("99999999999999", judge=False)
    execution.execute_trade(trade(1, "0"))
    execution.record_equity(Decimal("99999999999999.9"), after(minutes=1))
    before = execution.snapshot()

    with pytest.raises(InexactAmount):
        execution.adjust_balance(adjustment(1, AdjustmentKind.INTEREST, "0.25", after(minutes=2)))
    assert execution.snapshot() == before


def test_operations_and_trades_of_one_time_are_one_settlement() -> None:
    execution = opened()
    execution.adjust_balance(adjustment(1, AdjustmentKind.CHARGE, "-7000", last_of_time=False))
    execution.execute_trade(trade(1, "7000"))

    assert EventType.RISK_VIOLATION_DETECTED not in kinds_of(events_of(execution))
