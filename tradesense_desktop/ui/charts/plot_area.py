"""The two plots of an equity chart, one over the other, with their axes, and the mouse over them.

Importing this module imports pyqtgraph and numpy: about 0.4 s, twice that without compiled bytecode.
Import it in a worker thread after the window has been painted, and only then build a chart.
"""

from typing import Final

import numpy as np
from pyqtgraph import AxisItem, GraphicsLayout, GraphicsView, ViewBox
from PySide6.QtCore import QLocale, QPointF, Qt, Signal
from PySide6.QtGui import QFontMetricsF, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from tradesense_desktop.ui.charts.frame import Frame, Word, lay_out
from tradesense_desktop.ui.charts.layers import BreachSign, FrameLayer, PointerLayer
from tradesense_desktop.ui.charts.pointer import Pointer
from tradesense_desktop.ui.charts.prepared_curve import PreparedCurve
from tradesense_desktop.ui.charts.scale import Area
from tradesense_desktop.ui.charts.ticks import time_ticks
from tradesense_desktop.ui.charts.time_window import TimeWindow, whole
from tradesense_desktop.ui.charts.words import limit, money, name_of, percent, time_labels, translate
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.tokens import SPACE_8, SPACE_12, TYPE_SMALL, Tokens

ZOOM_A_NOTCH: Final = 0.8
_NOTCH: Final = 120.0
_GAP: Final = 10
_DRAWDOWN_SHARE: Final = 0.2
_DRAWDOWN_LEAST, _DRAWDOWN_MOST = 44, 96
_DAY_LABEL_SPACING, _CLOCK_LABEL_SPACING = 58, 92
_SECONDS_OF_CLOCK: Final = 4 * 86400
"""A longer stretch of time is labelled with days, a shorter one with hours."""
_HALF_LABEL: Final = 38
_DRAG_FROM: Final = 4
_CLICK = Qt.MouseButton.LeftButton


