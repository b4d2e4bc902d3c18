import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.ui.charts.curves import BEGUN, DAY, challenge, series_of
from tradesense_desktop.analytics.equity_series import EquitySeries
from tradesense_desktop.ui.charts.frame import Frame, Ink, lay_out
from tradesense_desktop.ui.charts.prepared_curve import prepare
from tradesense_desktop.ui.charts.scale import Area
from tradesense_desktop.ui.charts.time_window import whole

AREA = Area(width=800, height=300, drawdown_height=80, ratio=1.0)


def frame_of(series: EquitySeries, area: Area = AREA, *, zoom: float = 1.0, around: float | None = None) -> Frame:
    window = whole(series.times[0], series.times[-1])
    return lay_out(prepare(series), window.zoomed(zoom, window.start if around is None else around), area)


def rectangles(frame: Frame, ink: Ink) -> np.ndarray:
    found = [run.rectangles for run in (*frame.curve, *frame.drawdown) if run.ink is ink]
    return np.concatenate(found) if found else np.empty((0, 4))


def names(frame: Frame) -> set[Ink]:
    return {word.ink for word in frame.words}


def crash_on_the_last_point(points: int) -> EquitySeries:
    equity = np.full(points, 100_000.0)
    equity[1::2] = 100_100
    equity[-1] = 99_500
    return series_of(np.linspace(BEGUN, BEGUN + 30 * DAY, points), equity)


@pytest.mark.parametrize("points", [3, 801, 1_000_003])
def test_crash_on_the_very_last_point_is_drawn_to_its_exact_depth(points: int) -> None:
    frame = frame_of(crash_on_the_last_point(points))

    drawn = rectangles(frame, Ink.EQUITY)
    deepest = drawn[:, 1] + drawn[:, 3]
    x = frame.scale.x(BEGUN + 30 * DAY)
    there = (drawn[:, 0] <= x) & (drawn[:, 0] + drawn[:, 2] >= x - 1)
    assert deepest[there].max() == pytest.approx(frame.scale.y(99_500) + 1, abs=2)
    assert deepest[there].max() == deepest.max()


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(st.floats(0, 1), st.integers(-5000, 5000)), min_size=2, max_size=400),
    st.floats(0.05, 1),
    st.sampled_from([1.0, 1.5, 2.0]),
)
def test_each_column_reaches_from_the_lowest_to_the_highest_value_in_it(
    points: list[tuple[float, int]], zoom: float, ratio: float
) -> None:
    points.sort()
    times = BEGUN + np.array([place for place, _ in points]) * 20 * DAY
    equity = 100_000.0 + np.array([value for _, value in points])
    frame = frame_of(series_of(times, equity), Area(200, 150, 40, ratio), zoom=zoom, around=BEGUN + 8 * DAY)

    drawn = rectangles(frame, Ink.EQUITY)
    edges = np.linspace(frame.scale.window.start, frame.scale.window.end, round(200 * ratio) + 1)
    for column in range(len(edges) - 1):
        inside = equity[(times >= edges[column]) & (times < edges[column + 1])]
        if not len(inside):
            continue
        cover = drawn[np.abs(drawn[:, 0] - column / ratio) < 1e-6]
        step = 1 / ratio
        assert cover[:, 1].min() <= frame.scale.y(inside.max()) + step
        assert (cover[:, 1] + cover[:, 3]).max() >= frame.scale.y(inside.min()) - step


def test_curve_after_the_breach_is_drawn_apart_and_joins_on() -> None:
    series = challenge(breaches=True, drift=0)
    assert series.breach is not None
    frame = frame_of(series)

    before, after = rectangles(frame, Ink.EQUITY), rectangles(frame, Ink.EQUITY_AFTER)
    at = frame.scale.x(series.times[series.breach])
    assert before[:, 0].max() == pytest.approx(at, abs=1)
    assert after[:, 0].min() == pytest.approx(at, abs=1)
    assert len(after) > 20


def test_drawdown_reaches_its_deepest_in_the_column_of_the_crash() -> None:
    frame = frame_of(crash_on_the_last_point(100_003))

    fill = rectangles(frame, Ink.DRAWDOWN)

    assert fill[:, 3].max() == pytest.approx(frame.scale.drawdown_y(-600 / 100_100), abs=1)
    assert fill[np.argmax(fill[:, 3]), 0] == fill[:, 0].max()


