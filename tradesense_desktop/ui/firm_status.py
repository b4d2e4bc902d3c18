"""The part of the status bar that only a firm workspace has: how the server stands, what waits, what was refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from tradesense_desktop.ui.formatting.firm import age_words, pending_words, phase_sign, phase_word, tls_badge, tls_word
from tradesense_desktop.ui.parts.badge import Badge
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from tradesense_desktop.services.sync_workspace import SyncState
    from tradesense_desktop.ui.formatting.display import Display


class FirmStatus(QWidget):
    """State, pending count and age of the last sync, and a badge that leads to what was refused.

    Hidden until it is shown a state. Signals: attention_asked().
    """

    attention_asked = Signal()

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._state: SyncState | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(size.SPACE_12, 0, 0, 0)
        row.setSpacing(size.SPACE_8)
        self._drawing = Drawing("server", self)
        self._phase = Words(parent=self, pixels=size.TYPE_SMALL)
        self._rest = Words(parent=self, pixels=size.TYPE_SMALL, tone="muted")
        self._tls = Badge(self)
        self.badge = QPushButton(self)
        self.badge.setProperty("badge", True)
        self.badge.setAutoDefault(False)
        self.badge.clicked.connect(lambda _checked=False: self.attention_asked.emit())
        for part in (self._drawing, self._phase, self._rest, self._tls, self.badge):
            row.addWidget(part)
        display.changed.connect(self.write)
        self.hide()

    def show_tls(self, mode: str) -> None:
        """Say it where the server's certificate is less than verified."""
        self._tls.show_badge(tls_badge(mode))
        self._tls.setToolTip(tls_word(mode))

    def show_state(self, state: SyncState | None) -> None:
        """Say how it stands; None says nothing, as in a local workspace."""
        self._state = state
        self.write()

    def write(self) -> None:
        """Write it anew; the age of the last sync grows by itself."""
        state = self._state
        self.setVisible(state is not None)
        if state is None:
            return
        numbers = self._display.numbers
        drawing, tone = phase_sign(state.phase)
        self._drawing.show_drawing(drawing, tone)
        self._phase.setText(phase_word(state.phase))
        self._phase.set_tone(tone)
        age = age_words(state.last_sync_at, datetime.now(UTC), numbers)
        self._rest.setText(f"·  {pending_words(state.pending, numbers)}  ·  {age}")
        tip = quoting_tip(state.sentence)
        for part in (self, self._drawing, self._phase, self._rest):
            part.setToolTip(tip)
        self.badge.setVisible(state.refused > 0)
        said = self.tr("Needs attention ({n})").format(n=numbers.count(state.refused))
        self.badge.setText(said)
        self.badge.setAccessibleName(said)
        self.badge.setToolTip(self.tr("What the server refused, or what waits for you, with the reason"))
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(state.sentence)

    def text(self) -> str:
        """What it says; empty while it says nothing."""
        if self._state is None:
            return ""
        badge = f"  ·  {self.badge.text()}" if self._state.refused else ""
        tls = f"  ·  {self._tls.text()}" if self._tls.text() else ""
        return f"{self._phase.text()}  {self._rest.text()}{tls}{badge}"
