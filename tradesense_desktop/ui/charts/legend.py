"""Legend of the equity chart: each line as it is drawn, its name, and its value where the crosshair is."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from tradesense_desktop.ui.charts.frame import Ink
from tradesense_desktop.ui.charts.inks import ink_colours
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.tokens import SPACE_4, SPACE_8, SPACE_16, TYPE_BODY, TYPE_SMALL, Tokens

_SWATCH: Final = 18.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One cell: a name over a value; `ink` None is the cell that says when. `widest` is the text to make room for."""

    ink: Ink | None
    name: str
    value: str
    widest: str


class Legend(QWidget):
    """A row of cells, two where there is no room for one; cells keep their width while values change.

    What does not fit is left out from the end: the first entries are those that matter most.
    """

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tokens = tokens
        self._entries: tuple[Entry, ...] = ()
        self._most_rows = 2
        policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in the colours of an appearance."""
        self._tokens = tokens
        self.update()

    def set_most_rows(self, rows: int) -> None:
        """Leave out the last cells rather than take more rows."""
        if rows != self._most_rows:
            self._most_rows = rows
            self.updateGeometry()
            self.update()

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show these from now on."""
        widths = [self._cell_width(entry) for entry in self._entries]
        self._entries = tuple(entries)
        if widths != [self._cell_width(entry) for entry in self._entries]:
            self.updateGeometry()
        self.update()

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What is shown."""
        return self._entries

    def sizeHint(self) -> QSize:
        """All in one row."""
        return QSize(int(sum(self._cell_width(entry) for entry in self._entries)), int(self._row_height()))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the widest cell."""
        widths = [self._cell_width(entry) for entry in self._entries]
        return QSize(int(max(widths, default=0.0)), int(self._row_height()))

    def hasHeightForWidth(self) -> bool:
        """Rows are added where the width is short."""
        return True

    def heightForWidth(self, width: int) -> int:
        """Height of the rows that `width` asks for."""
        return int(self._row_height() * (1 + max((row for row, _ in self._places(width)), default=0)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Ask for the rows that the new width needs."""
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the cells."""
        painter = QPainter(self)
        colours = ink_colours(self._tokens)
        small, body = QFontMetricsF(font(TYPE_SMALL)), QFontMetricsF(font(TYPE_BODY))
        for entry, (row, left) in zip(self._entries, self._places(self.width()), strict=False):
            top = row * self._row_height()
            text_left = left
            if entry.ink is not None:
                self._paint_swatch(painter, entry.ink, colours[entry.ink], left, top + small.height() / 2)
                text_left += _SWATCH + SPACE_4
            painter.setFont(font(TYPE_SMALL))
            painter.setPen(QColor(self._tokens.muted))
            painter.drawText(QRectF(text_left, top, 400, small.height()), Qt.AlignmentFlag.AlignLeft, entry.name)
            painter.setFont(font(TYPE_BODY))
            painter.setPen(QColor(self._tokens.text))
            place = QRectF(left, top + small.height() + 1, 400, body.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, entry.value)

    @staticmethod
    def _paint_swatch(painter: QPainter, ink: Ink, colour: QColor, left: float, middle: float) -> None:
        middle = round(middle)
        if ink is Ink.PEAK:
            for place in range(0, int(_SWATCH), 4):
                painter.fillRect(QRectF(left + place, middle, 2, 1), colour)
        elif ink is Ink.TARGET:
            for place in (0, 10):
                painter.fillRect(QRectF(left + place, middle, 6, 1), colour)
        elif ink is Ink.DRAWDOWN:
            painter.fillRect(QRectF(left, middle - 4, _SWATCH, 8), colour)
        elif ink in (Ink.DAILY_FLOOR, Ink.MAXIMUM_LOSS_FLOOR):
            thickness = 2 if ink is Ink.MAXIMUM_LOSS_FLOOR else 1
            painter.fillRect(QRectF(left, middle - 2, _SWATCH, thickness), colour)
            for place in range(0, int(_SWATCH), 7):
                painter.fillRect(QRectF(left + place, middle - 2 + thickness, 1, 4), colour)
        else:
            painter.fillRect(QRectF(left, middle, _SWATCH, 2), colour)

    def _row_height(self) -> float:
        small, body = QFontMetricsF(font(TYPE_SMALL)), QFontMetricsF(font(TYPE_BODY))
        return small.height() + body.height() + SPACE_8

    def _cell_width(self, entry: Entry) -> float:
        small, body = QFontMetricsF(font(TYPE_SMALL)), QFontMetricsF(font(TYPE_BODY))
        name = small.horizontalAdvance(entry.name) + (_SWATCH + SPACE_4 if entry.ink is not None else 0)
        value = max(body.horizontalAdvance(entry.value), body.horizontalAdvance(entry.widest))
        return max(name, value) + SPACE_16

    def _places(self, width: int) -> list[tuple[int, float]]:
        """Row and left edge of each cell that is shown."""
        places: list[tuple[int, float]] = []
        row, left = 0, 0.0
        for entry in self._entries:
            cell = self._cell_width(entry)
            if left and left + cell - SPACE_16 > width:
                row, left = row + 1, 0.0
            if row == self._most_rows:
                break
            places.append((row, left))
            left += cell
        return places
