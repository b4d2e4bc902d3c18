from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.ui.charts.conftest import ShowChart
from tests.ui.charts.curves import challenge
from tradesense_desktop.ui.charts.chart_image import write_image


def test_image_is_the_chart_at_twice_its_size(show_chart: ShowChart, tmp_path: Path) -> None:
    chart = show_chart(challenge())

    write_image(chart.picture(), tmp_path / "curve.png")

    image = QImage(str(tmp_path / "curve.png"))
    assert (image.width(), image.height()) == (1800, 880)
    assert len({image.pixel(x, 400) for x in range(0, 1700, 3)}) > 5


def test_image_that_cannot_be_written_says_so(show_chart: ShowChart, tmp_path: Path) -> None:
    chart = show_chart(challenge())

    with pytest.raises(OSError, match="nowhere"):
        write_image(chart.picture(), tmp_path / "nowhere" / "curve.png")
