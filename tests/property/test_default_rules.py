"""The default rules against a second judge that is written as the specification reads, in fractions."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import groupby

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.property.challenge_histories import BEGINNING, INITIAL_BALANCE, Step, create, new_execution, trade_of
from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.identifiers import UuidSource
from tradesense_desktop.domain.limits import verdict

LIMIT_OF_A_DAY, LIMIT_IN_ALL, TARGET = Fraction(5, 100), Fraction(10, 100), Fraction(8, 100)


@dataclass(frozen=True)
class Judgement:
    """What was decided, by which row (from 1), and the balance then."""

    decided: str | None
    row: int | None
    balance: Fraction


def judge(rows: list[tuple[datetime, Fraction]]) -> Judgement:
    """Groups of one time are settled together; the day is that of UTC; the higher floor has the breach."""
    initial = Fraction(INITIAL_BALANCE)
    balance = peak = day_start = initial
    day = rows[0][0].date() if rows else None
    number = 0
    for at, group in groupby(rows, key=lambda row: row[0]):
        if at.date() != day:
            day, day_start = at.date(), balance
        for _, result in group:
            balance = max(Fraction(0), balance + result)
            number += 1
        peak = max(peak, balance)
        broken = [
            (floor, name)
            for floor, name, is_broken in (
                (
                    day_start * (1 - LIMIT_OF_A_DAY),
                    "daily_loss",
                    day_start and (day_start - balance) / day_start > LIMIT_OF_A_DAY,
                ),
                (peak * (1 - LIMIT_IN_ALL), "maximum_loss", (peak - balance) / peak > LIMIT_IN_ALL),
            )
            if is_broken
        ]
        if broken:
            highest = max(floor for floor, _ in broken)
            return Judgement(next(name for floor, name in broken if floor == highest), number, balance)
        if (balance - initial) / initial >= TARGET:
            return Judgement("profit_target", number, balance)
    return Judgement(None, None, balance)


rows = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 60, 20_000, 90_000]),
        st.one_of(st.integers(-60_000, 60_000), st.sampled_from([-50_000, -100_000, 80_000, 79_999, -50_001])),
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(rows)
def test_default_rules_decide_as_the_specification_reads(moves: list[tuple[int, int]]) -> None:
    at, timed = BEGINNING, []
    for gap, cents in moves:
        at += timedelta(seconds=gap)
        timed.append((at, Decimal(cents) / 100))
    execution = new_execution(None, 0, UuidSource(1_790_000_000_000, lambda bits: (1 << bits) // 3))
    create(execution, {})
    for number, (executed_at, result) in enumerate(timed, 1):
        is_last = number == len(timed) or timed[number][0] != executed_at
        if execution.accepts_rows:
            execution.execute_trade(trade_of(Step("trade", 0, result, is_last), executed_at, number))

    expected = judge([(executed_at, Fraction(result)) for executed_at, result in timed])
    row = execution.snapshot()
    found = verdict(row)
    assert Judgement(found.rule, found.trade_number, Fraction(row.current_balance)) == expected
    assert (row.status is ChallengeStatus.FAILED) == (expected.decided in {"daily_loss", "maximum_loss"})
    if expected.row is not None:
        assert found.at == timed[expected.row - 1][0].astimezone(UTC)
        assert row.total_trades == expected.row
