"""The title of a dock: a word and a way to close it; the dock is moved by it."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QHBoxLayout, QWidget

from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size


class DockTitle(QWidget):
    """Stands for the frame that Qt would draw."""

    def __init__(self, dock: QDockWidget) -> None:
        super().__init__(dock)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        row = QHBoxLayout(self)
        row.setContentsMargins(size.SPACE_16, size.SPACE_12, size.SPACE_12, 0)
        row.addWidget(Words(dock.windowTitle(), pixels=size.TYPE_SMALL, tone="muted"), 1)
        close = IconButton("close", self.tr("Close {title}").format(title=dock.windowTitle().lower()), self)
        close.clicked.connect(dock.close)
        row.addWidget(close)
