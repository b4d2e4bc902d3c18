from dataclasses import replace
from datetime import UTC, datetime

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from tradesense_desktop.domain.verdict import VerdictStatus
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenge, read_challenges
from tradesense_desktop.services.read_ledger import read_trades
from tradesense_desktop.services.views import ChallengePicture, EventRow
from tradesense_desktop.ui.formatting.times import ZoneChoice
from tradesense_desktop.ui.main_window import MainWindow
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.tables.copy_text import CopyForm
from tradesense_desktop.ui.views.trader.challenge_header import ChallengeHeader
from tradesense_desktop.ui.views.trader.challenge_page import ChallengePage
from tradesense_desktop.ui.views.trader.page_tools import EVENTS, LEDGER, METRICS, PageTools
from tradesense_desktop.ui.views.trader.place import TraderPlaces
from tradesense_desktop.ui.views.trader.verdict_panel import STRIP_HEIGHT, VerdictPanel


@pytest.fixture
def picture(workspace: Workspace) -> ChallengePicture:
    (judged,) = [each for each in read_challenges(workspace) if each.preset == "tradesense"]
    return read_challenge(workspace, judged.challenge.id)


@pytest.fixture
def page(
    qtbot: QtBot, window: MainWindow, workspace: Workspace, surroundings: Surroundings, picture: ChallengePicture
) -> ChallengePage:
    places = TraderPlaces(workspace, surroundings, window.catalogue, window)
    places.page.resize(1224, 740)
    places.page.show()
    assert not places.page.is_built, "a challenge that is asked for early waits for the page"
    places.open_challenge(picture.summary.challenge.id)
    qtbot.waitUntil(
        lambda: places.page.is_built and places.page.chart.prepared is not None and not surroundings.tasks.running
    )
    load(qtbot, places.page)
    return places.page


def load(qtbot: QtBot, page: ChallengePage) -> None:
    model = page.ledger.view.paged_model()
    model.data(model.index(0, 0))
    qtbot.waitUntil(lambda: model.row_at(0) is not None)


def texts(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if not label.isHidden()]


def test_the_sample_is_judged_and_the_page_says_by_which_rule(page: ChallengePage, picture: ChallengePicture) -> None:
    assert picture.summary.verdict.status is VerdictStatus.FAILED

    said = texts(page.findChild(VerdictPanel))

    assert "Failed" in said
    assert any(text.startswith("Daily loss, ") and " UTC\n" in text for text in said)
    assert "closed trades only" in said


def test_the_verdict_says_when_in_the_zone_that_is_chosen(
    qtbot: QtBot, surroundings: Surroundings, picture: ChallengePicture
) -> None:
    display = surroundings.display
    display.show_times_in(ZoneChoice.FIRM)
    panel = VerdictPanel(display)
    qtbot.addWidget(panel)

    panel.show_picture(replace(picture, reset_zone="America/New_York"))

    at = display.times.minute(picture.summary.verdict.at, "America/New_York")
    assert at != display.times.minute(picture.summary.verdict.at)
    assert f"Daily loss, {at} New York" in "\n".join(texts(panel))


def test_a_challenge_is_headed_by_its_account_and_no_code_of_the_file_s_format(picture: ChallengePicture) -> None:
    assert picture.source
    assert "metatrader" not in picture.source


def test_the_head_of_a_challenge_without_an_account_names_its_trader_alone(
    qtbot: QtBot, window: MainWindow, surroundings: Surroundings, picture: ChallengePicture
) -> None:
    header = ChallengeHeader(surroundings.display, window.catalogue["workspace.import"])
    qtbot.addWidget(header)

    header.show_picture(replace(picture, source=""), "otis@example.org")

    assert "otis@example.org" in texts(header)


def test_the_newest_trade_stands_first_and_the_tabs_count_their_rows(
    page: ChallengePage, picture: ChallengePicture, workspace: Workspace
) -> None:
    newest = read_trades(workspace, picture.summary.challenge.id, last=1)[0]
    model = page.ledger.view.paged_model()
    row = model.row_at(0)

    assert row is not None
    assert row.trade_id == newest.trade_id
    tabs = page.findChild(PageTools).findChildren(QWidget)
    titles = [widget.tabText(LEDGER) for widget in tabs if hasattr(widget, "tabText")]
    assert titles == [f"Ledger {picture.trades}"]


def test_a_row_that_is_chosen_is_marked_on_the_curve(qtbot: QtBot, page: ChallengePage) -> None:
    view = page.ledger.view
    number = view.paged_model().keys[2]

    qtbot.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(20, view.rowViewportPosition(2) + 5))

    prepared = page.chart.prepared
    assert prepared is not None
    assert page.chart._marked == prepared.point_of(number)


