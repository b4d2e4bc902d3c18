"""A form of a few fields and one primary button: who signs in, a new password; Enter goes through it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.ui.formatting.times import countdown
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

_SECOND = 1000


@dataclass(frozen=True, slots=True)
class FormField:
    """One line to fill in: `heading` begins a part above it, `hint` stands muted under it, a secret is dots."""

    id: str
    label: str
    is_secret: bool = False
    hint: str = ""
    heading: str = ""


class CredentialForm(QWidget):
    """Fields under each other, what is wrong below them, and the button.

    While it is busy or has to wait nothing can be sent; what is typed stays. Signals: submitted(); height_changed()
    when what is wrong takes more or less room.
    """

    submitted = Signal()
    height_changed = Signal()

    def __init__(self, fields: Sequence[FormField], button: str, width: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedWidth(width)
        self._title = button
        self._is_busy = False
        self._until: datetime | None = None
        self._tick = QTimer(self)
        self._tick.setInterval(_SECOND)
        self._tick.timeout.connect(self._show_wait)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size.SPACE_4)
        self._lines: dict[str, QLineEdit] = {}
        for field in fields:
            self._add_field(column, field)
        column.addWidget(self._build_error())
        column.addSpacing(size.SPACE_4)
        self.button = QPushButton(button, self)
        self.button.setProperty("primary", True)
        self.button.clicked.connect(lambda _checked=False: self.submit())
        column.addWidget(self.button)
        self.setFocusProxy(next(iter(self._lines.values())))

    def value(self, field: str) -> str:
        """What is typed in a field."""
        return self._lines[field].text()

    def fill(self, field: str, text: str) -> None:
        """Put a text into a field."""
        self._lines[field].setText(text)

    def forget_secrets(self) -> None:
        """Empty every field that is shown as dots."""
        for line in self._lines.values():
            if line.echoMode() is QLineEdit.EchoMode.Password:
                line.clear()

    def focus(self, field: str = "") -> None:
        """Go to a field, or to the first one that is empty."""
        lines = list(self._lines.values())
        wanted = self._lines.get(field) or next((line for line in lines if not line.text()), lines[-1])
        wanted.setFocus(Qt.FocusReason.OtherFocusReason)
        wanted.selectAll()

    def submit(self) -> None:
        """Send what is typed, once every field has something in it."""
        if self._is_busy or self._until is not None:
            return
        empty = next((line for line in self._lines.values() if not line.text()), None)
        if empty is not None:
            empty.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        self.submitted.emit()

    def show_busy(self, said: str) -> None:
        """Say in the button what is being done; empty when nothing is any more."""
        self._is_busy = bool(said)
        for line in self._lines.values():
            line.setReadOnly(self._is_busy)
        self.button.setText(said or self._title)
        self._fit_button()

    def show_error(self, sentence: str, until: datetime | None = None) -> None:
        """Say what is wrong; with `until` (aware UTC) nothing can be sent before it, and it is counted down."""
        self._error.setText(sentence)
        self._error.setFixedHeight(max(0, self._error.heightForWidth(self.width() - size.ICON_SMALL - size.SPACE_8)))
        self._error_row.setVisible(bool(sentence))
        self._until = until
        for line in self._lines.values():
            line.setAccessibleDescription(sentence)
        if sentence:
            QAccessible.updateAccessibility(QAccessibleEvent(self._error, QAccessible.Event.Alert))
        if until is None:
            self._tick.stop()
            self._fit_button()
        else:
            self._tick.start()
            self._show_wait()
        self.height_changed.emit()

    def error(self) -> str:
        """What is said to be wrong; empty while nothing is."""
        return "" if self._error_row.isHidden() else self._error.text()

    def stop(self) -> None:
        """Stop counting down, forget the secrets and what was wrong."""
        self.show_busy("")
        self.show_error("")
        self.forget_secrets()

    def _add_field(self, column: QVBoxLayout, field: FormField) -> None:
        if field.heading:
            if self._lines:
                column.addSpacing(size.SPACE_8)
            column.addWidget(Words(field.heading, strong=True))
        label = Words(field.label, pixels=size.TYPE_SMALL, tone="muted")
        line = QLineEdit(self)
        line.setAccessibleName(f"{field.heading}: {field.label}" if field.heading else field.label)
        label.setBuddy(line)
        if field.is_secret:
            line.setEchoMode(QLineEdit.EchoMode.Password)
        line.returnPressed.connect(self.submit)
        line.textEdited.connect(self._on_edited)
        column.addWidget(label)
        column.addWidget(line)
        if field.hint:
            line.setToolTip(field.hint)
            hint = Words(field.hint, pixels=size.TYPE_SMALL, tone="muted", wraps=True)
            hint.setFixedHeight(hint.heightForWidth(self.width()))
            column.addWidget(hint)
        column.addSpacing(size.SPACE_8)
        self._lines[field.id] = line

    def _build_error(self) -> QWidget:
        self._error_row = QWidget(self)
        row = QHBoxLayout(self._error_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(size.SPACE_8)
        row.addWidget(Drawing("warning", self._error_row, tone="breach"), 0, Qt.AlignmentFlag.AlignTop)
        self._error = Words(tone="breach", wraps=True, parent=self._error_row)
        row.addWidget(self._error, 1)
        self._error_row.hide()
        return self._error_row

    def _on_edited(self) -> None:
        """Whoever types another address or password has read what was wrong; a wait goes on."""
        if self._until is None and not self._is_busy:
            self.show_error("")

    def _show_wait(self) -> None:
        if self._until is None:
            return
        left = self._until - datetime.now(UTC)
        if left.total_seconds() <= 0:
            self.show_error("")
            return
        self.button.setText(self.tr("Wait {time}").format(time=countdown(left)))
        self._fit_button()

    def _fit_button(self) -> None:
        waits = self._until is not None
        if not waits and not self._is_busy:
            self.button.setText(self._title)
        self.button.setEnabled(not waits and not self._is_busy)
