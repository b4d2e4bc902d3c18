"""Rate and time left of a piece of work, from what it has reported so far."""

from collections import deque
from dataclasses import dataclass
from typing import Final

from tradesense_desktop.domain.progress import Progress

_WINDOW_SECONDS: Final = 4.0
_LEAST_SECONDS: Final = 0.5


@dataclass(frozen=True, slots=True)
class Reading:
    """How far work is: `fraction` of one, things a second and seconds left; None while nobody can know."""

    stage: str
    done: int
    total: int | None
    fraction: float | None
    rate: float | None
    seconds_left: float | None


class ProgressMeter:
    """Turns reports of progress into a rate over the last few seconds and the time that is left.

    Time is an argument (monotonic seconds); a new stage begins a new measurement.
    """

    def __init__(self) -> None:
        self._stage = ""
        self._samples: deque[tuple[float, int]] = deque()

    def read(self, progress: Progress, at: float) -> Reading:
        """The reading after `progress` was seen at `at`."""
        if progress.stage != self._stage or (self._samples and progress.done < self._samples[-1][1]):
            self._stage = progress.stage
            self._samples.clear()
        self._samples.append((at, progress.done))
        while len(self._samples) > 1 and at - self._samples[0][0] > _WINDOW_SECONDS:
            self._samples.popleft()
        began_at, began_with = self._samples[0]
        elapsed = at - began_at
        rate = (progress.done - began_with) / elapsed if elapsed >= _LEAST_SECONDS else None
        total = progress.total
        fraction = min(1.0, progress.done / total) if total else None
        left = (total - progress.done) / rate if rate and total is not None else None
        return Reading(progress.stage, progress.done, total, fraction, rate, left)
