import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tradesense_desktop.ui.charts.value_range import LEAST_HEIGHT, MARGIN, MOST_STRETCH, value_range


def test_lines_are_taken_in_from_the_nearest_on() -> None:
    found = value_range(
        100_000, 104_000, {"daily": (98_000, 98_000), "all": (90_000, 90_000), "target": (108_000, 108_000)}
    )

    assert found.low < 98_000
    assert found.high > 108_000
    assert dict(found.beyond) == {"all": False}


def test_curve_that_does_not_move_gets_all_its_lines() -> None:
    found = value_range(100_000, 100_000, {"all": (90_000, 90_000), "target": (108_000, 108_000)})

    assert not found.beyond
    assert found.low < 90_000
    assert found.high > 108_000


def test_room_is_left_at_the_edge_where_a_far_line_is_named() -> None:
    without = value_range(100, 110, {})
    found = value_range(100, 110, {"target": (200, 200)}, band=0.1)

    assert (found.high - 110) / found.height == pytest.approx(0.1 + MARGIN * 0.9 / (1 + 2 * MARGIN), rel=0.01)
    assert found.low == pytest.approx(without.low)


@settings(deadline=None)
@given(
    st.floats(-1e7, 1e7),
    st.floats(0, 1e6),
    st.dictionaries(st.sampled_from("abcd"), st.floats(-1e8, 1e8).map(lambda value: (value, value))),
)
def test_curve_is_always_whole_in_view_and_never_flattened(
    low: float, height: float, lines: dict[str, tuple[float, float]]
) -> None:
    found = value_range(low, low + height, lines)

    assert found.low < low
    assert found.high > low + height
    own = (low + height) - low
    if own > 0:
        moved = max(own, (abs(low) + own) * LEAST_HEIGHT, 1e-6)
        assert found.height <= moved * MOST_STRETCH * (1 + 2 * MARGIN) * 1.001
    for name, is_above in found.beyond.items():
        assert (lines[name][0] > found.high) if is_above else (lines[name][0] < found.low)
