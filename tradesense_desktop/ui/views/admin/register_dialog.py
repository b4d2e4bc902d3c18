"""Register somebody: address, role and a first password, which is shown once, to be handed over."""

from __future__ import annotations

import secrets
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.firm_people import FirmRegistration, register_in_firm
from tradesense_desktop.services.register_user import register_user
from tradesense_desktop.ui.formatting.people import role_word
from tradesense_desktop.ui.parts.check_box import CheckBox
from tradesense_desktop.ui.parts.choice_box import ChoiceBox
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import fixed_font
from tradesense_desktop.ui.views.admin.user_offers import registrable_roles

if TYPE_CHECKING:
    from PySide6.QtGui import QKeyEvent

    from tradesense_desktop.domain.people import User
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.surroundings import Surroundings

_WIDTH, _HEIGHT = 460, 340
# Without signs that look like others: it is read out and typed off.
_SIGNS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_GROUPS, _IN_GROUP = 4, 4


def first_password() -> str:
    """A password that nobody can guess and that can be read out: 16 signs in groups of four."""
    groups = ("".join(secrets.choice(_SIGNS) for _ in range(_IN_GROUP)) for _ in range(_GROUPS))
    return "-".join(groups)


class RegisterDialog(QDialog):
    """Asks who it is; then shows the password once.

    Signals: registered(User) after the account was made.
    """

    registered = Signal(object)

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        assert workspace.actor is not None
        self._workspace = workspace
        self._tasks = surroundings.tasks
        self._is_busy = False
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Register somebody"))
        self.setMinimumSize(_WIDTH, _HEIGHT)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self._stack = QStackedWidget(self)
        self._stack.addWidget(self._build_form(registrable_roles(workspace.actor)))
        self._stack.addWidget(self._build_handing_over())
        column.addWidget(self._stack, 1)
        column.addWidget(rule(parent=self))
        column.addLayout(self._build_foot())
        self._address.setFocus()

    def register(self) -> None:
        """Make the account."""
        if self._is_busy or not self._register.isEnabled():
            return
        self._is_busy = True
        self._notice.clear()
        self._show_state()
        work = partial(
            register_user if self._workspace.firm is None else register_in_firm,
            self._workspace,
            email=self._address.text(),
            password=self._password.text(),
            role=Role(self._role.currentData()),
            is_verified=self._verified.isChecked(),
        )
        task = self._tasks.write(self.tr("Registering"), lambda _progress: work(), self)
        task.then(self._on_registered).shown_by(self._on_refused)

    def reject(self) -> None:
        """Close; what is under way is waited for, because its password has to be seen."""
        if not self._is_busy:
            super().reject()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter presses the button that has the focus, and nothing else."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            focused = self.focusWidget()
            if isinstance(focused, QPushButton):
                focused.click()
            return
        super().keyPressEvent(event)

    def _build_form(self, roles: tuple[Role, ...]) -> QWidget:
        form = QWidget(self)
        grid = QGridLayout(form)
        grid.setContentsMargins(size.SPACE_24, size.SPACE_16, size.SPACE_24, size.SPACE_16)
        grid.setHorizontalSpacing(size.SPACE_12)
        grid.setVerticalSpacing(size.SPACE_12)
        grid.setColumnStretch(1, 1)
        self._address = QLineEdit(form)
        self._role = ChoiceBox(form)
        for role in roles:
            self._role.addItem(role_word(role), role.value)
        self._role.setEnabled(len(roles) > 1)
        self._password = QLineEdit(first_password(), form)
        self._password.setFont(fixed_font(size.TYPE_BODY))
        another = IconButton("refresh", self.tr("Make another password"), form)
        another.clicked.connect(lambda _checked=False: self._password.setText(first_password()))
        secret = QWidget(form)
        row = QHBoxLayout(secret)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(size.SPACE_4)
        row.addWidget(self._password, 1)
        row.addWidget(another)
        for place, (label, field, shown) in enumerate(
            (
                (self.tr("Address"), self._address, self._address),
                (self.tr("Role"), self._role, self._role),
                (self.tr("First password"), self._password, secret),
            )
        ):
            name = Words(label, form, tone="muted")
            name.setBuddy(field)
            field.setAccessibleName(label)
            grid.addWidget(name, place, 0)
            grid.addWidget(shown, place, 1)
        self._verified = CheckBox(self.tr("May sign in at once: the address is verified"), form)
        self._verified.setChecked(True)
        # A firm's server lets in whoever it has registered.
        self._verified.setVisible(self._workspace.firm is None)
        grid.addWidget(self._verified, 3, 1)
        said = Words(
            self.tr("The person chooses another password at the first sign-in."),
            form,
            pixels=size.TYPE_SMALL,
            tone="muted",
            wraps=True,
        )
        grid.addWidget(said, 4, 1)
        self._notice = Notice(form)
        grid.addWidget(self._notice, 5, 0, 1, 2)
        grid.setRowStretch(6, 1)
        self._address.textChanged.connect(lambda _text: self._show_state())
        self._password.textChanged.connect(lambda _text: self._show_state())
        return form

    def _build_handing_over(self) -> QWidget:
        page = QWidget(self)
        column = QVBoxLayout(page)
        column.setContentsMargins(size.SPACE_24, size.SPACE_16, size.SPACE_24, size.SPACE_16)
        column.setSpacing(size.SPACE_12)
        self._who = Words(parent=page, pixels=size.TYPE_HEADING, strong=True, wraps=True)
        self._hand_over = Words(
            self.tr("Hand this password over. It is not kept and cannot be shown again."), page, wraps=True
        )
        self._shown = QLineEdit(page)
        self._shown.setReadOnly(True)
        self._shown.setFont(fixed_font(size.TYPE_HEADING))
        self._shown.setAccessibleName(self.tr("First password"))
        copy = QPushButton(self.tr("Copy the password"), page)
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(self._shown.text()))
        column.addWidget(self._who)
        column.addWidget(self._hand_over)
        column.addWidget(self._shown)
        column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self._build_server(page))
        column.addStretch(1)
        return page

    def _build_server(self, page: QWidget) -> QWidget:
        """With what the person connects: shown in a firm only."""
        self._server = QWidget(page)
        self._server.setVisible(self._workspace.firm is not None)
        column = QVBoxLayout(self._server)
        column.setContentsMargins(0, size.SPACE_8, 0, 0)
        column.setSpacing(size.SPACE_12)
        column.addWidget(Words(self.tr("They connect to the firm with this address:"), self._server, wraps=True))
        self._url = QLineEdit(self._server)
        self._url.setReadOnly(True)
        self._url.setAccessibleName(self.tr("Address of the server"))
        copy = QPushButton(self.tr("Copy the address"), self._server)
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda _checked=False: QGuiApplication.clipboard().setText(self._url.text()))
        column.addWidget(self._url)
        column.addWidget(copy, 0, Qt.AlignmentFlag.AlignLeft)
        return self._server

    def _build_foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(size.SPACE_24, size.SPACE_12, size.SPACE_24, size.SPACE_12)
        row.setSpacing(size.SPACE_12)
        row.addStretch(1)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.setAutoDefault(False)
        self._cancel.clicked.connect(lambda _checked=False: self.reject())
        self._register = QPushButton(self.tr("Register"), self)
        self._register.setProperty("primary", True)
        self._register.setAutoDefault(False)
        self._register.clicked.connect(lambda _checked=False: self.register())
        row.addWidget(self._cancel)
        row.addWidget(self._register)
        self._show_state()
        return row

    def _on_registered(self, made: User | FirmRegistration) -> None:
        self._is_busy = False
        user = made.user if isinstance(made, FirmRegistration) else made
        if isinstance(made, FirmRegistration):
            self._url.setText(made.url)
            self._url.setCursorPosition(0)
        self._who.setText(
            self.tr("{address} is registered as {role}").format(address=user.email, role=role_word(user.role))
        )
        self._shown.setText(self._password.text())
        self._password.clear()
        self._stack.setCurrentIndex(1)
        self._register.hide()
        self._cancel.setText(self.tr("Done"))
        self._cancel.setEnabled(True)
        self._shown.setFocus()
        self._shown.selectAll()
        self.registered.emit(user)

    def _on_refused(self, failure: BaseException) -> None:
        self._is_busy = False
        self._notice.say_refusal(failure_text(failure))
        self._show_state()
        self._address.setFocus()

    def _show_state(self) -> None:
        is_filled = bool(self._address.text().strip() and self._password.text())
        self._register.setEnabled(is_filled and not self._is_busy)
        self._cancel.setEnabled(not self._is_busy)
        for field in (self._address, self._password, self._verified):
            field.setEnabled(not self._is_busy)
