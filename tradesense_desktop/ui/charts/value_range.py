"""Which stretch of money a frame shows: the curve first, and only what is near it besides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_STRETCH: Final = 2.5
"""Floors and target may take the range to this many times the curve's own height, no further."""
MARGIN: Final = 0.06
LEAST_HEIGHT: Final = 0.002
"""Of the amount itself: a curve that did not move is a line in the middle, not noise blown up."""


@dataclass(frozen=True, slots=True)
class ValueRange:
    """From `low` to `high`, margins included; `beyond` names the lines outside with whether they are above."""

    low: float
    high: float
    beyond: Mapping[str, bool]

    @property
    def height(self) -> float:
        """Money from the lower to the upper edge; never zero."""
        return self.high - self.low


def value_range(low: float, high: float, lines: Mapping[str, tuple[float, float]], band: float = 0.0) -> ValueRange:
    """Range for a curve between `low` and `high` and for those `lines` (their own low and high) that are near.

    The nearest line is taken in first. A curve that does not move has nothing to flatten: it gets all lines.
    `band` is the part of the height that is left free at an edge where lines beyond it are named.
    """
    own = high - low
    most = own * MOST_STRETCH if own > 0 else float("inf")
    beyond: dict[str, bool] = {}
    middle = (low + high) / 2
    shown_low, shown_high = low, high
    for name, (line_low, line_high) in sorted(lines.items(), key=lambda line: _distance(line[1], low, high)):
        wider_low, wider_high = min(shown_low, line_low), max(shown_high, line_high)
        if wider_high - wider_low <= most:
            shown_low, shown_high = wider_low, wider_high
        elif line_high < shown_low or line_low > shown_high:
            beyond[name] = line_low > middle
    least = max(abs(middle) * LEAST_HEIGHT, 1e-6)
    if shown_high - shown_low < least:
        shown_low, shown_high = middle - least / 2, middle + least / 2
    above = band if True in beyond.values() else 0.0
    below = band if False in beyond.values() else 0.0
    margin = (shown_high - shown_low) * MARGIN
    full = (shown_high - shown_low + 2 * margin) / max(1 - above - below, 0.5)
    return ValueRange(shown_low - margin - below * full, shown_high + margin + above * full, beyond)


def _distance(line: tuple[float, float], low: float, high: float) -> float:
    return max(low - line[0], line[1] - high, 0.0)
