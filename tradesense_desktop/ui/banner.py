"""The banner: one sentence over the place, of a failure or of a result, until it is closed."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.icon_button import Drawing, IconButton
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.theme import tokens as size


class Banner(QWidget):
    """Hidden until there is something to say; a failure stays until a person closes it.

    While it is held it says nothing; what has failed meanwhile is said when it is let go.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._is_held = False
        self._failed = ""
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        self.setAccessibleName(self.tr("Message"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setContentsMargins(size.SPACE_12, size.SPACE_8, size.SPACE_8, size.SPACE_8)
        row.setSpacing(size.SPACE_8)
        self._drawing = Drawing("breach", self, tone="breach")
        self._words = Words(parent=self, wraps=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._words.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._close = IconButton("close", self.tr("Close this message"), self)
        self._close.clicked.connect(self.hide)
        row.addWidget(self._drawing, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._words, 1)
        row.addWidget(self._close, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(row)
        column.addWidget(rule(parent=self))
        self.hide()

    def show_failure(self, sentence: str) -> None:
        """Say what has failed."""
        if self._is_held:
            self._failed = sentence
            return
        self._drawing.show_drawing("breach", "breach")
        self._say(sentence)

    def show_result(self, sentence: str) -> None:
        """Say what was done."""
        if self._is_held:
            return
        self._drawing.show_drawing("check", "profit")
        self._say(sentence)

    def show_waiting(self, sentence: str) -> None:
        """Say what is neither done nor failed yet."""
        if self._is_held:
            return
        self._drawing.show_drawing("hourglass", "muted")
        self._say(sentence)

    def hold(self) -> None:
        """Say nothing more: nobody is there who may read it."""
        self._is_held = True
        self._words.clear()
        self.hide()

    def let_go(self, *, says: bool) -> None:
        """Speak again; `says` what has failed meanwhile, unless it is somebody else's who is there now."""
        failed, self._failed, self._is_held = self._failed, "", False
        if says and failed:
            self.show_failure(failed)

    def text(self) -> str:
        """What is said; empty while nothing is."""
        return "" if self.isHidden() else self._words.text()

    def _say(self, sentence: str) -> None:
        self._words.setText(sentence)
        self._words.setAccessibleName(sentence)
        self.show()
