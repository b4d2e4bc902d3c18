from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from tradesense_desktop.domain.breakdown import Dimension, Group, breakdown
from tradesense_desktop.domain.closed_trade import ClosedTrade
from tradesense_desktop.domain.errors import UnknownZone
from tradesense_desktop.domain.trade import Side


def closed(symbol: str, side: Side, result: str, at: datetime, held: timedelta | None = None) -> ClosedTrade:
    return ClosedTrade(symbol, side, Decimal(result), at, None if held is None else at - held, None)


TRADES = [
    closed("EURUSD", Side.BUY, "10", datetime(2026, 3, 2, 10, tzinfo=UTC), timedelta(seconds=59)),
    closed("EURUSD", Side.SELL, "-4", datetime(2026, 3, 2, 23, 30, tzinfo=UTC), timedelta(minutes=1)),
    closed("XAUUSD", Side.BUY, "0", datetime(2026, 3, 3, 10, tzinfo=UTC), timedelta(days=8)),
    closed("EURUSD", Side.BUY, "3", datetime(2026, 3, 3, 11, tzinfo=UTC)),
]


def test_trades_by_symbol() -> None:
    assert breakdown(TRADES, Dimension.SYMBOL) == (
        Group("EURUSD", 3, 2, 1, Decimal(9), Decimal("0.66666667"), Decimal(3)),
        Group("XAUUSD", 1, 0, 0, Decimal(0), None, Decimal(0)),
    )


def test_trades_by_side() -> None:
    assert [(group.key, group.trades, group.net) for group in breakdown(TRADES, Dimension.SIDE)] == [
        ("BUY", 3, Decimal(13)),
        ("SELL", 1, Decimal(-4)),
    ]


def test_weekday_and_hour_are_those_of_the_closing_in_the_zone_asked_for() -> None:
    in_utc = [(group.key, group.trades) for group in breakdown(TRADES, Dimension.WEEKDAY)]
    in_prague = [(group.key, group.trades) for group in breakdown(TRADES, Dimension.WEEKDAY, "Europe/Prague")]
    hours = [(group.key, group.trades) for group in breakdown(TRADES, Dimension.HOUR)]

    assert in_utc == [(0, 2), (1, 2)]
    assert in_prague == [(0, 1), (1, 3)]
    assert hours == [(10, 2), (11, 1), (23, 1)]


def test_trades_by_holding_time_from_short_to_long_and_unknown_last() -> None:
    assert [(group.key, group.trades) for group in breakdown(TRADES, Dimension.HOLDING_TIME)] == [
        ("under 1 minute", 1),
        ("1 to 15 minutes", 1),
        ("over 7 days", 1),
        ("not known", 1),
    ]


def test_unknown_zone_is_refused() -> None:
    with pytest.raises(UnknownZone):
        breakdown(TRADES, Dimension.HOUR, "Middle/Earth")
