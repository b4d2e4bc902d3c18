import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradesense_desktop.analytics.column import Column, PackedColumn, kept_small, value_at

amounts = st.one_of(
    st.lists(st.integers(-(10**12), 10**12).map(lambda cents: cents / 100), max_size=60),
    st.lists(st.integers(90_000_00, 110_000_00).map(lambda cents: cents / 100), max_size=60),
    st.lists(st.floats(allow_infinity=False), max_size=60),
    st.lists(
        st.integers(1_700_000_000_000, 1_700_100_000_000).map(lambda milliseconds: milliseconds / 1000), max_size=60
    ),
    st.lists(st.sampled_from([95_000.0, 94_000.5, float("nan")]), max_size=60),
)


@settings(deadline=None)
@given(amounts)
def test_column_reads_back_the_very_doubles_that_it_was_given(values: list[float]) -> None:
    given_values = np.array(values, dtype=np.float64)
    for column in (PackedColumn(given_values), kept_small(given_values)):
        places = np.arange(len(values))
        assert len(column) == len(values)
        np.testing.assert_array_equal(column[places], given_values)
        np.testing.assert_array_equal(column[2:7], given_values[2:7])
        np.testing.assert_array_equal(column[places.reshape(1, -1)], given_values.reshape(1, -1))


@settings(deadline=None)
@given(
    st.one_of(
        st.lists(st.integers(0, 50).map(float), min_size=1, max_size=40),
        st.lists(st.integers(0, 9000).map(lambda thousandths: 1.7e9 + thousandths / 1000), min_size=1, max_size=40),
        st.lists(st.floats(0, 50), min_size=1, max_size=40),
    ),
    st.lists(st.one_of(st.floats(-1e12, 1e12), st.floats(0, 50)), max_size=20),
)
def test_places_found_are_those_of_a_search_among_the_doubles(values: list[float], sought: list[float]) -> None:
    ascending = np.sort(np.array(values))
    needles = np.concatenate((np.array(sought), ascending, np.nextafter(ascending, 0), ascending + 0.0004))

    column = PackedColumn(ascending)

    np.testing.assert_array_equal(column.first_from(needles), np.searchsorted(ascending, needles, side="left"))
    np.testing.assert_array_equal(column.first_after(needles), np.searchsorted(ascending, needles, side="right"))


def test_seconds_and_cents_take_half_the_memory() -> None:
    seconds = np.arange(1_700_000_000, 1_700_001_000, dtype=np.float64)
    cents = np.round(100_000 + np.sin(seconds) * 500, 2)

    assert PackedColumn(seconds).size == len(seconds) * 4
    assert PackedColumn(cents).size == len(cents) * 4
    assert PackedColumn(np.sin(seconds)).size == len(seconds) * 8


def test_floor_that_moves_seldom_takes_next_to_nothing() -> None:
    column = kept_small(np.repeat([95_000.0, 96_000.0], 5000))

    assert not isinstance(column, PackedColumn)
    assert (value_at(column, 4999), value_at(column, 5000), value_at(column, -1)) == (95_000, 96_000, 96_000)


@pytest.mark.parametrize("column", [PackedColumn(np.array([])), kept_small(np.array([]))])
def test_empty_column_has_nothing(column: Column) -> None:
    assert len(column) == 0
    assert len(column[:]) == 0
