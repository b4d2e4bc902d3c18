import numpy as np

from tradesense_desktop.analytics.drawdown_series import drawdown, drawdown_fraction


def test_drawdown_is_the_distance_to_the_peak() -> None:
    equity, peak = np.array([100.0, 90.0, 110.0]), np.array([100.0, 100.0, 110.0])

    assert drawdown(equity, peak).tolist() == [0, -10, 0]
    assert drawdown_fraction(equity, peak).tolist() == [0, -0.1, 0]


def test_drawdown_of_no_positive_peak_is_no_fraction() -> None:
    assert np.isnan(drawdown_fraction(np.array([-5.0]), np.array([0.0])))[0]
