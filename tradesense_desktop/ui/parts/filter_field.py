"""The filter field over a list: what is typed counts after a short rest, Escape clears it."""

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

_REST_MILLISECONDS = 150
_WIDTH = 220


class FilterField(QLineEdit):
    """A line to type a filter in.

    Signals: filter_changed(str) after typing has rested.
    """

    filter_changed = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(self.tr("Filter"))
        self.setToolTip(f"{name} (Ctrl+F)")
        self.setClearButtonEnabled(False)
        self.setFixedWidth(_WIDTH)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MILLISECONDS)
        self._rest.timeout.connect(lambda: self.filter_changed.emit(self.text()))
        self.textChanged.connect(lambda _text: self._rest.start())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape clears what is typed."""
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)
