"""How the keys stand, on one panel: the state as the loudest words, the facts below it, and what can be done."""

from datetime import datetime
from functools import partial
from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.services.read_key_status import KeyState, KeyStatus
from tradesense_desktop.ui.actions.local_actions import with_shortcut
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.fact_lines import FactLines
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.key_words import (
    holder_words,
    state_icon,
    state_sentence,
    state_title,
    state_tone,
)

_LABEL_WIDTH: Final = 160


class KeyStatusPanel(QFrame):
    """Shows a status; the buttons are those of whoever manages keys, or the one that unlocks alone.

    Signals: asked(str name of the deed).
    """

    asked = Signal(str)

    def __init__(self, display: Display, parent: QWidget | None = None, *, manages: bool) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self._display = display
        self.buttons: dict[str, QPushButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_16, size.SPACE_16, size.SPACE_16, size.SPACE_16)
        column.setSpacing(size.SPACE_12)
        head = QHBoxLayout()
        head.setSpacing(size.SPACE_12)
        self._drawing = Drawing("key", self, pixels=size.ICON_LARGE)
        self._title = Words(self.tr("Reading"), self, pixels=size.TYPE_FIGURE)
        head.addWidget(self._drawing)
        head.addWidget(self._title, 1)
        column.addLayout(head)
        self._sentence = Words(parent=self, wraps=True)
        column.addWidget(self._sentence)
        self.facts = FactLines(self, label_width=_LABEL_WIDTH)
        column.addWidget(self.facts)
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_8)
        titles = {
            "make": self.tr("Make the first key…"),
            "unlock": self.tr("Unlock…"),
            "sheet": self.tr("Recovery sheet…"),
            "rotate": self.tr("Replace the key…"),
            "import": self.tr("Import a recovery sheet…"),
        }
        for name, title in titles.items():
            if name == "unlock" or manages:
                row.addWidget(self._add_button(name, title))
        row.addStretch(1)
        column.addLayout(row)

    @property
    def title(self) -> str:
        """How the keys stand, in a line."""
        return self._title.text()

    def show_status(self, status: KeyStatus, made_at: datetime | None) -> None:
        """Show how the keys stand; `made_at` is when the current one was made, None where nobody knows."""
        numbers, times = self._display.numbers, self._display.times
        self._drawing.show_drawing(state_icon(status), state_tone(status))
        self._title.setText(state_title(status))
        self._sentence.setText(state_sentence(status))
        facts = self.facts
        facts.clear()
        facts.add(self.tr("Kept in"), holder_words(status))
        facts.add_identifier(self.tr("Key"), status.key_id)
        if made_at is not None:
            facts.add(self.tr("Made"), f"{times.instant(made_at)} {times.zone_name()}")
        if status.state is not KeyState.NONE:
            facts.add(self.tr("Data keys sealed under it"), numbers.count(status.people_with_key))
        if status.people_erased:
            facts.add(self.tr("People erased"), numbers.count(status.people_erased))
        if status.is_being_replaced:
            unfinished = self.tr("not finished; it goes on when the key is unlocked")
            facts.add(self.tr("Replacement"), unfinished, tone="warning")

    def offer(self, name: str, *, offered: bool, enabled: bool) -> None:
        """Show a deed, or not; the first that is shown gets the focus of the panel."""
        self.buttons[name].setVisible(offered)
        self.buttons[name].setEnabled(enabled)
        first = next((each for each in self.buttons.values() if not each.isHidden()), None)
        if first is not None:
            self.setFocusProxy(first)

    def _add_button(self, name: str, title: str) -> QPushButton:
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        button.setProperty("primary", name in {"make", "unlock"})
        button.setToolTip(with_shortcut(title.rstrip("…"), f"keys.{name}"))
        button.clicked.connect(partial(self._on_clicked, name))
        button.hide()
        self.buttons[name] = button
        return button

    def _on_clicked(self, name: str, _checked: bool = False) -> None:
        self.asked.emit(name)
