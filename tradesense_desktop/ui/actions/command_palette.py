"""The command palette: every action and every challenge, found by a few letters."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QModelIndex, QObject, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QLineEdit,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from tradesense_desktop.ui.actions.fuzzy import score
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.palettes import tokens_of

_COMMAND_ROLE = Qt.ItemDataRole.UserRole + 1
_WIDTH = 560
_ROWS_SHOWN = 11
_ROW = 34


@dataclass(frozen=True, slots=True)
class Command:
    """One line of the palette: what it does, what stands muted at its right, and further words to find it by."""

    title: str
    hint: str
    run: Callable[[], object]
    keywords: str = ""


class CommandPalette(QDialog):
    """A field and a list: arrows move, Enter runs, Escape closes; what was run last comes first."""

    def __init__(self, commands: Sequence[Command], recent: list[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(self.tr("Find an action or a challenge"))
        self._commands = list(commands)
        self._recent = recent
        self._field = QLineEdit(self)
        self._field.setPlaceholderText(self.tr("Type a few letters of an action or a challenge"))
        self._field.setAccessibleName(self.tr("Search"))
        self._field.setFont(font(size.TYPE_HEADING))
        self._list = QListView(self)
        self._list.setAccessibleName(self.tr("Matches"))
        self._list.setItemDelegate(_CommandDelegate(self._list))
        self._list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._list.setUniformItemSizes(True)
        self._list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._model = QStandardItemModel(self)
        self._list.setModel(self._model)
        self._nothing = Words(self.tr("Nothing is called like that."), self, tone="muted")
        self._nothing.setContentsMargins(size.SPACE_12, size.SPACE_8, size.SPACE_12, size.SPACE_8)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(size.SPACE_8, size.SPACE_8, size.SPACE_8, size.SPACE_8)
        layout.setSpacing(size.SPACE_8)
        layout.addWidget(self._field)
        layout.addWidget(self._list)
        layout.addWidget(self._nothing)
        self._field.textChanged.connect(self._show_matches)
        self._field.installEventFilter(self)
        self._list.clicked.connect(self._run)
        self._show_matches("")
        self._place(parent)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let arrows and Enter in the field act on the list."""
        if watched is self._field and isinstance(event, QKeyEvent) and event.type() is QEvent.Type.KeyPress:
            key = event.key()
            if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._run(self._list.currentIndex())
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
                QApplication.sendEvent(self._list, event)
                return True
        return super().eventFilter(watched, event)

    def titles(self) -> list[str]:
        """Titles of the matches, best first."""
        return [self._model.item(row).text() for row in range(self._model.rowCount())]

    def _show_matches(self, wanted: str) -> None:
        self._model.clear()
        for command in self._matches(wanted.strip()):
            item = QStandardItem(command.title)
            item.setData(command, _COMMAND_ROLE)
            item.setData(f"{command.title}, {command.hint}", Qt.ItemDataRole.AccessibleTextRole)
            self._model.appendRow(item)
        has_matches = self._model.rowCount() > 0
        self._list.setVisible(has_matches)
        self._nothing.setVisible(not has_matches)
        if has_matches:
            self._list.setCurrentIndex(self._model.index(0, 0))

    def _matches(self, wanted: str) -> list[Command]:
        if not wanted:
            rank = {title: place for place, title in enumerate(self._recent)}
            return sorted(self._commands, key=lambda command: rank.get(command.title, len(rank)))
        scored = []
        for place, command in enumerate(self._commands):
            by_title = score(wanted, command.title)
            by_keyword = score(wanted, f"{command.title} {command.keywords}") if command.keywords else None
            best = max((found * 2 for found in (by_title,) if found is not None), default=None)
            if best is None:
                best = by_keyword
            if best is not None:
                scored.append((-best, place, command))
        return [command for _, _, command in sorted(scored, key=lambda entry: entry[:2])]

    def _run(self, index: QModelIndex | QPersistentModelIndex) -> None:
        if not index.isValid():
            return
        command: Command = index.data(_COMMAND_ROLE)
        if command.title in self._recent:
            self._recent.remove(command.title)
        self._recent.insert(0, command.title)
        self.close()
        command.run()

    def _place(self, parent: QWidget) -> None:
        width = min(_WIDTH, parent.width() - size.SPACE_32)
        height = 5 * size.SPACE_12 + self._field.sizeHint().height() + _ROW * _ROWS_SHOWN
        at = parent.mapToGlobal(parent.rect().topLeft())
        self.setFixedWidth(width)
        self.resize(width, min(height, parent.height() - size.SPACE_32))
        self.move(at.x() + (parent.width() - width) // 2, at.y() + parent.height() // 8)
        self._field.setFocus()


class _CommandDelegate(QStyledItemDelegate):
    """Paints a title at the left and its shortcut, muted, at the right."""

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(_WIDTH - size.SPACE_32, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        shown = tokens_of(option.palette)
        rect: QRect = option.rect
        command: Command = index.data(_COMMAND_ROLE)
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, shown.selection)
            painter.fillRect(QRect(rect.left(), rect.top(), 3, rect.height()), shown.accent)
        inner = rect.adjusted(size.SPACE_12, 0, -size.SPACE_12, 0)
        painter.setFont(font(size.TYPE_SMALL))
        painter.setPen(shown.muted)
        painter.drawText(inner, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, command.hint)
        room = inner.adjusted(0, 0, -painter.fontMetrics().horizontalAdvance(command.hint) - size.SPACE_12, 0)
        painter.setFont(font(size.TYPE_BODY))
        painter.setPen(shown.text)
        title = painter.fontMetrics().elidedText(command.title, Qt.TextElideMode.ElideRight, room.width())
        painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, title)
        painter.restore()
