"""Equity chart of 10 million points: first paint, pan, zoom and crosshair, each against one frame of 60 Hz.

Run by itself: `QT_QPA_PLATFORM=offscreen python -m tests.bench.chart [points]`. A frame is layout and full
paint of the visible widget, as `repaint` does them. Wall time says what a person waits on this machine now, the
thread's own processor time what the frame costs where nothing else runs; in turn with each frame an
empty pyqtgraph plot of the same size is painted, which says how busy the machine is.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from time import perf_counter, thread_time
from typing import TYPE_CHECKING, Any

import numpy as np

from tests.bench.measured import Measured, Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from pyqtgraph import PlotWidget

    from tradesense_desktop.analytics.equity_series import EquitySeries
    from tradesense_desktop.ui.charts.plot_area import PlotArea

FRAME = 1000 / 60
SIZE = (1280, 640)
FRAMES = 120


def walk(points: int) -> EquitySeries:
    """A random walk with uneven times, floors that move each day, a crash on the last point."""
    from tradesense_desktop.analytics.equity_series import EquitySeries

    rng = np.random.default_rng(11)
    times = 1_700_000_000 + np.sort(rng.uniform(0, 900 * 86400, points))
    equity = 100_000 + rng.standard_normal(points).cumsum() * 3
    equity[-1] -= 500
    day = ((times - times[0]) // 86400).astype(np.int64)
    first_of_day = np.searchsorted(day, np.arange(day[-1] + 1))
    return EquitySeries(
        times=times,
        equity=equity,
        peak=np.maximum.accumulate(equity),
        daily_floor=(equity[first_of_day] - 5000)[day],
        maximum_loss_floor=np.full(points, 90_000.0),
        sequence_numbers=np.arange(points),
        day_bounds=times[0] + np.arange(1, day[-1] + 1) * 86400.0,
        target=108_000.0,
        breach=points - 1,
    )


def time_frames(
    act: Callable[[int], object], plots: PlotArea, empty: PlotWidget, settle: Callable[[], object]
) -> dict[str, float]:
    """Figures of frames that `act` causes, in turn with frames of the empty plot."""
    wall, processor, reference = [], [], []
    for number in range(FRAMES):
        begun, spent = perf_counter(), thread_time()
        act(number)
        plots.viewport().repaint()
        processor.append((thread_time() - spent) * 1000)
        wall.append((perf_counter() - begun) * 1000)
        begun = perf_counter()
        empty.setXRange(number, number + 1, padding=0)
        empty.viewport().repaint()
        reference.append((perf_counter() - begun) * 1000)
        settle()
    return {
        "median_ms": float(np.median(wall)),
        "p95_ms": float(np.percentile(wall, 95)),
        "p95_frames": float(np.percentile(wall, 95)) / FRAME,
        "processor_p95_frames": float(np.percentile(processor, 95)) / FRAME,
        "empty_plot_p95_frames": float(np.percentile(reference, 95)) / FRAME,
        "target": 1,
    }


def measure(points: int) -> dict[str, Any]:
    """Milliseconds of each kind of frame, and their ratio to a frame of 60 Hz."""
    import pyqtgraph
    from PySide6.QtCore import QLocale, QSettings
    from PySide6.QtGui import QImage
    from PySide6.QtWidgets import QApplication

    from tradesense_desktop.ui.charts.equity_chart import EquityChart
    from tradesense_desktop.ui.charts.prepared_curve import prepare
    from tradesense_desktop.ui.formatting.display import Display
    from tradesense_desktop.ui.theme.palettes import palette
    from tradesense_desktop.ui.theme.tokens import DARK

    application = QApplication.instance() or QApplication([])
    assert isinstance(application, QApplication)
    application.setStyle("fusion")
    application.setPalette(palette(DARK))
    series = walk(points)
    begun = perf_counter()
    prepared = prepare(series)
    prepared_in = (perf_counter() - begun) * 1000

    chart = EquityChart(Display(QSettings("tradesense-bench", "chart"), QLocale("en_US")))
    chart.resize(*SIZE)
    chart.show()
    application.processEvents()
    begun = perf_counter()
    chart.show_curve(prepared, "Europe/Prague")
    chart.repaint()
    application.processEvents()
    first = (perf_counter() - begun) * 1000

    plots = chart._plots
    empty = pyqtgraph.PlotWidget()
    empty.resize(*SIZE)
    empty.show()
    application.processEvents()

    def timed(act: Callable[[int], object]) -> dict[str, float]:
        return time_frames(act, plots, empty, application.processEvents)

    window = plots.window_of_time
    tenth = window.zoomed(0.1, window.start + window.seconds * 0.3)
    kinds = {
        "pan of a tenth": timed(lambda n: plots.show_window(tenth.moved(n * tenth.seconds * 0.01))),
        "pan of nearly all": timed(
            lambda n: plots.show_window(window.zoomed(0.9, window.start).moved(n * window.seconds * 0.0008))
        ),
        "zoom": timed(lambda n: plots.show_window(window.zoomed(0.93**n, window.start + window.seconds * 0.6))),
    }
    plots.show_window(window)
    times = prepared.times[:]
    kinds["crosshair"] = timed(lambda n: plots.time_pointed.emit(float(times[(n * 7919 * 101) % points])))
    report = {
        "points": points,
        "machine": platform.platform(),
        "processors": os.cpu_count(),
        "python": platform.python_version(),
        "frame_ms": FRAME,
        "prepare_ms (worker)": prepared_in,
        "first_paint": {"ms": first, "frames": first / FRAME, "target": 10},
        **kinds,
    }
    assert isinstance(chart.grab().toImage(), QImage)
    chart.close()
    empty.close()
    return report


def rows(points: int) -> list[Measured]:
    """The figures of `measure` as rows of the table."""
    found = measure(points)
    first = found["first_paint"]
    frame = "one frame of 60 Hz"
    return [
        Measured(f"chart of {points:,} points: first paint", frame, first["frames"], Unit.FRAMES, first["target"]),
        *(
            Measured(
                f"chart: {kind}, p95", frame, found[kind]["p95_frames"], Unit.FRAMES, found[kind]["target"],
                f"processor {found[kind]['processor_p95_frames']:.2f}, an empty plot {found[kind]['empty_plot_p95_frames']:.2f}",
            )
            for kind in ("pan of a tenth", "pan of nearly all", "zoom", "crosshair")
        ),
    ]  # fmt: skip


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(json.dumps(measure(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000_000), indent=1))
