"""A chart on the offscreen platform, in dark and in light."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, QSettings
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from tradesense_desktop.analytics.equity_series import EquitySeries
from tradesense_desktop.ui.charts.equity_chart import EquityChart
from tradesense_desktop.ui.charts.prepared_curve import prepare
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.theme.palettes import palette
from tradesense_desktop.ui.theme.tokens import DARK

ShowChart = Callable[..., EquityChart]


@pytest.fixture
def display(qapp: QApplication, tmp_path: Path) -> Display:
    """Formats of the United States, times in the firm's zone."""
    return Display(QSettings(str(tmp_path / "settings.ini"), QSettings.Format.IniFormat), QLocale("en_US"))


@pytest.fixture
def show_chart(qtbot: QtBot, qapp: QApplication, display: Display) -> ShowChart:
    """Shows a series in a dark chart of 900 × 440."""

    def show(series: EquitySeries | None = None, *, width: int = 900, height: int = 440) -> EquityChart:
        qapp.setPalette(palette(DARK))
        chart = EquityChart(display)
        qtbot.addWidget(chart)
        chart.resize(width, height)
        with qtbot.waitExposed(chart):
            chart.show()
        if series is not None:
            chart.show_curve(prepare(series), "Europe/Prague")
            qapp.processEvents()
        return chart

    return show
