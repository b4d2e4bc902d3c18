from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, QSizeF, Qt
from PySide6.QtGui import QAccessible, QColor, QFontMetricsF, QWheelEvent
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.charts.conftest import ShowChart
from tests.ui.charts.curves import BEGUN, DAY, challenge, series_of
from tradesense_desktop.ui.charts.equity_chart import NO_POINT, EquityChart
from tradesense_desktop.ui.charts.frame import Ink
from tradesense_desktop.ui.charts.prepared_curve import prepare
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.times import ZoneChoice
from tradesense_desktop.ui.theme.appearance import Appearance, AppearanceChoice
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.palettes import palette
from tradesense_desktop.ui.theme.tokens import DARK, LIGHT, SPACE_8, TYPE_SMALL

Key, Modifier = Qt.Key, Qt.KeyboardModifier


@pytest.fixture
def chart(show_chart: ShowChart) -> EquityChart:
    return show_chart(challenge())


def place_of(chart: EquityChart, point: int) -> QPoint:
    """Where a point is on the plot area."""
    frame = chart._plots.frame
    assert frame is not None
    assert chart.prepared is not None
    corner = chart._plots._boxes[0].mapToScene(QPointF(0, 0))
    time, equity = chart.prepared.time_of(point), chart.prepared.equity_of(point)
    return QPoint(round(corner.x() + frame.scale.x(time)), round(corner.y() + frame.scale.y(equity)))


def legend(chart: EquityChart) -> dict[str, str]:
    return {entry.name: entry.value for entry in chart._legend.entries}


def colours_in(chart: EquityChart) -> set[str]:
    image = chart.grab().toImage()
    return {
        QColor(image.pixel(x, y)).name().upper()
        for x in range(0, image.width(), 1)
        for y in range(0, image.height(), 2)
    }


def test_hovering_a_point_names_it_and_its_ledger_row(chart: EquityChart, qtbot: QtBot) -> None:
    points: list[int] = []
    rows: list[int] = []
    chart.point_hovered.connect(points.append)
    chart.trade_hovered.connect(rows.append)
    with qtbot.waitSignal(chart.trade_hovered):
        qtbot.mouseMove(chart._plots.viewport(), place_of(chart, 300))

    assert chart.prepared is not None
    assert abs(points[-1] - 300) <= 3
    assert rows[-1] == chart.prepared.ledger_row(points[-1])


def test_legend_reads_the_values_at_the_crosshair_and_else_the_last(chart: EquityChart, qtbot: QtBot) -> None:
    last = legend(chart)["equity"]
    assert chart.prepared is not None
    assert last == f"{chart.prepared.equity_of(-1):,.2f}".replace(",", "\u202f")

    chart._plots.time_pointed.emit(chart.prepared.time_of(0))
    assert legend(chart)["equity"] == "100\u202f000.00"
    assert legend(chart)["maximum-loss floor"] == "90\u202f000.00"

    chart._plots.pointing_ended.emit()
    assert legend(chart)["equity"] == last


def test_floor_between_two_cents_is_read_as_the_higher_as_everywhere_else(show_chart: ShowChart) -> None:
    chart = show_chart(series_of([BEGUN, BEGUN + DAY], [50_000, 50_100], maximum_loss_floor=[48_770.165, 48_770.165]))

    assert legend(chart)["maximum-loss floor"] == "48\u202f770.17"


def test_click_selects_the_trade_under_the_crosshair(chart: EquityChart, qtbot: QtBot) -> None:
    with qtbot.waitSignal(chart.trade_selected) as selected:
        qtbot.mouseClick(chart._plots.viewport(), Qt.MouseButton.LeftButton, pos=place_of(chart, 200))

    assert abs(selected.args[0] - 200) <= 3


def test_point_that_is_no_trade_is_hovered_but_not_selected(show_chart: ShowChart, qtbot: QtBot) -> None:
    chart = show_chart(series_of([BEGUN, BEGUN + DAY], [100_000, 101_000], sequence_numbers=[0, 0]))

    with qtbot.assertNotEmitted(chart.trade_selected), qtbot.waitSignal(chart.point_hovered):
        qtbot.mouseClick(chart._plots.viewport(), Qt.MouseButton.LeftButton, pos=place_of(chart, 1))


