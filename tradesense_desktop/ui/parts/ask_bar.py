"""A question in place: what is about to be done, what has to be said to it, and a refusal where it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent


class AskBar(QFrame):
    """Asks before something is done; Escape takes the question back, Enter in the field goes on to the button.

    No button is the default one: the answer is pressed, not fallen into. While the work is under way the buttons rest;
    a refusal is said here and the question stays.

    Signals: asked() when a question is put; closed() when it is gone, answered or not.
    """

    asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName(self.tr("Question"))
        self._do: Callable[[str], object] | None = None
        self._is_needed = False
        self._is_busy = False
        self._before: QWidget | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_12, size.SPACE_12, size.SPACE_12, size.SPACE_12)
        column.setSpacing(size.SPACE_8)
        self._question = Words(parent=self, wraps=True)
        self._field = QLineEdit(self)
        self._refusal = Notice(self)
        self._cancel = QPushButton(self.tr("Leave it"), self)
        self._confirm = QPushButton(self)
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_24)
        row.addWidget(self._cancel)
        row.addStretch(1)
        row.addWidget(self._confirm)
        for widget in (self._question, self._field, self._refusal):
            column.addWidget(widget)
        column.addLayout(row)
        for button in (self._cancel, self._confirm):
            button.setAutoDefault(False)
        self._cancel.clicked.connect(lambda _checked=False: self.close_question())
        self._confirm.clicked.connect(lambda _checked=False: self._on_confirmed())
        self._field.textChanged.connect(lambda _text: self._show_state())
        self.hide()

    @property
    def question(self) -> str:
        """What is asked; empty while nothing is."""
        return self._question.text() if self._do is not None else ""

    @property
    def refusal(self) -> str:
        """Why it was not done; empty where nothing was refused."""
        return self._refusal.text()

    def ask(
        self,
        question: str,
        button: str,
        do: Callable[[str], object],
        *,
        field: str = "",
        text: str = "",
        needed: bool = False,
    ) -> None:
        """Ask; `do` is called with what was typed. `field` names the line to type in, empty where there is none.

        The question stays until `close_question` or `refuse` is called: whoever does it says how it went.
        """
        if self._do is None:
            self._before = self.window().focusWidget()
        self._do = do
        self._is_needed = needed
        self._is_busy = False
        self._question.setText(question)
        self.setAccessibleDescription(question)
        self._confirm.setText(button)
        self._field.setVisible(bool(field))
        self._field.setAccessibleName(field)
        self._field.setPlaceholderText(field)
        self._field.setText(text)
        self._refusal.clear()
        self._show_state()
        self.show()
        self.asked.emit()
        (self._field if field else self._cancel).setFocus(Qt.FocusReason.OtherFocusReason)
        self._field.selectAll()

    def refuse(self, sentence: str) -> None:
        """Say why it was not done; what was typed stays."""
        self._is_busy = False
        self._refusal.say_refusal(sentence)
        self._show_state()
        (self._cancel if self._field.isHidden() else self._field).setFocus(Qt.FocusReason.OtherFocusReason)

    def close_question(self) -> None:
        """Take the question away; the focus goes back to where it was."""
        if self._do is None:
            return
        self._do = None
        self._is_busy = False
        focused = self.window().focusWidget()
        had_focus = focused is None or self.isAncestorOf(focused)
        before, self._before = self._before, None
        self.hide()
        if had_focus and before is not None and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape takes the question back; Enter goes on from the field, or presses the button that has the focus."""
        if event.key() == Qt.Key.Key_Escape and not self._is_busy:
            self.close_question()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if focused is self._field and self._confirm.isEnabled():
                self._confirm.setFocus(Qt.FocusReason.OtherFocusReason)
            elif isinstance(focused, QPushButton) and focused.isEnabled():
                focused.click()
            return
        super().keyPressEvent(event)

    def _on_confirmed(self) -> None:
        if self._do is None:
            return
        self._is_busy = True
        self._refusal.clear()
        self._show_state()
        self._do(self._field.text().strip())

    def _show_state(self) -> None:
        is_answered = not self._is_needed or bool(self._field.text().strip())
        self._confirm.setEnabled(is_answered and not self._is_busy)
        self._cancel.setEnabled(not self._is_busy)
        self._field.setEnabled(not self._is_busy)