class PlotArea(GraphicsView):  # type: ignore[misc]
    """Shows a prepared curve in a window of time; the amounts follow what is in view.

    The wheel zooms around the pointer, dragging pans, dragging with Shift (or while `is_brushing`) brushes a
    stretch, a double click shows everything. Times are POSIX seconds.

    Signals: framed() after a new frame; time_pointed(float) and pointing_ended(); time_clicked(float);
    stretch_brushed(float, float) while brushing, brush_finished() at its end.
    """

    framed = Signal()
    time_pointed = Signal(float)
    pointing_ended = Signal()
    time_clicked = Signal(float)
    stretch_brushed = Signal(float, float)
    brush_finished = Signal()

    def __init__(self, display: Display, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent, background=tokens.surface)
        self._display = display
        self._firm_zone: str | None = None
        self._prepared: PreparedCurve | None = None
        self._window = whole(0.0, 0.0)
        self._frame: Frame | None = None
        self._pressed: QPointF | None = None
        self._dragged_from: TimeWindow | None = None
        self._drag_brushes = False
        self.is_brushing = False
        self._build(tokens)
        self.set_tokens(tokens)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewport().setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCursor(Qt.CursorShape.CrossCursor)

    def _build(self, tokens: Tokens) -> None:
        self._layout = GraphicsLayout()
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        self._boxes = tuple(ViewBox(enableMenu=False, enableMouse=False, border=None) for _ in range(2))
        self._value_axes = tuple(AxisItem("right", maxTickLength=0) for _ in range(2))
        self._time_axis = AxisItem("bottom", maxTickLength=0)
        for row, box, axis in zip((0, 2), self._boxes, self._value_axes, strict=True):
            box.setDefaultPadding(0)
            self._layout.addItem(box, row, 0)
            self._layout.addItem(axis, row, 1)
            axis.linkToView(box)
        self._layout.addItem(self._time_axis, 3, 0)
        self._time_axis.linkToView(self._boxes[1])
        self._layout.layout.setRowFixedHeight(1, _GAP)
        self.setCentralItem(self._layout)
        self._layers = tuple(FrameLayer(box, tokens, self._text_of) for box in self._boxes)
        self._pointers = tuple(
            PointerLayer(box, tokens, under) for box, under in zip(self._boxes, self._layers, strict=True)
        )
        for axis in (*self._value_axes, self._time_axis):
            axis.setStyle(
                tickFont=font(TYPE_SMALL), tickAlpha=0, autoExpandTextSpace=False, hideOverlappingLabels=False
            )
            axis.setZValue(-1)
        self._boxes[0].sigResized.connect(self.refresh)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in the colours of an appearance."""
        self.setBackground(tokens.surface)
        for axis in (*self._value_axes, self._time_axis):
            axis.setPen(None)
            axis.setTextPen(tokens.muted)
        for layer in (*self._layers, *self._pointers):
            layer.set_tokens(tokens)

    def show_curve(self, prepared: PreparedCurve | None, firm_zone: str | None, *, keep_view: bool = False) -> None:
        """Show a curve, as a whole or (`keep_view`) where the one before was looked at; or nothing."""
        self._prepared = prepared
        self._firm_zone = firm_zone
        if prepared is not None:
            everything = whole(prepared.time_of(0), prepared.time_of(-1))
            is_kept = keep_view and not self._window.is_whole
            self._window = everything.narrowed(self._window) if is_kept else everything
        self.set_display(self._display)

    def set_display(self, display: Display) -> None:
        """Label in the formats that are in force."""
        self._display = display
        metrics = QFontMetricsF(font(TYPE_SMALL))
        widest = metrics.horizontalAdvance(percent(display.numbers, -0.9999))
        if self._prepared is not None:
            ends = (self._prepared.lowest, self._prepared.highest)
            amounts = [money(display.numbers, self._prepared.equity_of(index)) for index in ends]
            widest = max(widest, *(metrics.horizontalAdvance(amount) for amount in amounts))
        for axis in self._value_axes:
            axis.setWidth(int(widest) + SPACE_12 + SPACE_8)
        self._time_axis.setHeight(int(metrics.height()) + SPACE_8)
        self.refresh()

    @property
    def frame(self) -> Frame | None:
        """What is shown; None while there is no curve or no room."""
        return self._frame

    @property
    def window_of_time(self) -> TimeWindow:
        """Stretch of time in view."""
        return self._window

    def show_window(self, window: TimeWindow) -> None:
        """Show another stretch of time."""
        if window != self._window:
            self._window = window
            self.refresh()

    def refresh(self) -> None:
        """Lay out and paint again."""
        upper, lower = self._boxes
        # The layout places the boxes when events are handled; until then a box has no size worth a frame.
        self._divide()
        self._layout.layout.activate()
        if self._prepared is None or upper.width() < _DRAG_FROM or upper.height() < _DRAG_FROM:
            self._frame = None
            for layer in self._layers:
                layer.show_runs((), (), None)
            for axis in (*self._value_axes, self._time_axis):
                axis.setTicks([[]])
            return
        area = Area(upper.width(), upper.height(), lower.height(), self.viewport().devicePixelRatioF())
        frame = self._frame = lay_out(self._prepared, self._window, area)
        seen = (frame.scale.window.start, frame.scale.window.end)
        upper.setRange(xRange=seen, yRange=(frame.scale.values.low, frame.scale.values.high), padding=0)
        lower.setRange(xRange=seen, yRange=(frame.scale.deepest, 0.0), padding=0)
        self._label_axes(frame)
        self._layers[0].show_runs(frame.curve, frame.words, self._breach_sign(frame))
        self._layers[1].show_runs(frame.drawdown, (), None)
        self.framed.emit()

    def show_pointer(self, upper: Pointer, lower: Pointer) -> None:
        """Paint crosshair, mark and stretch at these pixels."""
        for layer, pointer in zip(self._pointers, (upper, lower), strict=True):
            layer.show_pointer(pointer)

    def _divide(self) -> None:
        height = self.height()
        lower = max(_DRAWDOWN_LEAST, min(int(height * _DRAWDOWN_SHARE), _DRAWDOWN_MOST))
        self._layout.layout.setRowFixedHeight(2, lower)

    def _label_axes(self, frame: Frame) -> None:
        numbers = self._display.numbers
        letters = QFontMetricsF(font(TYPE_SMALL))
        half = letters.height() / 2
        upper = [
            (tick, money(numbers, tick, frame.value_decimals))
            for tick in frame.value_ticks
            if half <= frame.scale.y(tick) <= frame.scale.area.height - half + _GAP
        ]
        lower = [(tick, percent(numbers, tick, frame.drawdown_decimals)) for tick in frame.drawdown_ticks]
        zone = self._display.times.zone(self._firm_zone)
        spacing = _DAY_LABEL_SPACING if frame.scale.window.seconds > _SECONDS_OF_CLOCK else _CLOCK_LABEL_SPACING
        most = max(2, int(frame.scale.area.width / spacing))
        # A label is centred on its tick: at the left edge half of it would be cut off.
        start, end = frame.scale.time(_HALF_LABEL), frame.scale.time(frame.scale.area.width - _HALF_LABEL / 2)
        ticks = time_ticks(start, end, most, zone)
        labels = time_labels(ticks, QLocale(), zone)
        times = [(tick.at, label) for tick, label in zip(ticks, labels, strict=True)]
        # The first label says the day or the year too: where it comes too near, the second one gives way.
        if len(times) > 1:
            room = frame.scale.x(times[1][0]) - frame.scale.x(times[0][0])
            if sum(letters.horizontalAdvance(label) for label in labels[:2]) / 2 + SPACE_12 > room:
                del times[1]
        for axis, labelled in zip((*self._value_axes, self._time_axis), (upper, lower, times), strict=True):
            axis.setTicks([labelled])

    def _text_of(self, word: Word) -> str:
        parts = [name_of(word.ink)]
        if word.value is not None:
            is_whole = word.value == round(word.value)
            numbers = self._display.numbers
            parts.append(money(numbers, word.value, decimals=0) if is_whole else limit(numbers, word.value))
        return " ".join([*parts, word.arrow] if word.arrow else parts)

    def _breach_sign(self, frame: Frame) -> BreachSign | None:
        if self._prepared is None or self._prepared.breach is None:
            return None
        index = self._prepared.breach
        at = self._prepared.time_of(index)
        if not frame.scale.sees(at):
            return None
        equity = self._prepared.equity_of(index)
        return BreachSign(frame.scale.x(at), frame.scale.y(equity), translate("Charts", "breach"))

    def _time_at(self, at: QPointF) -> float | None:
        """Time under a place in the widget, None beside the plots."""
        if self._frame is None:
            return None
        x = at.x() - self._boxes[0].mapToScene(QPointF(0, 0)).x()
        return self._frame.scale.time(x) if 0 <= x <= self._frame.scale.area.width else None

    def _time_within(self, at: QPointF) -> float:
        """Time under a place, the nearest in view where the place is beside the plots."""
        assert self._frame is not None
        x = at.x() - self._boxes[0].mapToScene(QPointF(0, 0)).x()
        return self._frame.scale.time(float(np.clip(x, 0, self._frame.scale.area.width)))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom around the pointer, or pan where the wheel is turned sideways."""
        time = self._time_at(event.position())
        if time is None:
            event.ignore()
            return
        notches = event.angleDelta().y() / _NOTCH
        sideways = event.angleDelta().x() / _NOTCH
        if notches:
            self.show_window(self._window.zoomed(ZOOM_A_NOTCH**notches, time))
        elif sideways:
            self.show_window(self._window.moved(-sideways * self._window.seconds / 10))
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Remember where a click, a pan or a brush begins."""
        if event.button() is not _CLICK or self._time_at(event.position()) is None:
            event.ignore()
            return
        self._pressed = event.position()
        self._dragged_from = None
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Point, pan or brush."""
        if self._pressed is None or not event.buttons() & _CLICK:
            self._point(event.position())
            return
        way = event.position().x() - self._pressed.x()
        if self._dragged_from is None and abs(way) < _DRAG_FROM:
            return
        if self._dragged_from is None:
            self._dragged_from = self._window
            self._drag_brushes = self.is_brushing or bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self.setCursor(Qt.CursorShape.SplitHCursor if self._drag_brushes else Qt.CursorShape.ClosedHandCursor)
        if self._drag_brushes:
            self._brush(event.position())
        elif self._frame is not None:
            seconds = way / self._frame.scale.area.width * self._dragged_from.seconds
            self.show_window(self._dragged_from.moved(-seconds))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a pan or a brush; without either it was a click."""
        if event.button() is not _CLICK or self._pressed is None:
            return
        if self._dragged_from is None:
            self.time_clicked.emit(self._time_within(event.position()))
        elif self._drag_brushes:
            self.brush_finished.emit()
        self._pressed = self._dragged_from = None
        self.setCursor(Qt.CursorShape.CrossCursor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Show everything."""
        self.show_window(self._window.reset())
        event.accept()

    def leaveEvent(self, event: object) -> None:
        """End pointing."""
        self.pointing_ended.emit()
        super().leaveEvent(event)

    def _brush(self, at: QPointF) -> None:
        assert self._pressed is not None
        ends = sorted((self._time_within(self._pressed), self._time_within(at)))
        self.stretch_brushed.emit(ends[0], ends[1])

    def _point(self, at: QPointF) -> None:
        time = self._time_at(at)
        if time is None:
            self.pointing_ended.emit()
        else:
            self.time_pointed.emit(time)
