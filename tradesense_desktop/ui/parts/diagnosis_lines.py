"""What a test of a connection found: a line for each step, with a sentence where one failed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from tradesense_desktop.ui.formatting.firm import outcome_sign, step_word
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradesense_desktop.services.connect_firm import DiagnosisLine

_STEP_WIDTH = 112
_OUTCOME_WIDTH = 84


class DiagnosisLines(QWidget):
    """Drawing, step, how it went and why; hidden while nothing was tested."""

    def __init__(self, parent: QWidget | None = None, *, width: int) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("What the test found"))
        self._said: list[tuple[str, str, str]] = []
        self._room = width - size.ICON_SMALL - _STEP_WIDTH - _OUTCOME_WIDTH - 3 * size.SPACE_8
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(size.SPACE_8)
        self._grid.setVerticalSpacing(size.SPACE_4)
        self._grid.setColumnMinimumWidth(1, _STEP_WIDTH)
        self._grid.setColumnMinimumWidth(2, _OUTCOME_WIDTH)
        self._grid.setColumnStretch(3, 1)
        self.hide()

    @property
    def said(self) -> tuple[tuple[str, str, str], ...]:
        """What is shown: step, how it went, and the sentence to it."""
        return tuple(self._said)

    def show_lines(self, lines: Sequence[DiagnosisLine]) -> None:
        """Show these lines; none hides all of it."""
        self._said.clear()
        while (item := self._grid.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()
        top = Qt.AlignmentFlag.AlignTop
        for row, line in enumerate(lines):
            word, drawing, tone = outcome_sign(line.outcome)
            step = step_word(line.step)
            sentence = Words(line.sentence, self, pixels=size.TYPE_SMALL, tone="muted", wraps=True)
            sentence.setFixedHeight(max(size.ICON_SMALL, sentence.heightForWidth(self._room)))
            sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            shown = (Drawing(drawing, self, tone=tone), Words(step, self), Words(word, self, tone=tone), sentence)
            for column, widget in enumerate(shown):
                self._grid.addWidget(widget, row, column, top)
                widget.show()
            self._said.append((step, word, line.sentence))
        self.setAccessibleDescription("; ".join(", ".join(filter(None, each)) for each in self._said))
        self.setVisible(bool(self._said))
