from decimal import Decimal

from tests.unit.domain.challenges import after, opened, trade
from tradesense_desktop.domain.limits import verdict
from tradesense_desktop.domain.verdict import Quality


def test_samples_that_cover_the_time_prove_a_verdict() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "0"))
    for minute in range(1, 6):
        execution.record_equity(Decimal(99000), after(minutes=minute))
    execution.execute_trade(trade(2, "-1000", after(minutes=6)))

    assert verdict(execution.snapshot()).quality is Quality.PROVEN


def test_gap_between_samples_leaves_closed_trades_only() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "0"))
    execution.record_equity(Decimal(99000), after(minutes=1))
    execution.record_equity(Decimal(99000), after(minutes=3))

    assert verdict(execution.snapshot()).quality is Quality.CLOSED_TRADES_ONLY


def test_last_sample_long_before_the_last_row_leaves_closed_trades_only() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "0"))
    execution.record_equity(Decimal(99000), after(minutes=1))
    execution.execute_trade(trade(2, "-1000", after(minutes=10)))

    assert verdict(execution.snapshot()).quality is Quality.CLOSED_TRADES_ONLY
