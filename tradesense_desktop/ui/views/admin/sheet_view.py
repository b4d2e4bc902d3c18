"""The recovery sheet on the screen: to be printed or saved, and gone when it is closed."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING
from uuid import uuid4

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QTextDocument
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPlainTextEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import fixed_font

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from PySide6.QtPrintSupport import QPrinter

_PRIVATE = 0o600
_LARGEST = 100_000
_HEIGHT = 272
_PRINTED_PIXELS = 12


class SheetText(QPlainTextEdit):
    """The text of a sheet in fixed type, as high as it is told."""

    def __init__(self, height: int, parent: QWidget) -> None:
        super().__init__(parent)
        self._height = height
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFont(fixed_font())
        self.setTabChangesFocus(True)
        self.setAccessibleName(self.tr("Text of the recovery sheet"))

    def sizeHint(self) -> QSize:
        """As high as it is told; a style sheet overrides a fixed height."""
        return QSize(super().sizeHint().width(), self._height)


class SheetView(QFrame):
    """Shows the text; nothing of it is kept after `forget`.

    Signals: save_asked(), print_asked(), closed().
    """

    save_asked = Signal()
    print_asked = Signal()
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("panel", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_16, size.SPACE_16, size.SPACE_16, size.SPACE_16)
        column.setSpacing(size.SPACE_12)
        column.addWidget(Words(self.tr("Recovery sheet"), self, pixels=size.TYPE_HEADING, strong=True))
        self._warning = Notice(self)
        column.addWidget(self._warning)
        self._text = SheetText(_HEIGHT, self)
        self._text.setReadOnly(True)
        column.addWidget(self._text)
        self.notice = Notice(self)
        column.addWidget(self.notice)
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_8)
        row.addWidget(self._button(self.tr("Close"), self.forget))
        row.addStretch(1)
        row.addWidget(self._button(self.tr("Save…"), self.save_asked.emit))
        self._print = self._button(self.tr("Print…"), self.print_asked.emit)
        self._print.setProperty("primary", True)
        row.addWidget(self._print)
        column.addLayout(row)
        self.hide()

    @property
    def text(self) -> str:
        """The text that is shown; empty while none is."""
        return self._text.toPlainText()

    def show_text(self, text: str) -> None:
        """Show a sheet."""
        self._text.setPlainText(text)
        self.notice.clear()
        self._warning.say_warning(
            self.tr(
                "Whoever has this sheet and the workspace can read what is sealed. That it was shown is written down."
            )
        )
        self.show()
        self._print.setFocus()

    def forget(self) -> None:
        """Take the sheet from the screen."""
        if self.isHidden() and not self.text:
            return
        self._text.clear()
        self.hide()
        self.closed.emit()

    def print_to(self, printer: QPrinter) -> None:
        """Print what is shown, black on white."""
        document = QTextDocument(self)
        document.setDefaultFont(fixed_font(_PRINTED_PIXELS))
        document.setPlainText(self.text)
        document.print_(printer)

    def _button(self, title: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: do())
        return button


def save_sheet(path: Path, text: str) -> str:
    """Write a sheet into a file that only its owner can read; its name. Raises OSError, leaving nothing half done."""
    aside = path.with_name(f".{uuid4().hex}.part")
    try:
        with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE), "w", encoding="utf-8") as file:
            file.write(text)
        aside.replace(path)
    except OSError:
        with suppress(OSError):
            aside.unlink(missing_ok=True)
        raise
    return path.name


def read_sheet_file(path: Path) -> str:
    """The text of a file, as far as a sheet could be long; what is no text is shown as what it is not."""
    with path.open("rb") as file:
        return file.read(_LARGEST).decode("utf-8-sig", "replace")
