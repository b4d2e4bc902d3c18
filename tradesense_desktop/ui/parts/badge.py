"""A badge: a word or two with a frame in its tone and a drawing before it, for what must not be overlooked."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QWidget

from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.tokens import Tone


class Badge(QFrame):
    """Hidden until it has something to say; never colour alone."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("badge", "muted")
        row = QHBoxLayout(self)
        row.setContentsMargins(size.SPACE_8, 2, size.SPACE_8, 2)
        row.setSpacing(size.SPACE_4)
        self._drawing = Drawing("warning", self)
        self._words = Words(parent=self, pixels=size.TYPE_SMALL, strong=True)
        row.addWidget(self._drawing)
        row.addWidget(self._words)
        self.hide()

    def show_badge(self, said: tuple[str, Tone] | None, drawing: str = "warning") -> None:
        """Say this in this tone; None takes the badge away."""
        self.setVisible(said is not None)
        if said is None:
            self._words.setText("")
            return
        words, tone = said
        self._drawing.show_drawing(drawing, tone)
        self._words.setText(words)
        self._words.set_tone(tone)
        self.setAccessibleName(words)
        self.setProperty("badge", tone)
        self.style().unpolish(self)
        self.style().polish(self)

    def text(self) -> str:
        """What it says; empty while it is hidden."""
        return "" if self.isHidden() else self._words.text()
