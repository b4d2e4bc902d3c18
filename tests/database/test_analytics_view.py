"""The view challenge_performance_analytics: figures that agree to the last digit, ties above all."""

from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.both_databases import Database, SqliteDatabase, value
from tests.conftest import SERVER_KINDS, SharedDatabases
from tests.database.rows import ACTIVE, add_active_challenge, add_trade, add_user, challenge_columns

TIES = 200_000
COUNT = """
WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?)
"""


@pytest.fixture(params=["sqlite", *SERVER_KINDS])
def tied(request: pytest.FixtureRequest, shared_databases: SharedDatabases) -> Iterator[Database]:
    """200,000 challenges whose profit and drawdown percentages end in a five at the third decimal."""
    both = shared_databases.of(request.param)
    with both.undone():
        fill(both)
        yield both


def fill(both: Database) -> None:
    user = add_user(both)
    columns = challenge_columns(user, **ACTIVE)
    for name in ("id", "current_equity", "max_equity_ever"):
        del columns[name]
    names = ", ".join(columns)
    if both.dialect == "postgresql":
        both.execute("ALTER TABLE challenges DISABLE TRIGGER USER")
    both.execute(
        f"{COUNT} INSERT INTO challenges ({names}, current_balance, current_equity, max_equity_ever)"
        f" SELECT {', '.join('?' for _ in columns)}, 100000, 100005 + n * 10, 300000 + n * 10 FROM numbers",
        TIES - 1,
        *columns.values(),
    )


def test_percentages_round_ties_the_same_on_both(tied: Database) -> None:
    """Profit (5 + 10 n) / 100,000 is n.nn5 %: a double of it lies now above, now below the tie."""
    rows = tied.execute(
        "SELECT current_equity, max_equity_ever, profit_percentage, drawdown_percentage"
        " FROM challenge_performance_analytics"
    )

    def rounded(number: Decimal, rounding: str) -> Decimal:
        return number.quantize(Decimal("0.01"), rounding=rounding)

    assert len(rows) == TIES
    wrong: list[Any] = []
    for equity, peak, profit, drawdown in rows:
        exact_profit = (Decimal(equity) - 100000) * 100 / 100000
        exact_drawdown = (Decimal(peak) - Decimal(equity)) * 100 / Decimal(peak)
        if profit != rounded(exact_profit, ROUND_HALF_UP) or drawdown != rounded(exact_drawdown, ROUND_HALF_UP):
            wrong.append((equity, peak, profit, drawdown))
    assert wrong[:5] == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.integers(1, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
    st.integers(0, 10**9),
)
def test_percentages_of_random_amounts_are_the_exact_ones(
    both: Database, initial: int, equity: int, more: int, start: int
) -> None:
    cents = [Decimal(amount) / 100 for amount in (initial, equity, max(initial, equity) + more, equity + start)]
    with both.undone():
        add_active_challenge(
            both,
            initial_balance=cents[0],
            current_equity=cents[1],
            max_equity_ever=cents[2],
            daily_start_equity=cents[3],
        )
        rows = both.execute(
            "SELECT profit_percentage, drawdown_percentage, daily_drawdown_used FROM challenge_performance_analytics"
        )

    def percent(part: Decimal, whole: Decimal) -> Decimal:
        return (part * 100 / whole).quantize(Decimal("0.01"), rounding=ROUND_HALF_UP) if whole else Decimal(0)

    assert rows == [
        (
            percent(cents[1] - cents[0], cents[0]),
            percent(cents[2] - cents[1], cents[2]),
            percent(cents[3] - cents[1], cents[3]),
        )
    ]


def test_last_three_columns_leave_out_trades_that_changed_nothing(both: Database) -> None:
    challenge = add_active_challenge(both)
    for number, (quantity, result) in enumerate([("1", "5"), ("100", "0"), ("2", "-5")], start=1):
        add_trade(both, challenge, number, quantity=quantity, realized_pnl=result)

    ((volume, win_rate, average),) = both.execute(
        "SELECT total_volume, win_rate, avg_trade_size FROM challenge_performance_analytics"
    )

    assert (volume, average) == (3, Decimal("1.5"))
    assert win_rate in {Decimal("0.5"), Decimal(50)}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 10**6), st.integers(-500, 500)), min_size=1, max_size=15))
def test_figures_over_random_trades_agree(both: Database, trades: list[tuple[int, int]]) -> None:
    with both.undone():
        challenge = add_active_challenge(both)
        for number, (volume, result) in enumerate(trades, start=1):
            add_trade(both, challenge, number, quantity=Decimal(volume) / 100, realized_pnl=Decimal(result) / 10)
        rows = both.execute("SELECT total_volume, win_rate, avg_trade_size FROM challenge_performance_analytics")
    counted = [(Decimal(volume) / 100, result) for volume, result in trades if result]
    ((volume, win_rate, average),) = rows

    assert (volume or 0) == sum(quantity for quantity, _ in counted)
    if counted:
        share = Decimal(sum(result > 0 for _, result in counted)) / len(counted)
        assert abs(win_rate - share) <= Decimal("0.00005")
        assert abs(average - volume / len(counted)) <= Decimal("0.00000001")
    else:
        assert win_rate in (None, 0)
        assert average in (None, 0)


def test_trading_hours_run_from_start_to_end(both: Database) -> None:
    challenge = add_active_challenge(both, last_trade_at="2026-01-06 10:30:00")
    both.execute(
        "UPDATE challenges SET status = 'FAILED', ended_at = '2026-01-06 10:45:00', failure_reason = 'x',"
        " version = version + 1 WHERE id = ?",
        challenge,
    )

    assert value(both, "SELECT trading_hours FROM challenge_performance_analytics") == Decimal("25.75")


def test_leaderboard_can_be_read(both: Database) -> None:
    add_active_challenge(both)

    assert both.execute("SELECT * FROM challenge_leaderboard WHERE 1 = 0") == []


def test_leaderboard_is_refreshed_without_a_lock(fresh_both: Database) -> None:
    add_active_challenge(fresh_both)
    if not isinstance(fresh_both, SqliteDatabase):
        fresh_both.execute("REFRESH MATERIALIZED VIEW CONCURRENTLY challenge_leaderboard")

    assert value(fresh_both, "SELECT COUNT(*) FROM challenge_leaderboard") == 1
