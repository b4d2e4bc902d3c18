from decimal import Decimal

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tradesense_desktop.domain.money import Fraction
from tradesense_desktop.services.views import Metric
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.numbers import MASK, NOTHING
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.views.trader.metrics_panel import MetricsPanel

T = "\u202f"


def metric(key: str, value: Fraction | int | None, unit: str) -> Metric:
    return Metric(key, key.replace("_", " ").capitalize(), value, unit, f"formula of {key}")


@pytest.fixture
def panel(qtbot: QtBot, display: Display) -> MetricsPanel:
    made = MetricsPanel(display)
    qtbot.addWidget(made)
    made.resize(1200, 300)
    made.show()
    made.show_metrics((), "USD")
    return made


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (metric("net_profit", Decimal("2048.499"), "money"), f"+2{T}048.50{T}USD"),
        (metric("largest_loss", Decimal(-398), "money"), f"−398.00{T}USD"),
        (metric("maximum_drawdown", Decimal("2203.68"), "money"), f"2{T}203.68{T}USD"),
        (metric("win_rate", Decimal("0.33898305"), "fraction"), f"33.90{T}%"),
        (metric("profit_factor", Decimal("0.48193"), "ratio"), "0.48"),
        (metric("profit_factor", None, "ratio"), NOTHING),
        (metric("trades", 1402, "count"), f"1{T}402"),
        (metric("average_holding_time", Decimal(45), "seconds"), "45.0 s"),
        (metric("average_holding_time", Decimal(5400), "seconds"), "90.0 min"),
        (metric("average_holding_time", Decimal(9000), "seconds"), "2.5 h"),
        (metric("average_holding_time", Decimal(259200), "seconds"), "3.0 days"),
        (metric("maximum_drawdown_days", 10, "days"), "10 days"),
    ],
)
def test_a_figure_is_written_in_its_unit(panel: MetricsPanel, shown: Metric, expected: str) -> None:
    assert panel.metric_text(shown) == expected


def test_a_formula_is_shown_on_demand(qtbot: QtBot, panel: MetricsPanel) -> None:
    panel.show_metrics((metric("net_profit", Decimal(1), "money"),), "USD")
    (formula,) = [label for label in panel.findChildren(QLabel) if label.text() == "formula of net_profit"]
    (ask,) = panel.findChildren(IconButton)
    assert not formula.isVisible()

    ask.click()
    assert formula.isVisible()
    ask.click()

    assert not formula.isVisible()


def test_privacy_hides_amounts_but_no_ratios(panel: MetricsPanel, display: Display) -> None:
    panel.show_metrics((metric("net_profit", Decimal(1), "money"), metric("sharpe", Decimal(2), "ratio")), "USD")

    display.mask(True)

    texts = [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]
    assert MASK in texts
    assert "2.00" in texts


def test_there_are_as_many_columns_as_fit(panel: MetricsPanel) -> None:
    panel.show_metrics(tuple(metric(f"figure_{n}", n, "count") for n in range(12)), "USD")
    wide = panel._columns

    panel.resize(400, 300)

    assert wide == 3
    assert panel._columns == 1
