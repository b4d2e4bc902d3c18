"""What can be done with the chart, beside it: brush a stretch, take a picture, take the data."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from tradesense_desktop.ui.actions.registry import ActionRegistry, plain
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.theme import tokens as size

_TOOLS = (("brush", "chart.brush"), ("picture", "chart.save_image"), ("export", "chart.export_data"))


class ChartTools(QWidget):
    """A narrow column of buttons, one an action."""

    def __init__(self, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, size.SPACE_8, size.SPACE_8, size.SPACE_8)
        column.setSpacing(size.SPACE_4)
        for drawing, identifier in _TOOLS:
            button = IconButton(drawing, plain(actions[identifier].text()), self)
            button.follow(actions[identifier])
            column.addWidget(button)
        column.addStretch(1)
