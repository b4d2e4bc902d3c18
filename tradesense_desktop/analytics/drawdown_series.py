"""Drawdown: how far the equity stood below its highest so far."""

import numpy as np

from tradesense_desktop.analytics.column import Column, Places
from tradesense_desktop.analytics.equity_series import FloatArray


def drawdown(equity: FloatArray, peak: FloatArray) -> FloatArray:
    """Equity less peak at each point, in money: zero at a peak, else negative."""
    result: FloatArray = np.minimum(equity - peak, 0.0)
    return result


def drawdown_fraction(equity: FloatArray, peak: FloatArray) -> FloatArray:
    """Drawdown as a part of the peak, zero or negative; NaN where the peak is no positive amount."""
    positive = peak > 0
    fraction = np.full(equity.shape, np.nan)
    np.divide(equity - peak, peak, out=fraction, where=positive)
    np.minimum(fraction, 0.0, out=fraction)
    return fraction


class DrawdownColumn:
    """Drawdown as a part of the peak, computed where it is asked for: it takes no memory of its own."""

    __slots__ = ("_equity", "_peak")

    def __init__(self, equity: Column, peak: Column) -> None:
        self._equity = equity
        self._peak = peak

    def __len__(self) -> int:
        return len(self._equity)

    def __getitem__(self, places: Places) -> FloatArray:
        """Values at these places."""
        return drawdown_fraction(self._equity[places], self._peak[places])
