"""The head of a list: what it is called, how much of it is shown, what it is filtered by, and its main button."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.choice_box import ChoiceBox
from tradesense_desktop.ui.parts.filter_field import FilterField
from tradesense_desktop.ui.parts.words import ElidedWords, Words
from tradesense_desktop.ui.theme import tokens as size


class ListingHead(QWidget):
    """Title, the words “n of m, filtered by …” and buttons in the first line; filters in the second.

    Signals: filter_changed() when a choice or the text of the filter has changed.
    """

    filter_changed = Signal()

    def __init__(self, title: str, filter_name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_24, size.SPACE_16, size.SPACE_24, size.SPACE_12)
        column.setSpacing(size.SPACE_12)
        self._first = QHBoxLayout()
        self._first.setSpacing(size.SPACE_8)
        self._first.addWidget(Words(title, pixels=size.TYPE_FIGURE))
        self._counts = ElidedWords(pixels=size.TYPE_SMALL, tone="muted")
        self._counts.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignBottom)
        self._counts.setContentsMargins(size.SPACE_4, 0, 0, size.SPACE_4)
        self._first.addWidget(self._counts, 1)
        column.addLayout(self._first)
        self._choices: dict[str, ChoiceBox] = {}
        self._filter = FilterField(filter_name, self) if filter_name else None
        self._second = QHBoxLayout()
        self._second.setSpacing(size.SPACE_8)
        if self._filter is not None:
            self._filter.filter_changed.connect(lambda _text: self.filter_changed.emit())
            self._second.addWidget(self._filter)
            column.addLayout(self._second)
        self._second.addStretch(1)

    def add_button(self, title: str, *, primary: bool = False, hint: str = "") -> QPushButton:
        """A button at the right of the title; `hint` says what it does and how it is reached by keyboard."""
        button = QPushButton(title, self)
        button.setProperty("primary", primary)
        button.setAutoDefault(False)
        if hint:
            button.setToolTip(hint)
        self._first.addWidget(button)
        return button

    def add_choice(self, key: str, name: str, everything: str, entries: Sequence[tuple[str, str]]) -> None:
        """A filter of a few values: `entries` are pairs of value and word, `everything` stands for no filter."""
        box = ChoiceBox(self)
        box.setAccessibleName(name)
        box.setToolTip(name)
        self._choices[key] = box
        self._second.insertWidget(self._second.count() - 2, box)
        self.offer(key, everything, entries)
        box.activated.connect(lambda _at: self.filter_changed.emit())

    def offer(self, key: str, everything: str, entries: Sequence[tuple[str, str]]) -> None:
        """Offer other values; the chosen one stays chosen where it is among them."""
        box = self._choices[key]
        chosen = box.currentData()
        box.clear()
        box.addItem(everything, "")
        for value, word in entries:
            box.addItem(word, value)
        box.setCurrentIndex(max(0, box.findData(chosen)))

    def add_switch(self, switch: QWidget) -> None:
        """A switch between the filters and the words."""
        self._second.insertWidget(self._second.count() - 1, switch)

    def choice(self, key: str) -> str:
        """The value that is chosen; empty for no filter."""
        return str(self._choices[key].currentData() or "")

    def choose(self, key: str, value: str) -> None:
        """Choose a value, as a person would."""
        box = self._choices[key]
        box.setCurrentIndex(max(0, box.findData(value)))
        self.filter_changed.emit()

    @property
    def text(self) -> str:
        """The text of the filter."""
        return "" if self._filter is None else self._filter.text().strip()

    @property
    def filtered_by(self) -> tuple[str, ...]:
        """What the list is filtered by, in words."""
        chosen = [box.currentText() for box in self._choices.values() if box.currentData()]
        return (*chosen, *([f"“{self.text}”"] if self.text else []))

    @property
    def counts(self) -> str:
        """The words beside the title."""
        return self._counts.text()

    def show_counts(self, shown: str, total: str, suffix: str = "") -> None:
        """Say how many of how many are shown, both as written figures, and why; an empty total says nothing."""
        by = self.filtered_by
        said = total
        if by and total:
            said = self.tr("{n} of {m}, filtered by {what}").format(n=shown, m=total, what=self.tr(" and ").join(by))
        self.say(f"{said}  ·  {suffix}" if said and suffix else said or suffix)

    def say(self, sentence: str) -> None:
        """Say something else there."""
        self._counts.setText(sentence)
        self._counts.setToolTip(sentence)

    def focus_filter(self) -> None:
        """Go to the filter."""
        if self._filter is not None:
            self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._filter.selectAll()

    def set_filter_text(self, text: str) -> None:
        """Filter by this text, as a person would."""
        if self._filter is not None:
            self._filter.setText(text)
