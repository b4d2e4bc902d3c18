"""The place of keys: how they stand, what they seal, and what the people who manage them can do."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, TypeVar

from PySide6.QtCore import QDir, Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.domain.permissions import Right, may
from tradesense_desktop.services.export_recovery_sheet import export_recovery_sheet
from tradesense_desktop.services.import_recovery_sheet import import_recovery_sheet
from tradesense_desktop.services.make_key import make_key
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_key_status import KeyState, KeyStatus, read_key_status
from tradesense_desktop.services.rotate_key import rotate_key
from tradesense_desktop.services.unlock_key import unlock_key
from tradesense_desktop.ui.actions.local_actions import LocalActions
from tradesense_desktop.ui.parts.listing_head import ListingHead
from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.key_form import Answer, KeyForm
from tradesense_desktop.ui.views.admin.key_requests import key_requests
from tradesense_desktop.ui.views.admin.key_status_panel import KeyStatusPanel
from tradesense_desktop.ui.views.admin.key_words import explanation
from tradesense_desktop.ui.views.admin.sheet_view import SheetView, read_sheet_file, save_sheet

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from PySide6.QtGui import QHideEvent

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.surroundings import Surroundings
    from tradesense_desktop.ui.tasks.task import Task

Result = TypeVar("Result")

_MOST_WIDTH: Final = 860
_ENTRIES_LOOKED_AT: Final = 2_000
_MAKING: Final = frozenset({AuditAction.KEY_MADE.value, AuditAction.KEY_ROTATED.value})


@dataclass(frozen=True, slots=True)
class KeyAnswer:
    """How the keys stand, and when the current one was made; None where the audit log that one sees does not say."""

    status: KeyStatus
    made_at: datetime | None


def answer_keys(workspace: Workspace) -> KeyAnswer:
    """Read how the keys stand; for a background thread, because the keyring may be slow."""
    status = read_key_status(workspace)
    if status.key_id is None:
        return KeyAnswer(status, None)
    made = (
        entry.occurred_at
        for entry in read_audit_log(workspace, last=_ENTRIES_LOOKED_AT)
        if entry.action in _MAKING and entry.details.get("key_id") == status.key_id
    )
    return KeyAnswer(status, next(made, None))


class KeysPlace(QWidget):
    """Everybody who has the place sees how the keys stand and can unlock them; the rest is for who manages keys.

    Signals: challenge_asked(str), said(str sentence) of what was done.
    """

    challenge_asked = Signal(str)
    said = Signal(str)

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert workspace.actor is not None
        self.setAccessibleName(self.tr("Keys"))
        self._workspace = workspace
        self._surroundings = surroundings
        self._display = surroundings.display
        self._manages = may(workspace.actor, Right.MANAGE_KEYS)
        self._answer: KeyAnswer | None = None
        self._reading: Task[KeyAnswer] | None = None
        self._writing: Task[Any] | None = None
        self._actions = LocalActions(self)
        self._build()
        for name in self.panel.buttons:
            self._actions.bind(f"keys.{name}", partial(self.ask, name))
        self._display.changed.connect(self._show)
        self._show()

    def read_again(self) -> None:
        """Read how the keys stand, and show it."""
        task = self._surroundings.tasks.read(partial(answer_keys, self._workspace), owner=self)
        self._reading = task
        task.then(partial(self._on_read, task)).shown_by(lambda failure: self.notice.say_refusal(failure_text(failure)))

    def focus_filter(self) -> None:
        """There is no list here to filter."""

    def ask(self, name: str) -> None:
        """Ask for what `make`, `unlock`, `rotate`, `sheet` or `import` needs; what needs nothing is done at once."""
        answer = self._answer
        if answer is None or self._writing is not None or not self._is_offered(name):
            return
        self.sheet.forget()
        request, do = key_requests(answer.status)[name], self._services()[name]
        if name == "unlock" and not request.asks_passphrase:
            do(Answer(None, None, ""))
            return
        self.form.ask(request, do)
        self._show_buttons()
        self._bring_into_sight(self.form)

    def hideEvent(self, event: QHideEvent) -> None:
        """Whoever goes elsewhere leaves no secret on the screen."""
        super().hideEvent(event)
        if self._writing is None:
            self.form.close_form()
        self.sheet.forget()

    def _services(self) -> dict[str, Callable[[Answer], object]]:
        return {
            "make": self._make,
            "unlock": self._unlock,
            "rotate": self._rotate,
            "sheet": self._export,
            "import": self._import,
        }

    def _make(self, answer: Answer) -> None:
        work = partial(make_key, self._workspace, passphrase=answer.new_passphrase)
        said = self.tr("The key is made. Print its recovery sheet now: without the key nobody can read what is sealed.")
        self._write(self.tr("Making the key"), work, partial(self._on_status, said))

    def _unlock(self, answer: Answer) -> None:
        work = partial(unlock_key, self._workspace, passphrase=answer.passphrase)
        self._write(self.tr("Unlocking the key"), work, partial(self._on_status, self.tr("The key is open.")))

    def _rotate(self, answer: Answer) -> None:
        work = partial(rotate_key, self._workspace, passphrase=answer.passphrase, new_passphrase=answer.new_passphrase)
        said = self.tr("The key is replaced. Old recovery sheets are of no use now: print a new one.")
        self._write(self.tr("Replacing the key"), work, partial(self._on_status, said))

    def _export(self, answer: Answer) -> None:
        work = partial(export_recovery_sheet, self._workspace, passphrase=answer.passphrase)
        self._write(self.tr("Writing the recovery sheet"), work, self._on_sheet)

    def _import(self, answer: Answer) -> None:
        work = partial(import_recovery_sheet, self._workspace, answer.sheet, passphrase=answer.new_passphrase)
        said = self.tr("This machine holds the key of the workspace again.")
        self._write(self.tr("Importing the recovery sheet"), work, partial(self._on_status, said))

    def _write(self, title: str, work: Callable[[], Result], done: Callable[[Result], object]) -> None:
        self.notice.clear()
        task = self._surroundings.tasks.write(title, lambda _report: work(), self)
        self._writing = task
        task.then(partial(self._on_written, done)).shown_by(self._on_refused)
        self.form.notice.say(self.tr("{work} …").format(work=title), "hourglass")
        self._show_buttons()

    def _on_written(self, done: Callable[[Any], object], result: Any) -> None:
        self._writing = None
        self.form.close_form()
        done(result)
        self.read_again()

    def _on_refused(self, failure: BaseException) -> None:
        self._writing = None
        if self.form.title:
            self.form.refuse(failure_text(failure))
        else:
            self.notice.say_refusal(failure_text(failure))
        self._show_buttons()

    def _on_status(self, sentence: str, _status: KeyStatus) -> None:
        self.said.emit(sentence)

    def _on_sheet(self, text: str) -> None:
        if self.isVisible():
            self.sheet.show_text(text)
            self._bring_into_sight(self.sheet)

    def _bring_into_sight(self, widget: QWidget) -> None:
        """In a turn of its own: it has no place yet."""
        QTimer.singleShot(0, self, lambda: self._area.ensureWidgetVisible(widget))

    def _on_read(self, task: Task[KeyAnswer], answer: KeyAnswer) -> None:
        if task is self._reading:
            self._reading = None
            self._answer = answer
            self._show()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(ListingHead(self.tr("Keys"), parent=self))
        column.addWidget(rule(parent=self))
        self._area = QScrollArea(self)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(self._area)
        body.setProperty("ground", "none")
        line = QHBoxLayout(body)
        line.setContentsMargins(size.SPACE_24, size.SPACE_24, size.SPACE_24, size.SPACE_24)
        middle = QWidget(body)
        middle.setMaximumWidth(_MOST_WIDTH)
        inner = QVBoxLayout(middle)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(size.SPACE_16)
        self.panel = KeyStatusPanel(self._display, middle, manages=self._manages)
        self.panel.asked.connect(self.ask)
        self.setFocusProxy(self.panel)
        inner.addWidget(self.panel)
        self.notice = Notice(middle)
        self.form = KeyForm(middle)
        self.form.closed.connect(self._on_form_closed)
        self.form.file_asked.connect(self._choose_sheet)
        self.sheet = SheetView(middle)
        self.sheet.save_asked.connect(self._save)
        self.sheet.print_asked.connect(self._print)
        self.sheet.closed.connect(self._focus_first)
        for widget in (self.notice, self.form, self.sheet):
            inner.addWidget(widget)
        inner.addWidget(Words(self.tr("What is sealed"), middle, pixels=size.TYPE_HEADING, strong=True))
        inner.addWidget(Words(explanation(), middle, tone="muted", wraps=True))
        inner.addStretch(1)
        line.addWidget(middle, 1)
        line.addStretch(0)
        self._area.setWidget(body)
        column.addWidget(self._area, 1)

    def _is_offered(self, name: str) -> bool:
        """Whether it makes sense as the keys stand."""
        if self._answer is None:
            return False
        state = self._answer.status.state
        return {
            "make": state is KeyState.NONE,
            "unlock": state is KeyState.LOCKED or self._answer.status.is_being_replaced,
            "rotate": state is not KeyState.NONE,
            "sheet": state is not KeyState.NONE,
            "import": state is not KeyState.NONE,
        }[name]

    def _show(self) -> None:
        if self._answer is not None:
            self.panel.show_status(self._answer.status, self._answer.made_at)
        self._show_buttons()

    def _show_buttons(self) -> None:
        is_free = self._writing is None
        for name in self.panel.buttons:
            is_offered = self._is_offered(name)
            self.panel.offer(name, offered=is_offered, enabled=is_free and not self.form.title)
            self._actions.offer(f"keys.{name}", offered=is_offered and is_free)

    def _on_form_closed(self) -> None:
        self._show_buttons()
        self._focus_first()

    def _focus_first(self) -> None:
        if self.isVisible():
            self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose_sheet(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(
            self, self.tr("Choose a recovery sheet"), QDir.homePath(), self.tr("Text (*.txt);;All files (*)")
        )
        if chosen:
            task = self._surroundings.tasks.read(partial(read_sheet_file, Path(chosen)), owner=self)
            task.then(self.form.show_sheet).shown_by(lambda failure: self.form.refuse(failure_text(failure)))

    def _save(self) -> None:
        chosen, _ = QFileDialog.getSaveFileName(
            self, self.tr("Save the recovery sheet"), QDir.homePath(), self.tr("Text (*.txt)")
        )
        if chosen:
            work = partial(save_sheet, Path(chosen), self.sheet.text)
            task = self._surroundings.tasks.read(work, owner=self)
            task.then(self._on_saved)
            task.shown_by(lambda failure: self.sheet.notice.say_refusal(failure_text(failure)))

    def _on_saved(self, name: str) -> None:
        said = self.tr("The sheet is in {name}: print it, put it away, and delete the file.")
        self.sheet.notice.say_result(said.format(name=name))

    def _print(self) -> None:
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter()
        dialog = QPrintDialog(printer, self)
        if dialog.exec() == QDialog.DialogCode.Accepted:
            self.sheet.print_to(printer)
            self.sheet.notice.say_result(self.tr("The sheet was sent to the printer."))
