"""The metrics: figures in columns, each with its formula on demand."""

from collections.abc import Sequence
from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QVBoxLayout, QWidget

from tradesense_desktop.services.views import Metric
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.numbers import NOTHING
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.tokens import Tone

_COLUMN_WIDTH = 336
_RESULTS = frozenset(
    {"net_profit", "expectancy", "average_win", "average_loss", "largest_win", "largest_loss"}
    | {"gross_profit", "gross_loss", "best_day", "worst_day"}
)
"""Figures that are results: with a sign and a tone. A drawdown is an amount, and has neither."""
_CENT = Decimal("0.01")
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


class MetricsPanel(QWidget):
    """All metrics of one challenge, in as many columns as fit."""

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._metrics: tuple[Metric, ...] = ()
        self._currency = ""
        self._columns = 0
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._area.setAccessibleName(self.tr("Metrics"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._area)
        display.changed.connect(self._rebuild)

    def show_metrics(self, metrics: Sequence[Metric], currency: str) -> None:
        """Show these figures."""
        self._metrics = tuple(metrics)
        self._currency = currency
        self._rebuild()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Take as many columns as fit."""
        super().resizeEvent(event)
        if self._columns_that_fit() != self._columns:
            self._rebuild()

    def metric_text(self, metric: Metric) -> str:
        """A figure with its unit; a dash where it is not defined."""
        numbers = self._display.numbers
        value = metric.value
        if value is None:
            return NOTHING
        if metric.unit == "money":
            amount = Decimal(value).quantize(_CENT)
            write = numbers.signed_money if metric.key in _RESULTS else numbers.money
            return write(amount, currency=self._currency)
        if metric.unit == "fraction":
            return numbers.percent(Decimal(value), decimals=2)
        if metric.unit == "seconds":
            return self._duration(Decimal(value))
        if metric.unit == "days":
            days = int(value)
            return self.tr("1 day") if days == 1 else self.tr("{n} days").format(n=numbers.count(days))
        if isinstance(value, int):
            return numbers.count(value)
        return numbers.plain(value)

    def _duration(self, seconds: Decimal) -> str:
        """A duration in the largest unit that it fills twice, with one decimal."""
        numbers = self._display.numbers
        if seconds >= 2 * _DAY:
            return self.tr("{n} days").format(n=numbers.plain(seconds / _DAY, decimals=1))
        if seconds >= 2 * _HOUR:
            return self.tr("{n} h").format(n=numbers.plain(seconds / _HOUR, decimals=1))
        if seconds >= 2 * _MINUTE:
            return self.tr("{n} min").format(n=numbers.plain(seconds / _MINUTE, decimals=1))
        return self.tr("{n} s").format(n=numbers.plain(seconds, decimals=1))

    def _columns_that_fit(self) -> int:
        return max(1, min(4, self.width() // _COLUMN_WIDTH))

    def _rebuild(self) -> None:
        self._columns = self._columns_that_fit()
        body = QWidget(self._area)
        body.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        body.setProperty("ground", "surface")
        grid = QGridLayout(body)
        grid.setContentsMargins(size.SPACE_16, size.SPACE_8, size.SPACE_16, size.SPACE_16)
        grid.setHorizontalSpacing(size.SPACE_32)
        grid.setVerticalSpacing(0)
        rows = -(-len(self._metrics) // self._columns)
        for place, metric in enumerate(self._metrics):
            grid.addWidget(_MetricLine(metric, self.metric_text(metric), body), place % rows, place // rows)
        for at in range(self._columns):
            grid.setColumnStretch(at, 1)
        grid.setRowStretch(rows, 1)
        old = self._area.takeWidget()
        self._area.setWidget(body)
        if old is not None:
            old.deleteLater()


class _MetricLine(QWidget):
    """Label at the left, figure at the right, the formula below when asked for."""

    def __init__(self, metric: Metric, figure: str, parent: QWidget) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, size.SPACE_4, 0, 0)
        grid.setHorizontalSpacing(size.SPACE_8)
        grid.setVerticalSpacing(size.SPACE_4)
        grid.addWidget(Words(metric.label, tone="muted"), 0, 0)
        shown = Words(figure, tone=_tone(metric))
        shown.setAccessibleName(f"{metric.label}: {figure}")
        grid.addWidget(shown, 0, 1, Qt.AlignmentFlag.AlignRight)
        ask = IconButton("question", self.tr("Formula of {label}").format(label=metric.label), self)
        ask.setToolTip(quoting_tip(metric.formula))
        ask.setAccessibleDescription(metric.formula)
        grid.addWidget(ask, 0, 2)
        self._formula = Words(metric.formula, pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        self._formula.hide()
        grid.addWidget(self._formula, 1, 0, 1, 3)
        grid.addWidget(rule(parent=self), 2, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        ask.clicked.connect(lambda _checked=False: self._formula.setVisible(self._formula.isHidden()))


def _tone(metric: Metric) -> Tone:
    if metric.key not in _RESULTS or metric.value is None or metric.value == 0:
        return "text"
    return "profit" if metric.value > 0 else "loss"
