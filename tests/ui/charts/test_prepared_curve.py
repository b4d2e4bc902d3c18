import dataclasses

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.ui.charts.curves import BEGUN, challenge, series_of
from tradesense_desktop.ui.charts.prepared_curve import SeriesNotDrawable, leapt, prepare


def test_each_trade_is_found_at_its_point_and_each_point_at_its_trade() -> None:
    prepared = prepare(challenge())

    for point in (1, 17, len(prepared) - 1):
        assert prepared.point_of(prepared.ledger_row(point)) == point
    assert prepared.point_of(0) is None
    assert prepared.point_of(10**9) is None


def test_rows_that_are_not_in_order_of_time_are_found_as_well() -> None:
    prepared = prepare(series_of([1, 2, 2, 3, 9], [1, 2, 3, 4, 5], sequence_numbers=[0, 7, 3, 0, 5]))

    assert [prepared.point_of(row) for row in (7, 3, 5, 4, 0)] == [1, 2, 4, None, None]


@given(st.lists(st.integers(0, 30), min_size=1, max_size=30), st.integers(-5, 40))
def test_nearest_point_is_the_last_of_those_least_away(times: list[int], time: int) -> None:
    times.sort()
    prepared = prepare(series_of(times, [0.0] * len(times)))

    found = prepared.nearest(time)

    least = min(abs(other - time) for other in times)
    assert abs(times[found] - time) == least
    assert found == len(times) - 1 or times[found + 1] != times[found]


def test_nearest_point_of_an_empty_series_is_none() -> None:
    assert prepare(series_of([], [])).nearest(5.0) == -1


def test_leap_reaches_the_next_point_where_none_is_that_near() -> None:
    prepared = prepare(series_of([0, 100, 200, 205], [0.0] * 4))

    assert leapt(prepared, 0, 1.0) == 1
    assert leapt(prepared, 0, 201.0) == 2
    assert leapt(prepared, 3, -1.0) == 2


@pytest.mark.parametrize(
    "change",
    [
        {"times": np.array([2.0, 1.0])},
        {"times": np.array([1.0, np.nan])},
        {"times": np.array([1.0])},
        {"breach": 2},
        {"peak": np.array([1.0])},
    ],
)
def test_series_that_is_none_is_refused(change: dict[str, object]) -> None:
    series = dataclasses.replace(series_of([BEGUN, BEGUN + 1], [1.0, 2.0]), **change)  # type: ignore[arg-type]

    with pytest.raises(SeriesNotDrawable):
        prepare(series)


def test_floor_that_is_nowhere_defined_is_no_limit() -> None:
    prepared = prepare(series_of([1, 2], [1.0, 2.0], maximum_loss_floor=[0.5, 0.5]))

    assert prepared.daily_floor is None
    assert prepared.maximum_loss_floor is not None
    assert prepared.maximum_loss_floor.is_constant
