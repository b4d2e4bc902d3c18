"""The equity chart: curve, peak, floors and target over time, the drawdown below, tied to the ledger both ways.

See `plot_area` for what importing it costs. The interface thread never sees the series as such: a worker calls
`prepare`, the chart takes what that returns.
"""

from datetime import UTC, datetime
from typing import Final

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QImage,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QSizePolicy, QStackedLayout, QVBoxLayout, QWidget

from tradesense_desktop.ui.charts.chart_image import picture_of
from tradesense_desktop.ui.charts.legend import Legend
from tradesense_desktop.ui.charts.message import Message
from tradesense_desktop.ui.charts.plot_area import ZOOM_A_NOTCH, PlotArea
from tradesense_desktop.ui.charts.pointer import Pointer, pointers
from tradesense_desktop.ui.charts.prepared_curve import NO_TRADE, PreparedCurve, leapt
from tradesense_desktop.ui.charts.reading import entries_at, sentence_at
from tradesense_desktop.ui.charts.words import summary, translate
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.theme.palettes import tokens_of
from tradesense_desktop.ui.theme.tokens import FOCUS_RING, SPACE_4, SPACE_8, SPACE_12

NO_POINT: Final = -1
LEAP: Final = 0.05
"""Part of what is in view that Ctrl with an arrow leaps over."""
_LOW: Final = 320


