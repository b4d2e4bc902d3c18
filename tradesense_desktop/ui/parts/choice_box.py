"""A choice of a few: a combo box with our own chevron."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QComboBox

from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.icons import pixmap
from tradesense_desktop.ui.theme.palettes import tokens_of


class ChoiceBox(QComboBox):
    """A combo box that shows that it can be opened."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box, then the chevron."""
        super().paintEvent(event)
        shown = tokens_of(self.palette())
        painter = QPainter(self)
        colour = shown.muted if self.isEnabled() else shown.line
        drawing = pixmap("chevron", colour, size.ICON_SMALL, self.devicePixelRatioF())
        left = self.width() - size.ICON_SMALL - size.SPACE_8
        painter.drawPixmap(left, (self.height() - size.ICON_SMALL) // 2, drawing)
        painter.end()
