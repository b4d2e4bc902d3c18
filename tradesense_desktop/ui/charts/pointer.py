"""What follows the pointer over both plots: crosshair, marked trade, brushed stretch."""

from dataclasses import dataclass

from tradesense_desktop.ui.charts.prepared_curve import PreparedCurve
from tradesense_desktop.ui.charts.scale import Scale


@dataclass(frozen=True, slots=True)
class Pointer:
    """What follows the pointer, in pixels: crosshair, marked trade with its word, and the brushed stretch.

    The heights are None in the plot of the drawdown, which shares only the times.
    """

    crosshair: float | None = None
    crosshair_y: float | None = None
    marked: float | None = None
    marked_y: float | None = None
    marked_word: str = ""
    brushed: tuple[float, float] | None = None


def pointers(
    prepared: PreparedCurve,
    scale: Scale,
    *,
    point: int | None,
    marked: tuple[int, str] | None,
    brushed: tuple[float, float] | None,
) -> tuple[Pointer, Pointer]:
    """Pointers of the curve's plot and of the drawdown's: a crosshair `point`, a `marked` point with its word.

    What is out of view is left out.
    """
    crosshair = _place(prepared, scale, point)
    mark = _place(prepared, scale, None if marked is None else marked[0])
    word = "" if marked is None else marked[1]
    stretch = None if brushed is None else (scale.x(brushed[0]), scale.x(brushed[1]))
    (x, y), (mark_x, mark_y) = crosshair or (None, None), mark or (None, None)
    return Pointer(x, y, mark_x, mark_y, word, stretch), Pointer(x, None, mark_x, None, "", stretch)


def _place(prepared: PreparedCurve, scale: Scale, point: int | None) -> tuple[float, float] | None:
    if point is None or not scale.sees(prepared.time_of(point)):
        return None
    return scale.x(prepared.time_of(point)), scale.y(prepared.equity_of(point))
