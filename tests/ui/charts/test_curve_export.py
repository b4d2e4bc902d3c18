import csv
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.ui.charts.curves import BEGUN, DAY, challenge, series_of
from tradesense_desktop.domain.progress import Cancelled, Progress, unwatched
from tradesense_desktop.ui.charts.curve_export import COLUMNS, export_curve
from tradesense_desktop.ui.charts.prepared_curve import prepare


def rows_of(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))


def test_every_point_is_a_row_with_plain_decimals_and_utc_times(tmp_path: Path) -> None:
    series = series_of(
        [BEGUN, BEGUN + 0.25, BEGUN + DAY],
        [100_000, 99_999.99, 100_250.5],
        daily_floor=[float("nan"), 95_000, 95_000],
        target=108_000,
    )

    count = export_curve(prepare(series), tmp_path / "curve.csv", unwatched)

    assert count == 3
    assert rows_of(tmp_path / "curve.csv") == [
        list(COLUMNS),
        ["2026-03-02T08:00:00.000000Z", "", "100000", "100000", "0", "", "", "108000"],
        ["2026-03-02T08:00:00.250000Z", "1", "99999.99", "100000", "-0.01", "95000", "", "108000"],
        ["2026-03-03T08:00:00.000000Z", "2", "100250.5", "100250.5", "0", "95000", "", "108000"],
    ]


def test_brushed_stretch_is_exported_with_both_its_ends(tmp_path: Path) -> None:
    series = series_of([BEGUN + number * DAY for number in range(5)], [1.0, 2, 3, 4, 5])
    between = (datetime.fromtimestamp(BEGUN + DAY, UTC), datetime.fromtimestamp(BEGUN + 3 * DAY, UTC))

    assert export_curve(prepare(series), tmp_path / "curve.csv", unwatched, between) == 3
    assert [row[1] for row in rows_of(tmp_path / "curve.csv")[1:]] == ["1", "2", "3"]


def test_cancelled_export_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "curve.csv"
    path.write_text("old", encoding="utf-8")

    def cancel(progress: Progress) -> None:
        if progress.done:
            raise Cancelled

    with pytest.raises(Cancelled):
        export_curve(prepare(challenge(trades=9000, days=60)), path, cancel)

    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_export_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        export_curve(prepare(challenge()), tmp_path / "nowhere" / "curve.csv", unwatched)
