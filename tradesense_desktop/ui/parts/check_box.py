"""A switch that is on or off: a check box with our own tick, so that its colour is not all that says so."""

from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QCheckBox, QStyle, QStyleOptionButton

from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.icons import pixmap
from tradesense_desktop.ui.theme.palettes import tokens_of


class CheckBox(QCheckBox):
    """A check box that shows a tick where it is on."""

    def paintEvent(self, event: QPaintEvent) -> None:
        """The box, then the tick."""
        super().paintEvent(event)
        if not self.isChecked():
            return
        option = QStyleOptionButton()
        self.initStyleOption(option)
        box = self.style().subElementRect(QStyle.SubElement.SE_CheckBoxIndicator, option, self)
        drawing = pixmap("check", tokens_of(self.palette()).on_accent, size.ICON_SMALL, self.devicePixelRatioF())
        painter = QPainter(self)
        left = box.x() + (box.width() - size.ICON_SMALL) // 2
        painter.drawPixmap(left, box.y() + (box.height() - size.ICON_SMALL) // 2, drawing)
        painter.end()
