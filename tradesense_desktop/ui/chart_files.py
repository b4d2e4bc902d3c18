"""The chart of the open challenge as a file: a picture of it, or the points that it draws."""

from __future__ import annotations

import re
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, QDir
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtGui import QImage

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.views import ChallengeSummary
    from tradesense_desktop.ui.charts.equity_chart import EquityChart
    from tradesense_desktop.ui.charts.prepared_curve import PreparedCurve
    from tradesense_desktop.ui.main_window import MainWindow

_FOLDER_SETTING: Final = "export/folder"
_NO_NAME: Final = re.compile(r"[^\w.-]+")
_LONGEST_NAME: Final = 80

translate = QCoreApplication.translate


def file_name(summary: ChallengeSummary, ending: str) -> str:
    """A name for a file on a challenge: its rules, its account, and the day it stands at."""
    challenge = summary.challenge
    source = challenge.rules_config.get("source") or {}
    parts = ["equity", challenge.challenge_type, str(source.get("account") or ""), str(challenge.trading_date or "")]
    words = (_NO_NAME.sub("-", part).strip("-.") for part in parts)
    return "_".join(word for word in words if word)[:_LONGEST_NAME] + ending


def choose_image_file(window: MainWindow) -> None:
    """Ask where the picture goes, and write it there."""
    if _drawn_chart(window) is not None:
        path = _ask(window, translate("ChartFiles", "Save the chart as an image"), "PNG (*.png)", ".png")
        if path is not None:
            save_chart_image(window, path)


def choose_data_file(window: MainWindow) -> None:
    """Ask where the data go, and write them there."""
    chart = _drawn_chart(window)
    if chart is not None:
        path = _ask(window, translate("ChartFiles", "Export the chart's data"), "CSV (*.csv)", ".csv")
        if path is not None:
            export_chart_data(window, path)


def save_chart_image(window: MainWindow, path: Path) -> None:
    """Write the chart as it is shown to `path`; encoded and written in the background."""
    chart = _drawn_chart(window)
    if chart is None:
        return
    title = translate("ChartFiles", "Saving {name}").format(name=path.name)
    said = translate("ChartFiles", "The chart was saved as {path}.").format(path=path)
    task = window.tasks.watched_read(title, partial(_write_image, chart.picture(), path), owner=window)
    task.then(lambda _done: window.say(said))


def export_chart_data(window: MainWindow, path: Path) -> None:
    """Write the points of the chart, of its brushed stretch where there is one, to `path` as CSV."""
    chart = _drawn_chart(window)
    if chart is None or chart.prepared is None:
        return
    between = chart.selected_range
    prepared = chart.prepared

    def say_done(count: int) -> None:
        of_all = translate("ChartFiles", "{n} points of the chart were written to {path}.")
        of_stretch = translate("ChartFiles", "{n} points of the brushed stretch were written to {path}.")
        said = of_all if between is None else of_stretch
        window.say(said.format(n=window.display.numbers.count(count), path=path))

    title = translate("ChartFiles", "Exporting {name}").format(name=path.name)
    work = partial(_export, prepared, path, between)
    window.tasks.watched_read(title, work, owner=window).then(say_done)


def _write_image(image: QImage, path: Path, _progress: ProgressReport) -> None:
    from tradesense_desktop.ui.charts.chart_image import write_image

    write_image(image, path)


def _export(
    prepared: PreparedCurve, path: Path, between: tuple[datetime, datetime] | None, progress: ProgressReport
) -> int:
    from tradesense_desktop.ui.charts.curve_export import export_curve

    return export_curve(prepared, path, progress, between)


def _drawn_chart(window: MainWindow) -> EquityChart | None:
    """The chart of the open challenge; where none is drawn that is said."""
    page = None if window.trader is None else window.trader.page
    if page is not None and page.is_built and page.chart.prepared is not None:
        return page.chart
    window.say_failure(translate("ChartFiles", "There is no curve yet: open a challenge with a trade in it first."))
    return None


def _ask(window: MainWindow, title: str, kind: str, ending: str) -> Path | None:
    assert window.trader is not None
    folder = Path(str(window.settings.value(_FOLDER_SETTING, QDir.homePath())))
    summary = window.trader.page.summary
    name = "equity" + ending if summary is None else file_name(summary, ending)
    chosen, _ = QFileDialog.getSaveFileName(window, title, str(folder / name), kind)
    if not chosen:
        return None
    path = Path(chosen)
    window.settings.setValue(_FOLDER_SETTING, str(path.parent))
    return path if path.suffix else path.with_suffix(ending)