class EquityChart(QWidget):
    """Shows one prepared curve; colours follow the widget's palette, formats follow `display`.

    Keyboard: Left and Right go from point to point (with Ctrl by a twentieth of the view), with Shift they brush;
    Page Up and Page Down pan, + and − zoom, Home shows everything, End goes to the last point, Enter selects the
    trade, Escape takes back the brushed stretch, then the crosshair. Mouse: see PlotArea.

    Signals: point_hovered(index, NO_POINT when it ends); trade_hovered(ledger row, 0 where there is none);
    trade_selected(ledger row); range_selected(start, end) with two aware datetimes, both included;
    range_cleared().
    """

    point_hovered = Signal(int)
    trade_hovered = Signal(int)
    trade_selected = Signal(int)
    range_selected = Signal(datetime, datetime)
    range_cleared = Signal()

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._firm_zone: str | None = None
        self._prepared: PreparedCurve | None = None
        self._point = NO_POINT
        self._marked: int | None = None
        self._brushed: tuple[float, float] | None = None
        self._brush_anchor: int | None = None
        self._has_ring = True
        self._build()
        self._connect()
        self.show_nothing()

    def _build(self) -> None:
        tokens = tokens_of(self.palette())
        self._legend = Legend(tokens)
        self._plots = PlotArea(self._display, tokens)
        self._message = Message()
        drawn = QWidget()
        column = QVBoxLayout(drawn)
        column.setContentsMargins(SPACE_12, SPACE_8, SPACE_4, SPACE_4)
        column.setSpacing(SPACE_4)
        column.addWidget(self._legend)
        column.addWidget(self._plots, 1)
        self._states = QStackedLayout(self)
        self._states.addWidget(self._message)
        self._states.addWidget(drawn)
        self._drawn = drawn
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(320, 220)
        self.setAutoFillBackground(True)
        self.setBackgroundRole(self.palette().ColorRole.Base)
        self.setAccessibleName(translate("Charts", "Equity curve"))
        self.setWhatsThis(
            translate(
                "Charts",
                "The wheel zooms, dragging pans, dragging with Shift brushes a stretch of time, a double click shows"
                " everything. By keyboard: arrows, Shift with arrows, + and −, Page Up, Page Down, Home, End, Enter.",
            )
        )

    def _connect(self) -> None:
        self._display.changed.connect(self._on_display_changed)
        self._plots.framed.connect(self._on_framed)
        self._plots.time_pointed.connect(self._on_time_pointed)
        self._plots.pointing_ended.connect(self._on_pointing_ended)
        self._plots.time_clicked.connect(self._on_time_clicked)
        self._plots.stretch_brushed.connect(self._on_stretch_brushed)
        self._plots.brush_finished.connect(self._announce_range)

    # What is shown

    def show_curve(self, prepared: PreparedCurve, firm_zone: str | None = None) -> None:
        """Show a curve as a whole; an empty one is said to be empty. `firm_zone` is the zone of its day bounds.

        The same curve with more points keeps what is in view, marked and brushed.
        """
        is_same = self._prepared is not None and prepared.continues(self._prepared)
        if not is_same:
            self._forget()
        if not len(prepared):
            self.show_nothing()
            return
        self._prepared = prepared
        self._firm_zone = firm_zone
        self._states.setCurrentWidget(self._drawn)
        self._plots.show_curve(prepared, firm_zone, keep_view=is_same)
        self._describe()
        self._read()

    def show_nothing(self, invitation: str | None = None) -> None:
        """Say that there is no equity yet and how to get it."""
        self._say(
            translate("Charts", "No equity yet"),
            invitation or translate("Charts", "Once a statement is imported, its curve is drawn here."),
        )

    def show_loading(self) -> None:
        """Say that the curve is being read."""
        self._say(translate("Charts", "Reading the equity curve …"), "")

    def show_failure(self, sentence: str) -> None:
        """Say why there is no curve."""
        self._say(translate("Charts", "The equity curve could not be read"), sentence)

    def mark_trade(self, ledger_row: int, *, reveal: bool = True) -> bool:
        """Mark the point of a trade that was chosen in the ledger; False where the curve has none of it.

        With `reveal` the chart pans to it, if it is out of view.
        """
        point = self._prepared.point_of(ledger_row) if self._prepared is not None else None
        self._marked = point
        if point is not None and reveal:
            self._reveal(point)
        self._paint_pointer()
        return point is not None

    def clear_mark(self) -> None:
        """Mark no trade."""
        self._marked = None
        self._paint_pointer()

    def clear_range(self) -> None:
        """Take back the brushed stretch."""
        if self._brushed is not None:
            self._brushed = self._brush_anchor = None
            self._paint_pointer()
            self.range_cleared.emit()

    def set_brushing(self, brushing: bool) -> None:
        """Whether dragging brushes a stretch (as it does with Shift) instead of panning."""
        self._plots.is_brushing = brushing

    def show_everything(self) -> None:
        """Show the curve as a whole."""
        self._plots.show_window(self._plots.window_of_time.reset())

    def zoom(self, notches: int) -> None:
        """Zoom in by that many notches, out where it is negative: around the crosshair, else around the middle."""
        window = self._plots.window_of_time
        around = (window.start + window.end) / 2
        if self._prepared is not None and self._point != NO_POINT:
            around = self._prepared.time_of(self._point)
        self._plots.show_window(window.zoomed(ZOOM_A_NOTCH**notches, around))

    @property
    def selected_range(self) -> tuple[datetime, datetime] | None:
        """The brushed stretch, both ends included."""
        return None if self._brushed is None else (_instant(self._brushed[0]), _instant(self._brushed[1]))

    @property
    def prepared(self) -> PreparedCurve | None:
        """The curve that is shown."""
        return self._prepared

    def picture(self) -> QImage:
        """What is shown, at twice its size on screen, without the focus ring."""
        self._has_ring = False
        try:
            return picture_of(self)
        finally:
            self._has_ring = True

    # From the mouse

    def _on_framed(self) -> None:
        self._paint_pointer()

    def _on_time_pointed(self, time: float) -> None:
        if self._prepared is not None:
            self._go_to(self._prepared.nearest(time), reveal=False)

    def _on_pointing_ended(self) -> None:
        self._go_to(NO_POINT, reveal=False)

    def _on_time_clicked(self, time: float) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        if self._prepared is not None:
            self._go_to(self._prepared.nearest(time), reveal=False)
            self._select_trade()

    def _on_stretch_brushed(self, start: float, end: float) -> None:
        self._brushed = (start, end)
        self._paint_pointer()

    def _announce_range(self) -> None:
        if self._brushed is not None:
            self.range_selected.emit(_instant(self._brushed[0]), _instant(self._brushed[1]))

    # From the keyboard

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Do without a mouse what can be done with one."""
        if self._prepared is None or not self._act_on(event):
            super().keyPressEvent(event)

    def _act_on(self, event: QKeyEvent) -> bool:
        window, key, modifiers = self._plots.window_of_time, event.key(), event.modifiers()
        match key:
            case Qt.Key.Key_Left | Qt.Key.Key_Right:
                self._step(-1 if key == Qt.Key.Key_Left else 1, modifiers)
            case Qt.Key.Key_End:
                assert self._prepared is not None
                self._go_to(len(self._prepared) - 1)
            case Qt.Key.Key_Home:
                self.show_everything()
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom(1)
            case Qt.Key.Key_Minus:
                self.zoom(-1)
            case Qt.Key.Key_PageUp | Qt.Key.Key_PageDown:
                seconds = window.seconds / 2
                self._plots.show_window(window.moved(-seconds if key == Qt.Key.Key_PageUp else seconds))
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._select_trade()
            case Qt.Key.Key_Escape if self._brushed is not None:
                self.clear_range()
            case Qt.Key.Key_Escape if self._point != NO_POINT:
                self._go_to(NO_POINT)
            case _:
                return False
        return True

    def _step(self, direction: int, modifiers: Qt.KeyboardModifier) -> None:
        assert self._prepared is not None
        window = self._plots.window_of_time
        begun = self._point
        if begun == NO_POINT:
            # The crosshair begins at the marked trade, else at the last point in view.
            point = begun = self._marked if self._marked is not None else self._prepared.last_before(window.end)
        elif modifiers & Qt.KeyboardModifier.ControlModifier:
            point = leapt(self._prepared, begun, window.seconds * LEAP * direction)
        else:
            point = begun + direction
        point = max(0, min(point, len(self._prepared) - 1))
        if modifiers & Qt.KeyboardModifier.ShiftModifier:
            if self._brush_anchor is None:
                self._brush_anchor = begun
            ends = sorted((self._brush_anchor, point))
            self._brushed = (self._prepared.time_of(ends[0]), self._prepared.time_of(ends[1]))
            self._announce_range()
        else:
            self._brush_anchor = None
        self._go_to(point)

    def _select_trade(self) -> None:
        if self._prepared is not None and self._point != NO_POINT:
            row = self._prepared.ledger_row(self._point)
            if row != NO_TRADE:
                self.trade_selected.emit(row)

    # State

    def _forget(self) -> None:
        had_range = self._brushed is not None
        self._prepared = None
        self._point, self._marked, self._brushed, self._brush_anchor = NO_POINT, None, None, None
        if had_range:
            self.range_cleared.emit()

    def _go_to(self, point: int, *, reveal: bool = True) -> None:
        if point == self._point:
            return
        self._point = point
        if reveal and point != NO_POINT:
            self._reveal(point)
        self._paint_pointer()
        self._read()
        row = NO_TRADE if self._prepared is None or point == NO_POINT else self._prepared.ledger_row(point)
        self.point_hovered.emit(point)
        self.trade_hovered.emit(row)
        if reveal and self._prepared is not None and point != NO_POINT:
            spoken = sentence_at(self._prepared, point, self._display, self._firm_zone)
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, spoken))

    def _reveal(self, point: int) -> None:
        assert self._prepared is not None
        time = self._prepared.time_of(point)
        self._plots.show_window(self._plots.window_of_time.showing(time))

    def _paint_pointer(self) -> None:
        frame = self._plots.frame
        if frame is None or self._prepared is None:
            self._plots.show_pointer(Pointer(), Pointer())
            return
        marked = None
        if self._marked is not None:
            marked = self._marked, f"#{self._display.numbers.count(self._prepared.ledger_row(self._marked))}"
        point = None if self._point == NO_POINT else self._point
        self._plots.show_pointer(
            *pointers(self._prepared, frame.scale, point=point, marked=marked, brushed=self._brushed)
        )

    def _read(self) -> None:
        """Let the legend say the values at the crosshair, at the last point where there is none."""
        if self._prepared is not None:
            point = self._point if self._point != NO_POINT else len(self._prepared) - 1
            self._legend.show_entries(entries_at(self._prepared, point, self._display, self._firm_zone))

    def _describe(self) -> None:
        if self._prepared is not None:
            self.setAccessibleDescription(summary(self._prepared, self._display, self._firm_zone))

    def _say(self, heading: str, sentence: str) -> None:
        self._forget()
        self._plots.show_curve(None, None)
        self._message.say(heading, sentence)
        self._states.setCurrentWidget(self._message)
        self.setAccessibleDescription(f"{heading}. {sentence}" if sentence else heading)

    # Appearance

    def _on_display_changed(self) -> None:
        self._plots.set_display(self._display)
        self._describe()
        self._read()

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another appearance."""
        if event.type() == QEvent.Type.PaletteChange:
            tokens = tokens_of(self.palette())
            self._legend.set_tokens(tokens)
            self._plots.set_tokens(tokens)
        super().changeEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus ring."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the focus ring away."""
        super().focusOutEvent(event)
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give the legend one row where the curve needs the height."""
        super().resizeEvent(event)
        self._legend.set_most_rows(1 if event.size().height() < _LOW else 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground and, with the focus, a ring."""
        super().paintEvent(event)
        painter = QPainter(self)
        tokens = tokens_of(self.palette())
        painter.fillRect(self.rect(), tokens.surface)
        if self._has_ring and self.hasFocus():
            painter.setPen(QPen(QColor(tokens.accent), FOCUS_RING))
            inset = FOCUS_RING // 2
            painter.drawRect(self.rect().adjusted(inset, inset, -inset, -inset))


def _instant(at: float) -> datetime:
    return datetime.fromtimestamp(at, UTC)