def test_trade_chosen_in_the_ledger_is_marked_and_brought_into_view(chart: EquityChart) -> None:
    chart._plots.show_window(chart._plots.window_of_time.zoomed(0.1, BEGUN))

    assert chart.mark_trade(500)

    assert chart.prepared is not None
    window = chart._plots.window_of_time
    assert window.start < chart.prepared.time_of(500) < window.end
    assert chart._plots._pointers[0]._pointer.marked_word == "#500"


def test_trade_the_curve_does_not_have_is_not_marked(chart: EquityChart) -> None:
    assert not chart.mark_trade(9_999)
    assert not chart.mark_trade(0)


def test_arrows_go_from_point_to_point_even_among_points_of_one_time(show_chart: ShowChart, qtbot: QtBot) -> None:
    times = [BEGUN, *[BEGUN + DAY] * 23, BEGUN + 2 * DAY]
    chart = show_chart(series_of(times, np.arange(100_000.0, 100_025.0)))
    seen: list[int] = []
    chart.point_hovered.connect(seen.append)

    for _ in range(25):
        qtbot.keyClick(chart, Key.Key_Left)

    assert seen == list(range(24, -1, -1))


def test_arrows_stop_at_both_ends(chart: EquityChart, qtbot: QtBot) -> None:
    qtbot.keyClick(chart, Key.Key_End)
    with qtbot.assertNotEmitted(chart.point_hovered):
        qtbot.keyClick(chart, Key.Key_Right)


def test_arrow_with_control_leaps_over_a_twentieth_of_the_view(chart: EquityChart, qtbot: QtBot) -> None:
    assert chart.prepared is not None
    times = chart.prepared.times[:]
    qtbot.keyClick(chart, Key.Key_End)
    with qtbot.waitSignal(chart.point_hovered) as there:
        qtbot.keyClick(chart, Key.Key_Left, Modifier.ControlModifier)

    leap = chart._plots.window_of_time.seconds / 20
    assert times[-1] - times[there.args[0]] == pytest.approx(leap, rel=0.5)


def test_keys_zoom_pan_and_show_everything_again(chart: EquityChart, qtbot: QtBot) -> None:
    whole = chart._plots.window_of_time
    for key in (Key.Key_Plus, Key.Key_Plus, Key.Key_PageUp):
        qtbot.keyClick(chart, key)
    zoomed = chart._plots.window_of_time
    assert zoomed.seconds == pytest.approx(whole.seconds * 0.64)
    assert zoomed.start == whole.start

    qtbot.keyClick(chart, Key.Key_PageDown)
    assert chart._plots.window_of_time.start > zoomed.start
    qtbot.keyClick(chart, Key.Key_Minus)
    assert chart._plots.window_of_time.seconds > zoomed.seconds

    qtbot.keyClick(chart, Key.Key_Home)
    assert chart._plots.window_of_time == whole


def test_zooming_by_key_keeps_the_crosshair_where_it_is(chart: EquityChart, qtbot: QtBot) -> None:
    for _ in range(120):
        qtbot.keyClick(chart, Key.Key_Left)
    before = chart._plots._pointers[0]._pointer.crosshair
    qtbot.keyClick(chart, Key.Key_Plus)

    assert before is not None
    assert chart._plots._pointers[0]._pointer.crosshair == pytest.approx(before, abs=1)


def test_enter_selects_the_trade_at_the_crosshair(chart: EquityChart, qtbot: QtBot) -> None:
    qtbot.keyClick(chart, Key.Key_End)
    with qtbot.waitSignal(chart.trade_selected) as selected:
        qtbot.keyClick(chart, Key.Key_Return)

    assert chart.prepared is not None
    assert selected.args[0] == chart.prepared.ledger_row(len(chart.prepared) - 1)


def test_shift_with_arrows_brushes_from_point_to_point_and_escape_takes_it_back(
    chart: EquityChart, qtbot: QtBot
) -> None:
    assert chart.prepared is not None
    last = len(chart.prepared) - 1
    qtbot.keyClick(chart, Key.Key_End)
    qtbot.keyClick(chart, Key.Key_Left, Modifier.ShiftModifier)
    with qtbot.waitSignal(chart.range_selected) as brushed:
        qtbot.keyClick(chart, Key.Key_Left, Modifier.ShiftModifier)

    times = chart.prepared.times[:]
    ends = [datetime.fromtimestamp(times[point], UTC) for point in (last - 2, last)]
    assert brushed.args == ends
    assert chart.selected_range == tuple(ends)

    with qtbot.waitSignal(chart.range_cleared):
        qtbot.keyClick(chart, Key.Key_Escape)
    assert chart.selected_range is None


