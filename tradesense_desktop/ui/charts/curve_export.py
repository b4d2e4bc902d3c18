"""What a chart draws, as CSV: for a spreadsheet, with decimal points and times in UTC whatever the screen shows."""

import csv
import math
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import numpy as np

from tradesense_desktop.analytics.drawdown_series import drawdown
from tradesense_desktop.analytics.equity_series import FloatArray
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.progress import Progress, ProgressReport
from tradesense_desktop.ui.charts.prepared_curve import NO_TRADE, PreparedCurve

COLUMNS: Final = (
    "time_utc",
    "sequence_number",
    "equity",
    "peak",
    "drawdown",
    "daily_floor",
    "maximum_loss_floor",
    "target",
)
_DECIMALS: Final = 8
_ROWS_A_REPORT: Final = 2000


def export_curve(
    prepared: PreparedCurve,
    path: Path,
    progress: ProgressReport,
    between: tuple[datetime, datetime] | None = None,
) -> int:
    """Write the points of a curve, or those `between` two times (both included), to `path`; their number.

    Amounts are the shortest decimals of the doubles that were drawn; what is not defined is empty. The file
    appears whole or not at all. For a worker. Raises OSError, and Cancelled from `progress`.
    """
    ends = (0, len(prepared))
    first, end = ends if between is None else prepared.stretch(between[0].timestamp(), between[1].timestamp())
    unfinished = path.with_name(f".{path.name}.{os.getpid()}.unfinished")
    try:
        with unfinished.open("w", encoding="utf-8", newline="") as file:
            rows = csv.writer(file)
            rows.writerow(COLUMNS)
            for start in range(first, end, _ROWS_A_REPORT):
                progress(Progress("export", start - first, end - first))
                rows.writerows(_rows(prepared, start, min(start + _ROWS_A_REPORT, end)))
        progress(Progress("export", end - first, end - first))
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return end - first


def _rows(prepared: PreparedCurve, start: int, end: int) -> list[tuple[str, ...]]:
    part = slice(start, end)
    target = "" if prepared.target is None else _text(prepared.target)
    equity, peak = prepared.equity.values[part], prepared.peaks[part]
    lost: FloatArray = np.round(drawdown(equity, peak), _DECIMALS)
    columns = (equity, peak, lost, prepared.daily_floors[part], prepared.maximum_loss_floors[part])
    amounts = zip(*(_texts(column) for column in columns), strict=True)
    times, rows = prepared.times[part].tolist(), prepared.rows.of_points(start, end).tolist()
    return [
        (instant_text(datetime.fromtimestamp(time, UTC)), "" if row == NO_TRADE else str(row), *texts, target)
        for time, row, texts in zip(times, rows, amounts, strict=True)
    ]


def _texts(amounts: FloatArray) -> list[str]:
    return [_text(amount) for amount in amounts.tolist()]


def _text(amount: float) -> str:
    """Shortest decimal that reads back as the same double, without an exponent; empty for NaN."""
    if math.isnan(amount):
        return ""
    return np.format_float_positional(amount, trim="-")
