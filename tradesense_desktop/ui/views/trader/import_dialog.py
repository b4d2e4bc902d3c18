"""The import: choose a file, see what was understood, answer what it leaves open, commit; nothing before that."""

from __future__ import annotations

import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDir, Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.import_result import ImportPreview, ImportRequest, ImportResult
from tradesense_desktop.services.import_statement import import_statement
from tradesense_desktop.services.preview_import import preview_import
from tradesense_desktop.ui.drop_target import dropped_file
from tradesense_desktop.ui.parts.check_box import CheckBox
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.words import ElidedWords, Words, rule
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.tasks.meter import ProgressMeter
from tradesense_desktop.ui.tasks.progress_text import progress_text
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.trader.import_preview_view import ImportPreviewView
from tradesense_desktop.ui.views.trader.import_sentence import import_sentence
from tradesense_desktop.ui.views.trader.import_traders import answers_for

if TYPE_CHECKING:
    from PySide6.QtGui import QDragEnterEvent, QDropEvent, QKeyEvent

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.surroundings import Surroundings
    from tradesense_desktop.ui.tasks.task import Task

_WIDTH, _HEIGHT = 720, 680
_LEAST_WIDTH, _LEAST_HEIGHT = 560, 440
_TICK_MILLISECONDS = 100
_FINE = 1000
_PRESET_SETTING = "import/preset"
_FOLDER_SETTING = "import/folder"
_FIRST_PRESET = "tradesense"