def test_dragging_with_shift_brushes_what_lies_between(chart: EquityChart, qtbot: QtBot) -> None:
    plots = chart._plots.viewport()
    begun, ended = place_of(chart, 150), place_of(chart, 350)
    whole = chart._plots.window_of_time
    qtbot.mousePress(plots, Qt.MouseButton.LeftButton, Modifier.ShiftModifier, begun)
    with qtbot.waitSignal(chart.range_selected) as brushed:
        drag(chart, begun, ended, Modifier.ShiftModifier)
        qtbot.mouseRelease(plots, Qt.MouseButton.LeftButton, Modifier.ShiftModifier, ended)

    assert chart.prepared is not None
    times = chart.prepared.times[:]
    pixel = whole.seconds / 800
    assert brushed.args[0].timestamp() == pytest.approx(times[150], abs=2 * pixel)
    assert brushed.args[1].timestamp() == pytest.approx(times[350], abs=2 * pixel)
    assert chart._plots.window_of_time == whole


def drag(chart: EquityChart, begun: QPoint, ended: QPoint, modifier: Qt.KeyboardModifier) -> None:
    """Move with the button held: QTest moves without buttons on this platform."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    viewport = chart._plots.viewport()
    for step in range(1, 5):
        at = QPointF(begun + (ended - begun) * step / 4)
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            QEvent.Type.MouseMove, at, viewport.mapToGlobal(at), Qt.MouseButton.NoButton, left, modifier
        )
        QApplication.sendEvent(viewport, event)


def test_dragging_pans_and_keeps_the_time_under_the_pointer(chart: EquityChart, qtbot: QtBot) -> None:
    chart._plots.show_window(chart._plots.window_of_time.zoomed(0.3, BEGUN + 8 * DAY))
    before = chart._plots.window_of_time
    begun, ended = QPoint(500, 150), QPoint(300, 150)
    time = chart._plots._time_at(QPointF(begun))
    plots = chart._plots.viewport()
    qtbot.mousePress(plots, Qt.MouseButton.LeftButton, pos=begun)
    drag(chart, begun, ended, Modifier.NoModifier)
    with qtbot.assertNotEmitted(chart.trade_selected):
        qtbot.mouseRelease(plots, Qt.MouseButton.LeftButton, pos=ended)

    assert chart._plots.window_of_time.start > before.start
    assert chart._plots._time_at(QPointF(ended)) == pytest.approx(time)


def test_wheel_zooms_around_the_pointer_and_a_double_click_shows_everything(chart: EquityChart, qtbot: QtBot) -> None:
    whole = chart._plots.window_of_time
    at = QPointF(400, 120)
    time = chart._plots._time_at(at)
    viewport = chart._plots.viewport()
    wheel = QWheelEvent(
        at,
        viewport.mapToGlobal(at),
        QPoint(),
        QPoint(0, 360),
        Qt.MouseButton.NoButton,
        Modifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(viewport, wheel)

    assert chart._plots.window_of_time.seconds == pytest.approx(whole.seconds * 0.8**3)
    assert chart._plots._time_at(at) == pytest.approx(time)

    qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=at.toPoint())
    assert chart._plots.window_of_time == whole


def test_leaving_the_plots_ends_hovering(chart: EquityChart, qtbot: QtBot) -> None:
    qtbot.mouseMove(chart._plots.viewport(), place_of(chart, 300))
    with qtbot.waitSignal(chart.point_hovered) as ended:
        chart._plots.pointing_ended.emit()

    assert ended.args == [NO_POINT]


def test_breach_is_told_by_a_word_and_an_icon(show_chart: ShowChart) -> None:
    chart = show_chart(challenge(breaches=True, drift=0))

    sign = chart._plots._layers[0]._breach
    assert sign is not None
    assert sign.word == "breach"
    assert "A limit was broken at" in chart.accessibleDescription()
    at = place_of(chart, chart.prepared.breach)  # type: ignore[union-attr,arg-type]
    image = chart.grab().toImage()
    icon = chart._plots.mapTo(chart, at)
    assert QColor(image.pixel(icon.x() - 4, icon.y())).name().upper() == DARK.breach


def test_both_appearances_paint_in_their_own_tokens(show_chart: ShowChart, qapp: QApplication) -> None:
    chart = show_chart(challenge())
    for tokens, other in ((DARK, LIGHT), (LIGHT, DARK)):
        qapp.setPalette(palette(tokens))
        qapp.processEvents()
        seen = colours_in(chart)
        for token in ("surface", "text", "warning", "breach", "profit", "loss"):
            assert getattr(tokens, token) in seen, token
        assert other.surface not in seen or tokens.surface == other.surface
        assert other.warning not in seen


def test_privacy_hides_every_amount(chart: EquityChart, display: Display) -> None:
    display.mask(True)

    values = [value for name, value in legend(chart).items() if not name.startswith("time")]
    digits = [value for value in values if any(sign.isdigit() for sign in value.partition("%")[2] or value)]
    assert digits == []
    ticks = chart._plots._value_axes[0]._tickLevels[0]
    assert {label for _, label in ticks} == {"•••••"}
    assert "100" not in chart.accessibleDescription()
    word = chart._plots._layers[0]._words[0]
    assert not any(sign.isdigit() for sign in chart._plots._text_of(word))


def test_times_are_shown_in_the_zone_that_is_chosen(chart: EquityChart, display: Display) -> None:
    assert "time, Prague (UTC+1)" in legend(chart)

    display.show_times_in(ZoneChoice.UTC)

    assert "time, UTC" in legend(chart)
    display.show_times_in(ZoneChoice.FIRM)


def test_chart_has_a_name_and_tells_its_curve_in_sentences(chart: EquityChart) -> None:
    assert chart.accessibleName() == "Equity curve"
    told = chart.accessibleDescription()
    assert "points from 03/02/2026" in told
    assert "Equity from 100\u202f000.00" in told
    assert "Deepest drawdown" in told


def test_nothing_in_the_chart_takes_the_focus_without_a_name(chart: EquityChart) -> None:
    focusable = [chart, *(w for w in chart.findChildren(QWidget) if w.focusPolicy() is not Qt.FocusPolicy.NoFocus)]

    assert [widget for widget in focusable if not widget.accessibleName()] == []
    interface = QAccessible.queryAccessibleInterface(chart)
    assert interface.text(QAccessible.Text.Description) == chart.accessibleDescription()


def test_no_curve_loading_and_failure_are_said(show_chart: ShowChart) -> None:
    chart = show_chart()

    def words() -> str:
        return " ".join(label.text() for label in chart._message.findChildren(QLabel) if label.isVisible())

    assert words() == "No equity yet Once a statement is imported, its curve is drawn here."
    chart.show_loading()
    assert words() == "Reading the equity curve …"
    chart.show_failure("The workspace is locked by another program.")
    assert words() == "The equity curve could not be read The workspace is locked by another program."
    chart.show_curve(prepare(series_of([], [])))
    assert words().startswith("No equity yet")
    assert chart.prepared is None


def test_what_stands_in_place_of_a_curve_is_written_in_the_colours_of_the_appearance(
    show_chart: ShowChart, appearance: Appearance, qapp: QApplication
) -> None:
    chart = show_chart()
    for choice, tokens in ((AppearanceChoice.LIGHT, LIGHT), (AppearanceChoice.DARK, DARK)):
        appearance.choose(choice)
        qapp.processEvents()
        assert {tokens.text, tokens.muted} <= colours_in(chart)


def test_keys_and_mouse_do_nothing_without_a_curve(show_chart: ShowChart, qtbot: QtBot) -> None:
    chart = show_chart()
    with qtbot.assertNotEmitted(chart.point_hovered), qtbot.assertNotEmitted(chart.trade_selected):
        for key in (Key.Key_Left, Key.Key_End, Key.Key_Plus, Key.Key_Return, Key.Key_Home):
            qtbot.keyClick(chart, key)
        chart._plots.time_pointed.emit(0.0)
    assert not chart.mark_trade(1)


def test_single_point_is_drawn_hovered_and_zoomed(show_chart: ShowChart, qtbot: QtBot) -> None:
    chart = show_chart(series_of([BEGUN], [100_000], sequence_numbers=[1], maximum_loss_floor=[90_000]))

    with qtbot.waitSignal(chart.trade_hovered) as hovered:
        qtbot.keyClick(chart, Key.Key_Left)
    for _ in range(80):
        qtbot.keyClick(chart, Key.Key_Plus)

    assert hovered.args == [1]
    assert chart._plots.window_of_time.seconds == pytest.approx(1)
    assert chart._plots.frame is not None


def test_another_curve_forgets_what_was_marked_and_brushed(chart: EquityChart, qtbot: QtBot) -> None:
    chart.mark_trade(3)
    qtbot.keyClick(chart, Key.Key_End)
    qtbot.keyClick(chart, Key.Key_Left, Modifier.ShiftModifier)
    with qtbot.waitSignal(chart.range_cleared):
        chart.show_curve(prepare(challenge(trades=20, days=5)))

    assert chart.selected_range is None
    assert chart._plots._pointers[0]._pointer.marked is None


def test_same_curve_with_another_trade_keeps_what_is_looked_at(show_chart: ShowChart, qtbot: QtBot) -> None:
    times, equity = [BEGUN + number * DAY for number in range(30)], [100_000.0 + number for number in range(30)]
    chart = show_chart(series_of(times[:29], equity[:29]))
    chart.mark_trade(12)
    chart._plots.show_window(chart._plots.window_of_time.zoomed(0.3, times[10]))
    seen = chart._plots.window_of_time

    with qtbot.assertNotEmitted(chart.range_cleared):
        chart.show_curve(prepare(series_of(times, equity)))

    assert (chart._plots.window_of_time.start, chart._plots.window_of_time.end) == (seen.start, seen.end)
    assert chart._plots._pointers[0]._pointer.marked_word == "#12"
    chart.show_everything()
    assert chart._plots.window_of_time.end > times[-1]


def test_chart_fits_any_size_down_to_its_least(chart: EquityChart, qapp: QApplication) -> None:
    for size in ((1600, 900), (700, 380), (320, 220)):
        chart.resize(*size)
        qapp.processEvents()
        frame = chart._plots.frame
        assert frame is not None
        assert frame.scale.area.height > 40
        assert frame.scale.area.width > 150
        assert {run.ink for run in frame.curve} >= {Ink.EQUITY, Ink.MAXIMUM_LOSS_FLOOR}


def test_labels_of_the_time_axis_keep_apart(chart: EquityChart, qapp: QApplication) -> None:
    letters = QFontMetricsF(font(TYPE_SMALL))
    for width in range(420, 1300, 20):
        chart.resize(width, 400)
        qapp.processEvents()
        frame = chart._plots.frame
        assert frame is not None
        (labelled,) = chart._plots._time_axis._tickLevels
        ends = [(frame.scale.x(at), letters.horizontalAdvance(label) / 2) for at, label in labelled]
        gaps = [right - half_right - left - half_left for (left, half_left), (right, half_right) in pairwise(ends)]
        assert all(gap > SPACE_8 for gap in gaps), f"labels come too near at a width of {width}"


def test_a_million_points_are_framed_and_the_time_is_told(show_chart: ShowChart) -> None:
    from time import perf_counter

    rng = np.random.default_rng(1)
    chart = show_chart(
        series_of(BEGUN + np.sort(rng.uniform(0, 300 * DAY, 1_000_000)), 1e5 + rng.normal(0, 9, 1_000_000).cumsum())
    )
    window = chart._plots.window_of_time.zoomed(0.5, BEGUN)
    spent = []
    for step in range(20):
        begun = perf_counter()
        chart._plots.show_window(window.moved(step * DAY))
        chart._plots.viewport().repaint()
        spent.append((perf_counter() - begun) * 1000)
    print(f"a frame of a million points: median {np.median(spent):.1f} ms of 16.7")
    assert chart._plots.frame is not None
    assert chart._plots.frame.scale.window == window.moved(19 * DAY)


def test_the_number_of_the_deciding_trade_does_not_cover_the_word_breach(show_chart: ShowChart) -> None:
    for drift in (0, -3, 3):
        chart = show_chart(challenge(breaches=True, drift=drift))
        prepared = chart.prepared
        assert prepared is not None
        if prepared.breach is None:
            continue
        chart.mark_trade(prepared.ledger_row(prepared.breach))
        chart.grab()
        layer, pointer = chart._plots._layers[0], chart._plots._pointers[0]
        word = layer.breach_word
        mark = pointer._pointer
        assert word is not None
        assert mark.marked is not None
        assert mark.marked_y is not None

        place = pointer._mark_place(QSizeF(40, 18), mark.marked, mark.marked_y)

        assert not place.intersects(word)
        assert pointer.boundingRect().contains(place)
