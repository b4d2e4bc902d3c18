"""Bars of use: how much of a limit is used, or of a target made."""

from decimal import Decimal
from typing import Final

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tradesense_desktop.domain.money import ZERO, Fraction
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.palettes import tokens_of
from tradesense_desktop.ui.theme.tokens import Tokens, Tone

WARNING_AT: Final = Decimal("0.8")
BREACH_AT: Final = Decimal(1)
_HEIGHT = 6


def use_tone(used: Fraction, *, calm: Tone = "muted") -> Tone:
    """Tone of a limit that is used so far: a warning from 80 %, a breach from 100 %."""
    if used >= BREACH_AT:
        return "breach"
    return "warning" if used >= WARNING_AT else calm


def paint_bar(painter: QPainter, box: QRect, part: Fraction, shown: Tokens, tone: Tone) -> None:
    """Paint a track and the `part` of it that is filled; less than none or more than all stays in the track."""
    painter.setPen(Qt.PenStyle.NoPen)
    radius = box.height() / 2
    painter.setBrush(QColor(shown.line))
    painter.drawRoundedRect(QRectF(box), radius, radius)
    filled = float(min(BREACH_AT, max(ZERO, part))) * box.width()
    if filled >= 1:
        painter.setBrush(QColor(shown.tone(tone)))
        painter.drawRoundedRect(QRectF(box.left(), box.top(), max(filled, box.height()), box.height()), radius, radius)


class UseBar(QWidget):
    """A bar that fills its width; what it shows is said in words beside it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._part = ZERO
        self._tone: Tone = "muted"
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFixedHeight(_HEIGHT)
        self.setMinimumWidth(size.SPACE_32)

    def show_part(self, part: Fraction, tone: Tone) -> None:
        """Fill `part` of the bar."""
        self._part = part
        self._tone = tone
        self.update()

    def sizeHint(self) -> QSize:
        """As wide as it may be, and thin."""
        return QSize(size.SPACE_32, _HEIGHT)

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The track and its filled part."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_bar(painter, self.rect(), self._part, tokens_of(self.palette()), self._tone)
        painter.end()
