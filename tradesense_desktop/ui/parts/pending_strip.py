"""A strip over what is not as the server has it yet: which commands wait, and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tradesense_desktop.ui.formatting.firm import state_word, told
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradesense_desktop.services.read_pending import PendingView
    from tradesense_desktop.ui.formatting.display import Display

_MOST_SAID = 3


class PendingStrip(QWidget):
    """Hidden while nothing waits; `ruled` draws a line below it, where other strips have one."""

    def __init__(self, display: Display, parent: QWidget | None = None, *, ruled: bool = True) -> None:
        super().__init__(parent)
        self._display = display
        self._commands: tuple[PendingView, ...] = ()
        self.setAccessibleName(self.tr("What waits for the server"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        margin = size.SPACE_16 if ruled else 0
        row.setContentsMargins(margin, size.SPACE_8, margin, size.SPACE_8)
        row.setSpacing(size.SPACE_8)
        row.addWidget(Drawing("hourglass", self, tone="accent"), 0, Qt.AlignmentFlag.AlignTop)
        self._words = Words(parent=self, wraps=True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(self._words, 1)
        column.addLayout(row)
        if ruled:
            column.addWidget(rule(parent=self))
        display.changed.connect(self._write)
        self.hide()

    def show_commands(self, commands: Sequence[PendingView]) -> None:
        """Tell of these commands; none hides the strip."""
        self._commands = tuple(commands)
        self._write()

    def text(self) -> str:
        """What is told; empty while nothing is."""
        return "" if self.isHidden() else self._words.text()

    def _write(self) -> None:
        self.setVisible(bool(self._commands))
        told = [self._line(command) for command in self._commands[:_MOST_SAID]]
        further = len(self._commands) - _MOST_SAID
        if further > 0:
            told.append(self.tr("and {n} more").format(n=self._display.numbers.count(further)))
        text = "\n".join(told)
        self._words.setText(text)
        self.setAccessibleDescription(text)

    def _line(self, command: PendingView) -> str:
        times = self._display.times
        return self.tr("{title}: {state}, since {at} {zone}").format(
            title=told(command.title, is_masked=self._display.is_masked),
            state=state_word(command.state),
            at=times.minute(command.issued_at),
            zone=times.zone_name(),
        )
