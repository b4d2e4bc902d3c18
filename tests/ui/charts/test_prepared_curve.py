import dataclasses
from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.charts.curves import BEGUN, challenge, series_of
from tradesense_desktop.domain.progress import Cancelled, Progress
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


@settings(deadline=None)
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


def test_trades_of_a_stretch_are_named_by_their_first_and_last_row() -> None:
    prepared = prepare(series_of([0, 10, 20, 20, 30], [1.0] * 5, sequence_numbers=[0, 1, 2, 3, 4]))

    def between(start: float, end: float) -> tuple[int, int]:
        return prepared.trades_between(datetime.fromtimestamp(start, UTC), datetime.fromtimestamp(end, UTC))

    assert between(10, 20) == (1, 3)
    assert between(0, 9.5) == (1, 0)
    assert between(20.5, 29.5) == (1, 0)
    assert between(-5, 99) == (1, 4)


def test_curve_with_more_points_continues_the_one_before_and_another_does_not() -> None:
    short = prepare(series_of([0, 10, 20], [1.0, 2.0, 3.0]))
    longer = prepare(series_of([0, 10, 20, 30], [1.0, 2.0, 3.0, 2.5]))

    assert longer.continues(short)
    assert short.continues(short)
    assert not short.continues(longer)
    assert not longer.continues(prepare(series_of([0, 10, 20], [1.0, 2.0, 2.75])))
    assert not longer.continues(prepare(series_of([], [])))


def test_preparing_can_be_cancelled() -> None:
    def cancel(_progress: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        prepare(challenge(), cancel)