class ImportDialog(QDialog):
    """Takes one statement from the file to the ledger.

    Signals: imported(str challenge id, str sentence of what was done).
    """

    imported = Signal(str, str)

    def __init__(
        self, workspace: Workspace, surroundings: Surroundings, path: Path | None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Import a statement"))
        self.setAcceptDrops(True)
        self.setMinimumSize(_LEAST_WIDTH, _LEAST_HEIGHT)
        self.resize(_WIDTH, _HEIGHT)
        self._workspace = workspace
        self._surroundings = surroundings
        self._path: Path | None = None
        self._preview: ImportPreview | None = None
        self._reading: Task[ImportPreview] | None = None
        self._writing: Task[ImportResult] | None = None
        self._meter = ProgressMeter()
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MILLISECONDS)
        self._tick.timeout.connect(self._show_progress)
        self._build()
        if path is not None:
            self.read_file(path)

    def read_file(self, path: Path) -> None:
        """Read this file and show what an import of it would do."""
        self._path = path
        self._preview = None
        self._accept.setChecked(False)
        self._accept.hide()
        self._file.setText(path.name)
        self._file.setToolTip(quoting_tip(str(path)))
        self._recognised.setText("")
        self._read()

    def choose_file(self) -> None:
        """Let a person choose a file."""
        folder = str(self._surroundings.settings.value(_FOLDER_SETTING, QDir.homePath()))
        kinds = self.tr("Statements (*.html *.htm *.xlsx);;All files (*)")
        chosen, _ = QFileDialog.getOpenFileName(self, self.tr("Choose a statement"), folder, kinds)
        if chosen:
            self._surroundings.settings.setValue(_FOLDER_SETTING, str(Path(chosen).parent))
            self.read_file(Path(chosen))

    def request(self) -> ImportRequest:
        """The file and the answers as they stand."""
        assert self._path is not None
        answers = self._answers.answers()
        return ImportRequest(
            path=self._path,
            as_new=answers.as_new,
            preset=answers.preset,
            initial_balance=answers.initial_balance,
            currency=answers.currency,
            timezone=answers.timezone,
            owner_id=answers.owner_id,
            accept_differences=self._accept.isChecked(),
        )

    def commit(self) -> None:
        """Import the file; it can be stopped until it is done, and nothing is kept of it then."""
        if self._preview is None or self._writing is not None:
            return
        self._surroundings.settings.setValue(_PRESET_SETTING, self._answers.preset)
        work = partial(import_statement, self._workspace, self.request())
        self._meter = ProgressMeter()
        self._writing = self._surroundings.tasks.write(
            self.tr("Importing {name}").format(name=self._file.text()), work, self
        )
        self._writing.then(self._on_imported).shown_by(self._on_not_imported)
        self._show_state()

    def reject(self) -> None:
        """Stop what is being done; with nothing to stop, close."""
        if self._writing is not None:
            self._writing.cancel()
            return
        if self._reading is not None:
            self._reading.cancel()
        self._tick.stop()
        super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, and nothing else: it must not import by the way."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            return
        super().keyPressEvent(event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file that is held over the dialog."""
        if dropped_file(event.mimeData()) is not None and self._writing is None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Read the file that was dropped."""
        path = dropped_file(event.mimeData())
        if path is not None and self._writing is None:
            event.acceptProposedAction()
            self.read_file(path)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._build_head())
        column.addWidget(rule(parent=self))
        self._stack = QStackedWidget(self)
        self._none = EmptyState(
            "statement",
            self.tr("Drop a statement here"),
            self.tr("A MetaTrader 5 or 4 report, HTML or XLSX. Nothing is written before you have seen it."),
            self,
        )
        self._waiting = EmptyState("hourglass", self.tr("Reading the file"), "", self)
        self._refused = EmptyState("breach", self.tr("This file cannot be imported"), "", self)
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setWidget(self._build_body())
        for page in (self._none, self._waiting, self._refused, self._area):
            self._stack.addWidget(page)
        column.addWidget(self._stack, 1)
        column.addWidget(rule(parent=self))
        column.addLayout(self._build_foot())
        self._show_state()

    def _build_head(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(size.SPACE_24, size.SPACE_16, size.SPACE_24, size.SPACE_12)
        row.setSpacing(size.SPACE_12)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._file = ElidedWords(self.tr("Import a statement"), pixels=size.TYPE_HEADING, strong=True)
        self._recognised = ElidedWords(pixels=size.TYPE_SMALL, tone="muted")
        words.addWidget(self._file)
        words.addWidget(self._recognised)
        self._recognised.hide()
        row.addWidget(Drawing("statement", self, pixels=size.ICON_LARGE))
        row.addLayout(words, 1)
        self._choose = QPushButton(self.tr("Choose a file"), self)
        self._choose.setAutoDefault(False)
        self._choose.clicked.connect(lambda _checked=False: self.choose_file())
        row.addWidget(self._choose)
        return row

    def _build_body(self) -> QWidget:
        body = QWidget(self)
        self._body = QVBoxLayout(body)
        self._body.setContentsMargins(size.SPACE_24, size.SPACE_16, size.SPACE_24, size.SPACE_16)
        self._body.setSpacing(size.SPACE_16)
        self._target = Words(parent=body, wraps=True)
        self._body.addWidget(self._target)
        preset = str(self._surroundings.settings.value(_PRESET_SETTING, _FIRST_PRESET))
        self._answers = answers_for(self._workspace, self._surroundings, preset, body)
        self._answers.answered.connect(self._read)
        self._body.addWidget(self._answers)
        self._body.addWidget(rule(parent=body))
        self._shown: ImportPreviewView | None = None
        self._body.addStretch(1)
        return body

    def _build_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(size.SPACE_24, size.SPACE_12, size.SPACE_24, size.SPACE_12)
        row.setSpacing(size.SPACE_12)
        self._said = Words(pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        self._bar = QProgressBar(self)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Progress"))
        doing = QVBoxLayout()
        doing.setSpacing(size.SPACE_4)
        self._accept = CheckBox(self.tr("Import although the totals differ"), self)
        self._accept.toggled.connect(lambda _checked: self._show_state())
        self._accept.hide()
        doing.addWidget(self._said)
        doing.addWidget(self._accept)
        doing.addWidget(self._bar)
        row.addLayout(doing, 1)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(lambda _checked=False: self.reject())
        row.addWidget(self._cancel)
        self._commit = QPushButton(self.tr("Import"), self)
        self._commit.setProperty("primary", True)
        self._commit.setAutoDefault(False)
        self._commit.clicked.connect(lambda _checked=False: self.commit())
        row.addWidget(self._commit)
        return row

    def _read(self) -> None:
        if self._path is None or self._writing is not None:
            return
        if self._reading is not None:
            self._reading.cancel()
        if not self._answers.is_usable:
            self._reading = None
            self._show_state()
            return
        work = partial(preview_import, self._workspace, self.request())
        self._meter = ProgressMeter()
        title = self.tr("Reading {name}").format(name=self._path.name)
        task = self._surroundings.tasks.watched_read(title, work, self)
        self._reading = task
        task.then(partial(self._on_read, task)).shown_by(partial(self._on_not_read, task))
        self._show_state()

    def _on_read(self, task: Task[ImportPreview], preview: ImportPreview) -> None:
        if task is not self._reading:
            return
        self._reading = None
        is_first = self._preview is None
        self._preview = preview
        about = [preview.format_title, preview.account, preview.currency or self.tr("currency not in the file")]
        self._recognised.setText("  ·  ".join(about))
        self._recognised.show()
        self._answers.show_preview(preview)
        is_new = preview.existing_challenge is None
        target = (
            self.tr("The trades go into a new challenge.")
            if is_new
            else self.tr("The trades are added to the challenge that this account already has.")
        )
        self._target.setText(f"{target} {preview.outcome}" if preview.outcome else target)
        if preview.refusal is not None:
            self._answers.offer_own_challenge()
        if self._shown is not None:
            self._body.removeWidget(self._shown)
            self._shown.deleteLater()
        self._shown = ImportPreviewView(preview, self._surroundings.display)
        self._body.insertWidget(3, self._shown)
        self._accept.setVisible(not preview.reconciled)
        self._show_state()
        if self._answers.focus_first_need() or not is_first:
            # Whoever is answering stays where the answers are.
            return
        (self._commit if self._commit.isEnabled() else self._cancel).setFocus()

    def _on_not_read(self, task: Task[ImportPreview], failure: BaseException) -> None:
        if task is not self._reading:
            return
        self._reading = None
        self._show_state()
        if task.is_cancelled:
            return
        if self._preview is not None or (isinstance(failure, Refused) and failure.option is not None):
            # The file is a statement, and another answer may do.
            self._stack.setCurrentWidget(self._area)
            self._answers.offer_own_challenge()
            self._commit.setEnabled(False)
            self._said.setText(failure_text(failure))
            self._said.set_tone("breach")
            return
        self._refused.say(self.tr("This file cannot be imported"), failure_text(failure))
        self._stack.setCurrentWidget(self._refused)
        self._choose.setFocus()

    def _on_imported(self, result: ImportResult) -> None:
        self._writing = None
        self._tick.stop()
        if result.challenge_id is not None:
            self.imported.emit(result.challenge_id, import_sentence(result, self._surroundings.display.numbers))
        self.accept()

    def _on_not_imported(self, failure: BaseException) -> None:
        was_cancelled = self._writing is not None and self._writing.is_cancelled
        self._writing = None
        self._show_state()
        said = self.tr("Stopped. Nothing was imported.") if was_cancelled else failure_text(failure)
        self._said.setText(said)
        self._said.set_tone("muted" if was_cancelled else "breach")

    def _show_state(self) -> None:
        """Fit every button and the progress to what is being done."""
        is_busy = self._reading is not None or self._writing is not None
        preview = self._preview
        if self._path is None:
            self._stack.setCurrentWidget(self._none)
        elif preview is not None:
            self._stack.setCurrentWidget(self._area)
        elif self._reading is not None:
            self._stack.setCurrentWidget(self._waiting)
        is_complete = (
            preview is not None
            and not preview.needs
            and self._answers.is_usable
            and preview.refusal is None
            and (preview.reconciled or self._accept.isChecked())
        )
        self._commit.setEnabled(is_complete and not is_busy)
        self._choose.setEnabled(self._writing is None)
        self._answers.setEnabled(self._writing is None)
        self._bar.setVisible(is_busy)
        if is_busy:
            self._bar.setRange(0, 0)
            self._tick.start()
        else:
            self._tick.stop()
        is_refused = not is_busy and preview is not None and preview.refusal is not None
        self._said.set_tone("breach" if is_refused else "muted")
        self._said.setText("" if is_busy else self._what_is_missing())
        if self._path is None:
            self._choose.setFocus()

    def _what_is_missing(self) -> str:
        preview = self._preview
        if preview is None:
            return ""
        if not self._answers.is_usable:
            return self.tr("No such zone is known: choose one, or type its name as in Europe/Prague.")
        if "balance" in preview.needs:
            return self.tr("The file does not say what the account began with: fill it in.")
        if "currency" in preview.needs:
            return self.tr("The file does not say its currency: fill it in.")
        if preview.refusal is not None:
            return preview.refusal
        if not preview.reconciled and not self._accept.isChecked():
            return self.tr("The totals differ: tick the box to import it all the same.")
        return self.tr("All of it is written, or nothing.")

    def _show_progress(self) -> None:
        task = self._writing or self._reading
        if task is None or task.progress is None:
            return
        if task.is_cancelled:
            self._said.setText(self.tr("Stopping …"))
            return
        reading = self._meter.read(task.progress, time.monotonic())
        self._said.setText(progress_text(reading, self._surroundings.display.numbers))
        if reading.fraction is not None:
            self._bar.setRange(0, _FINE)
            self._bar.setValue(round(reading.fraction * _FINE))
