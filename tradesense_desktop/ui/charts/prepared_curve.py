"""An equity series made ready for drawing: pure work over arrays, done where it blocks nobody."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from tradesense_desktop.analytics.drawdown_series import drawdown_fraction
from tradesense_desktop.analytics.equity_series import EquitySeries, FloatArray, IntegerArray
from tradesense_desktop.analytics.step_curve import StepCurve, changes_only, moved_to_resets

NO_TRADE: Final = 0
"""Ledger row of a point that is no trade."""


class SeriesNotDrawable(ValueError):
    """The columns of a series differ in length, or its times do not ascend."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A line that the equity is held against; `is_constant` when it has one value all along."""

    curve: StepCurve
    is_constant: bool


@dataclass(frozen=True, slots=True)
class PreparedCurve:
    """A series with all that painting a frame needs; made by `prepare`, in any thread.

    A limit is None where no rule sets it. `lowest`, `highest` and `deepest` are indices of points, -1 in an
    empty series.
    """

    series: EquitySeries
    equity: StepCurve
    peak: StepCurve
    drawdown: StepCurve
    daily_floor: Limit | None
    maximum_loss_floor: Limit | None
    lowest: int
    highest: int
    deepest: int
    _rows: IntegerArray
    _points: IntegerArray | None

    def __len__(self) -> int:
        return len(self.series.times)

    def nearest(self, time: float) -> int:
        """Index of the point nearest in time, the last of equal ones; -1 in an empty series."""
        times = self.series.times
        after = int(np.searchsorted(times, time, side="right"))
        if after in (0, len(times)):
            # Before the first point the last of those that share its time is as near as the first.
            return int(np.searchsorted(times, times[0], side="right")) - 1 if after == 0 and len(times) else after - 1
        if times[after] - time < time - times[after - 1]:
            return int(np.searchsorted(times, times[after], side="right")) - 1
        return after - 1

    def last_before(self, time: float) -> int:
        """Index of the last point not later than a time; -1 where all are later."""
        return int(np.searchsorted(self.series.times, time, side="right")) - 1

    def ledger_row(self, index: int) -> int:
        """Sequence number of the trade at a point; NO_TRADE where it is none."""
        return int(self.series.sequence_numbers[index])

    def point_of(self, ledger_row: int) -> int | None:
        """Index of the point that a trade made, None where the series has no such trade."""
        position = int(np.searchsorted(self._rows, ledger_row))
        if ledger_row == NO_TRADE or position >= len(self._rows) or self._rows[position] != ledger_row:
            return None
        return position if self._points is None else int(self._points[position])


def prepare(series: EquitySeries) -> PreparedCurve:
    """Make a series ready for drawing: tenths of a second for 10 million points, so not on the interface thread.

    Raises SeriesNotDrawable.
    """
    _check(series)
    drawdown = drawdown_fraction(series.equity, series.peak)
    rows, points = _rows_in_order(series.sequence_numbers)
    is_empty = not len(series.times)
    return PreparedCurve(
        series=series,
        equity=StepCurve(series.times, series.equity),
        peak=changes_only(series.times, series.peak),
        drawdown=StepCurve(series.times, drawdown),
        daily_floor=_limit(moved_to_resets(series.times, series.daily_floor, series.equity, series.day_bounds)),
        maximum_loss_floor=_limit(changes_only(series.times, series.maximum_loss_floor)),
        lowest=-1 if is_empty else int(np.argmin(series.equity)),
        highest=-1 if is_empty else int(np.argmax(series.equity)),
        deepest=-1 if is_empty else _deepest(drawdown),
        _rows=rows,
        _points=points,
    )


def leapt(prepared: PreparedCurve, begun: int, seconds: float) -> int:
    """Point that many seconds from another; where none is that near, the next one that way, in range or not."""
    there = prepared.nearest(float(prepared.series.times[begun]) + seconds)
    direction = 1 if seconds > 0 else -1
    return there if (there - begun) * direction > 0 else begun + direction


def _check(series: EquitySeries) -> None:
    count = len(series.times)
    columns = (series.equity, series.peak, series.daily_floor, series.maximum_loss_floor, series.sequence_numbers)
    if any(len(column) != count for column in columns):
        raise SeriesNotDrawable(f"columns of {[len(column) for column in columns]} rows for {count} times")
    if count and not (np.isfinite(series.times).all() and (np.diff(series.times) >= 0).all()):
        raise SeriesNotDrawable("times do not ascend")
    if series.breach is not None and not 0 <= series.breach < count:
        raise SeriesNotDrawable(f"a breach at point {series.breach} of {count}")


def _limit(curve: StepCurve) -> Limit | None:
    defined = curve.values[~np.isnan(curve.values)]
    # A floor holds on after the last point, until the next one moves it.
    curve.until = float("inf")
    return Limit(curve, is_constant=bool((defined == defined[0]).all())) if len(defined) else None


def _deepest(drawdown: FloatArray) -> int:
    filled = np.where(np.isnan(drawdown), 0.0, drawdown)
    return int(np.argmin(filled))


def _rows_in_order(sequence_numbers: IntegerArray) -> tuple[IntegerArray, IntegerArray | None]:
    """Ledger rows in ascending order with their points; no points where each row's place is its point."""
    if len(sequence_numbers) and (np.diff(sequence_numbers) > 0).all():
        return sequence_numbers, None
    points = np.flatnonzero(sequence_numbers != NO_TRADE)
    order = np.argsort(sequence_numbers[points], kind="stable")
    points = points[order].astype(np.int64)
    return sequence_numbers[points], points
