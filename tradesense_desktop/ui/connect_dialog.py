"""The dialog in which a firm's server is named, tried and connected to."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QIntValidator
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from tradesense_desktop.domain.server_address import DEFAULT_PORT
from tradesense_desktop.ui.firm_reading import TypedAddress, address_of, diagnose_address
from tradesense_desktop.ui.formatting.firm import POOLER, UNVERIFIED, VERIFIED, tls_badge
from tradesense_desktop.ui.parts.badge import Badge
from tradesense_desktop.ui.parts.check_box import CheckBox
from tradesense_desktop.ui.parts.choice_box import ChoiceBox
from tradesense_desktop.ui.parts.diagnosis_lines import DiagnosisLines
from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from tradesense_desktop.services.connect_firm import Diagnosis
    from tradesense_desktop.ui.tasks.runner import Tasks
    from tradesense_desktop.ui.tasks.task import Task

_WIDTH = 560
_INNER = _WIDTH - 2 * size.SPACE_24
_PORT_WIDTH = 96
_MOST_PORT = 65535


class ConnectDialog(QDialog):
    """Address, login and password; a test that says line by line what it found; nothing is kept before Connect.

    An address in one line can be pasted into the first field. A certificate that is not looked at has to be chosen and
    confirmed. Signals: connect_asked(TypedAddress), after which the dialog is closed.
    """

    connect_asked = Signal(object)

    def __init__(self, tasks: Tasks, parent: QWidget, before: TypedAddress | None = None, refusal: str = "") -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Connect to a firm"))
        self.setFixedWidth(_WIDTH)
        self._tasks = tasks
        self._testing: Task[Diagnosis] | None = None
        self._typed = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_24, size.SPACE_24, size.SPACE_24, size.SPACE_24)
        column.setSpacing(size.SPACE_8)
        column.addWidget(Words(self.tr("Connect to a firm"), self, pixels=size.TYPE_HEADING, strong=True))
        said = Words(
            self.tr(
                "Your firm tells you address and login. What its server keeps for you is copied to this computer, "
                "where it can be read without a network too."
            ),
            self,
            tone="muted",
            wraps=True,
        )
        said.setFixedHeight(said.heightForWidth(_INNER))
        self.setAccessibleDescription(said.text())
        column.addWidget(said)
        column.addSpacing(size.SPACE_4)
        column.addLayout(self._build_fields())
        column.addLayout(self._build_tls())
        column.addWidget(self._risk)
        self.lines = DiagnosisLines(self, width=_INNER)
        column.addSpacing(size.SPACE_4)
        column.addWidget(self.lines)
        self.notice = Notice(self)
        column.addWidget(self.notice)
        column.addSpacing(size.SPACE_8)
        column.addLayout(self._build_buttons())
        self._fill(before)
        if refusal:
            self._refuse(refusal)
        self._show_state()
        (self._password if before is not None else self._host).setFocus(Qt.FocusReason.OtherFocusReason)
        self._fit()

    @property
    def address(self) -> TypedAddress:
        """What is typed."""
        return TypedAddress(
            self._host.text().strip(),
            self._port.text().strip() or str(DEFAULT_PORT),
            self._database.text().strip(),
            self._login.text().strip(),
            str(self._tls.currentData()),
            self._password.text(),
        )

    @property
    def is_testing(self) -> bool:
        """Whether the connection is being tried."""
        return self._testing is not None

    def test(self) -> None:
        """Try to connect in the background, and say what was found."""
        if self.is_testing or not self._is_whole():
            return
        self.lines.show_lines(())
        self.notice.say(self.tr("Trying the connection …"), "hourglass")
        task = self._tasks.watched_read(
            self.tr("Testing the connection"), partial(diagnose_address, self.address), self
        )
        self._testing = task
        task.then(partial(self._on_tested, task)).shown_by(partial(self._on_not_tested, task))
        self._show_state()

    def stop_test(self) -> None:
        """Stop trying."""
        task, self._testing = self._testing, None
        if task is not None:
            # Whoever pressed the button sees that it stopped.
            task.title = ""
            task.cancel()
            self.notice.say(self.tr("The test was stopped."))
            self._show_state()

    def connect_now(self) -> None:
        """Hand the address over and close; what comes of it is said in the window."""
        if self.is_testing or not self._is_whole() or not self._is_risk_taken():
            return
        address = self.address
        self._password.clear()
        self.accept()
        self.connect_asked.emit(address)

    def reject(self) -> None:
        """Close, and stop what is under way."""
        self.stop_test()
        self._password.clear()
        super().reject()

    def _build_fields(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(size.SPACE_12)
        grid.setVerticalSpacing(size.SPACE_4)
        self._host = self._field(grid, 0, 0, self.tr("Server, or the whole address in one line"), columns=3)
        self._port = self._field(grid, 0, 3, self.tr("Port"))
        self._port.setValidator(QIntValidator(1, _MOST_PORT, self._port))
        self._port.setFixedWidth(_PORT_WIDTH)
        self._database = self._field(grid, 2, 0, self.tr("Database"), columns=2)
        self._login = self._field(grid, 2, 2, self.tr("Login"), columns=2)
        self._password = self._field(grid, 4, 0, self.tr("Password"), columns=4)
        self._password.setEchoMode(QLineEdit.EchoMode.Password)
        self._host.textEdited.connect(self._on_host)
        self._host.editingFinished.connect(self._take_apart)
        for column in (0, 1, 2):
            grid.setColumnStretch(column, 1)
        return grid

    def _field(self, grid: QGridLayout, row: int, column: int, label: str, *, columns: int = 1) -> QLineEdit:
        name = Words(label, self, pixels=size.TYPE_SMALL, tone="muted")
        line = QLineEdit(self)
        line.setAccessibleName(label)
        name.setBuddy(line)
        line.textEdited.connect(lambda _text: self._on_edited())
        line.returnPressed.connect(self.connect_now)
        grid.addWidget(name, row, column, 1, columns)
        grid.addWidget(line, row + 1, column, 1, columns)
        grid.setRowMinimumHeight(row + 1, size.SPACE_32)
        return line

    def _build_tls(self) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(size.SPACE_4)
        column.addWidget(Words(self.tr("Certificate of the server"), self, pixels=size.TYPE_SMALL, tone="muted"))
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_12)
        self._tls = ChoiceBox(self)
        self._tls.setAccessibleName(self.tr("Certificate of the server"))
        self._tls.addItem(self.tr("Verified"), VERIFIED)
        self._tls.addItem(self.tr("Verified, behind a pooler (PgBouncer)"), POOLER)
        self._tls.addItem(self.tr("Not verified"), UNVERIFIED)
        self._tls.currentIndexChanged.connect(lambda _at: self._on_tls())
        self._badge = Badge(self)
        row.addWidget(self._tls)
        row.addWidget(self._badge)
        row.addStretch(1)
        column.addLayout(row)
        self._risk = CheckBox(self.tr("I accept that anybody on the way could read and change everything"), self)
        self._risk.toggled.connect(lambda _on: self._show_state())
        self._risk.hide()
        return column

    def _build_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_8)
        self._cancel = QPushButton(self.tr("Cancel"), self)
        self._cancel.clicked.connect(lambda _checked=False: self.reject())
        self._test = QPushButton(self.tr("Test connection"), self)
        self._test.clicked.connect(lambda _checked=False: self.stop_test() if self.is_testing else self.test())
        self._connect = QPushButton(self.tr("Connect"), self)
        self._connect.setProperty("primary", True)
        self._connect.clicked.connect(lambda _checked=False: self.connect_now())
        row.addWidget(self._cancel)
        row.addStretch(1)
        for button in (self._test, self._connect):
            row.addWidget(button)
        for button in (self._cancel, self._test, self._connect):
            button.setAutoDefault(False)
        return row

    def _fill(self, address: TypedAddress | None) -> None:
        known = address or TypedAddress("")
        self._host.setText(known.host)
        self._port.setText(known.port)
        self._database.setText(known.database)
        self._login.setText(known.login)
        self._tls.setCurrentIndex(max(0, self._tls.findData(known.tls)))
        for line in (self._host, self._database, self._login):
            # The beginning tells more than the end.
            line.setCursorPosition(0)

    def _on_host(self, text: str) -> None:
        """What is pasted is taken apart at once; what is typed once it is whole."""
        is_pasted = len(text) > len(self._typed) + 1
        self._typed = text
        if is_pasted:
            self._take_apart()

    def _take_apart(self) -> None:
        """Fill the fields from an address in one line; its password goes where nobody can read it."""
        found = address_of(self._host.text())
        if found is None or not found.database:
            return
        self._fill(replace(found, tls=str(self._tls.currentData())))
        if found.password:
            self._password.setText(found.password)
        self._password.setFocus(Qt.FocusReason.OtherFocusReason)

    def _on_edited(self) -> None:
        """What was found was about another address."""
        if not self.is_testing:
            self.lines.show_lines(())
            self.notice.clear()
            self._fit()

    def _on_tls(self) -> None:
        mode = str(self._tls.currentData())
        self._badge.show_badge(tls_badge(mode))
        self._risk.setVisible(mode == UNVERIFIED)
        self._risk.setChecked(False)
        self._on_edited()
        self._show_state()

    def _is_whole(self) -> bool:
        """Whether every field is filled in; an empty one is named and gone to."""
        self._take_apart()
        lines = (self._host, self._database, self._login, self._password)
        empty = next((line for line in lines if not line.text().strip()), None)
        if empty is None:
            return True
        self.notice.say_warning(self.tr("Fill in: {field}").format(field=empty.accessibleName()))
        empty.setFocus(Qt.FocusReason.OtherFocusReason)
        return False

    def _is_risk_taken(self) -> bool:
        return self._risk.isHidden() or self._risk.isChecked()

    def _on_tested(self, task: Task[Diagnosis], diagnosis: Diagnosis) -> None:
        if task is not self._testing:
            return
        self._testing = None
        self.lines.show_lines(diagnosis.lines)
        if diagnosis.is_ok:
            self.notice.say_result(self.tr("The server can be connected to."))
        else:
            self._refuse(self.tr("The server cannot be connected to like this."))
        self._show_state()

    def _on_not_tested(self, task: Task[Diagnosis], failure: BaseException) -> None:
        if task is self._testing:
            self._testing = None
            self._refuse(failure_text(failure))
            self._show_state()

    def _refuse(self, sentence: str) -> None:
        self.notice.say_refusal(sentence)
        QAccessible.updateAccessibility(QAccessibleEvent(self.notice, QAccessible.Event.Alert))

    def _show_state(self) -> None:
        for line in (self._host, self._port, self._database, self._login, self._password):
            line.setReadOnly(self.is_testing)
        self._tls.setEnabled(not self.is_testing)
        self._test.setText(self.tr("Stop") if self.is_testing else self.tr("Test connection"))
        self._connect.setEnabled(not self.is_testing and self._is_risk_taken())
        self._fit()

    def _fit(self) -> None:
        """Be as high as what is shown needs."""
        layout = self.layout()
        if layout is not None:
            layout.activate()
        self.adjustSize()