def test_a_trade_that_is_chosen_on_the_curve_is_the_current_row(qtbot: QtBot, page: ChallengePage) -> None:
    page.chart.trade_selected.emit(7)

    view = page.ledger.view
    assert view.paged_model().keys[view.currentIndex().row()] == 7
    assert 0 <= view.rowViewportPosition(view.currentIndex().row()) < view.viewport().height()


def test_a_point_under_the_pointer_brings_its_row_into_sight(qtbot: QtBot, page: ChallengePage) -> None:
    page.chart.trade_hovered.emit(3)

    view = page.ledger.view
    row = view.paged_model().row_of(3)
    assert row is not None
    assert 0 <= view.rowViewportPosition(row) < view.viewport().height()
    assert not view.currentIndex().isValid(), "pointing chooses nothing"


def test_a_brushed_stretch_leaves_the_trades_of_it_and_clearing_brings_all_back(
    qtbot: QtBot, page: ChallengePage, workspace: Workspace, picture: ChallengePicture
) -> None:
    rows = read_trades(workspace, picture.summary.challenge.id)
    start, end = rows[4].executed_at, rows[9].executed_at

    with qtbot.waitSignal(page.ledger.counted):
        page.chart.range_selected.emit(start, end)

    assert list(page.ledger.view.paged_model().keys) == [10, 9, 8, 7, 6, 5]
    moved = rows[9].equity - rows[3].equity
    sign = "+" if moved > 0 else "−"
    assert page.ledger.counts == (
        f"6 of {picture.trades}, filtered by the brushed stretch: equity moved by {sign}{abs(moved):.2f}"
    )
    with qtbot.waitSignal(page.ledger.counted):
        page.chart.range_cleared.emit()
    assert len(page.ledger.view.paged_model().keys) == picture.trades
    assert page.ledger.counts == ""


def test_a_stretch_without_a_trade_shows_none_and_says_how_to_go_on(qtbot: QtBot, page: ChallengePage) -> None:
    with qtbot.waitSignal(page.ledger.counted):
        page.chart.range_selected.emit(datetime(1999, 1, 1, tzinfo=UTC), datetime(1999, 1, 2, tzinfo=UTC))

    assert not page.ledger.view.isVisible()
    assert "No trade fits the filter" in texts(page.ledger)


def test_the_filter_says_n_of_m_and_by_what(
    qtbot: QtBot, page: ChallengePage, workspace: Workspace, picture: ChallengePicture
) -> None:
    rows = read_trades(workspace, picture.summary.challenge.id)
    symbol = rows[0].symbol
    expected = [row.sequence_number for row in reversed(rows) if row.symbol == symbol and row.side.value == "BUY"]

    with qtbot.waitSignal(page.ledger.counted):
        page.ledger.filter_by(f"{symbol.lower()} buy")

    assert list(page.ledger.view.paged_model().keys) == expected
    assert page.ledger.counts == f"{len(expected)} of {len(rows)}, filtered by “{symbol.lower()} buy”"


def test_a_header_orders_the_whole_ledger(
    qtbot: QtBot, page: ChallengePage, workspace: Workspace, picture: ChallengePicture
) -> None:
    rows = read_trades(workspace, picture.summary.challenge.id)
    (net,) = [at for at, column in enumerate(page.ledger.view.paged_model().columns) if column.key == "net"]
    header = page.ledger.view.horizontalHeader()

    with qtbot.waitSignal(page.ledger.counted):
        header.sectionClicked.emit(net)
    ascending = list(page.ledger.view.paged_model().keys)
    with qtbot.waitSignal(page.ledger.counted):
        header.sectionClicked.emit(net)
    descending = list(page.ledger.view.paged_model().keys)

    results = {row.sequence_number: row.realized_pnl for row in rows}
    assert [results[number] for number in ascending] == sorted(results.values())
    assert [results[number] for number in descending] == sorted(results.values(), reverse=True)


def test_the_deciding_trade_is_shown_even_behind_a_filter(
    qtbot: QtBot, page: ChallengePage, picture: ChallengePicture
) -> None:
    with qtbot.waitSignal(page.ledger.counted):
        page.ledger.filter_by("nothing is called so")
    (show,) = [button for button in page.findChildren(QPushButton) if button.text().startswith("Show trade")]

    with qtbot.waitSignal(page.ledger.counted):
        show.click()

    view = page.ledger.view
    assert view.paged_model().keys[view.currentIndex().row()] == picture.summary.verdict.trade_number
    assert page.ledger.counts == ""


