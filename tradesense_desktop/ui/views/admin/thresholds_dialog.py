"""The thresholds of unusual activity: each with what it means, what it is at first, and a way to turn it off."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from tradesense_desktop.domain.activity_thresholds import DEFAULT, ActivityThresholds, InvalidThreshold
from tradesense_desktop.domain.money import Fraction
from tradesense_desktop.services.activity_thresholds import read_thresholds, set_thresholds
from tradesense_desktop.ui.parts.check_box import CheckBox
from tradesense_desktop.ui.parts.notice import Notice
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.theme import tokens as size

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.surroundings import Surroundings

translate = QCoreApplication.translate

_WIDTH, _HEIGHT = 620, 640
_FIELD_WIDTH: Final = 96
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Measure:
    """One threshold as a person reads it; `is_percent` says that its value is a part of one."""

    key: str
    title: str
    unit: str
    explanation: str
    can_be_off: bool = True
    is_whole: bool = False
    is_percent: bool = False


def measures() -> tuple[Measure, ...]:
    """All of them, in the order in which they are shown."""
    return (
        Measure(
            "inactive_days",
            translate("Thresholds", "Days without a trade"),
            translate("Thresholds", "days"),
            translate(
                "Thresholds",
                "An alert is raised after so many whole days, in the firm's zone, on which nothing was traded. "
                "Two weeks are a common holiday, and firms end a challenge after some 30 days.",
            ),
            is_whole=True,
        ),
        Measure(
            "size_factor",
            translate("Thresholds", "Trade far larger than usual"),
            translate("Thresholds", "times"),
            translate(
                "Thresholds",
                "How many times the usual quantity of its symbol a trade has to be. Usual is the median of the trades "
                "before it; partial closes stay well below five times.",
            ),
        ),
        Measure(
            "size_trades",
            translate("Thresholds", "Trades to compare with"),
            translate("Thresholds", "trades"),
            translate("Thresholds", "So many trades of a symbol have to come first: fewer say nothing about a habit."),
            can_be_off=False,
            is_whole=True,
        ),
        Measure(
            "closings_a_minute",
            translate("Thresholds", "Closings within one minute"),
            translate("Thresholds", "closings"),
            translate(
                "Thresholds",
                "Closings at different times. A basket that is closed at once counts once; one every three seconds "
                "for a minute is not done by hand.",
            ),
            is_whole=True,
        ),
        Measure(
            "profit_part",
            translate("Thresholds", "One trade wins much of the account"),
            "%",
            translate(
                "Thresholds",
                "Profit of one trade, in percent of the initial balance. Five percent is more than half of the usual "
                "target in a single trade; losses are left to the loss limits.",
            ),
            is_percent=True,
        ),
    )


class _Row(QWidget):
    """A measure with its switch and its field."""

    def __init__(self, measure: Measure, surroundings: Surroundings, parent: QWidget) -> None:
        super().__init__(parent)
        self.measure = measure
        self._locale = surroundings.display.locale
        self._numbers = surroundings.display.numbers
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size.SPACE_4)
        line = QHBoxLayout()
        line.setSpacing(size.SPACE_8)
        self.switch = CheckBox(measure.title, self)
        self.switch.toggled.connect(self._on_switched)
        title = Words(measure.title, self)
        title.setVisible(not measure.can_be_off)
        self.switch.setVisible(measure.can_be_off)
        self.field = QLineEdit(self)
        self.field.setFixedWidth(_FIELD_WIDTH)
        self.field.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.field.setAccessibleName(measure.title)
        line.addWidget(self.switch)
        line.addWidget(title)
        line.addStretch(1)
        line.addWidget(self.field)
        unit = Words(measure.unit, self, tone="muted")
        unit.setFixedWidth(size.SPACE_32 * 2)
        line.addWidget(unit)
        column.addLayout(line)
        first = self._text(getattr(DEFAULT, measure.key))
        default = translate("Thresholds", "At first: {value} {unit}.").format(value=first, unit=measure.unit)
        said = Words(f"{measure.explanation} {default}", self, pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        self.field.setAccessibleDescription(said.text())
        column.addWidget(said)

    def show_value(self, value: int | Fraction | None) -> None:
        """Show a value; None is off."""
        self.switch.setChecked(value is not None or not self.measure.can_be_off)
        self.field.setText(self._text(getattr(DEFAULT, self.measure.key) if value is None else value))
        self._on_switched(self.switch.isChecked())

    def value(self) -> int | Fraction | None:
        """What stands there. Raises InvalidThreshold for what is no number."""
        if not self.switch.isChecked():
            return None
        typed = self.field.text().strip().replace(self._locale.groupSeparator(), "").replace("\u202f", "")
        try:
            number = Decimal(typed.replace(self._locale.decimalPoint(), "."))
        except InvalidOperation:
            raise InvalidThreshold(self.measure.title, translate("Thresholds", "needs a number")) from None
        if not number.is_finite():
            raise InvalidThreshold(self.measure.title, translate("Thresholds", "needs a number"))
        if not self.measure.is_whole:
            return number / _HUNDRED if self.measure.is_percent else number
        if number != number.to_integral_value():
            raise InvalidThreshold(self.measure.title, translate("Thresholds", "needs a whole number"))
        return int(number)

    def _text(self, value: int | Fraction) -> str:
        return self._numbers.quantity(value * _HUNDRED if self.measure.is_percent else Decimal(value))

    def _on_switched(self, is_on: bool) -> None:
        self.field.setEnabled(is_on)


class ThresholdsDialog(QDialog):
    """Reads the thresholds, lets them be changed, and sets them for the whole workspace.

    Signals: said(str sentence) once they are set.
    """

    said = Signal(str)

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(self.tr("Thresholds of unusual activity"))
        self.resize(_WIDTH, _HEIGHT)
        self._workspace = workspace
        self._tasks = surroundings.tasks
        self._build(surroundings)
        self._set_enabled(enabled=False)
        task = self._tasks.read(partial(read_thresholds, workspace), owner=self)
        task.then(self._on_read).shown_by(lambda failure: self.notice.say_refusal(failure_text(failure)))

    def show_thresholds(self, thresholds: ActivityThresholds) -> None:
        """Show these."""
        for row in self.rows.values():
            row.show_value(getattr(thresholds, row.measure.key))

    def commit(self) -> None:
        """Set what stands there; what is wrong with it is said here."""
        try:
            values = {key: row.value() for key, row in self.rows.items()}
            thresholds = ActivityThresholds(**values)  # type: ignore[arg-type]
        except InvalidThreshold as wrong:
            row = self.rows.get(wrong.field)
            title = wrong.field if row is None else row.measure.title
            self.notice.say_refusal(self.tr("“{title}” {why}.").format(title=title, why=wrong.why))
            return
        self._set_enabled(enabled=False)
        task = self._tasks.write(
            self.tr("Setting the thresholds"), lambda _report: set_thresholds(self._workspace, thresholds), self
        )
        task.then(self._on_set).shown_by(self._on_refused)

    def _build(self, surroundings: Surroundings) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        area = QScrollArea(self)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        body = QWidget(area)
        rows = QVBoxLayout(body)
        rows.setContentsMargins(size.SPACE_24, size.SPACE_16, size.SPACE_24, size.SPACE_16)
        rows.setSpacing(size.SPACE_16)
        rows.addWidget(
            Words(
                self.tr("These hold for the whole workspace, from now on. Alerts that were raised stay."),
                body,
                wraps=True,
            )
        )
        self.rows = {measure.key: _Row(measure, surroundings, body) for measure in measures()}
        for row in self.rows.values():
            rows.addWidget(row)
        rows.addStretch(1)
        area.setWidget(body)
        column.addWidget(area, 1)
        column.addWidget(rule(parent=self))
        foot = QVBoxLayout()
        foot.setContentsMargins(size.SPACE_24, size.SPACE_12, size.SPACE_24, size.SPACE_12)
        foot.setSpacing(size.SPACE_8)
        self.notice = Notice(self)
        foot.addWidget(self.notice)
        line = QHBoxLayout()
        line.setSpacing(size.SPACE_12)
        self._defaults = self._button(self.tr("As at first"), lambda: self.show_thresholds(DEFAULT))
        self._cancel = self._button(self.tr("Cancel"), self.reject)
        self._commit = self._button(self.tr("Set"), self.commit)
        self._commit.setProperty("primary", True)
        line.addWidget(self._defaults)
        line.addStretch(1)
        line.addWidget(self._cancel)
        line.addWidget(self._commit)
        foot.addLayout(line)
        column.addLayout(foot)

    def _button(self, title: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(title, self)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _checked=False: do())
        return button

    def _set_enabled(self, *, enabled: bool) -> None:
        for widget in (*self.rows.values(), self._defaults, self._commit):
            widget.setEnabled(enabled)

    def _on_read(self, thresholds: ActivityThresholds) -> None:
        self._set_enabled(enabled=True)
        self.show_thresholds(thresholds)
        first = next(iter(self.rows.values()))
        (first.field if first.field.isEnabled() else first.switch).setFocus()

    def _on_set(self, _thresholds: ActivityThresholds) -> None:
        self.said.emit(self.tr("The thresholds are set; they count from the next look on."))
        self.accept()

    def _on_refused(self, failure: BaseException) -> None:
        self._set_enabled(enabled=True)
        self.notice.say_refusal(failure_text(failure))
