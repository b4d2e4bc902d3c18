from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.unit.domain.challenges import MONDAY, adjustment, events_of, opened, trade
from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.errors import AdjustmentConflict, InvalidAdjustment, TradeConflict
from tradesense_desktop.domain.trade import DealResult, EntryMatch, EntryShare, Side
from tradesense_desktop.domain.trade_record import (
    is_adjustment_known,
    is_trade_known,
    recorded_adjustment_content,
    recorded_trade_content,
)

SENT = trade(
    5,
    "8.50",
    own=DealResult(Decimal("10.00"), Decimal("-0.50"), Decimal("-1.00"), Decimal(0)),
    entry=EntryShare(EntryMatch.POSITION, Decimal("-1.00"), Decimal(0), Decimal(0), Decimal("1.08")),
    deal_side=Side.SELL,
)


def recorded() -> dict[str, Any]:
    execution = opened()
    execution.execute_trade(SENT)
    row: dict[str, Any] = events_of(execution)[-1].event_data["trade"]
    return row


def test_trade_is_known_again_by_what_its_event_holds() -> None:
    assert is_trade_known(SENT, recorded_trade_content(recorded())) is True
    assert is_trade_known(SENT, None) is False


def test_entry_and_apportioned_share_are_no_content() -> None:
    other_share = replace(SENT, entry=None, realized_pnl=Decimal("9.50"), position_id="77", last_of_time=False)

    assert is_trade_known(other_share, recorded_trade_content(recorded()))


def test_amounts_are_compared_as_values() -> None:
    row = recorded() | {"price": "1.08500000", "quantity": Decimal("10000.0")}

    assert is_trade_known(SENT, recorded_trade_content(row))


@pytest.mark.parametrize(
    "changes",
    [
        {"executed_at": MONDAY + timedelta(seconds=1)},
        {"symbol": "EURUSD.m"},
        {"side": Side.SELL},
        {"quantity": Decimal(9999)},
        {"price": Decimal("1.0851")},
        {"own": DealResult(Decimal("10.01"), Decimal("-0.50"), Decimal("-1.00"), Decimal(0))},
        {"own": DealResult(Decimal("10.00"), Decimal("-0.50"), Decimal(0), Decimal("-1.00"))},
    ],
    ids=str,
)
def test_other_content_under_the_same_number_is_a_conflict_that_shows_both(changes: dict[str, Any]) -> None:
    with pytest.raises(TradeConflict) as conflict:
        is_trade_known(replace(SENT, **changes), recorded_trade_content(recorded()))

    assert conflict.value.recorded == (
        "BUY 10000 EURUSD @ 1.085 at 2026-03-02 10:00:00 UTC, profit 10, swap -0.5, commission -1, fee 0"
    )
    assert conflict.value.sent != conflict.value.recorded


def test_entry_share_stands_in_the_metadata_of_the_row() -> None:
    assert recorded()["metadata"] == {
        "deal": {"side": "SELL", "profit": "10", "swap": "-0.5", "commission": "-1", "fee": "0"},
        "entry": {"match": "position", "initial_stop": "1.08", "commission": "-1", "swap": "0", "fee": "0"},
    }


def test_balance_operation_is_known_again_and_a_changed_one_is_a_conflict() -> None:
    sent = adjustment("b7", AdjustmentKind.DIVIDEND, "-0.56")
    execution = opened()
    execution.adjust_balance(sent)
    row = events_of(execution)[-1].event_data["adjustment"]

    assert is_adjustment_known(sent, recorded_adjustment_content(row))
    assert not is_adjustment_known(sent, None)
    with pytest.raises(AdjustmentConflict, match=r"recorded DIVIDEND -0.56 at .*; sent DIVIDEND -0.57 at"):
        is_adjustment_known(replace(sent, amount=Decimal("-0.57")), recorded_adjustment_content(row))


def test_payout_that_raises_the_balance_is_refused() -> None:
    with pytest.raises(InvalidAdjustment):
        opened().adjust_balance(adjustment("p1", AdjustmentKind.PAYOUT, "10"))


def test_balance_operation_without_a_number_is_refused() -> None:
    with pytest.raises(InvalidAdjustment):
        opened().adjust_balance(adjustment("", AdjustmentKind.CHARGE, "-10"))
