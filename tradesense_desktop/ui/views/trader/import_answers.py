"""What only a person can say about a statement: its rules, the server's zone, and what the file leaves out."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from PySide6.QtCore import QLocale, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from tradesense_desktop.domain.errors import DomainError
from tradesense_desktop.domain.money import Money, exact
from tradesense_desktop.services.import_result import ImportPreview
from tradesense_desktop.services.presets import PresetDescription
from tradesense_desktop.ui.formatting.times import named_zone
from tradesense_desktop.ui.parts.check_box import CheckBox
from tradesense_desktop.ui.parts.choice_box import ChoiceBox
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size

_LABEL_WIDTH = 120
_LEAST_CURRENCY, _MOST_CURRENCY = 3, 5


@dataclass(frozen=True, slots=True)
class Answers:
    """The answers as they stand; None where nothing was said."""

    preset: str | None = None
    timezone: str | None = None
    initial_balance: Money | None = None
    currency: str | None = None
    as_new: bool = False
    owner_id: str | None = None


def parse_amount(text: str, locale: QLocale) -> Money | None:
    """An amount as a person types it in `locale`, thousands separated or not; None for what is no amount above 0."""
    plain = text.strip()
    for mark in (" ", "\u00a0", "\u202f", "'", locale.groupSeparator()):
        plain = plain.replace(mark, "")
    plain = plain.replace(locale.decimalPoint(), ".")
    try:
        amount = exact(Decimal(plain))
    except (InvalidOperation, DomainError):
        return None
    return amount if amount > 0 else None


class ImportAnswers(QWidget):
    """The fields for the answers; a field whose answer the file or the challenge already holds is not shown.

    Signals: answered() when an answer has changed and the preview is to be read again.
    """

    answered = Signal()

    def __init__(self, presets: tuple[PresetDescription, ...], preset: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._presets = {each.name: each for each in presets}
        self._chosen_zone: str | None = None
        self._read_zone = ""
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(size.SPACE_12)
        self._grid.setVerticalSpacing(size.SPACE_8)
        self._grid.setColumnMinimumWidth(0, _LABEL_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self._trader = ChoiceBox(self)
        self._trader.addItem(self.tr("Choose the trader"), None)
        self._preset = ChoiceBox(self)
        for each in presets:
            self._preset.addItem(each.title, each.name)
        self._preset.setCurrentIndex(max(0, self._preset.findData(preset)))
        self._summary = Words(pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        self._zone = ChoiceBox(self)
        self._zone.setEditable(True)
        self._zone.setInsertPolicy(ChoiceBox.InsertPolicy.NoInsert)
        typed = self._zone.lineEdit()
        assert typed is not None
        self._typed_zone = typed
        self._typed_zone.setAccessibleName(self.tr("Server's time zone"))
        self._typed_zone.setPlaceholderText(self.tr("A zone's name, as in Europe/Prague"))
        self._is_zone_known = True
        self._zone_note = Words(pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        self._balance = QLineEdit(self)
        self._currency = QLineEdit(self)
        self._as_new = CheckBox(self.tr("Make a challenge of its own instead"), self)
        self._labels: dict[QWidget, Words] = {}
        for row, (label, field) in enumerate(
            (
                (self.tr("Trader"), self._trader),
                (self.tr("Rules"), self._preset),
                ("", self._summary),
                (self.tr("Server's time zone"), self._zone),
                ("", self._zone_note),
                (self.tr("Initial balance"), self._balance),
                (self.tr("Currency"), self._currency),
                ("", self._as_new),
            )
        ):
            name = Words(label, tone="muted", parent=self)
            name.setBuddy(field)
            field.setAccessibleName(label or field.accessibleName())
            self._labels[field] = name
            self._grid.addWidget(name, row, 0)
            self._grid.addWidget(field, row, 1)
        self._balance.setPlaceholderText(self.tr("What the account began with"))
        self._currency.setPlaceholderText("USD")
        self._show(self._trader, shown=False)
        self._show(self._balance, shown=False)
        self._show(self._currency, shown=False)
        self._trader.activated.connect(lambda _at: self.answered.emit())
        self._show(self._as_new, shown=False)
        self._preset.activated.connect(self._on_preset)
        self._zone.activated.connect(self._on_zone)
        self._typed_zone.editingFinished.connect(self._on_zone_typed)
        self._balance.editingFinished.connect(self.answered)
        self._currency.editingFinished.connect(self.answered)
        self._as_new.toggled.connect(lambda _checked: self.answered.emit())
        self._show_summary()

    def answers(self) -> Answers:
        """The answers as they stand."""
        amount = parse_amount(self._balance.text(), QLocale()) if self._balance.isVisibleTo(self) else None
        code = self._currency.text().strip().upper() if self._currency.isVisibleTo(self) else ""
        is_code = code.isalpha() and code.isascii() and _LEAST_CURRENCY <= len(code) <= _MOST_CURRENCY
        return Answers(
            preset=str(self._preset.currentData()),
            timezone=self._chosen_zone,
            initial_balance=amount,
            currency=code if is_code else None,
            as_new=self._as_new.isChecked(),
            owner_id=self._trader.currentData(),
        )

    @property
    def preset(self) -> str:
        """The rules that are chosen."""
        return str(self._preset.currentData())

    def offer_traders(self, traders: Sequence[tuple[str, str]]) -> None:
        """Offer for whom a statement can be recorded, as pairs of id and address: a firm records for its traders."""
        for trader_id, address in traders:
            self._trader.addItem(address, trader_id)
        self._show(self._trader, shown=bool(traders))

    def show_preview(self, preview: ImportPreview) -> None:
        """Show what the file and the challenge leave open."""
        self._zone.blockSignals(True)
        self._zone.clear()
        offered = preview.timezones if preview.timezone in preview.timezones else (preview.timezone, *preview.timezones)
        for zone in offered:
            self._zone.addItem(self.tr("New York + 7 hours") if zone == "America/New_York+7h" else zone, zone)
        self._zone.setCurrentIndex(self._zone.findData(preview.timezone))
        self._is_zone_known = True
        self._read_zone = preview.timezone
        self._zone.setEnabled(not preview.is_timezone_bound)
        self._zone.blockSignals(False)
        if preview.is_timezone_bound:
            self._chosen_zone = None
            self._zone_note.setText(self.tr("The challenge is bound to this zone."))
        else:
            self._zone_note.setText(
                self.tr("The file does not say it. Compare a time below with one you remember, or type another zone.")
            )
        self._zone_note.set_tone("muted")
        is_known = preview.existing_challenge is not None
        self._show(self._trader, shown=self._trader.count() > 1 and not is_known)
        self._show(self._balance, shown="balance" in preview.needs or bool(self._balance.text()))
        self._show(self._currency, shown="currency" in preview.needs or bool(self._currency.text()))
        self._show(self._as_new, shown=preview.existing_challenge is not None or self._as_new.isChecked())

    @property
    def is_usable(self) -> bool:
        """Whether nothing is typed that cannot be taken."""
        return self._is_zone_known

    def focus_first_need(self) -> bool:
        """Go to the first field that needs an answer; whether there is one."""
        for field in (self._balance, self._currency):
            if field.isVisibleTo(self) and not field.text():
                field.setFocus()
                return True
        return False

    def offer_own_challenge(self) -> None:
        """Offer to make a challenge of its own: what stands in the way may be one that is there."""
        self._show(self._as_new, shown=True)

    def _show(self, field: QWidget, *, shown: bool) -> None:
        field.setVisible(shown)
        self._labels[field].setVisible(shown)

    def _show_summary(self) -> None:
        chosen = self._presets.get(self.preset)
        self._summary.setText("" if chosen is None else chosen.summary)

    def _on_preset(self, _place: int) -> None:
        self._show_summary()
        self.answered.emit()

    def _on_zone(self, place: int) -> None:
        self._take_zone(str(self._zone.itemData(place)))

    def _on_zone_typed(self) -> None:
        """Take what was typed: one of those offered by its words, or the name of any zone."""
        typed = self._typed_zone.text().strip()
        place = self._zone.findText(typed, Qt.MatchFlag.MatchFixedString)
        self._take_zone(str(self._zone.itemData(place)) if place >= 0 else typed)

    def _take_zone(self, zone: str) -> None:
        was_known, self._is_zone_known = self._is_zone_known, named_zone(zone) is not None
        if not self._is_zone_known:
            self._zone_note.setText(self.tr("There is no zone of that name."))
            self._zone_note.set_tone("breach")
            self.answered.emit()
        elif zone != self._read_zone or not was_known:
            self._chosen_zone = zone
            self.answered.emit()
