"""A notice: one sentence in the place it is about, of a refusal, a warning or a result."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.tokens import Tone


class Notice(QWidget):
    """Hidden until there is something to say, with an icon beside it; never colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Notice"))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(size.SPACE_8)
        self._drawing = Drawing("breach", self, tone="breach")
        self._words = Words(parent=self, wraps=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    def say_refusal(self, sentence: str) -> None:
        """Say what was refused, and why."""
        self._say(sentence, "breach", "breach")

    def say_warning(self, sentence: str) -> None:
        """Say what somebody has to know."""
        self._say(sentence, "warning", "warning")

    def say_result(self, sentence: str) -> None:
        """Say what was done."""
        self._say(sentence, "check", "profit")

    def say(self, sentence: str, drawing: str = "note") -> None:
        """Say something that is neither good nor bad."""
        self._say(sentence, drawing, "muted")

    def clear(self) -> None:
        """Say nothing."""
        self._words.setText("")
        self.hide()

    def text(self) -> str:
        """What is said; empty while nothing is."""
        return "" if self.isHidden() else self._words.text()

    def _say(self, sentence: str, drawing: str, tone: Tone) -> None:
        self._drawing.show_drawing(drawing, tone)
        self._words.setText(sentence)
        self._words.setAccessibleName(sentence)
        self.setAccessibleDescription(sentence)
        self.show()
