"""What a challenge holds already is known again by its content."""

from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.store.ledgers import CLOCK, continued, create_challenge, trades
from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.errors import TradeConflict
from tradesense_desktop.domain.trade_record import adjustment_content, is_trade_known, trade_content
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.recorded_trades import (
    read_recorded_adjustments,
    read_recorded_trades,
)
from tradesense_desktop.store.recorder import Recorder
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.workspace import Workspace


def test_every_recorded_trade_is_known_by_its_number_and_content(workspace: Workspace) -> None:
    create_challenge(workspace, 1, count=10)
    challenge = create_challenge(workspace, 2, count=40)

    with workspace.reading() as reading:
        recorded = read_recorded_trades(reading, challenge.id)

    sent = list(trades(40, seed=2))
    assert len(recorded) == 40
    assert {number: recorded[number] for number in recorded} == {trade.trade_id: trade_content(trade) for trade in sent}
    assert all(is_trade_known(trade, recorded.get(trade.trade_id)) for trade in sent)


def test_number_that_is_not_recorded_is_not_known(workspace: Workspace) -> None:
    challenge = create_challenge(workspace, count=3)

    with workspace.reading() as reading:
        recorded = read_recorded_trades(reading, challenge.id)

    (unsent,) = trades(1, first=4)
    assert "4" not in recorded
    assert not is_trade_known(unsent, recorded.get("4"))


def test_same_number_with_another_price_is_a_conflict(workspace: Workspace) -> None:
    challenge = create_challenge(workspace, 2, count=3)
    with workspace.reading() as reading:
        recorded = read_recorded_trades(reading, challenge.id)
    trade = replace(next(trades(3, seed=2)), price=Decimal("1.5"))

    with pytest.raises(TradeConflict, match=r"1\.5"):
        is_trade_known(trade, recorded.get(trade.trade_id))


def test_balance_operations_are_known_by_their_numbers(workspace: Workspace) -> None:
    challenge = create_challenge(workspace, count=3)
    interest = Adjustment(
        adjustment_id="900", kind=AdjustmentKind.INTEREST, amount=Decimal("-3.21"), executed_at=CLOCK, comment="Zinsen"
    )

    def change(transaction: Transaction) -> None:
        execution = continued(challenge, read_head(transaction, challenge.id).sequence_number, seed=1)
        execution.adjust_balance(interest)
        recorder = Recorder.of_known(transaction, challenge)
        recorder.append(execution.drain())
        recorder.finish(execution.snapshot())

    workspace.write(change)

    with workspace.reading() as reading:
        assert read_recorded_adjustments(reading, challenge.id) == {"900": adjustment_content(interest)}
