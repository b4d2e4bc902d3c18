"""Facts of one thing: a label and what it says, line by line; identifiers are shown short and copied whole."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import fixed_font
from tradesense_desktop.ui.theme.tokens import Tone

_LABEL_WIDTH = 104
_LINE = 24
_SHOWN = 18


class FactLines(QWidget):
    """Pairs of label and text, filled anew with every thing that is shown; `title` is hidden while there are none."""

    def __init__(
        self, parent: QWidget | None = None, *, label_width: int = _LABEL_WIDTH, title: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._title = title
        if title is not None:
            title.hide()
            self.hide()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(size.SPACE_8)
        self._grid.setVerticalSpacing(0)
        self._grid.setColumnMinimumWidth(0, label_width)
        self._grid.setColumnStretch(1, 1)
        self._label_width = label_width
        self._said: list[tuple[str, str]] = []

    @property
    def said(self) -> tuple[tuple[str, str], ...]:
        """What is shown, as pairs of label and whole text."""
        return tuple(self._said)

    def clear(self) -> None:
        """Show nothing."""
        self._said.clear()
        if self._title is not None:
            self._title.hide()
            self.hide()
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()

    def add(self, label: str, text: str, *, tone: Tone = "text") -> None:
        """One fact in words; an empty one is left out."""
        if not text:
            return
        words = Words(text, self, tone=tone, wraps=True)
        words.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        words.setContentsMargins(0, size.SPACE_4, 0, size.SPACE_4)
        self._add(label, words, text)

    def add_text(self, text: str) -> None:
        """A sentence that takes the whole width; an empty one is left out."""
        if not text:
            return
        words = Words(text, self, wraps=True)
        words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note("", text)
        self._grid.addWidget(words, len(self._said) - 1, 0, 1, 2)
        words.show()

    def add_identifier(self, label: str, whole: str | None) -> None:
        """An id or a hash: its beginning is shown, the whole of it copied; None is left out."""
        if not whole:
            return
        shown = QWidget(self)
        row = QHBoxLayout(shown)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(size.SPACE_4)
        words = Words(f"{whole[:_SHOWN]}…" if len(whole) > _SHOWN else whole, shown)
        words.show_in(fixed_font())
        words.setToolTip(quoting_tip(whole))
        copy = IconButton("copy", self.tr("Copy {name}").format(name=label), shown)
        copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(whole))
        row.addWidget(words)
        row.addWidget(copy)
        row.addStretch(1)
        self._add(label, shown, whole, beside=Qt.AlignmentFlag.AlignVCenter)

    def _add(
        self, label: str, widget: QWidget, text: str, *, beside: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignTop
    ) -> None:
        self._note(label, text)
        at = len(self._said) - 1
        name = Words(label, self, pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        name.setFixedWidth(self._label_width)
        name.setContentsMargins(0, size.SPACE_4 + 1, 0, size.SPACE_4)
        widget.setMinimumHeight(_LINE)
        self._grid.addWidget(name, at, 0, beside)
        self._grid.addWidget(widget, at, 1)
        name.show()
        widget.show()

    def _note(self, label: str, text: str) -> None:
        self._said.append((label, text))
        if self._title is not None:
            self._title.show()
            self.show()
