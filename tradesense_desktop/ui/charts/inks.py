"""Colours of a chart, all from the theme's tokens."""

from PySide6.QtGui import QColor

from tradesense_desktop.ui.charts.frame import Ink
from tradesense_desktop.ui.theme.tokens import Tokens, mix

_FAINT = 0.55
_FILL = 0.30


def ink_colours(tokens: Tokens) -> dict[Ink, QColor]:
    """Colour of each ink; fills are mixed with the ground beforehand, painting with transparency costs more."""
    return {
        Ink.GRID: QColor(mix(tokens.line, tokens.surface, _FAINT)),
        Ink.DAY_BOUND: QColor(tokens.line),
        Ink.EQUITY: QColor(tokens.text),
        Ink.EQUITY_AFTER: QColor(tokens.muted),
        Ink.POINT: QColor(tokens.text),
        Ink.PEAK: QColor(tokens.muted),
        Ink.DAILY_FLOOR: QColor(tokens.warning),
        Ink.MAXIMUM_LOSS_FLOOR: QColor(tokens.breach),
        Ink.TARGET: QColor(tokens.profit),
        Ink.DRAWDOWN: QColor(mix(tokens.loss, tokens.surface, _FILL)),
        Ink.DRAWDOWN_EDGE: QColor(tokens.loss),
    }
