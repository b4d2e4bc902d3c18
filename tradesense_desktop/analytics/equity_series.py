"""The equity of a challenge over time, with the limits that moved along: arrays for drawing, not for judging."""

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

FloatArray: TypeAlias = NDArray[np.float64]
IntegerArray: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class EquitySeries:
    """One point a row that moved equity, in order of time.

    `times` are POSIX seconds (UTC); amounts are doubles because a screen has no more digits: figures that people
    read come from the exact rows. `sequence_numbers` is the ledger row of each point, 0 where a point is no
    trade (the start, an adjustment, a sample). Floors are NaN where no rule sets one; `target` is None then.
    `day_bounds` are the resets between the first and the last point; `breach` is the index of the deciding point.
    """

    times: FloatArray
    equity: FloatArray
    peak: FloatArray
    daily_floor: FloatArray
    maximum_loss_floor: FloatArray
    sequence_numbers: IntegerArray
    day_bounds: FloatArray
    target: float | None
    breach: int | None
