"""A button that is an icon: named for screen readers, tinted with the appearance."""

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QLabel, QToolButton, QWidget

from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.icons import icon, pixmap
from tradesense_desktop.ui.theme.palettes import tokens_of
from tradesense_desktop.ui.theme.tokens import Tone


class IconButton(QToolButton):
    """An icon that can be pressed; `name` is its tool tip and what a screen reader says."""

    def __init__(
        self, drawing: str, name: str, parent: QWidget | None = None, *, pixels: int = size.ICON_SMALL
    ) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setIconSize(QSize(pixels, pixels))
        self.setMinimumSize(pixels + size.SPACE_12, pixels + size.SPACE_12)
        self.setAutoRaise(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._tint()

    def show_drawing(self, drawing: str) -> None:
        """Show another icon."""
        self._drawing = drawing
        self._tint()

    def follow(self, action: QAction) -> None:
        """Do what `action` does, when it can be done; its shortcut stands in the tool tip."""
        self.clicked.connect(lambda _checked=False: action.trigger())
        action.enabledChanged.connect(self.setEnabled)
        self.setEnabled(action.isEnabled())
        if action.isCheckable():
            self.setCheckable(True)
            self.setChecked(action.isChecked())
            action.toggled.connect(self.setChecked)
        keys = action.shortcut().toString(QKeySequence.SequenceFormat.NativeText)
        if keys:
            self.setToolTip(f"{self.accessibleName()} ({keys})")

    def changeEvent(self, event: QEvent) -> None:
        """Tint anew when the appearance changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        self.setIcon(icon(self._drawing, tokens_of(self.palette())))


class Drawing(QLabel):
    """An icon that only shows; what it means is said by the words beside it."""

    def __init__(
        self, drawing: str, parent: QWidget | None = None, *, tone: Tone = "muted", pixels: int = size.ICON_SMALL
    ) -> None:
        super().__init__(parent)
        self._drawing = drawing
        self._tone: Tone = tone
        self._pixels = pixels
        self.setFixedSize(pixels, pixels)
        self._tint()

    def show_drawing(self, drawing: str, tone: Tone) -> None:
        """Show another icon in another tone."""
        self._drawing = drawing
        self._tone = tone
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        """Tint anew when the appearance changes."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        colour = tokens_of(self.palette()).tone(self._tone)
        self.setPixmap(pixmap(self._drawing, colour, self._pixels, self.devicePixelRatioF()))
