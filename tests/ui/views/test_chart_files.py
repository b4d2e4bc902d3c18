import csv
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from tests.ui.views.test_main_window import open_judged
from tradesense_desktop.ui.chart_files import export_chart_data, file_name, save_chart_image
from tradesense_desktop.ui.main_window import MainWindow


def test_the_chart_is_saved_as_a_picture_in_the_background(
    qtbot: QtBot, open_window: MainWindow, tmp_path: Path
) -> None:
    page = open_judged(qtbot, open_window)
    size = (2 * page.chart.width(), 2 * page.chart.height())

    save_chart_image(open_window, tmp_path / "curve.png")
    qtbot.waitUntil(lambda: not open_window.tasks.running)

    image = QImage(str(tmp_path / "curve.png"))
    assert (image.width(), image.height()) == size
    assert str(tmp_path / "curve.png") in open_window.banner_text


def test_the_data_of_the_chart_are_those_of_the_brushed_stretch(
    qtbot: QtBot, open_window: MainWindow, tmp_path: Path
) -> None:
    page = open_judged(qtbot, open_window)
    prepared = page.chart.prepared
    assert prepared is not None
    page.chart._brushed = (prepared.time_of(2), prepared.time_of(5))

    export_chart_data(open_window, tmp_path / "part.csv")
    qtbot.waitUntil(lambda: not open_window.tasks.running)
    page.chart.clear_range()
    export_chart_data(open_window, tmp_path / "whole.csv")
    qtbot.waitUntil(lambda: not open_window.tasks.running)

    with (tmp_path / "part.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == 5, "a head and four points"
    with (tmp_path / "whole.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.reader(file))) == len(prepared) + 1
    assert "points of the chart" in open_window.banner_text


def test_a_file_that_cannot_be_written_is_said(qtbot: QtBot, open_window: MainWindow, tmp_path: Path) -> None:
    open_judged(qtbot, open_window)

    save_chart_image(open_window, tmp_path / "nowhere" / "curve.png")
    qtbot.waitUntil(lambda: not open_window.tasks.running)

    assert "nowhere" in open_window.banner_text


def test_the_dialog_offers_a_name_and_the_ending_is_added(
    qtbot: QtBot, open_window: MainWindow, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_judged(qtbot, open_window)
    offered: list[str] = []

    def answer(_parent: object, _title: str, suggested: str, _kind: str) -> tuple[str, str]:
        offered.append(Path(suggested).name)
        return str(tmp_path / "mine"), ""

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    for identifier in ("chart.save_image", "chart.export_data"):
        open_window.catalogue[identifier].trigger()
    qtbot.waitUntil(lambda: not open_window.tasks.running)

    assert [name[:7] for name in offered] == ["equity_", "equity_"]
    assert [Path(name).suffix for name in offered] == [".png", ".csv"]
    assert {path.name for path in tmp_path.iterdir()} >= {"mine.png", "mine.csv"}


def test_a_name_made_from_what_a_file_said_is_a_plain_file_name(qtbot: QtBot, open_window: MainWindow) -> None:
    summary = open_window.summaries[0]
    source = {"account": "../../etc/<b>x</b>", "server": "Demo"}
    challenge = replace(summary.challenge, rules_config={**summary.challenge.rules_config, "source": source})

    name = file_name(replace(summary, challenge=challenge), ".png")

    assert not set(name) & set('/\\<>:"|?*')
    assert name.endswith(".png")


def test_without_an_open_challenge_there_is_no_chart_to_save(open_window: MainWindow) -> None:
    actions = ("chart.save_image", "chart.export_data", "chart.brush", "chart.clear_stretch")

    assert not any(open_window.catalogue[action].isEnabled() for action in actions)
