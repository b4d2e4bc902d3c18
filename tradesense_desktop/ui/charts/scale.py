"""Where a time and an amount are, in pixels of the two plots, and back."""

from dataclasses import dataclass

from tradesense_desktop.ui.charts.time_window import TimeWindow
from tradesense_desktop.ui.charts.value_range import ValueRange


@dataclass(frozen=True, slots=True)
class Area:
    """Size of the two plots in logical pixels, and device pixels to a logical one."""

    width: float
    height: float
    drawdown_height: float
    ratio: float


@dataclass(frozen=True, slots=True)
class Scale:
    """Places in both plots; `deepest` is the lower edge of the drawdown plot, a negative part of the peak."""

    window: TimeWindow
    area: Area
    values: ValueRange
    deepest: float

    def x(self, time: float) -> float:
        """Pixels from the left edge."""
        return (time - self.window.start) / self.window.seconds * self.area.width

    def time(self, x: float) -> float:
        """POSIX seconds at that many pixels from the left edge."""
        return self.window.start + x / self.area.width * self.window.seconds

    def y(self, value: float) -> float:
        """Pixels from the upper edge of the curve's plot."""
        return (self.values.high - value) / self.values.height * self.area.height

    def drawdown_y(self, fraction: float) -> float:
        """Pixels from the upper edge of the drawdown plot."""
        return fraction / self.deepest * self.area.drawdown_height

    def sees(self, time: float) -> bool:
        """Whether a time is in view."""
        return self.window.start <= time <= self.window.end
