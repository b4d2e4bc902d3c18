"""Drawdown: how far the equity stood below its highest so far."""

import numpy as np

from tradesense_desktop.analytics.equity_series import FloatArray


def drawdown(equity: FloatArray, peak: FloatArray) -> FloatArray:
    """Equity less peak at each point, in money: zero at a peak, else negative."""
    result: FloatArray = np.minimum(equity - peak, 0.0)
    return result


def drawdown_fraction(equity: FloatArray, peak: FloatArray) -> FloatArray:
    """Drawdown as a part of the peak, zero or negative; NaN where the peak is no positive amount."""
    positive = peak > 0
    fraction = np.full(len(equity), np.nan)
    np.divide(equity - peak, peak, out=fraction, where=positive)
    np.minimum(fraction, 0.0, out=fraction)
    return fraction
