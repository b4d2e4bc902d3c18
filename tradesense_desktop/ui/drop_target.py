"""Files that are dragged over the window: the whole of it takes a statement, and says so."""

from pathlib import Path

from PySide6.QtCore import QMimeData, QRect, Qt, Signal
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QMainWindow, QWidget

from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.palettes import tokens_of

_VEIL = 0.92


def dropped_file(carried: QMimeData) -> Path | None:
    """The first local file that is carried, or None."""
    for address in carried.urls():
        if address.isLocalFile():
            path = Path(address.toLocalFile())
            if path.is_file():
                return path
    return None


class DropVeil(QWidget):
    """Covers the window, or a place of it, while a file is held over it; says what will become of the file."""

    def __init__(self, parent: QWidget, title: str = "", text: str = "") -> None:
        super().__init__(parent)
        self._title = title or self.tr("Drop the statement to import it")
        self._text = text or self.tr("Nothing is written before you have seen it.")
        self._covered = parent
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Cover the whole of the parent."""
        self.setGeometry(self._covered.rect())
        self.raise_()
        self.show()

    def paintEvent(self, _event: QPaintEvent) -> None:
        """A veil, a frame in the accent and what will happen."""
        shown = tokens_of(self.palette())
        painter = QPainter(self)
        painter.setOpacity(_VEIL)
        painter.fillRect(self.rect(), shown.canvas)
        painter.setOpacity(1)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(QColor(shown.accent), size.FOCUS_RING, Qt.PenStyle.DashLine))
        frame = self.rect().adjusted(size.SPACE_24, size.SPACE_24, -size.SPACE_24, -size.SPACE_24)
        painter.drawRoundedRect(frame, size.CORNER, size.CORNER)
        painter.setPen(shown.text)
        painter.setFont(font(size.TYPE_FIGURE))
        painter.drawText(frame, Qt.AlignmentFlag.AlignCenter, self._title)
        painter.setPen(shown.muted)
        painter.setFont(font(size.TYPE_BODY))
        below = QRect(frame.left(), frame.center().y() + size.SPACE_24, frame.width(), size.SPACE_24)
        painter.drawText(below, Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()


class FileTakingWindow(QMainWindow):
    """A window that takes a statement wherever it is dropped, while whoever acts may import.

    Signals: file_dropped(Path).
    """

    file_dropped = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._veil = DropVeil(self)

    @property
    def takes_files(self) -> bool:
        """Whether whoever acts may import; nobody does until a window says so."""
        return False

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file that is held over the window."""
        if self.takes_files and dropped_file(event.mimeData()) is not None:
            event.acceptProposedAction()
            self._veil.cover()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """The file is gone again."""
        super().dragLeaveEvent(event)
        self._veil.hide()

    def dropEvent(self, event: QDropEvent) -> None:
        """Import what was dropped."""
        self._veil.hide()
        path = dropped_file(event.mimeData())
        if path is not None:
            event.acceptProposedAction()
            self.file_dropped.emit(path)
