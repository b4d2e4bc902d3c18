"""The panel of the bell: what there is to tell, newest first; what is unread has a mark."""

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QListView,
    QPushButton,
    QStackedWidget,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.services.read_notifications import Notification
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.icons import pixmap
from tradesense_desktop.ui.theme.palettes import tokens_of
from tradesense_desktop.ui.theme.tokens import Tone

NOTIFICATION_ROLE = Qt.ItemDataRole.UserRole + 1
UNREAD_ROLE = Qt.ItemDataRole.UserRole + 2
_WIDTH, _HEIGHT = 480, 520
_ROW = 60
_HEAD = 56
_EMPTY = 240
_DOT = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_DRAWINGS: Final[dict[str, str]] = {
    "alert": "alert",
    "funding_decided": "funding",
    "funding_due": "funding",
    "payment": "payment",
    "phase_opened": "challenge",
}
_TONES: Final[dict[AlertSeverity, Tone]] = {AlertSeverity.CRITICAL: "breach", AlertSeverity.HIGH: "warning"}


class NotificationsPanel(QDialog):
    """A list: arrows move, Enter or a click opens, Escape closes.

    Signals: opened(Notification), read_asked() when all of it was read.
    """

    opened = Signal(object)
    read_asked = Signal()

    def __init__(self, display: Display, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("Notifications"))
        self.setProperty("popover", True)
        self._model = _NotificationModel(display, self)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(size.SPACE_16, size.SPACE_8, size.SPACE_8, size.SPACE_8)
        head.addWidget(Words(self.tr("Notifications"), pixels=size.TYPE_HEADING, strong=True))
        head.addStretch(1)
        self._read = QPushButton(self.tr("Mark all read"), self)
        self._read.setAutoDefault(False)
        self._read.clicked.connect(self.read_asked)
        head.addWidget(self._read)
        column.addLayout(head)
        column.addWidget(rule(parent=self))
        self.view = _NotificationView(self)
        self.view.setModel(self._model)
        self.view.setItemDelegate(_NotificationDelegate(display, self.view))
        self.view.chosen.connect(self._on_chosen)
        self.view.clicked.connect(self._on_chosen)
        self._none = EmptyState(
            "bell",
            self.tr("Nothing to tell"),
            self.tr("Alerts, decisions about funding and payments are told here."),
            self,
        )
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._none)
        column.addWidget(self._stack, 1)

    def show_notifications(self, items: Sequence[Notification], unread: int) -> None:
        """Show these, of which the first `unread` are unread; the chosen one stays chosen."""
        at = self.view.verticalScrollBar().value()
        current = self.view.currentIndex().data(NOTIFICATION_ROLE)
        self._model.show_notifications(items, unread)
        row = 0 if current is None else self._model.row_of(current.id)
        self.view.setCurrentIndex(self._model.index(row, 0))
        self.view.verticalScrollBar().setValue(at)
        self._read.setEnabled(unread > 0)
        self._stack.setCurrentWidget(self.view if items else self._none)

    def show_beside(self, corner: QWidget) -> None:
        """Open at the right of `corner`, within the window."""
        window = corner.window()
        rows = self._model.rowCount()
        needed = _HEAD + rows * _ROW if rows else _EMPTY
        height = min(needed, _HEIGHT, window.height() - size.SPACE_32)
        at = corner.mapToGlobal(QPoint(corner.width() + size.SPACE_8, corner.height()))
        top = window.mapToGlobal(QPoint(0, size.SPACE_16)).y()
        self.setFixedSize(min(_WIDTH, window.width() - size.RAIL_WIDTH - size.SPACE_32), height)
        self.move(at.x(), max(top, at.y() - height))
        self.show()
        self.view.setFocus(Qt.FocusReason.PopupFocusReason)

    def _on_chosen(self, index: QModelIndex) -> None:
        notification = index.data(NOTIFICATION_ROLE)
        self.close()
        self.opened.emit(notification)


class _NotificationModel(QAbstractListModel):
    def __init__(self, display: Display, parent: QObject) -> None:
        super().__init__(parent)
        self._display = display
        self._items: tuple[Notification, ...] = ()
        self._unread = 0

    def show_notifications(self, items: Sequence[Notification], unread: int) -> None:
        self.beginResetModel()
        self._items, self._unread = tuple(items), unread
        self.endResetModel()

    def row_of(self, identifier: str) -> int:
        return next((row for row, each in enumerate(self._items) if each.id == identifier), 0)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        return 0 if parent is not None and parent.isValid() else len(self._items)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not 0 <= index.row() < len(self._items):
            return None
        item = self._items[index.row()]
        if role == NOTIFICATION_ROLE:
            return item
        if role == UNREAD_ROLE:
            return index.row() < self._unread
        if role == Qt.ItemDataRole.DisplayRole:
            return item.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            parts = [self.tr("unread")] if index.row() < self._unread else []
            parts += [item.title] if self._display.is_masked else [item.title, item.text]
            return ", ".join([*parts, _when(item, self._display)])
        return None


class _NotificationView(QListView):
    """Opens by Enter what is chosen.

    Signals: chosen(QModelIndex).
    """

    chosen = Signal(QModelIndex)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Notifications"))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.chosen.emit(self.currentIndex())
            return
        super().keyPressEvent(event)


class _NotificationDelegate(QStyledItemDelegate):
    """Paints a line of what happened and a line of what it means; in privacy mode the first only."""

    def __init__(self, display: Display, parent: QObject) -> None:
        super().__init__(parent)
        self._display = display

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(size.SPACE_32, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        item: Notification = index.data(NOTIFICATION_ROLE)
        shown = tokens_of(option.palette)
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, shown.selection)
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), shown.accent)
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(rect, shown.hover)
        if index.data(UNREAD_ROLE):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(shown.accent)
            painter.drawEllipse(QRect(rect.left() + size.SPACE_8, rect.top() + size.SPACE_16, _DOT, _DOT))
        tone = shown.tone(_TONES.get(item.severity, "muted"))
        scale = painter.device().devicePixelRatioF()
        left = rect.left() + size.SPACE_24
        painter.drawPixmap(left, rect.top() + size.SPACE_12, pixmap(_DRAWINGS[item.kind], tone, size.ICON_SMALL, scale))
        inner = rect.adjusted(size.SPACE_24 + size.SPACE_24, size.SPACE_8, -size.SPACE_16, -size.SPACE_8)
        first = QRect(inner.left(), inner.top(), inner.width(), 22)
        painter.setFont(font(size.TYPE_SMALL))
        painter.setPen(shown.muted)
        when = _when(item, self._display)
        painter.drawText(first, _RIGHT, when)
        room = first.width() - painter.fontMetrics().horizontalAdvance(when) - size.SPACE_12
        if not self._display.is_masked:
            below = QRect(inner.left(), inner.top() + 22, inner.width(), 20)
            text = painter.fontMetrics().elidedText(item.text, Qt.TextElideMode.ElideRight, below.width())
            painter.drawText(below, _LEFT, text)
        painter.setFont(font(size.TYPE_BODY, strong=bool(index.data(UNREAD_ROLE))))
        painter.setPen(shown.text)
        painter.drawText(first, _LEFT, painter.fontMetrics().elidedText(item.title, Qt.TextElideMode.ElideRight, room))
        painter.restore()


def _when(item: Notification, display: Display) -> str:
    """When it was, with the zone: no head of a column says it here."""
    return f"{display.times.minute(item.at)} {display.times.zone_name()}"
