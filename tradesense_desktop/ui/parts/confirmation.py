"""A confirmation in its place: what will happen is said where it is asked for, and no key confirms by the way."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size


@dataclass(frozen=True, slots=True)
class Question:
    """What is to be confirmed.

    `consequence` says what will happen, `deed` is the word on the button that does it, `reason` names the field for a
    reason, empty where none is asked for; a reason that is asked for is needed.
    """

    consequence: str
    deed: str
    reason: str = ""


class Confirmation(QFrame):
    """Asks one question; hidden while none is asked.

    The focus goes to the reason, or to the button that changes nothing; Escape changes nothing either. While the work
    is under way the buttons rest; a refusal is said here and the question stays.

    Signals: confirmed(str reason, empty where none was asked for), dismissed().
    """

    confirmed = Signal(str)
    dismissed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self.setAccessibleName(self.tr("Confirmation"))
        self._is_busy = False
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_12, size.SPACE_12, size.SPACE_12, size.SPACE_12)
        column.setSpacing(size.SPACE_12)
        self._consequence = Words(wraps=True, parent=self)
        self._label = Words(pixels=size.TYPE_SMALL, tone="muted", parent=self)
        self._reason = QLineEdit(self)
        self._label.setBuddy(self._reason)
        self._reason.textChanged.connect(lambda _text: self._show_state())
        self._refusal = Notice(self)
        self._keep = QPushButton(self.tr("Change nothing"), self)
        self._keep.setAutoDefault(False)
        self._keep.clicked.connect(lambda _checked=False: self.dismiss())
        self._confirm = QPushButton(self)
        self._confirm.setAutoDefault(False)
        self._confirm.clicked.connect(lambda _checked=False: self.confirmed.emit(self._reason.text().strip()))
        column.addWidget(self._consequence)
        column.addWidget(self._label)
        column.addWidget(self._reason)
        column.addWidget(self._refusal)
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_24)
        row.addWidget(self._keep)
        row.addStretch(1)
        row.addWidget(self._confirm)
        column.addLayout(row)
        self.hide()

    def ask(self, question: Question) -> None:
        """Ask, in place of what was asked before."""
        self._is_busy = False
        self._consequence.setText(question.consequence)
        self.setAccessibleDescription(question.consequence)
        self._confirm.setText(question.deed)
        self._label.setText(question.reason)
        self._label.setVisible(bool(question.reason))
        self._reason.clear()
        self._reason.setVisible(bool(question.reason))
        self._reason.setAccessibleName(question.reason)
        self._refusal.clear()
        self._show_state()
        self.show()
        (self._reason if question.reason else self._keep).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_busy(self) -> None:
        """What was confirmed is being done."""
        self._is_busy = True
        self._refusal.clear()
        self._show_state()

    def show_refusal(self, sentence: str) -> None:
        """What was confirmed was refused; nothing was changed."""
        self._is_busy = False
        self._refusal.say_refusal(sentence)
        self._show_state()

    def close_question(self) -> None:
        """Ask nothing any more."""
        self._is_busy = False
        self.hide()

    def dismiss(self) -> None:
        """Leave everything as it is; what is under way already goes on."""
        if not self._is_busy:
            self.hide()
            self.dismissed.emit()

    @property
    def is_asking(self) -> bool:
        """Whether a question is open."""
        return not self.isHidden()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape changes nothing; Enter presses the button that has the focus and nothing else."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton) and focused.isEnabled():
                focused.click()
            return
        super().keyPressEvent(event)

    def _show_state(self) -> None:
        is_answered = self._reason.isHidden() or bool(self._reason.text().strip())
        self._confirm.setEnabled(is_answered and not self._is_busy)
        self._keep.setEnabled(not self._is_busy)
        self._reason.setEnabled(not self._is_busy)