def test_floors_that_no_rule_sets_are_not_drawn_and_not_named() -> None:
    frame = frame_of(series_of([BEGUN, BEGUN + DAY], [100_000, 100_500]))

    for ink in (Ink.DAILY_FLOOR, Ink.MAXIMUM_LOSS_FLOOR, Ink.TARGET):
        assert not len(rectangles(frame, ink))
    assert names(frame) == set()


def test_floor_that_begins_later_is_drawn_from_there() -> None:
    series = series_of(
        [BEGUN, BEGUN + 10 * DAY, BEGUN + 20 * DAY],
        [100_000, 99_000, 100_500],
        daily_floor=[float("nan"), 98_500, 98_500],
    )

    frame = frame_of(series)

    assert rectangles(frame, Ink.DAILY_FLOOR)[:, 0].min() == pytest.approx(frame.scale.x(BEGUN + 10 * DAY), abs=1)


def test_far_target_does_not_flatten_the_curve_but_is_named_at_the_edge_where_it_lies() -> None:
    series = series_of(
        [BEGUN, BEGUN + DAY, BEGUN + 2 * DAY],
        [100_000, 100_150, 100_100],
        maximum_loss_floor=[90_000] * 3,
        target=108_000,
    )

    frame = frame_of(series)

    arrows = {word.ink: (word.arrow, word.value) for word in frame.words}
    assert arrows == {Ink.TARGET: ("↑", 108_000), Ink.MAXIMUM_LOSS_FLOOR: ("↓", 90_000)}
    assert frame.scale.values.height < 300
    assert not len(rectangles(frame, Ink.TARGET))


def test_near_target_and_floors_are_drawn_where_they_are() -> None:
    frame = frame_of(challenge())

    assert {word.arrow for word in frame.words} == {""}
    assert rectangles(frame, Ink.TARGET)[0, 1] == pytest.approx(frame.scale.y(108_000), abs=1)
    assert rectangles(frame, Ink.MAXIMUM_LOSS_FLOOR)[0, 1] == pytest.approx(frame.scale.y(90_000), abs=1)


def test_daily_floor_steps_at_the_resets() -> None:
    series = challenge()
    frame = frame_of(series)

    drawn = rectangles(frame, Ink.DAILY_FLOOR)
    steps = np.unique(drawn[drawn[:, 3] > 6][:, 0])
    for step in steps:
        nearest = np.abs([frame.scale.x(bound) - step for bound in series.day_bounds]).min()
        assert nearest <= 1


def test_day_bounds_are_left_out_where_they_would_be_a_fence() -> None:
    assert len(rectangles(frame_of(challenge(days=18)), Ink.DAY_BOUND))
    assert not len(rectangles(frame_of(challenge(trades=2000, days=400)), Ink.DAY_BOUND))


def test_single_point_has_a_frame_with_all_its_lines() -> None:
    frame = frame_of(series_of([BEGUN], [100_000], maximum_loss_floor=[90_000], target=110_000))

    assert {word.arrow for word in frame.words} == {""}
    assert len(rectangles(frame, Ink.EQUITY))
    assert frame.scale.values.low < 90_000
    assert frame.scale.values.high > 110_000


def test_points_of_one_time_make_one_column_from_lowest_to_highest() -> None:
    frame = frame_of(series_of([BEGUN] * 23, np.linspace(100_000, 100_460, 23)))

    drawn = rectangles(frame, Ink.EQUITY)
    tall = drawn[np.argmax(drawn[:, 3])]
    assert tall[1] == pytest.approx(frame.scale.y(100_460), abs=1)
    assert tall[1] + tall[3] == pytest.approx(frame.scale.y(100_000) + 2, abs=1.5)


def test_curve_that_never_moved_is_a_line_inside_the_plot() -> None:
    frame = frame_of(series_of([BEGUN, BEGUN + DAY], [0.0, 0.0]))

    drawn = rectangles(frame, Ink.EQUITY)
    assert len(drawn)
    assert (drawn[:, 1] >= 0).all()
    assert (drawn[:, 1] < AREA.height).all()


def test_name_of_a_line_that_begins_with_a_leap_stands_by_what_it_does_after() -> None:
    series = series_of(
        [BEGUN] * 12,
        np.linspace(9_000, 13_700, 12),
        maximum_loss_floor=np.linspace(9_000, 12_300, 12),
    )

    frame = frame_of(series)

    (word,) = frame.words
    assert word.bottom == pytest.approx(frame.scale.y(12_300), abs=1)
    assert word.left == pytest.approx(frame.scale.x(BEGUN), abs=1)
