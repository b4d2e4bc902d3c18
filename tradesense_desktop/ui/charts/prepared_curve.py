"""An equity series made ready for drawing: pure work over arrays, done where it blocks nobody."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

import numpy as np

from tradesense_desktop.analytics.column import Column, PackedColumn, kept_small, value_at
from tradesense_desktop.analytics.drawdown_series import DrawdownColumn, drawdown_fraction
from tradesense_desktop.analytics.equity_series import EquitySeries, FloatArray, IntegerArray
from tradesense_desktop.analytics.step_curve import StepCurve, changes_only, moved_to_resets
from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched

NO_TRADE: Final = 0
"""Ledger row of a point that is no trade."""
_STAGES: Final = 6


class SeriesNotDrawable(ValueError):
    """The columns of a series differ in length, or its times do not ascend."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A line that the equity is held against; `is_constant` when it has one value all along."""

    curve: StepCurve
    is_constant: bool


class LedgerRows:
    """Which ledger row each point is, and the way back; a number each only where they do not just count up."""

    __slots__ = ("_count", "_first", "_numbers", "_points", "_rows")

    def __init__(self, sequence_numbers: IntegerArray) -> None:
        self._count = len(sequence_numbers)
        self._first = int(sequence_numbers[0]) if self._count else NO_TRADE
        self._numbers: IntegerArray | None = None
        if self._count and (np.diff(sequence_numbers) == 1).all():
            return
        self._numbers = sequence_numbers
        points = np.flatnonzero(sequence_numbers != NO_TRADE)
        order = np.argsort(sequence_numbers[points], kind="stable")
        self._points = points[order]
        self._rows = sequence_numbers[self._points]

    def of_points(self, start: int, end: int) -> IntegerArray:
        """Rows of the points from `start` to before `end`; NO_TRADE where a point is none."""
        if self._numbers is not None:
            return self._numbers[start:end]
        return np.arange(self._first + start, self._first + end, dtype=np.int64)

    def point_of(self, row: int) -> int | None:
        """Point that a trade made, None where there is none of it."""
        if row == NO_TRADE:
            return None
        if self._numbers is None:
            return row - self._first if 0 <= row - self._first < self._count else None
        place = int(np.searchsorted(self._rows, row))
        return int(self._points[place]) if place < len(self._rows) and self._rows[place] == row else None


@dataclass(frozen=True, slots=True)
class PreparedCurve:
    """All of a series that painting, reading off and exporting need, in a quarter of its memory; see `prepare`.

    `peaks`, `daily_floors` and `maximum_loss_floors` are values by point, the curves the same by time. A limit
    is None where no rule sets it. `lowest`, `highest` and `deepest` are points, -1 in an empty series.
    """

    times: PackedColumn
    equity: StepCurve
    peak: StepCurve
    drawdown: StepCurve
    daily_floor: Limit | None
    maximum_loss_floor: Limit | None
    peaks: Column
    daily_floors: Column
    maximum_loss_floors: Column
    rows: LedgerRows
    day_bounds: FloatArray
    target: float | None
    breach: int | None
    lowest: int
    highest: int
    deepest: int

    def __len__(self) -> int:
        return len(self.times)

    def time_of(self, point: int) -> float:
        """POSIX seconds of a point; a negative one counts from the end."""
        return value_at(self.times, point)

    def equity_of(self, point: int) -> float:
        """Equity at a point; a negative one counts from the end."""
        return value_at(self.equity.values, point)

    def nearest(self, time: float) -> int:
        """Point nearest in time, the last of equal ones; -1 in an empty series."""
        if not len(self):
            return -1
        before = max(self.last_before(time), self.last_before(self.time_of(0)))
        if before + 1 == len(self):
            return before
        after = self.time_of(before + 1)
        return self.last_before(after) if after - time < time - self.time_of(before) else before

    def last_before(self, time: float) -> int:
        """Last point not later than a time; -1 where all are later."""
        return int(self.times.first_after(np.array([time]))[0]) - 1

    def stretch(self, start: float, end: float) -> tuple[int, int]:
        """First point of a stretch of time, both ends included, and the point after its last."""
        return int(self.times.first_from(np.array([start]))[0]), self.last_before(end) + 1

    def ledger_row(self, point: int) -> int:
        """Sequence number of the trade at a point; NO_TRADE where it is none."""
        return int(self.rows.of_points(point, point + 1)[0])

    def point_of(self, ledger_row: int) -> int | None:
        """Point that a trade made, None where the series has no such trade."""
        return self.rows.point_of(ledger_row)

    def trades_between(self, start: datetime, end: datetime) -> tuple[int, int]:
        """First and last ledger row of a stretch of time, both ends included; (1, 0) where there is none."""
        rows = self.rows.of_points(*self.stretch(start.timestamp(), end.timestamp()))
        rows = rows[rows != NO_TRADE]
        return (int(rows.min()), int(rows.max())) if len(rows) else (1, 0)

    def continues(self, other: "PreparedCurve") -> bool:
        """Whether this is the other curve, with points after its last or without."""
        last = len(other) - 1
        return 0 <= last < len(self) and all(
            self.time_of(point) == other.time_of(point) and self.equity_of(point) == other.equity_of(point)
            for point in (0, last // 2, last)
        )


def prepare(series: EquitySeries, progress: ProgressReport = unwatched) -> PreparedCurve:
    """Make a series ready for drawing: about a second for 10 million points, so not on the interface thread.

    The series is not kept. Raises SeriesNotDrawable, and Cancelled from `progress`.
    """
    _check(series)
    times = PackedColumn(series.times)
    _report(progress, 1)
    kept_equity, peaks = kept_small(series.equity), kept_small(series.peak)
    equity = StepCurve(times, series.equity, kept=kept_equity)
    _report(progress, 2)
    fraction = drawdown_fraction(series.equity, series.peak)
    drawdown = StepCurve(times, fraction, kept=DrawdownColumn(kept_equity, peaks))
    _report(progress, 3)
    peak = changes_only(series.times, series.peak)
    _report(progress, 4)
    daily_floor = moved_to_resets(series.times, series.daily_floor, series.equity, series.day_bounds)
    _report(progress, 5)
    is_empty = not len(times)
    return PreparedCurve(
        times=times,
        equity=equity,
        peak=peak,
        drawdown=drawdown,
        daily_floor=_limit(daily_floor),
        maximum_loss_floor=_limit(changes_only(series.times, series.maximum_loss_floor)),
        peaks=peaks,
        daily_floors=kept_small(series.daily_floor),
        maximum_loss_floors=kept_small(series.maximum_loss_floor),
        rows=LedgerRows(series.sequence_numbers),
        day_bounds=series.day_bounds,
        target=series.target,
        breach=series.breach,
        lowest=-1 if is_empty else int(np.argmin(series.equity)),
        highest=-1 if is_empty else int(np.argmax(series.equity)),
        deepest=-1 if is_empty else int(np.argmin(np.nan_to_num(fraction, copy=False))),
    )


def _report(progress: ProgressReport, done: int) -> None:
    progress(Progress("chart", done, _STAGES))


def leapt(prepared: PreparedCurve, begun: int, seconds: float) -> int:
    """Point that many seconds from another; where none is that near, the next one that way, in range or not."""
    there = prepared.nearest(prepared.time_of(begun) + seconds)
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
    values = curve.values[:]
    defined = values[~np.isnan(values)]
    # A floor holds on after the last point, until the next one moves it.
    curve.until = float("inf")
    return Limit(curve, is_constant=bool((defined == defined[0]).all())) if len(defined) else None
