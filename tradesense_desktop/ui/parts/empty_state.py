"""An empty list: what belongs there and how to get it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

_WIDTH = 440


class EmptyState(QWidget):
    """An icon, a heading and the next step, in the middle of where the list would be."""

    def __init__(
        self, drawing: str, title: str, text: str, parent: QWidget | None = None, *, width: int = _WIDTH
    ) -> None:
        super().__init__(parent)
        self._width = width
        column = QVBoxLayout(self)
        column.setSpacing(size.SPACE_8)
        middle = Qt.AlignmentFlag.AlignHCenter
        column.addStretch(2)
        column.addWidget(Drawing(drawing, self, pixels=size.ICON_LARGE), 0, middle)
        self._title = Words(title, pixels=size.TYPE_HEADING, strong=True)
        column.addWidget(self._title, 0, middle)
        self._text = Words(tone="muted", wraps=True)
        self._text.setFixedWidth(width)
        self.say(title, text)
        self._text.setAlignment(middle)
        column.addWidget(self._text, 0, middle)
        column.addStretch(3)

    def say(self, title: str, text: str) -> None:
        """Say something else."""
        self._title.setText(title)
        self._text.setText(text)
        # A layout asks a label that wraps for one line only where it is aligned in it.
        self._text.setMinimumHeight(max(0, self._text.heightForWidth(self._width)))
