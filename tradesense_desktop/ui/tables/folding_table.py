"""A table whose lines can be groups, which are opened and closed like a folder."""

from typing import Any, Protocol

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeyEvent

from tradesense_desktop.ui.tables.table_view import TableView


class FoldingLine(Protocol):
    """What such a table asks of a line: whether it heads a group, and whether the group stands open below it."""

    @property
    def is_head(self) -> bool:
        """Whether it heads a group."""

    @property
    def is_open(self) -> bool:
        """Whether its group stands open."""


class FoldingTable(TableView):
    """A table of lines of which some head a group.

    Right opens a group, Left closes it, Enter, a double click and its arrow do the other. The arrow stands in column
    `title`. Signals: fold_asked(int key of the line, bool opened).
    """

    fold_asked = Signal(int, bool)

    def show_model(self, model: Any) -> None:
        """Show the lines, and listen to the arrow of a group."""
        super().show_model(model)
        self.clicked.connect(self._on_click)
        self.doubleClicked.connect(self._turn)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The arrows and Enter open and close groups; on any other line they do what they do everywhere."""
        line = self._line(self.currentIndex())
        if line is not None and line.is_head:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._turn(self.currentIndex())
                return
            if event.key() in (Qt.Key.Key_Right, Qt.Key.Key_Left):
                self._fold(self.currentIndex(), opened=event.key() == Qt.Key.Key_Right)
                return
        super().keyPressEvent(event)

    def _on_click(self, index: QModelIndex) -> None:
        column = self.paged_model().columns[index.column()]
        at = self.viewport().mapFromGlobal(self.cursor().pos()).x() - self.columnViewportPosition(index.column())
        if column.key == "title" and 0 <= at < self.rowHeight(index.row()):
            self._turn(index)

    def _turn(self, index: QModelIndex) -> None:
        line = self._line(index)
        if line is not None and line.is_head:
            self._fold(index, opened=not line.is_open)

    def _fold(self, index: QModelIndex, *, opened: bool) -> None:
        self.fold_asked.emit(self.paged_model().keys[index.row()], opened)

    def _line(self, index: QModelIndex) -> FoldingLine | None:
        if not index.isValid():
            return None
        line: FoldingLine | None = self.paged_model().row_at(index.row())
        return line