def test_in_a_small_window_the_verdict_is_a_strip_above_the_curve(qtbot: QtBot, page: ChallengePage) -> None:
    panel = page.findChild(VerdictPanel)
    assert panel.mapTo(page, QPoint(0, 0)).x() > page.chart.width() // 2

    page.resize(966, 640)
    qtbot.waitUntil(lambda: panel.height() == STRIP_HEIGHT and panel.width() > 900)

    assert panel.mapTo(page, QPoint(0, 0)).y() < page.chart.mapTo(page, QPoint(0, 0)).y()
    page.resize(1224, 740)
    qtbot.waitUntil(lambda: panel.height() > STRIP_HEIGHT)
    assert panel.mapTo(page, QPoint(0, 0)).x() > page.chart.width() // 2


def test_an_event_that_is_chosen_is_handed_on_with_its_hashes(qtbot: QtBot, page: ChallengePage) -> None:
    page.open_tab(EVENTS)
    view = page.events.view
    chosen: list[EventRow] = []
    page.event_chosen.connect(chosen.append)

    view.setCurrentIndex(view.paged_model().index(3, 0))
    qtbot.waitUntil(lambda: len(chosen) == 1)

    assert chosen[0].sequence_number == view.paged_model().keys[3]
    assert len(chosen[0].hash) == len(chosen[0].previous_hash) == 64


def test_metrics_are_read_when_they_are_looked_at(qtbot: QtBot, page: ChallengePage) -> None:
    page.open_tab(METRICS)

    qtbot.waitUntil(lambda: any("Profit factor" in text for text in texts(page._metrics)))


def test_copied_rows_are_those_that_are_selected(
    qtbot: QtBot, page: ChallengePage, workspace: Workspace, picture: ChallengePicture, surroundings: Surroundings
) -> None:
    newest = read_trades(workspace, picture.summary.challenge.id, last=1)[0]
    page.open_tab(LEDGER)
    page.ledger.view.selectRow(0)

    with qtbot.waitSignal(surroundings.tasks.finished):
        page.copy_rows(CopyForm.CSV)

    head, row, end = QGuiApplication.clipboard().text().split("\n")
    assert head == "#,closed,symbol,side,quantity,price,net,equity,rule"
    assert row.split(",")[2] == newest.symbol
    assert row.split(",")[-1] == "daily_loss"
    assert end == ""


def test_another_challenge_begins_without_filter_and_choice(
    qtbot: QtBot, page: ChallengePage, workspace: Workspace
) -> None:
    (journal,) = [each for each in read_challenges(workspace) if each.preset == "journal"]
    with qtbot.waitSignal(page.ledger.counted):
        page.ledger.filter_by("buy")
    page.ledger.choose_trade(5)

    with qtbot.waitSignal(page.ledger.counted):
        page.show_picture(workspace, read_challenge(workspace, journal.challenge.id))

    assert page.ledger.filter_text == ""
    assert not page.ledger.view.currentIndex().isValid()
    assert len(page.ledger.view.paged_model().keys) == journal.challenge.total_trades
    assert "Not judged" in texts(page.findChild(VerdictPanel))


def test_pointing_at_a_row_leaves_the_chosen_one_marked(qtbot: QtBot, page: ChallengePage) -> None:
    page.ledger.choose_trade(5)
    prepared = page.chart.prepared
    assert prepared is not None

    page.ledger.trade_hovered.emit(9)
    assert page.chart._marked == prepared.point_of(9)
    page.ledger.trade_hovered.emit(0)

    assert page.chart._marked == prepared.point_of(5)


def test_key_figures_follow_the_brush_and_say_so(
    qtbot: QtBot, page: ChallengePage, workspace: Workspace, picture: ChallengePicture
) -> None:
    rows = read_trades(workspace, picture.summary.challenge.id)[4:10]
    before = texts(page._figures)

    page.chart.range_selected.emit(rows[0].executed_at, rows[-1].executed_at)
    qtbot.waitUntil(lambda: "Stretch: result" in texts(page._figures))

    made = sum(row.realized_pnl for row in rows)
    won = sum(row.realized_pnl > 0 for row in rows)
    said = texts(page._figures)
    assert "Equity" not in said
    assert said[said.index("Stretch: result") + 1] == ("+" if made > 0 else "−") + f"{abs(made):,.2f}".replace(
        ",", "\u202f"
    )
    assert said[said.index("Stretch: trades") + 1] == "6"
    assert f"{won} won" in said

    page.chart.range_cleared.emit()
    assert texts(page._figures)[:-1] == before[:-1], "all but the countdown"


def test_a_stretch_without_a_trade_made_nothing(qtbot: QtBot, page: ChallengePage) -> None:
    page.chart.range_selected.emit(datetime(1999, 1, 1, tzinfo=UTC), datetime(1999, 1, 2, tzinfo=UTC))
    qtbot.waitUntil(lambda: "Stretch: trades" in texts(page._figures))

    said = texts(page._figures)
    assert said[said.index("Stretch: trades") + 1] == "0"
    assert said[said.index("Stretch: average trade") + 1] == "–"
