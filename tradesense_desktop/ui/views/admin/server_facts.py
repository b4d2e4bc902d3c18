"""The connection in facts, at the head of the page of the server."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tradesense_desktop.ui.firm_reading import address_of, tls_of
from tradesense_desktop.ui.formatting.firm import age_words, phase_sign, phase_word, tls_badge, tls_word
from tradesense_desktop.ui.formatting.numbers import NOTHING
from tradesense_desktop.ui.formatting.people import role_word
from tradesense_desktop.ui.parts.badge import Badge
from tradesense_desktop.ui.parts.fact_lines import FactLines
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.sync_workspace import SyncState
    from tradesense_desktop.ui.formatting.display import Display


class ServerFacts(QWidget):
    """How the sync stands in a sentence, and below it where the server is, as whom, and how it is known to be it."""

    def __init__(self, workspace: Workspace, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._display = display
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_24, 0, size.SPACE_24, size.SPACE_12)
        column.setSpacing(size.SPACE_8)
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_8)
        self._drawing = Drawing("server", self)
        self._phase = Words(parent=self, strong=True)
        self._sentence = Words(parent=self, tone="muted", wraps=True)
        self._sentence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._badge = Badge(self)
        row.addWidget(self._drawing)
        row.addWidget(self._phase)
        row.addWidget(self._sentence, 1)
        row.addWidget(self._badge)
        column.addLayout(row)
        sides = QHBoxLayout()
        sides.setSpacing(size.SPACE_24)
        self.left, self.right = FactLines(self), FactLines(self)
        for lines in (self.left, self.right):
            sides.addWidget(lines, 1, Qt.AlignmentFlag.AlignTop)
        column.addLayout(sides)

    def show_state(self, state: SyncState | None) -> None:
        """Say how it stands."""
        firm = self._workspace.firm
        if firm is None:
            return
        drawing, tone = phase_sign("offline" if state is None else state.phase)
        self._drawing.show_drawing(drawing, tone)
        self._phase.setText(phase_word("offline" if state is None else state.phase))
        self._phase.set_tone(tone)
        self._sentence.setText("" if state is None else state.sentence)
        address = address_of(firm.address)
        tls = tls_of(self._workspace)
        self._badge.show_badge(tls_badge(tls))
        times = self._display.times
        at = None if state is None else state.last_sync_at
        age = age_words(at, datetime.now(UTC), self._display.numbers)
        last = age if at is None else f"{age}: {times.instant(at)} {times.zone_name()}"
        self.left.clear()
        if address is not None:
            self.left.add(self.tr("Server"), f"{address.host}:{address.port}")
            self.left.add(self.tr("Database"), address.database)
        self.left.add(self.tr("Role"), role_word(firm.role))
        self.left.add(self.tr("Certificate"), tls_word(tls))
        self.right.clear()
        self.right.add(self.tr("Last sync"), last)
        self.right.add(self.tr("Schema version"), firm.schema_version or NOTHING)
        self.right.add_identifier(self.tr("Login"), firm.login)
        self.right.add_identifier(self.tr("Epoch"), firm.epoch)
