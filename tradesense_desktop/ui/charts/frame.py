"""One frame of the chart as rectangles and words in pixels: computed here, painted elsewhere.

Everything that moves in steps is one rectangle a column of device pixels, from the lowest to the highest value
in that column. So no extreme is lost, whatever the zoom, and the last column is as exact as the first.
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

import numpy as np

from tradesense_desktop.analytics.equity_series import FloatArray
from tradesense_desktop.analytics.step_curve import Columns, StepCurve
from tradesense_desktop.ui.charts.prepared_curve import Limit, PreparedCurve
from tradesense_desktop.ui.charts.scale import Area, Scale
from tradesense_desktop.ui.charts.ticks import value_ticks
from tradesense_desktop.ui.charts.time_window import TimeWindow
from tradesense_desktop.ui.charts.value_range import MARGIN, ValueRange, value_range

MOST_POINT_MARKS: Final = 60
LEAST_DAY_WIDTH: Final = 14
VALUE_TICK_SPACING: Final = 40
DRAWDOWN_TICK_SPACING: Final = 26
SHALLOWEST: Final = -0.005
"""A drawdown plot is at least that deep: half a percent, or dust would look like a crash."""
BAND: Final = 20
"""Pixels at an edge for the names of lines beyond it."""
MOST_FLOOR_STEPS: Final = 0.1
"""A floor that moves more often than that a pixel is drawn without its teeth."""
LEAP: Final = 6
LABEL_REACH: Final = 150
"""Pixels at the left under which a line's name stands."""

_DOT, _DOT_EVERY = 2.0, 5.0
_DASH, _DASH_EVERY = 6.0, 10.0
_TOOTH_EVERY, _TOOTH = 7.0, 4.0
_FAR: Final = 64.0
_POINT_MARK: Final = 5.0


class Ink(StrEnum):
    """What a rectangle or a word belongs to; the theme has a colour for each."""

    GRID = "grid"
    DAY_BOUND = "day_bound"
    EQUITY = "equity"
    EQUITY_AFTER = "equity_after"
    POINT = "point"
    PEAK = "peak"
    DAILY_FLOOR = "daily_floor"
    MAXIMUM_LOSS_FLOOR = "maximum_loss_floor"
    TARGET = "target"
    DRAWDOWN = "drawdown"
    DRAWDOWN_EDGE = "drawdown_edge"


class Run(NamedTuple):
    """Rectangles of one ink: left, top, width, height in logical pixels, a row each."""

    ink: Ink
    rectangles: FloatArray


