"""What stands in a chart's place while there is nothing to draw."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.tokens import SPACE_4, SPACE_24, TYPE_BODY, TYPE_HEADING, Tokens


class Message(QWidget):
    """A heading with a sentence under it, in the middle."""

    def __init__(self, tokens: Tokens, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._heading = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._heading.setFont(font(TYPE_HEADING, strong=True))
        self._sentence = QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True)
        self._sentence.setFont(font(TYPE_BODY))
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_24, SPACE_24, SPACE_24, SPACE_24)
        column.setSpacing(SPACE_4)
        column.addStretch()
        for label in (self._heading, self._sentence):
            # What a file or a server said may stand here: it is text, never markup.
            label.setTextFormat(Qt.TextFormat.PlainText)
            column.addWidget(label)
        column.addStretch()
        self.set_tokens(tokens)

    def set_tokens(self, tokens: Tokens) -> None:
        """Paint in the colours of an appearance."""
        for label, colour in ((self._heading, tokens.text), (self._sentence, tokens.muted)):
            shown = QPalette(label.palette())
            # Which of the two a label writes in depends on the ground that its parents have.
            shown.setColor(QPalette.ColorRole.WindowText, QColor(colour))
            shown.setColor(QPalette.ColorRole.Text, QColor(colour))
            label.setPalette(shown)

    def say(self, heading: str, sentence: str) -> None:
        """Say this from now on."""
        self._heading.setText(heading)
        self._sentence.setText(sentence)
        self._sentence.setVisible(bool(sentence))
