import numpy as np
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tradesense_desktop.analytics.minmax_pyramid import MinMaxPyramid, time_pyramid

values_and_bounds = st.lists(st.one_of(st.floats(-1e9, 1e9), st.just(float("nan"))), min_size=1, max_size=700).flatmap(
    lambda values: st.tuples(
        st.just(values),
        st.lists(st.integers(0, len(values)), min_size=2, max_size=40).map(sorted),
    )
)


@settings(deadline=None)
@given(values_and_bounds)
@example(([0.0] * 16 + [-500.0], [0, 17]))
@example(([0.0] * 511 + [9.0, -9.0], [3, 512, 513]))
def test_extremes_of_any_stretch_are_those_of_reading_every_value(case: tuple[list[float], list[int]]) -> None:
    values, bounds = np.array(case[0]), np.array(case[1], dtype=np.int64)

    lowest, highest = MinMaxPyramid(values).between(bounds)

    for start, end, low, high in zip(bounds[:-1], bounds[1:], lowest, highest, strict=True):
        taken = [value for value in values[start:end] if not np.isnan(value)]
        assert (low, high) == (min(taken), max(taken)) if taken else (np.isnan(low) and np.isnan(high))


def test_crash_on_the_last_of_a_million_and_three_points_is_found() -> None:
    values = np.zeros(1_000_003)
    values[-1] = -500.0
    bounds = np.linspace(0, len(values), 1_601).astype(np.int64)

    lowest, _ = MinMaxPyramid(values).between(bounds)

    assert lowest[-1] == -500.0
    assert not lowest[:-1].any()


def test_column_without_a_value_has_no_extremes() -> None:
    lowest, highest = MinMaxPyramid(np.array([])).between(np.array([0, 0]))

    assert np.isnan(lowest).all()
    assert np.isnan(highest).all()


def test_pyramid_is_timed_against_reading_every_value() -> None:
    by_pyramid, by_reading = time_pyramid(100_000, stretches=100, repetitions=3)

    assert by_pyramid > 0
    assert by_reading > 0
