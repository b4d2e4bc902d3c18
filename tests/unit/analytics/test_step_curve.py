from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradesense_desktop.analytics.step_curve import StepCurve, changes_only, moved_to_resets


def array(*values: float) -> np.ndarray:
    return np.array(values, dtype=np.float64)


def test_column_without_a_point_shows_the_value_that_still_holds() -> None:
    columns = StepCurve(array(10, 30), array(100, 90)).columns(array(10, 20, 25, 31))

    assert columns.lowest.tolist() == [100, 100, 90]
    assert columns.highest.tolist() == [100, 100, 100]
    assert columns.leaving.tolist() == [100, 100, 90]


def test_nothing_is_drawn_before_the_first_and_after_the_last_point() -> None:
    columns = StepCurve(array(10, 20), array(100, 90)).columns(array(0, 9, 21, 30, 40))

    assert np.isnan(columns.lowest).tolist() == [True, False, True, True]
    assert columns.lowest[1] == 90


def test_points_of_one_time_all_count_in_their_column() -> None:
    times = np.full(23, 5.0)
    values = np.arange(23.0)
    values[11] = -40

    columns = StepCurve(times, values).columns(array(0, 5, 6))

    assert columns.lowest[1] == -40
    assert columns.highest[1] == 22
    assert columns.leaving[1] == 22


@settings(deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 200), st.integers(-50, 50)), min_size=1, max_size=80),
    st.lists(st.integers(-5, 210), min_size=2, max_size=30, unique=True),
)
def test_columns_are_those_of_reading_every_point(points: list[tuple[int, int]], edges: list[int]) -> None:
    points.sort(key=lambda point: point[0])
    times, values = array(*(p[0] for p in points)), array(*(p[1] for p in points))
    edges.sort()

    columns = StepCurve(times, values).columns(array(*edges))

    for index, (left, right) in enumerate(pairwise(edges)):
        before = [value for time, value in points if time < left][-1:]
        shown = before + [value for time, value in points if left <= time < right]
        if not shown or left > points[-1][0]:
            assert np.isnan(columns.lowest[index])
        else:
            assert (columns.lowest[index], columns.highest[index]) == (min(shown), max(shown))
            assert columns.leaving[index] == shown[-1]


def test_curve_of_changes_is_the_same_curve() -> None:
    times = np.arange(1000.0)
    values = np.repeat(array(95, 94, np.nan, 96, 96), 200)

    changes = changes_only(times, values)

    assert len(changes.times) == 4
    edges = np.linspace(-10, 1010, 333)
    whole, short = StepCurve(times, values).columns(edges), changes.columns(edges)
    np.testing.assert_array_equal(whole.lowest, short.lowest)
    np.testing.assert_array_equal(whole.highest, short.highest)


def test_floor_moves_at_the_first_reset_after_the_last_point_of_the_day() -> None:
    curve = moved_to_resets(
        times=array(10, 20, 130, 140),
        floor=array(95, 95, 97, 97),
        equity=array(100, 102, 101, 101),
        resets=array(50, 100),
    )

    assert curve.times[:].tolist() == [10, 50]
    assert curve.values[:].tolist() == [95, 97]


def test_floor_that_changes_without_a_reset_stays_at_its_point() -> None:
    curve = moved_to_resets(array(10, 20), array(95, 97), array(100, 102), array(5, 50))

    assert curve.times[:].tolist() == [10, 20]


def test_floor_above_the_equity_before_is_not_moved_under_it() -> None:
    curve = moved_to_resets(array(10, 130), array(95, 104), array(100, 110), array(50))

    assert curve.times[:].tolist() == [10, 130]


def test_value_at_a_time_is_that_of_the_last_point_of_equal_times() -> None:
    curve = StepCurve(array(1, 2, 2), array(7, 8, 9))

    assert curve.at(2) == pytest.approx(9)
    assert np.isnan(curve.at(0.5))
