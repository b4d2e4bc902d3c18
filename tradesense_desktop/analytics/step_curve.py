"""A value that holds from one point of time to the next, and how it looks in columns of pixels."""

from dataclasses import dataclass

import numpy as np

from tradesense_desktop.analytics.column import Column, PackedColumn, changes_of
from tradesense_desktop.analytics.equity_series import FloatArray, IntegerArray
from tradesense_desktop.analytics.minmax_pyramid import MinMaxPyramid


@dataclass(frozen=True, slots=True)
class Columns:
    """What each column shows: the values taken in it, the value that it was entered with included.

    All NaN before the first and after the last point. `leaving` is the value at a column's right edge, and
    `bounds` (one more than columns) the index of the first point in each column.
    """

    lowest: FloatArray
    highest: FloatArray
    leaving: FloatArray
    bounds: IntegerArray


class StepCurve:
    """Values from their times on, unevenly spaced; several may have one time, then the last one holds.

    `times` ascend. A NaN holds as well: the value is then not defined until the next point. The curve ends at
    `until`, or at its last point. The arrays are not kept: `kept` is the column of the same values that is, if not
    a packed one.
    """

    __slots__ = ("_pyramid", "times", "until", "values")

    def __init__(
        self,
        times: FloatArray | PackedColumn,
        values: FloatArray,
        *,
        kept: Column | None = None,
        until: float | None = None,
    ) -> None:
        self.times = times if isinstance(times, PackedColumn) else PackedColumn(times)
        self.values: Column = PackedColumn(values) if kept is None else kept
        last = float(self.times[-1:][0]) if len(values) else 0.0
        self.until = last if until is None else until
        self._pyramid = MinMaxPyramid(values, self.values)

    def columns(self, edges: FloatArray, bounds: IntegerArray | None = None) -> Columns:
        """Exact lowest and highest value between each two `edges` (POSIX seconds, ascending).

        `bounds` are those of another curve over the same times, if there is one.
        """
        if bounds is None:
            bounds = self.times.first_from(edges)
        held = np.full(len(edges), np.nan)
        begun = bounds > 0
        held[begun] = self.values[bounds[begun] - 1]
        lowest, highest = self._pyramid.between(bounds)
        entering, leaving = held[:-1], held[1:].copy()
        lowest, highest = np.fmin(lowest, entering), np.fmax(highest, entering)
        ended = edges[:-1] > self.until
        lowest[ended] = highest[ended] = leaving[ended] = np.nan
        return Columns(lowest, highest, leaving, bounds)

    def at(self, time: float) -> float:
        """Value that holds at a time, that of the last point of equal times; NaN before the first."""
        place = self.times.first_after(np.array([time])) - 1
        return float(self.values[place][0]) if place[0] >= 0 else float("nan")


def changes_only(times: FloatArray, values: FloatArray) -> StepCurve:
    """The same curve from the points where it changes."""
    changes = changes_of(values)
    until = float(times[-1]) if len(times) else None
    return StepCurve(times[changes], values[changes], until=until)


def moved_to_resets(times: FloatArray, floor: FloatArray, equity: FloatArray, resets: FloatArray) -> StepCurve:
    """A daily floor from the reset on that moved it, though the series says so only at the day's first point.

    Between two points nothing moves but a reset, so a change with a reset before it belongs to the first
    reset after the point before. A floor that also followed the day's first point above what the equity was
    stays where it is: the curve never shows a breach that was none.
    """
    changes = changes_of(floor)
    if not len(resets) or not len(changes):
        return changes_only(times, floor)
    at, values = times[changes], floor[changes]
    before = np.maximum(np.searchsorted(times, at[1:], side="left") - 1, 0)
    reset = np.searchsorted(resets, times[before], side="right")
    possible = reset < len(resets)
    candidate = np.where(possible, resets[np.minimum(reset, len(resets) - 1)], np.inf)
    # Of several changes at one time only the first can be the reset's.
    first_of_time = np.diff(at) > 0
    moves = first_of_time & (candidate <= at[1:]) & ~(values[1:] > equity[before])
    at[1:][moves] = candidate[moves]
    return StepCurve(at, values, until=float(times[-1]))
