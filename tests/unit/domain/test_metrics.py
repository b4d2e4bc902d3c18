import json
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal

import pytest

from tests.unit.domain.challenges import MONDAY, ROOT
from tradesense_desktop.domain.closed_trade import ClosedTrade
from tradesense_desktop.domain.daily_series import DailyResult
from tradesense_desktop.domain.metrics import metrics
from tradesense_desktop.domain.trade import Side

VECTORS = json.loads((ROOT / "tests" / "vectors" / "daily_metrics.json").read_text(encoding="utf-8"))


def closed(results: Sequence[str], risks: Sequence[str | None] = ()) -> list[ClosedTrade]:
    known = [*risks, *([None] * len(results))]
    return [
        ClosedTrade(
            "EURUSD",
            Side.BUY,
            Decimal(result),
            MONDAY + timedelta(minutes=number),
            MONDAY - timedelta(minutes=number) if number else None,
            None if (risk := known[number]) is None else Decimal(risk),
        )
        for number, result in enumerate(results)
    ]


def figures(
    trades: Sequence[ClosedTrade] = (), days: Sequence[DailyResult] = (), initial_balance: str = "10000"
) -> dict[str, Decimal | int | None]:
    return {figure.key: figure.value for figure in metrics(trades, days, Decimal(initial_balance))}


def test_figures_over_trades() -> None:
    found = figures(closed(["100", "50", "0", "-60", "-20", "-40", "30"]))

    assert {key: found[key] for key in found if found[key] is not None} == {
        "trades": 7,
        "wins": 3,
        "losses": 3,
        "breakeven": 1,
        "net_profit": Decimal(60),
        "gross_profit": Decimal(180),
        "gross_loss": Decimal(-120),
        "win_rate": Decimal("0.5"),
        "profit_factor": Decimal("1.5"),
        "average_win": Decimal(60),
        "average_loss": Decimal(-40),
        "payoff_ratio": Decimal("1.5"),
        "expectancy": Decimal(10),
        "largest_win": Decimal(100),
        "largest_loss": Decimal(-60),
        "longest_winning_streak": 2,
        "longest_losing_streak": 3,
        "average_holding_time": Decimal(420),
        "r_trades": 0,
        "trading_days": 0,
        "maximum_drawdown": Decimal(0),
        "maximum_drawdown_percent": Decimal(0),
        "maximum_drawdown_days": 0,
    }


def test_breakeven_trade_ends_a_streak() -> None:
    assert figures(closed(["1", "1", "0", "1"]))["longest_winning_streak"] == 2


def test_profit_factor_is_not_defined_without_a_loss_nor_win_rate_without_a_decision() -> None:
    winners, undecided = figures(closed(["1", "2"])), figures(closed(["0"]))

    assert (winners["profit_factor"], winners["payoff_ratio"], winners["largest_loss"]) == (None, None, None)
    assert (undecided["win_rate"], undecided["expectancy"]) == (None, None)


def test_nothing_is_known_of_nothing() -> None:
    found = figures()

    assert found["trades"] == 0
    assert {found[key] for key in ("win_rate", "sharpe", "sortino", "calmar", "recovery_factor", "best_day")} == {None}


def test_r_multiple_and_system_quality_use_only_trades_whose_risk_is_known() -> None:
    found = figures(closed(["200", "-100", "300", "77"], ["100", "100", "100"]))

    # R = 2, −1, 3: mean 4/3, deviation √(13/3); SQN = √3 × (4/3) ÷ √(13/3) = 4/√13.
    assert found["r_trades"] == 3
    assert found["average_r"] == Decimal("1.33333333")
    assert found["sqn"] == Decimal("1.10940039")


def test_system_quality_counts_a_hundred_trades_at_most() -> None:
    found = figures(closed(["100", "300"] * 100, ["100"] * 200))

    # mean 2, deviation √(200/199); √100 × 2 ÷ √(200/199) = 20 × √0.995.
    assert found["sqn"] == Decimal("19.94993734")


def test_figures_over_days() -> None:
    days = [
        DailyResult(date(2026, 3, 2), Decimal(100), Decimal(10100)),
        DailyResult(date(2026, 3, 3), Decimal(-202), Decimal(9898)),
        DailyResult(date(2026, 3, 4), Decimal("296.94"), Decimal("10194.94")),
    ]
    found = figures(days=days)

    # r = 0.01, −0.02, 0.03. Σ(r − mean)² = 0.0014 − 3 × (0.02 ÷ 3)² = 0.0038 ÷ 3; ÷ 2 = 0.0019 ÷ 3.
    # Sharpe² = (0.02 ÷ 3)² ÷ (0.0019 ÷ 3) × 252 = 17.68421052…; Sortino² = (0.02 ÷ 3)² ÷ (0.0004 ÷ 3) × 252 = 84.
    assert found["trading_days"] == 3
    assert found["maximum_drawdown"] == Decimal(202)
    assert found["maximum_drawdown_percent"] == Decimal("0.02")
    assert found["maximum_drawdown_days"] == 2
    assert found["sharpe"] == Decimal("4.20525986")
    assert found["sortino"] == Decimal("9.16515139")
    assert found["recovery_factor"] == Decimal("0.96504950")
    assert (found["best_day"], found["worst_day"]) == (Decimal("296.94"), Decimal(-202))


def test_recovery_factor_of_a_losing_account_is_negative() -> None:
    days = [
        DailyResult(date(2026, 3, 2), Decimal(-500), Decimal(9500)),
        DailyResult(date(2026, 3, 3), Decimal(100), Decimal(9600)),
    ]

    assert figures(days=days)["recovery_factor"] == Decimal("-0.8")


def test_days_that_are_all_alike_have_no_sharpe() -> None:
    days = [DailyResult(date(2026, 3, day), Decimal(0), Decimal(10000)) for day in (2, 3, 4)]

    assert figures(days=days)["sharpe"] is None
    assert figures(days=days)["sortino"] is None


@pytest.mark.parametrize("vector", VECTORS["series"], ids=lambda vector: vector["name"])
def test_daily_figures_agree_with_an_independent_library(vector: dict[str, object]) -> None:
    equities = [Decimal(str(equity)) for equity in vector["equity"]]  # type: ignore[attr-defined]
    day, before, days = date(2026, 1, 5), Decimal(str(vector["initial_balance"])), []
    for equity in equities:
        days.append(DailyResult(day, equity - before, equity))
        before = equity
        day += timedelta(days=3 if day.weekday() == 4 else 1)
    found = figures(days=days, initial_balance=str(vector["initial_balance"]))

    for key in ("sharpe", "sortino", "calmar", "maximum_drawdown_percent"):
        value = found[key]
        assert isinstance(value, Decimal)
        assert abs(value - Decimal(str(vector[key]))) <= Decimal("0.00000002") * max(Decimal(1), abs(value)), key


def test_every_figure_has_a_formula_and_a_label_of_its_own() -> None:
    found = metrics([], [], Decimal(1))

    assert all(figure.formula and figure.label for figure in found)
    assert len({figure.key for figure in found}) == len({figure.label for figure in found}) == len(found)
