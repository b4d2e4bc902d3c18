"""The form for what a key asks of a person: passphrases, and a recovery sheet that is typed in again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.sheet_view import SheetText

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

_SHEET_HEIGHT = 132


@dataclass(frozen=True, slots=True)
class Answer:
    """What was typed; None where it was not asked for or left empty."""

    passphrase: str | None
    new_passphrase: str | None
    sheet: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What is asked for: `title` and `text` say why, `deed` is the word on the button.

    `asks_new` asks for a new passphrase twice; with `is_new_optional` both lines may stay empty.
    """

    title: str
    text: str
    deed: str
    asks_passphrase: bool = False
    asks_new: bool = False
    is_new_optional: bool = False
    asks_sheet: bool = False


class KeyForm(QFrame):
    """Asks one request at a time; what was typed is forgotten as soon as the form is closed.

    Signals: closed(); file_asked() when a file is to be chosen that holds the sheet.
    """

    closed = Signal()
    file_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        self._request: Request | None = None
        self._do: Callable[[Answer], object] | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_16, size.SPACE_16, size.SPACE_16, size.SPACE_16)
        column.setSpacing(size.SPACE_8)
        self._title = Words(parent=self, pixels=size.TYPE_HEADING, strong=True, wraps=True)
        self._text = Words(parent=self, tone="muted", wraps=True)
        column.addWidget(self._title)
        column.addWidget(self._text)
        self._sheet = SheetText(_SHEET_HEIGHT, self)
        self._sheet.setPlaceholderText(self.tr("The lines of the sheet, as they are printed"))
        self._choose = QPushButton(self.tr("Choose a file…"), self)
        self._choose.clicked.connect(lambda _checked=False: self.file_asked.emit())
        column.addWidget(self._sheet)
        column.addWidget(self._choose, 0, Qt.AlignmentFlag.AlignLeft)
        self._labels: dict[QWidget, Words] = {}
        self._passphrase = self._add_line(column, self.tr("Passphrase of the key file"))
        self._new = self._add_line(column, self.tr("New passphrase"))
        self._again = self._add_line(column, self.tr("New passphrase again"))
        self.notice = Notice(self)
        column.addWidget(self.notice)
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_24)
        self._cancel = QPushButton(self.tr("Leave it"), self)
        self._cancel.clicked.connect(lambda _checked=False: self.close_form())
        self._commit = QPushButton(self)
        self._commit.setProperty("primary", True)
        self._commit.clicked.connect(lambda _checked=False: self.commit())
        for button in (self._cancel, self._commit, self._choose):
            button.setAutoDefault(False)
        row.addWidget(self._cancel)
        row.addStretch(1)
        row.addWidget(self._commit)
        column.addLayout(row)
        self.hide()

    def ask(self, request: Request, do: Callable[[Answer], object]) -> None:
        """Ask; `do` is called with what was typed, and says how it went by `close_form` or `refuse`."""
        self._request, self._do = request, do
        self._forget()
        self._title.setText(request.title)
        self._text.setText(request.text)
        self.setAccessibleName(request.title)
        self.setAccessibleDescription(request.text)
        self._commit.setText(request.deed)
        for widget, is_shown in (
            (self._sheet, request.asks_sheet),
            (self._choose, request.asks_sheet),
            (self._passphrase, request.asks_passphrase),
            (self._new, request.asks_new),
            (self._again, request.asks_new),
        ):
            widget.setVisible(is_shown)
            if widget in self._labels:
                self._labels[widget].setVisible(is_shown)
        self._show_busy(is_busy=False)
        self.show()
        fields = (self._sheet, self._passphrase, self._new, self._cancel)
        next(each for each in fields if not each.isHidden()).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_sheet(self, text: str) -> None:
        """Put the text of a sheet into its field."""
        self._sheet.setPlainText(text)

    def commit(self) -> None:
        """Hand over what was typed; what is missing is said here."""
        request, do = self._request, self._do
        if request is None or do is None:
            return
        said = self._what_is_missing(request)
        if said:
            self.notice.say_refusal(said)
            return
        self.notice.clear()
        self._show_busy(is_busy=True)
        do(
            Answer(
                self._passphrase.text() or None if request.asks_passphrase else None,
                self._new.text() or None if request.asks_new else None,
                self._sheet.toPlainText() if request.asks_sheet else "",
            )
        )

    def refuse(self, sentence: str) -> None:
        """Say why it was not done; what was typed stays."""
        self._show_busy(is_busy=False)
        self.notice.say_refusal(sentence)

    def close_form(self) -> None:
        """Ask nothing any more, and forget what was typed."""
        if self._do is None:
            return
        self._request = self._do = None
        self._forget()
        self.hide()
        self.closed.emit()

    @property
    def title(self) -> str:
        """What is asked for; empty while nothing is."""
        return "" if self._do is None else self._title.text()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape closes the form; Enter in a line hands it over, on a button presses it."""
        if event.key() == Qt.Key.Key_Escape and self._cancel.isEnabled():
            self.close_form()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            elif isinstance(focused, QLineEdit):
                self.commit()
            return
        super().keyPressEvent(event)

    def _what_is_missing(self, request: Request) -> str:
        if request.asks_sheet and not self._sheet.toPlainText().strip():
            return self.tr("Type the lines of the sheet, or choose its file.")
        if request.asks_passphrase and not self._passphrase.text():
            return self.tr("Give the passphrase of the key file.")
        if request.asks_new:
            if not self._new.text() and not request.is_new_optional:
                return self.tr("Give a passphrase; a few words do well.")
            if self._new.text() != self._again.text():
                return self.tr("The two new passphrases differ.")
        return ""

    def _forget(self) -> None:
        for line in (self._passphrase, self._new, self._again):
            line.clear()
        self._sheet.clear()
        self.notice.clear()

    def _show_busy(self, *, is_busy: bool) -> None:
        fields = (self._passphrase, self._new, self._again, self._sheet, self._choose, self._cancel, self._commit)
        for widget in fields:
            widget.setEnabled(not is_busy)

    def _add_line(self, column: QVBoxLayout, label: str) -> QLineEdit:
        line = QLineEdit(self)
        line.setEchoMode(QLineEdit.EchoMode.Password)
        line.setAccessibleName(label)
        name = Words(label, self, pixels=size.TYPE_SMALL, tone="muted")
        name.setBuddy(line)
        self._labels[line] = name
        column.addWidget(name)
        column.addWidget(line)
        return line
