from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.domain.challenges import MONDAY, trade
from tradesense_desktop.domain.closed_trade import ClosedTrade, initial_risk
from tradesense_desktop.domain.trade import DealResult, EntryMatch, EntryShare, Side


@pytest.mark.parametrize(
    ("side", "closed", "gross", "stop", "risk"),
    [
        (Side.BUY, "1.1050", "500", "1.0980", "200"),
        (Side.BUY, "1.0980", "-200", "1.0980", "200"),
        (Side.SELL, "1.0950", "500", "1.1010", "100"),
        (Side.SELL, "1.1010", "-100", "1.1010", "100"),
    ],
)
def test_risk_is_the_distance_of_the_first_stop_at_the_trades_own_worth_of_a_step(
    side: Side, closed: str, gross: str, stop: str, risk: str
) -> None:
    assert initial_risk(side, Decimal("1.1"), Decimal(closed), Decimal(gross), Decimal(stop)) == Decimal(risk)


@pytest.mark.parametrize(
    ("side", "opened", "closed", "gross", "stop"),
    [
        (Side.BUY, "1.1", "1.2", "500", "1.1"),
        (Side.BUY, "1.1", "1.2", "500", "1.15"),
        (Side.SELL, "1.1", "1.0", "500", "1.05"),
        (Side.BUY, "1.1", "1.1", "0", "1.0"),
        (Side.BUY, "1.1", "1.2", "500", None),
        (Side.BUY, None, "1.2", "500", "1.0"),
    ],
)
def test_no_risk_is_made_up_where_the_stop_does_not_tell(
    side: Side, opened: str | None, closed: str, gross: str, stop: str | None
) -> None:
    assert (
        initial_risk(
            side,
            None if opened is None else Decimal(opened),
            Decimal(closed),
            Decimal(gross),
            None if stop is None else Decimal(stop),
        )
        is None
    )


def test_trade_of_the_ledger_is_seen_with_its_holding_time_and_risk() -> None:
    row = trade(
        1,
        "48",
        opened_at=MONDAY - timedelta(minutes=90),
        open_price=Decimal("1.0800"),
        own=DealResult(Decimal(50), Decimal(0), Decimal(-2), Decimal(0)),
        entry=EntryShare(EntryMatch.POSITION, Decimal(0), Decimal(0), Decimal(0), Decimal("1.0790")),
    )

    assert ClosedTrade.of(row) == ClosedTrade(
        "EURUSD", Side.BUY, Decimal(48), MONDAY, MONDAY - timedelta(minutes=90), Decimal(10)
    )
    assert ClosedTrade.of(row).holding_time == timedelta(minutes=90)
    assert ClosedTrade.of(trade(2, "1")).holding_time is None
