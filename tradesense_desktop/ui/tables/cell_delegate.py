"""Paints cells: one call for text, tone and icon; selection as a thin ground and a bar, no grid."""

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from tradesense_desktop.ui.tables.paged_model import ICON_ROLE, TONE_ROLE
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.icons import pixmap
from tradesense_desktop.ui.theme.palettes import tokens_of

_BAR = 3


class CellDelegate(QStyledItemDelegate):
    """Paints a cell of a paged table itself, which is half the cost of the default (measured)."""

    def __init__(self, view: QTableView) -> None:
        super().__init__(view)
        self._view = view
        self.hovered_row = -1

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every row is as high as every other."""
        return QSize(size.SPACE_32, size.ROW_HEIGHT)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground, then icon, then text in its tone."""
        shown = tokens_of(option.palette)
        rect: QRect = option.rect
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, shown.selection)
            if rect.left() <= 0 or self._view.horizontalHeader().visualIndex(index.column()) == 0:
                painter.fillRect(QRect(rect.left(), rect.top(), _BAR, rect.height()), shown.accent)
        elif index.row() == self.hovered_row:
            painter.fillRect(rect, shown.hover)
        inner = rect.adjusted(size.SPACE_8, 0, -size.SPACE_8, 0)
        tone = index.data(TONE_ROLE)
        drawing = index.data(ICON_ROLE)
        if drawing:
            top = inner.top() + (inner.height() - size.ICON_SMALL) // 2
            colour = shown.tone(tone)
            painter.drawPixmap(
                inner.left(), top, pixmap(drawing, colour, size.ICON_SMALL, self._view.devicePixelRatioF())
            )
            inner.setLeft(inner.left() + size.ICON_SMALL + size.SPACE_8)
        painter.setFont(font(size.TYPE_BODY))
        painter.setPen(shown.tone(tone))
        text = index.data(Qt.ItemDataRole.DisplayRole)
        if painter.fontMetrics().horizontalAdvance(text) > inner.width():
            text = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, inner.width())
        painter.drawText(inner, index.data(Qt.ItemDataRole.TextAlignmentRole), text)
