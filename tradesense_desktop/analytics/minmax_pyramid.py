"""Exact minimum and maximum of any stretch of a long column, fast enough to ask once per pixel column and frame."""

from time import perf_counter
from typing import Final

import numpy as np

from tradesense_desktop.analytics.column import Column
from tradesense_desktop.analytics.equity_series import FloatArray, IntegerArray

FACTOR: Final = 16
"""Values a bin: 16 takes 11 MB over 10 million doubles; 8 takes twice that and is a quarter faster."""


class MinMaxPyramid:
    """Minimum and maximum over bins of 16, 256, 4096 … values; whatever a bin does not cover is read from below.

    `values` are read as a whole once; single ones come from `kept`, the same column in less memory.

    Only complete bins are kept. The rest of a stretch, at its start and at its end, is read from the level
    underneath, so that the last values of a column count like all others. NaN is no value.
    """

    __slots__ = ("_levels",)

    def __init__(self, values: FloatArray, kept: Column | None = None) -> None:
        column: Column = values if kept is None else kept
        levels: list[tuple[Column, Column]] = [(column, column)]
        lowest, highest = values, values
        while len(lowest) >= FACTOR:
            lowest, highest = _binned(lowest, np.fmin), _binned(highest, np.fmax)
            levels.append((lowest, highest))
        self._levels: tuple[tuple[Column, Column], ...] = tuple(levels)

    def between(self, bounds: IntegerArray) -> tuple[FloatArray, FloatArray]:
        """Minimum and maximum of `values[bounds[i]:bounds[i + 1]]` for each i; NaN for a stretch without a value.

        `bounds` are indices in ascending order. The work is the number of stretches times the levels, whatever
        the length of the column.
        """
        starts, ends = bounds[:-1].astype(np.int64), bounds[1:].astype(np.int64)
        lowest = np.full(len(starts), np.nan)
        highest = np.full(len(starts), np.nan)
        for low_level, high_level in self._levels:
            # The stretch in whole bins of the next level; what is left of it and right of it is read here.
            whole_from = np.minimum(ends, -(-starts // FACTOR) * FACTOR)
            whole_to = np.maximum(whole_from, ends // FACTOR * FACTOR)
            for piece_starts, piece_ends in ((starts, whole_from), (whole_to, ends)):
                _take_in((lowest, highest), (low_level, high_level), piece_starts, piece_ends)
            starts, ends = whole_from // FACTOR, whole_to // FACTOR
            if not (ends > starts).any():
                break
        return lowest, highest


def _binned(values: FloatArray, extreme: np.ufunc) -> FloatArray:
    """One extreme for each complete bin."""
    complete = len(values) // FACTOR * FACTOR
    # Slices with a stride halve the column three times; a reduction over a short last axis is several times slower.
    reduced = values[:complete]
    while len(reduced) > len(values) // FACTOR:
        reduced = extreme(reduced[0::2], reduced[1::2])
    return reduced


def _take_in(
    result: tuple[FloatArray, FloatArray], level: tuple[Column, Column], starts: IntegerArray, ends: IntegerArray
) -> None:
    """Fold the values from `start` to before `end`, fewer than FACTOR each, into the lowest and the highest."""
    wanted = np.flatnonzero(ends > starts)
    if not len(wanted):
        return
    starts, last = starts[wanted], ends[wanted] - 1
    # Past the end of a short piece its last value is read again: it changes no extreme.
    index = np.minimum(starts + np.arange(FACTOR - 1)[:, None], last)
    low = level[0][index]
    high = low if level[1] is level[0] else level[1][index]
    result[0][wanted] = np.fmin(result[0][wanted], np.fmin.reduce(low, axis=0))
    result[1][wanted] = np.fmax(result[1][wanted], np.fmax.reduce(high, axis=0))


def time_pyramid(points: int, stretches: int = 1600, repetitions: int = 20) -> tuple[float, float]:
    """Median milliseconds to ask for `stretches` of a random walk: by the pyramid, and by reading every value."""
    rng = np.random.default_rng(7)
    values = rng.standard_normal(points).cumsum()
    pyramid = MinMaxPyramid(values)
    by_pyramid: list[float] = []
    by_reading: list[float] = []
    for _ in range(repetitions):
        bounds = np.sort(rng.integers(0, points, stretches + 1)).astype(np.int64)
        begun = perf_counter()
        pyramid.between(bounds)
        between = perf_counter()
        np.minimum.reduceat(values, bounds[:-1])
        np.maximum.reduceat(values, bounds[:-1])
        by_reading.append(perf_counter() - between)
        by_pyramid.append(between - begun)
    return float(np.median(by_pyramid)) * 1000, float(np.median(by_reading)) * 1000
