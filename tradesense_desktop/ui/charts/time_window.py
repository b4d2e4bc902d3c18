"""The stretch of time that a chart shows, and how it is moved without losing the curve."""

from dataclasses import dataclass
from typing import Final

HALF_A_DAY: Final = 43200.0
LEAST_SECONDS: Final = 1.0
MARGIN: Final = 0.02


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """From `start` to `end`, POSIX seconds, always within what `whole` gave."""

    start: float
    end: float
    whole_start: float
    whole_end: float

    @property
    def seconds(self) -> float:
        """Length of the window."""
        return self.end - self.start

    @property
    def is_whole(self) -> bool:
        """Whether everything is in view."""
        return self.start <= self.whole_start and self.end >= self.whole_end

    def zoomed(self, factor: float, around: float) -> "TimeWindow":
        """Window of `factor` times the length with the time `around` where it was."""
        seconds = min(max(self.seconds * factor, LEAST_SECONDS), self.whole_end - self.whole_start)
        share = (around - self.start) / self.seconds
        start = around - share * seconds
        return self._placed(start, seconds)

    def moved(self, seconds: float) -> "TimeWindow":
        """Window of the same length, later by `seconds` or earlier where that is negative."""
        return self._placed(self.start + seconds, self.seconds)

    def showing(self, time: float) -> "TimeWindow":
        """This window if `time` is well inside, else one of the same length with it in the middle."""
        edge = self.seconds * MARGIN
        if self.start + edge <= time <= self.end - edge or self.is_whole:
            return self
        return self._placed(time - self.seconds / 2, self.seconds)

    def narrowed(self, other: "TimeWindow") -> "TimeWindow":
        """What the other window shows, as far as it is in this one."""
        return self._placed(other.start, min(other.seconds, self.seconds))

    def reset(self) -> "TimeWindow":
        """Everything."""
        return TimeWindow(self.whole_start, self.whole_end, self.whole_start, self.whole_end)

    def _placed(self, start: float, seconds: float) -> "TimeWindow":
        start = max(self.whole_start, min(start, self.whole_end - seconds))
        return TimeWindow(start, min(start + seconds, self.whole_end), self.whole_start, self.whole_end)


def whole(first: float, last: float) -> TimeWindow:
    """Window over everything from the first to the last point, with a margin; a day around a single instant."""
    margin = (last - first) * MARGIN if last - first >= LEAST_SECONDS else HALF_A_DAY
    return TimeWindow(first - margin, last + margin, first - margin, last + margin)
