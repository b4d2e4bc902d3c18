"""Dialogs about accounts: setting them up, and another password."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QDialog, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.credential_form import CredentialForm, FormField
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.tasks.runner import Tasks

_WIDTH = 440
translate = QCoreApplication.translate


class AccountDialog(QDialog):
    """A title, what it means, a form, and a way out; `change` is done in the background, all of it or nothing.

    `words` are the title and what it means; `change` is given what was typed, by field; `twins` are pairs of fields
    that have to hold the same. Signals: changed(), after it was done.
    """

    changed = Signal()

    def __init__(
        self,
        tasks: Tasks,
        words: tuple[str, str],
        fields: Sequence[FormField],
        twins: Sequence[tuple[str, str]],
        change: Callable[[Mapping[str, str]], object],
        *,
        parent: QWidget,
    ) -> None:
        title, text = words
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setAccessibleDescription(text)
        self.setFixedWidth(_WIDTH)
        self._tasks = tasks
        self._fields = tuple(field.id for field in fields)
        self._twins = tuple(twins)
        self._change = change
        self._is_running = False
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_24, size.SPACE_24, size.SPACE_24, size.SPACE_24)
        column.setSpacing(size.SPACE_8)
        column.addWidget(Words(title, pixels=size.TYPE_HEADING, strong=True))
        said = Words(text, tone="muted", wraps=True)
        said.setFixedHeight(said.heightForWidth(_WIDTH - 2 * size.SPACE_24))
        column.addWidget(said)
        column.addSpacing(size.SPACE_8)
        self.form = CredentialForm(fields, title, _WIDTH - 2 * size.SPACE_24, self)
        self.form.button.setAutoDefault(False)
        self.form.submitted.connect(self._on_submitted)
        self.form.height_changed.connect(self.adjustSize)
        column.addWidget(self.form)
        cancel = QPushButton(self.tr("Cancel"), self)
        cancel.setAutoDefault(False)
        cancel.clicked.connect(lambda _checked=False: self.reject())
        column.addWidget(cancel)
        self.form.focus()
        self.adjustSize()

    def reject(self) -> None:
        """Close; what is being done takes half a second and is waited for."""
        if not self._is_running:
            self.form.stop()
            super().reject()

    def _on_submitted(self) -> None:
        for first, second in self._twins:
            if self.form.value(first) != self.form.value(second):
                self.form.show_error(self.tr("The two are not the same: type the new password twice."))
                self.form.focus(second)
                return
        change, typed = self._change, {field: self.form.value(field) for field in self._fields}

        def write(_progress: ProgressReport) -> None:
            change(typed)

        self._is_running = True
        self.form.show_error("")
        self.form.show_busy(self.tr("Working …"))
        self._tasks.write(self.windowTitle(), write, owner=self).then(self._on_done).shown_by(self._on_failure)

    def _on_done(self, _nothing: None) -> None:
        self._is_running = False
        self.form.stop()
        self.accept()
        self.changed.emit()

    def _on_failure(self, failure: BaseException) -> None:
        from tradesense_desktop.services.errors import SignInRefused

        self._is_running = False
        self.form.show_busy("")
        until = failure.until if isinstance(failure, SignInRefused) else None
        self.form.show_error(failure_text(failure), until)
        self.form.focus(self._fields[0])


def password_dialog(workspace: Workspace, tasks: Tasks, parent: QWidget) -> AccountDialog:
    """Another password for whoever acts."""
    secret = partial(FormField, is_secret=True)
    return AccountDialog(
        tasks,
        (
            translate("Accounts", "Change my password"),
            translate("Accounts", "Wherever else you are signed in, you will have to sign in again."),
        ),
        (
            secret("old", translate("Accounts", "Password until now")),
            secret("new", translate("Accounts", "New password"), hint=_hint()),
            secret("again", translate("Accounts", "The new one once more")),
        ),
        (("new", "again"),),
        partial(_change_password, workspace),
        parent=parent,
    )


def set_up_dialog(workspace: Workspace, tasks: Tasks, parent: QWidget) -> AccountDialog:
    """The end of the mode without accounts: two people with a password each."""
    secret = partial(FormField, is_secret=True)
    address, password = translate("Accounts", "E-mail address"), translate("Accounts", "Password")
    again = translate("Accounts", "The same once more")
    return AccountDialog(
        tasks,
        (
            translate("Accounts", "Set up accounts"),
            translate(
                "Accounts",
                "From then on everybody signs in, and there is no way back. It takes two people: you keep your "
                "challenges as a trader, and somebody else decides about them, for nobody decides about their own. "
                "No password can be read out again: keep both.",
            ),
        ),
        (
            FormField("owner", address, heading=translate("Accounts", "You, the trader")),
            secret("owner_password", password, hint=_hint()),
            secret("owner_again", again),
            FormField("administrator", address, heading=translate("Accounts", "The first super-administrator")),
            secret("administrator_password", password),
            secret("administrator_again", again),
        ),
        (("owner_password", "owner_again"), ("administrator_password", "administrator_again")),
        partial(_set_up, workspace),
        parent=parent,
    )


def _hint() -> str:
    return translate("Accounts", "12 characters or more, and not one of the well-known ones.")


def _change_password(workspace: Workspace, typed: Mapping[str, str]) -> None:
    from tradesense_desktop.services.change_password import change_password

    change_password(workspace, typed["old"], typed["new"])


def _set_up(workspace: Workspace, typed: Mapping[str, str]) -> None:
    from tradesense_desktop.services.set_up_accounts import set_up_accounts

    set_up_accounts(
        workspace,
        owner_email=typed["owner"],
        owner_password=typed["owner_password"],
        administrator_email=typed["administrator"],
        administrator_password=typed["administrator_password"],
    )
