"""The place of whoever has not signed in: address and password, a first password of one's own, or a locked window."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.ui.firm_reading import is_firm, sign_in_at_firm, workspace_name
from tradesense_desktop.ui.formatting.people import role_word
from tradesense_desktop.ui.parts.credential_form import CredentialForm, FormField
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from pathlib import Path

    from tradesense_desktop.domain.people import Role
    from tradesense_desktop.services.demo_people import DemoPerson
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.sign_in import SignedIn
    from tradesense_desktop.ui.tasks.runner import Tasks
    from tradesense_desktop.ui.tasks.task import Task

_WIDTH = 344
_EMAIL, _PASSWORD, _NEW, _AGAIN = "email", "password", "new", "again"


def sign_in_with(workspace: Workspace, email: str, password: str, new_password: str | None) -> SignedIn:
    """Sign in, for a background thread: bcrypt takes a quarter of a second, a server as long as it takes."""
    if is_firm(workspace):
        return sign_in_at_firm(workspace, password, new_password)
    from tradesense_desktop.services.sign_in import sign_in

    return sign_in(workspace, email, password, new_password=new_password)


def unlock_with(workspace: Workspace, password: str) -> Workspace:
    """Prove the password of whoever acts, for a background thread."""
    from tradesense_desktop.services.sign_in import unlock

    unlock(workspace, password)
    return workspace


def people_of_demo(directory: Path) -> tuple[DemoPerson, ...]:
    """Whom a demo can be looked at as; nobody for what is no demo."""
    from tradesense_desktop.services.demo_people import demo_people

    return demo_people(directory)


class SignInPlace(QWidget):
    """Asks who is there, calmly: one form in the middle, what is wrong below its fields.

    Signals: signed_in(SignedIn), unlocked(), other_asked() to sign in as somebody else than whoever locked it,
    own_asked() to leave a firm's workspace for one's own, gone(str sentence) where whoever locked it may no longer act.
    """

    signed_in = Signal(object)
    unlocked = Signal()
    other_asked = Signal()
    own_asked = Signal()
    gone = Signal(str)

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(self.tr("Sign in"))
        self._tasks = tasks
        self._workspace: Workspace | None = None
        self._asked: Task[SignedIn] | Task[Workspace] | None = None
        self._sent = ("", "")
        outer = QVBoxLayout(self)
        outer.setContentsMargins(size.SPACE_32, size.SPACE_24, size.SPACE_32, size.SPACE_24)
        outer.addStretch(2)
        middle = QWidget(self)
        middle.setFixedWidth(_WIDTH)
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size.SPACE_8)
        # Not by an alignment: a layout would ask for the height that the words take in the whole width.
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(middle)
        row.addStretch(1)
        outer.addLayout(row)
        outer.addStretch(3)
        self._drawing = Drawing("person", middle, tone="muted", pixels=size.ICON_LARGE)
        column.addWidget(self._drawing)
        self._title = Words(pixels=size.TYPE_FIGURE, parent=middle)
        column.addWidget(self._title)
        self._text = Words(tone="muted", wraps=True, parent=middle)
        column.addWidget(self._text)
        column.addSpacing(size.SPACE_8)
        self._build_forms(middle, column)
        self._other = QPushButton(middle)
        self._other.clicked.connect(lambda _checked=False: self._on_other())
        column.addWidget(self._other)
        self._demo = QWidget(middle)
        self._demo_grid = QGridLayout(self._demo)
        self._demo_grid.setContentsMargins(0, size.SPACE_24, 0, 0)
        self._demo_grid.setSpacing(size.SPACE_8)
        column.addWidget(self._demo)

    @property
    def form(self) -> CredentialForm:
        """The form that is shown."""
        return self._shown

    def ask_who(self, workspace: Workspace, sentence: str = "", email: str = "") -> None:
        """Ask for address and password, in a firm's workspace for the password alone; `sentence` says why again."""
        self._begin(workspace)
        if is_firm(workspace):
            self._show_firm(sentence)
            return
        self._who.fill(_EMAIL, email)
        self._show_who(sentence)
        self._tasks.read(partial(people_of_demo, workspace.directory), owner=self).then(
            partial(self._show_demo_people, workspace)
        )

    def ask_first(self, workspace: Workspace, password: str) -> None:
        """Ask whoever has just given the password that somebody else made for them for one of their own."""
        from tradesense_desktop.services.errors import PasswordChangeNeeded

        self._begin(workspace)
        self._sent = ("", password)
        self._show_first(PasswordChangeNeeded().sentence)

    def ask_unlock(self, workspace: Workspace, email: str, role: Role) -> None:
        """Ask whoever acts through `workspace` for the password once more."""
        self._begin(workspace)
        who = self.tr("{address}, {role}").format(address=email, role=role_word(role))
        said = self.tr("Everything is covered until your password is given. What was running goes on.")
        self._entitle("lock", self.tr("Locked"), f"{who}. {said}" if email else said)
        self._show(self._locked, self.tr("Sign in as somebody else"))

    def leave(self) -> None:
        """Forget what was typed and what is under way."""
        self._workspace = None
        self._asked = None
        self._sent = ("", "")
        for form in self._forms:
            form.stop()
        self._show_demo_people(None, ())

    def _build_forms(self, middle: QWidget, column: QVBoxLayout) -> None:
        password = FormField(_PASSWORD, self.tr("Password"), is_secret=True)
        self._who = CredentialForm(
            (FormField(_EMAIL, self.tr("E-mail address")), password), self.tr("Sign in"), _WIDTH, middle
        )
        self._who.submitted.connect(self._on_who)
        hint = self.tr("12 characters or more, and not one of the well-known ones.")
        self._first = CredentialForm(
            (
                FormField(_NEW, self.tr("New password"), is_secret=True, hint=hint),
                FormField(_AGAIN, self.tr("The same once more"), is_secret=True),
            ),
            self.tr("Take this password"),
            _WIDTH,
            middle,
        )
        self._first.submitted.connect(self._on_first)
        self._firm = CredentialForm((password,), self.tr("Sign in"), _WIDTH, middle)
        self._firm.submitted.connect(self._on_firm)
        self._locked = CredentialForm((password,), self.tr("Unlock"), _WIDTH, middle)
        self._locked.submitted.connect(self._on_unlock)
        self._shown = self._who
        self._forms = (self._who, self._firm, self._first, self._locked)
        for form in self._forms:
            form.setVisible(form is self._who)
            column.addWidget(form)

    def _begin(self, workspace: Workspace) -> None:
        self.leave()
        self._workspace = workspace

    def _entitle(self, drawing: str, title: str, text: str) -> None:
        self._drawing.show_drawing(drawing, "muted")
        self._title.setText(title)
        self._text.setText(text)
        # A label says to need no less than the height that it was given before.
        self._text.setMinimumHeight(0)
        self._text.setFixedHeight(max(0, self._text.heightForWidth(_WIDTH)))
        self.setAccessibleName(title)
        self.setAccessibleDescription(text)

    def _show(self, form: CredentialForm, other: str) -> None:
        self._shown = form
        for each in self._forms:
            each.setVisible(each is form)
        self._other.setText(other)
        self._other.setVisible(bool(other))
        self.setFocusProxy(form)
        form.focus()

    def _show_who(self, sentence: str) -> None:
        self._entitle("person", self.tr("Sign in"), sentence or self.tr("This workspace has accounts."))
        self._show(self._who, "")
        # An address that is known is selected: Enter takes it, and whoever is somebody else types over it.
        self._who.focus(_EMAIL)

    def _show_firm(self, sentence: str) -> None:
        """One workspace of a firm is one person's: whose is known."""
        self._show_demo_people(self._workspace, ())
        said = self.tr("This is your workspace at {firm}. Without a network this computer checks the password.")
        self._entitle("server", self.tr("Sign in"), sentence or said.format(firm=workspace_name(self._workspace)))
        self._show(self._firm, self.tr("Open my own workspace"))
        self._firm.focus(_PASSWORD)

    def _show_first(self, sentence: str) -> None:
        self._entitle("key", self.tr("A password of your own"), sentence)
        self._show(self._first, self.tr("Back"))

    def _show_demo_people(self, workspace: Workspace | None, people: tuple[DemoPerson, ...]) -> None:
        if workspace is not self._workspace:
            return
        while self._demo_grid.count():
            item = self._demo_grid.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self._demo.setVisible(bool(people))
        if not people:
            return
        self._demo_grid.addWidget(Words(self.tr("Look at the demo as …"), tone="muted"), 0, 0, 1, 2)
        for place, person in enumerate(people):
            button = QPushButton(person.title, self._demo)
            button.setToolTip(person.email)
            button.setAccessibleDescription(self.tr("Look at the demo as this person"))
            button.clicked.connect(lambda _checked=False, person=person: self._send(person.email, person.password))
            self._demo_grid.addWidget(button, 1 + place // 2, place % 2)

    def _on_who(self) -> None:
        self._send(self._who.value(_EMAIL).strip(), self._who.value(_PASSWORD))

    def _on_firm(self) -> None:
        self._send("", self._firm.value(_PASSWORD))

    def _on_first(self) -> None:
        new = self._first.value(_NEW)
        if new != self._first.value(_AGAIN):
            self._first.show_error(self.tr("The two are not the same: type the new password twice."))
            self._first.focus(_AGAIN)
            return
        self._send(*self._sent, new_password=new)

    def _send(self, email: str, password: str, new_password: str | None = None) -> None:
        if self._workspace is None or self._asked is not None:
            return
        self._sent = (email, password)
        self.form.show_error("")
        self.form.show_busy(self.tr("Checking …"))
        task = self._tasks.read(partial(sign_in_with, self._workspace, email, password, new_password), owner=self)
        self._asked = task
        task.then(partial(self._on_signed_in, task)).shown_by(partial(self._on_refused, task))

    def _on_unlock(self) -> None:
        if self._workspace is None or self._asked is not None:
            return
        self._locked.show_error("")
        self._locked.show_busy(self.tr("Checking …"))
        task = self._tasks.read(partial(unlock_with, self._workspace, self._locked.value(_PASSWORD)), owner=self)
        self._asked = task
        task.then(partial(self._on_unlocked, task)).shown_by(partial(self._on_refused, task))

    def _on_signed_in(self, task: Task[SignedIn], signed_in: SignedIn) -> None:
        if task is self._asked:
            self.leave()
            self.signed_in.emit(signed_in)

    def _on_unlocked(self, task: Task[Workspace], _workspace: Workspace) -> None:
        if task is self._asked:
            self.leave()
            self.unlocked.emit()

    def _on_refused(self, task: Task[SignedIn] | Task[Workspace], failure: BaseException) -> None:
        from tradesense_desktop.services.errors import PasswordChangeNeeded, SignedOut, SignInRefused

        if task is not self._asked:
            return
        self._asked = None
        form = self.form
        form.show_busy("")
        if isinstance(failure, SignedOut):
            self.gone.emit(failure.sentence)
        elif isinstance(failure, PasswordChangeNeeded):
            self._show_first(failure.sentence)
        else:
            until = failure.until if isinstance(failure, SignInRefused) else None
            form.show_error(failure_text(failure), until)
            if form is not self._first:
                form.focus(_PASSWORD)

    def _on_other(self) -> None:
        if self.form is self._firm:
            self.own_asked.emit()
        elif self.form is self._first and self._workspace is not None:
            self.ask_who(self._workspace, email=self._sent[0])
        else:
            self.other_asked.emit()
