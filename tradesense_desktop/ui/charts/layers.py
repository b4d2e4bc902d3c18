"""Graphics items of the chart: one that paints a frame's rectangles and words, one for what follows the pointer.

Both stand in a view box but in its pixels, not in its data: a frame is computed for the pixels that there are.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from pyqtgraph import GraphicsObject, ViewBox
from pyqtgraph.Qt.internals import PrimitiveArray
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF
from PySide6.QtWidgets import QStyleOptionGraphicsItem, QWidget

from tradesense_desktop.ui.charts.frame import Ink, Run, Word
from tradesense_desktop.ui.charts.inks import ink_colours
from tradesense_desktop.ui.charts.pointer import Pointer
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.tokens import SPACE_4, SPACE_8, TYPE_SMALL, Tokens

BREACH_SIZE: Final = 7.0
_IN_FRONT: Final = (Ink.EQUITY_AFTER, Ink.EQUITY, Ink.POINT)
_LEVEL: Final = 2.0
_RING: Final = 5.0
_SELECTION_ALPHA: Final = 36
_CROSSHAIR_ALPHA: Final = 130
_GROUND_ALPHA: Final = 225


class PixelLayer(GraphicsObject):  # type: ignore[misc]
    """An item as large as its view box, painting in pixels from the upper left corner."""

    def __init__(self, view_box: ViewBox, tokens: Tokens) -> None:
        super().__init__(view_box)
        self._view_box = view_box
        self._tokens = tokens
        self._rectangle = QRectF()
        self.setAcceptedMouseButtons(Qt.MouseButton.NoButton)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._tokens = tokens
        self.update()

    def boundingRect(self) -> QRectF:
        """The view box, as it was when the frame was laid out."""
        return self._rectangle

    def fit(self) -> None:
        """Take the size of the view box."""
        rectangle = QRectF(0, 0, self._view_box.width(), self._view_box.height())
        if rectangle != self._rectangle:
            self.prepareGeometryChange()
            self._rectangle = rectangle

    def _chip(self, painter: QPainter, left: float, bottom: float, text: str, colour: QColor) -> QRectF:
        """Words on a ground of their own, so that a curve behind them does not cross them out."""
        size = self._chip_size(painter, text)
        left = max(0.0, min(left, self._rectangle.width() - size.width() - SPACE_4))
        place = QRectF(QPointF(left, bottom - size.height()), size)
        ground = QColor(self._tokens.surface)
        ground.setAlpha(_GROUND_ALPHA)
        painter.fillRect(place, ground)
        painter.setPen(colour)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)
        return place

    @staticmethod
    def _chip_size(painter: QPainter, text: str) -> QSizeF:
        metrics = QFontMetricsF(painter.font())
        return QSizeF(metrics.horizontalAdvance(text) + 2 * SPACE_4, metrics.height() + 2)


@dataclass(frozen=True, slots=True)
class BreachSign:
    """Where the deciding point is, in pixels, and the word that stands beside it."""

    x: float
    y: float
    word: str


class FrameLayer(PixelLayer):
    """Paints what a frame laid out for one of its plots."""

    def __init__(self, view_box: ViewBox, tokens: Tokens, text_of: Callable[[Word], str]) -> None:
        super().__init__(view_box, tokens)
        self._text_of = text_of
        self._runs: tuple[Run, ...] = ()
        self._words: tuple[Word, ...] = ()
        self._breach: BreachSign | None = None
        self._breach_word: QRectF | None = None
        self._rectangles = PrimitiveArray(QRectF, 4)
        self._colours = ink_colours(tokens)

    @property
    def runs(self) -> tuple[Run, ...]:
        """What is painted."""
        return self._runs

    @property
    def breach_word(self) -> QRectF | None:
        """Where the word of the breach was painted last."""
        return self._breach_word

    def is_breach_at(self, x: float, y: float) -> bool:
        """Whether the sign of the breach stands there: it is not painted over."""
        breach = self._breach
        return breach is not None and abs(breach.x - x) < 1 and abs(breach.y - y) < 1

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in other colours."""
        self._colours = ink_colours(tokens)
        super().set_tokens(tokens)

    def show_runs(self, runs: tuple[Run, ...], words: tuple[Word, ...], breach: BreachSign | None) -> None:
        """Paint these from now on."""
        self.fit()
        self._runs, self._words, self._breach = runs, words, breach
        self.update()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint rectangles without a pen and without smoothing: each covers the device pixels it was laid on."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        self._paint_runs(painter, [run for run in self._runs if run.ink not in _IN_FRONT])
        painter.setFont(font(TYPE_SMALL))
        self._breach_word = None if self._breach is None else self._paint_breach_word(painter, self._breach)
        taken = [] if self._breach_word is None else [self._breach_word]
        self._paint_words(painter, taken)
        # Words have a ground, and nothing may hide the curve itself.
        self._paint_runs(painter, [run for run in self._runs if run.ink in _IN_FRONT])
        if self._breach is not None:
            self._paint_breach_icon(painter, self._breach)

    def _paint_runs(self, painter: QPainter, runs: list[Run]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for run in runs:
            painter.setBrush(self._colours[run.ink])
            self._rectangles.resize(len(run.rectangles))
            self._rectangles.ndarray()[:] = run.rectangles
            painter.drawRects(*self._rectangles.drawargs())

    def _paint_words(self, painter: QPainter, taken: list[QRectF]) -> None:
        height = QFontMetricsF(painter.font()).height() + 2
        beside = {"↑": float(SPACE_8), "↓": float(SPACE_8)}
        for word in sorted(self._words, key=lambda word: word.bottom):
            text, colour = self._text_of(word), self._colours[word.ink]
            if word.arrow:
                bottom = height + 1 if word.arrow == "↑" else self._rectangle.height() - 1
                beside[word.arrow] = self._chip(painter, beside[word.arrow], bottom, text, colour).right()
                continue
            place = self._free_place(painter, word, text, taken)
            if place is not None:
                taken.append(self._chip(painter, place.left(), place.bottom(), text, colour))

    def _free_place(self, painter: QPainter, word: Word, text: str, taken: list[QRectF]) -> QRectF | None:
        """Where the name of a line meets no other: on its own side, on the other, or further along a level line."""
        size = self._chip_size(painter, text)
        above, below = word.top - 2, word.bottom + size.height() + SPACE_8
        bottoms = [above, below] if word.above else [below, above]
        lefts = [word.left + SPACE_8]
        if word.bottom - word.top <= _LEVEL:
            lefts += [other.right() + SPACE_8 for other in taken if other.right() > word.left]
        for left in lefts:
            for bottom in bottoms:
                place = QRectF(QPointF(left, bottom - size.height()), size)
                if self._rectangle.contains(place) and not any(place.intersects(other) for other in taken):
                    return place
        return None

    def _paint_breach_word(self, painter: QPainter, breach: BreachSign) -> QRectF:
        """Line and word: to the right and above, where a curve that fell is not; else at the upper edge."""
        colour = QColor(self._tokens.breach)
        painter.setPen(QPen(colour, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(breach.x, 0), QPointF(breach.x, self._rectangle.height()))
        painter.setFont(font(TYPE_SMALL, strong=True))
        metrics = QFontMetricsF(painter.font())
        width = metrics.horizontalAdvance(breach.word) + 2 * SPACE_4
        fits_right = breach.x + SPACE_4 + width < self._rectangle.width()
        left = breach.x + SPACE_4 if fits_right else breach.x - SPACE_4 - width
        bottom = max(breach.y - BREACH_SIZE, metrics.height() + 4) if fits_right else metrics.height() + 4
        place = self._chip(painter, left, bottom, breach.word, colour)
        painter.setFont(font(TYPE_SMALL))
        return place

    def _paint_breach_icon(self, painter: QPainter, breach: BreachSign) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.setPen(QPen(QColor(self._tokens.surface), 1.5))
        painter.setBrush(QColor(self._tokens.breach))
        size = BREACH_SIZE
        corners = ((0, -size), (size, 0), (0, size), (-size, 0))
        painter.drawPolygon(QPolygonF([QPointF(breach.x + dx, breach.y + dy) for dx, dy in corners]))
        painter.drawLine(QPointF(breach.x, breach.y - 3.5), QPointF(breach.x, breach.y + 1))
        painter.drawPoint(QPointF(breach.x, breach.y + 3.5))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


class PointerLayer(PixelLayer):
    """Paints crosshair, mark and brushed stretch above the frame that `under` has painted."""

    def __init__(self, view_box: ViewBox, tokens: Tokens, under: FrameLayer) -> None:
        super().__init__(view_box, tokens)
        self._under = under
        self._pointer = Pointer()
        self.setZValue(1)

    def show_pointer(self, pointer: Pointer) -> None:
        """Paint this from now on."""
        self.fit()
        if pointer != self._pointer:
            self._pointer = pointer
            self.update()

    def paint(self, painter: QPainter, _option: QStyleOptionGraphicsItem, _widget: QWidget | None = None) -> None:
        """Paint from the back to the front: stretch, mark, crosshair."""
        pointer, height, width = self._pointer, self._rectangle.height(), self._rectangle.width()
        accent = QColor(self._tokens.accent)
        if pointer.brushed is not None:
            left, right = pointer.brushed
            fill = QColor(accent)
            fill.setAlpha(_SELECTION_ALPHA)
            painter.fillRect(QRectF(left, 0, right - left, height), fill)
            for edge in (left, right):
                painter.fillRect(QRectF(round(edge), 0, 1, height), accent)
        if pointer.marked is not None:
            painter.fillRect(QRectF(round(pointer.marked), 0, 1, height), accent)
            if pointer.marked_y is not None:
                self._paint_mark(painter, pointer.marked, pointer.marked_y, pointer.marked_word)
        if pointer.crosshair is not None:
            muted = QColor(self._tokens.muted)
            muted.setAlpha(_CROSSHAIR_ALPHA)
            painter.fillRect(QRectF(round(pointer.crosshair), 0, 1, height), muted)
            if pointer.crosshair_y is not None:
                painter.fillRect(QRectF(0, round(pointer.crosshair_y), width, 1), muted)
                self._paint_dot(painter, QPointF(pointer.crosshair, pointer.crosshair_y))

    def _paint_mark(self, painter: QPainter, x: float, y: float, word: str) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.setPen(QPen(QColor(self._tokens.accent), 2))
        is_breach = self._under.is_breach_at(x, y)
        painter.setBrush(Qt.BrushStyle.NoBrush if is_breach else QColor(self._tokens.surface))
        ring = BREACH_SIZE + _RING if is_breach else _RING
        painter.drawEllipse(QPointF(x, y), ring, ring)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setFont(font(TYPE_SMALL, strong=True))
        place = self._mark_place(self._chip_size(painter, word), x, y)
        self._chip(painter, place.left(), place.bottom(), word, QColor(self._tokens.accent))

    def _mark_place(self, size: QSizeF, x: float, y: float) -> QRectF:
        """At the edge that is farther from the point, and so from the curve; never over the word of the breach."""
        height, width = self._rectangle.height(), self._rectangle.width()
        tops = [0.0, height - size.height()]
        if y < height / 2:
            tops.reverse()
        lefts = [min(x + 2, width - size.width() - SPACE_4), max(0.0, x - 2 - size.width())]
        places = [QRectF(QPointF(left, top), size) for top in tops for left in lefts]
        taken = self._under.breach_word
        return next((place for place in places if taken is None or not place.intersects(taken)), places[0])

    def _paint_dot(self, painter: QPainter, at: QPointF) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=True)
        painter.setPen(QPen(QColor(self._tokens.surface), 1.5))
        painter.setBrush(QColor(self._tokens.text))
        painter.drawEllipse(at, 4.0, 4.0)