class Word(NamedTuple):
    """A line's name, right of `left`: it may stand on `top` or hang from `bottom`, `above` says what is better.

    Between the two is all that the line does there. `value` follows the name where the line has one value; an
    arrow says that the line lies outside, that way.
    """

    ink: Ink
    left: float
    top: float
    bottom: float
    above: bool
    value: float | None
    arrow: str = ""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the two plots show: `curve` above, `drawdown` below, with the ticks of their value axes.

    Ticks come with the decimals that tell them apart; those of the drawdown are parts of the peak, their
    decimals are of percent.
    """

    scale: Scale
    value_ticks: tuple[float, ...]
    value_decimals: int
    drawdown_ticks: tuple[float, ...]
    drawdown_decimals: int
    curve: tuple[Run, ...]
    drawdown: tuple[Run, ...]
    words: tuple[Word, ...]


def lay_out(prepared: PreparedCurve, window: TimeWindow, area: Area) -> Frame:
    """Compute a frame: a few milliseconds, whatever the number of points."""
    edges = np.linspace(window.start, window.end, max(2, round(area.width * area.ratio) + 1))
    equity = prepared.equity.columns(edges)
    lines: dict[Ink, Columns] = {Ink.PEAK: prepared.peak.columns(edges)}
    for ink, limit in _limits(prepared):
        lines[ink] = limit.curve.columns(edges)
    values = _value_range(prepared, equity, lines, BAND / max(area.height, BAND))
    drawdown = prepared.drawdown.columns(edges, equity.bounds)
    deepest = min(_least(drawdown.lowest, 0.0) * (1 + 2 * MARGIN), SHALLOWEST)
    scale = Scale(window, area, values, deepest)
    ticks, decimals = value_ticks(values.low, values.high, int(area.height / VALUE_TICK_SPACING))
    percents, percent_decimals = value_ticks(deepest * 100, 0.0, int(area.drawdown_height / DRAWDOWN_TICK_SPACING))
    parts = tuple(percent / 100 for percent in percents)
    return Frame(
        scale=scale,
        value_ticks=ticks,
        value_decimals=decimals,
        drawdown_ticks=parts,
        drawdown_decimals=percent_decimals,
        curve=(
            Run(Ink.GRID, _across(scale, [scale.y(tick) for tick in ticks])),
            Run(Ink.DAY_BOUND, _day_bounds(prepared, scale, area.height)),
            *_curve_runs(prepared, scale, equity, lines),
        ),
        drawdown=(
            Run(Ink.GRID, _across(scale, [scale.drawdown_y(part) for part in parts])),
            Run(Ink.DAY_BOUND, _day_bounds(prepared, scale, area.drawdown_height)),
            *_drawdown_runs(scale, drawdown),
        ),
        words=_words(prepared, scale, lines),
    )


def _limits(prepared: PreparedCurve) -> tuple[tuple[Ink, Limit], ...]:
    pairs = ((Ink.DAILY_FLOOR, prepared.daily_floor), (Ink.MAXIMUM_LOSS_FLOOR, prepared.maximum_loss_floor))
    return tuple((ink, limit) for ink, limit in pairs if limit is not None)


def _least(values: FloatArray, otherwise: float) -> float:
    return float(np.nanmin(values)) if not np.isnan(values).all() else otherwise


def _most(values: FloatArray, otherwise: float) -> float:
    return float(np.nanmax(values)) if not np.isnan(values).all() else otherwise


def _value_range(prepared: PreparedCurve, equity: Columns, lines: dict[Ink, Columns], band: float) -> ValueRange:
    last = prepared.equity_of(-1)
    extents: dict[str, tuple[float, float]] = {}
    for ink, columns in lines.items():
        if not np.isnan(columns.lowest).all():
            extents[ink] = (_least(columns.lowest, last), _most(columns.highest, last))
    if prepared.target is not None:
        extents[Ink.TARGET] = (prepared.target, prepared.target)
    return value_range(_least(equity.lowest, last), _most(equity.highest, last), extents, band)


def _curve_runs(prepared: PreparedCurve, scale: Scale, equity: Columns, lines: dict[Ink, Columns]) -> tuple[Run, ...]:
    runs: list[Run] = []
    if prepared.target is not None and Ink.TARGET not in scale.values.beyond:
        runs.append(Run(Ink.TARGET, _dashes(scale, prepared.target)))
    for ink, columns in lines.items():
        if ink in scale.values.beyond:
            continue
        if ink is Ink.PEAK:
            runs.append(Run(ink, _dotted(scale, columns)))
        else:
            thickness = 2.0 if ink is Ink.MAXIMUM_LOSS_FLOOR else 1.0
            line = _stepped(scale, columns, thickness)
            runs.append(Run(ink, line))
            if columns.bounds[-1] - columns.bounds[0] < MOST_FLOOR_STEPS * scale.area.width:
                runs.append(Run(ink, _teeth(scale, columns, thickness)))
    visible = slice(int(equity.bounds[0]), int(equity.bounds[-1]))
    is_sparse = visible.stop - visible.start <= len(equity.lowest) // 8
    line = _stepped(scale, equity, 2.0 if is_sparse else 1.0)
    # What came after the breach decides nothing any more.
    ended = np.inf if prepared.breach is None else scale.x(prepared.time_of(prepared.breach))
    runs.append(Run(Ink.EQUITY_AFTER, line[line[:, 0] > ended]))
    runs.append(Run(Ink.EQUITY, line[line[:, 0] <= ended]))
    if 0 < visible.stop - visible.start <= MOST_POINT_MARKS:
        runs.append(Run(Ink.POINT, _point_marks(prepared.equity, visible, scale)))
    return tuple(runs)


def _drawdown_runs(scale: Scale, columns: Columns) -> tuple[Run, ...]:
    shown = np.flatnonzero(columns.lowest < 0)
    left = shown / scale.area.ratio
    depth = np.minimum(columns.lowest[shown] / scale.deepest * scale.area.drawdown_height, scale.area.drawdown_height)
    fill = _rectangles(left, 0.0, 1 / scale.area.ratio, np.maximum(depth, 1.0))
    edge = _rectangles(left, np.maximum(depth - 1, 0.0), 1 / scale.area.ratio, 1.0)
    return Run(Ink.DRAWDOWN, fill), Run(Ink.DRAWDOWN_EDGE, edge)


def _rectangles(
    left: FloatArray | float, top: FloatArray | float, width: FloatArray | float, height: FloatArray | float
) -> FloatArray:
    return np.stack(np.broadcast_arrays(*map(np.atleast_1d, (left, top, width, height))), axis=1).astype(np.float64)


def _snapped(scale: Scale, values: FloatArray) -> FloatArray:
    """Pixels from the top for values, on the grid of device pixels and not far outside the plot."""
    y = (scale.values.high - values) / scale.values.height * scale.area.height
    ratio = scale.area.ratio
    return np.clip(np.round(y * ratio) / ratio, -_FAR, scale.area.height + _FAR)


def _stepped(scale: Scale, columns: Columns, thickness: float) -> FloatArray:
    """The exact extent of each column, at least `thickness` high."""
    shown = np.flatnonzero(~np.isnan(columns.lowest))
    top, bottom = _snapped(scale, columns.highest[shown]), _snapped(scale, columns.lowest[shown])
    width = np.where(bottom > top, thickness, 1 / scale.area.ratio)
    return _rectangles(shown / scale.area.ratio, top, width, bottom - top + thickness)


def _dotted(scale: Scale, columns: Columns) -> FloatArray:
    shown = _every(scale, ~np.isnan(columns.leaving), _DOT, _DOT_EVERY)
    return _rectangles(shown / scale.area.ratio, _snapped(scale, columns.leaving[shown]), 1 / scale.area.ratio, 1.0)


def _teeth(scale: Scale, columns: Columns, thickness: float) -> FloatArray:
    """Short strokes under a floor: the side on which a challenge ends."""
    shown = _every(scale, ~np.isnan(columns.leaving), 1.0, _TOOTH_EVERY)
    top = _snapped(scale, columns.lowest[shown]) + thickness
    return _rectangles(shown / scale.area.ratio, top, 1 / scale.area.ratio, _TOOTH)


def _dashes(scale: Scale, value: float) -> FloatArray:
    left = np.arange(0.0, scale.area.width, _DASH_EVERY)
    return _rectangles(left, _snapped(scale, np.array([value])), _DASH, 1.0)


def _every(scale: Scale, shown: np.ndarray[tuple[int], np.dtype[np.bool_]], length: float, every: float) -> FloatArray:
    """Shown columns that fall on the first `length` of each `every` logical pixels."""
    place = np.arange(len(shown)) / scale.area.ratio
    return np.flatnonzero(shown & (place % every < length)).astype(np.int64)


def _across(scale: Scale, tops: list[float]) -> FloatArray:
    y = np.round(np.array(tops, dtype=np.float64) * scale.area.ratio) / scale.area.ratio
    return _rectangles(0.0, y, scale.area.width, 1.0) if len(y) else np.empty((0, 4))


def _day_bounds(prepared: PreparedCurve, scale: Scale, height: float) -> FloatArray:
    bounds = prepared.day_bounds
    first, last = np.searchsorted(bounds, (scale.window.start, scale.window.end))
    seen = bounds[first:last]
    if not len(seen) or scale.area.width / len(seen) < LEAST_DAY_WIDTH:
        return np.empty((0, 4))
    x = (seen - scale.window.start) / scale.window.seconds * scale.area.width
    return _rectangles(np.floor(x * scale.area.ratio) / scale.area.ratio, 0.0, 1.0, height)


def _point_marks(curve: StepCurve, visible: slice, scale: Scale) -> FloatArray:
    x = (curve.times[visible] - scale.window.start) / scale.window.seconds * scale.area.width
    y = _snapped(scale, curve.values[visible])
    corner = (_POINT_MARK - 1) / 2
    return _rectangles(np.floor(x) - corner, y - corner, _POINT_MARK, _POINT_MARK)


def _words(prepared: PreparedCurve, scale: Scale, lines: dict[Ink, Columns]) -> tuple[Word, ...]:
    words: list[Word] = []
    beyond = scale.values.beyond
    for ink, limit in _limits(prepared):
        columns = lines[ink]
        value = limit.curve.at(scale.window.end)
        if ink in beyond:
            words.append(_beyond(ink, value, scale, upwards=beyond[ink]))
            continue
        shown = np.flatnonzero(~np.isnan(columns.lowest))
        if len(shown):
            # A line may begin with a leap: its name belongs to what it does after that.
            reach = shown[round(LEAP * scale.area.ratio) :][: round(LABEL_REACH * scale.area.ratio)]
            reach = reach if len(reach) else shown
            top, bottom = scale.y(_most(columns.highest[reach], value)), scale.y(_least(columns.lowest[reach], value))
            left = float(shown[0]) / scale.area.ratio
            constant = value if limit.is_constant else None
            words.append(Word(ink, left, top, bottom, above=False, value=constant))
    target = prepared.target
    if target is not None and Ink.TARGET in beyond:
        words.append(_beyond(Ink.TARGET, target, scale, upwards=beyond[Ink.TARGET]))
    elif target is not None:
        words.append(Word(Ink.TARGET, 0.0, scale.y(target), scale.y(target), above=True, value=target))
    return tuple(words)


def _beyond(ink: Ink, value: float, scale: Scale, *, upwards: bool) -> Word:
    edge = 0.0 if upwards else scale.area.height
    return Word(ink, 0.0, edge, edge, above=not upwards, value=value, arrow="↑" if upwards else "↓")
