"""Words and figures on the screen: a label with a size and a tone of the tokens."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.tokens import Tone


class Words(QLabel):
    """A plain-text label in one of the five sizes and one of the tones."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        pixels: int = size.TYPE_BODY,
        tone: Tone = "text",
        strong: bool = False,
        wraps: bool = False,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._shown_in = font(pixels, strong=strong)
        self.setFont(self._shown_in)
        self.setWordWrap(wraps)
        self.setProperty("tone", tone)

    def set_tone(self, tone: Tone) -> None:
        """Take another tone, at once."""
        if self.property("tone") != tone:
            self.setProperty("tone", tone)
            self.style().unpolish(self)
            self.style().polish(self)

    def show_in(self, shown_in: QFont) -> None:
        """Take another font, and keep it."""
        self._shown_in = shown_in
        self.setFont(shown_in)

    def changeEvent(self, event: QEvent) -> None:
        """Keep the font: polishing anew brings back the one that the style sheet saw first."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.StyleChange, QEvent.Type.FontChange) and self.font() != self._shown_in:
            self.setFont(self._shown_in)


class ElidedWords(Words):
    """Words that take what width there is and end in an ellipsis where it is too little; never cut through a letter."""

    def __init__(
        self,
        text: str = "",
        parent: QWidget | None = None,
        *,
        pixels: int = size.TYPE_BODY,
        tone: Tone = "text",
        strong: bool = False,
    ) -> None:
        super().__init__(text, parent, pixels=pixels, tone=tone, strong=strong)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)

    def paintEvent(self, event: QPaintEvent) -> None:
        """All of the words where they fit, else their beginning."""
        room = self.contentsRect()
        if self.fontMetrics().horizontalAdvance(self.text()) <= room.width():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setFont(self.font())
        painter.setPen(self.palette().color(self.foregroundRole()))
        fitted = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, self.alignment(), fitted)
        painter.end()


def rule(*, vertical: bool = False, parent: QWidget | None = None) -> QFrame:
    """A line of one pixel, the only kind of border there is."""
    made = QFrame(parent)
    made.setProperty("divider", True)
    if vertical:
        made.setFixedWidth(1)
    else:
        made.setFixedHeight(1)
    return made
