"""What stands in a chart's place while there is nothing to draw."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme.tokens import SPACE_4, SPACE_24, TYPE_HEADING


class Message(QWidget):
    """A heading with a sentence under it, in the middle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = Words(pixels=TYPE_HEADING, strong=True, wraps=True)
        self._sentence = Words(tone="muted", wraps=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_24, SPACE_24, SPACE_24, SPACE_24)
        column.setSpacing(SPACE_4)
        column.addStretch()
        for words in (self._heading, self._sentence):
            words.setAlignment(Qt.AlignmentFlag.AlignCenter)
            column.addWidget(words)
        column.addStretch()

    def say(self, heading: str, sentence: str) -> None:
        """Say this from now on."""
        self._heading.setText(heading)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
