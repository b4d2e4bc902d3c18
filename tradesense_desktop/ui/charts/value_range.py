"""Which stretch of money a frame shows: the curve first, and only what is near it besides."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

MOST_STRETCH: Final = 2.5
"""Floors and target may take the range to this many times the curve's own height, no further."""
MARGIN: Final = 0.08
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
    middle = (low + high) / 2
    least = max(abs(middle) * LEAST_HEIGHT, 1e-6)
    most = max(high - low, least) * MOST_STRETCH if high > low else float("inf")
    shown_low, shown_high = low, high
    for line_low, line_high in sorted(lines.values(), key=lambda line: _distance(line, low, high)):
        wider_low, wider_high = min(shown_low, line_low), max(shown_high, line_high)
        if wider_high - wider_low <= most:
            shown_low, shown_high = wider_low, wider_high
    if shown_high - shown_low < least:
        shown_low, shown_high = middle - least / 2, middle + least / 2
    margin = (shown_high - shown_low) * MARGIN
    shown_low, shown_high = shown_low - margin, shown_high + margin
    beyond = {name: line[0] > shown_high for name, line in lines.items() if line[0] > shown_high or line[1] < shown_low}
    above = band if True in beyond.values() else 0.0
    below = band if False in beyond.values() else 0.0
    full = (shown_high - shown_low) / max(1 - above - below, 0.5)
    return ValueRange(shown_low - below * full, shown_high + above * full, beyond)


def _distance(line: tuple[float, float], low: float, high: float) -> float:
    return max(low - line[0], line[1] - high, 0.0)
