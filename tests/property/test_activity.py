"""Whatever is traded, each crossing is found once, and looking further changes nothing that was found."""

from datetime import timedelta
from decimal import Decimal
from statistics import median

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.domain.challenges import MONDAY
from tradesense_desktop.domain.activity import (
    CLOSINGS,
    PROFIT,
    SIZES_REMEMBERED,
    TRADE_SIZE,
    ActivityFinding,
    WatchedTrade,
    unusual_activity,
)
from tradesense_desktop.domain.activity_thresholds import ActivityThresholds

THRESHOLDS = ActivityThresholds(size_factor=Decimal(2), size_trades=2, closings_a_minute=3, profit_part=Decimal("0.05"))
INITIAL = Decimal(1_000)


@st.composite
def ledgers(draw: st.DrawFn) -> list[WatchedTrade]:
    rows = draw(
        st.lists(
            st.tuples(
                st.sampled_from(("A", "B")),
                st.integers(1, 9),
                st.sampled_from((-60, 0, 49, 50, 80)),
                st.sampled_from((0, 1, 25, 30, 60, 3_600)),
            ),
            max_size=120,
        )
    )
    at = MONDAY
    trades = []
    for number, (symbol, lots, result, seconds) in enumerate(rows, 1):
        at += timedelta(seconds=seconds)
        trades.append(WatchedTrade(number, symbol, Decimal(lots), Decimal(result), at))
    return trades


def looked_at(trades: list[WatchedTrade]) -> list[ActivityFinding]:
    return list(unusual_activity(trades, INITIAL, "USD", THRESHOLDS))


def is_above(trades: list[WatchedTrade], place: int, rule_id: str) -> bool | None:
    """Whether the measure is at or above its threshold after that trade, reckoned anew; None where it says nothing."""
    row = trades[place]
    if rule_id == PROFIT:
        return row.realized_pnl >= INITIAL * Decimal("0.05")
    if rule_id == TRADE_SIZE:
        before = [each.quantity for each in trades[:place] if each.symbol == row.symbol][-SIZES_REMEMBERED:]
        return row.quantity >= 2 * median(before) if len(before) >= 2 else None
    if place and trades[place - 1].executed_at == row.executed_at:
        return None
    times = {each.executed_at for each in trades[: place + 1]}
    return sum(row.executed_at - time < timedelta(minutes=1) for time in times) >= 3


def crossings(trades: list[WatchedTrade], rule_id: str) -> list[str]:
    """Where a measure goes from below to above, reckoned without a memory of windows."""
    was_above: dict[str, bool] = {}
    found = []
    for place, row in enumerate(trades):
        what = row.symbol if rule_id == TRADE_SIZE else ""
        above = is_above(trades, place, rule_id)
        if above is None:
            continue
        if above and not was_above.get(what, False):
            found.append(str(row.sequence_number))
        was_above[what] = above
    return found


@given(ledgers())
def test_each_crossing_is_found_once_and_where_a_plain_reckoning_finds_it(trades: list[WatchedTrade]) -> None:
    findings = looked_at(trades)

    for rule_id in (PROFIT, TRADE_SIZE, CLOSINGS):
        assert [each.key for each in findings if each.rule_id == rule_id] == crossings(trades, rule_id)
    assert [each.at for each in findings] == sorted(each.at for each in findings)


@given(ledgers(), st.integers(0, 120))
def test_a_longer_ledger_only_adds_to_what_was_found(trades: list[WatchedTrade], length: int) -> None:
    shorter = looked_at(trades[:length])

    assert looked_at(trades)[: len(shorter)] == shorter
    assert looked_at(trades) == looked_at(trades)
