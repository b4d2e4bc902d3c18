"""What an import would do: what was recognised, the times before and after, the reconciliation."""

from decimal import Decimal

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from tradesense_desktop.services.import_result import ImportPreview, TimeExample
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.times import TimeFormat, ZoneChoice
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.words import Words, rule
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.tokens import Tone

_MOST_NOTES = 4
_RIGHT = Qt.AlignmentFlag.AlignRight


class ImportPreviewView(QWidget):
    """Shows one preview; made anew for each."""

    def __init__(self, preview: ImportPreview, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size.SPACE_16)
        column.addLayout(self._facts(preview))
        column.addWidget(rule(parent=self))
        if preview.first is not None and preview.last is not None:
            column.addLayout(self._times(preview.first, preview.last, preview.timezone))
            column.addWidget(rule(parent=self))
        column.addLayout(self._reconciliation(preview))
        notes = self._notes(preview)
        if notes:
            column.addWidget(rule(parent=self))
            for note in notes[:_MOST_NOTES]:
                column.addWidget(Words(note, pixels=size.TYPE_SMALL, tone="muted", wraps=True))

    def _facts(self, preview: ImportPreview) -> QGridLayout:
        numbers = self._display.numbers
        grid = QGridLayout()
        grid.setHorizontalSpacing(size.SPACE_32)
        grid.setVerticalSpacing(2)
        facts = [
            (self.tr("Trades"), numbers.count(preview.trades)),
            (self.tr("Balance operations"), numbers.count(preview.operations)),
            (self.tr("Net result"), numbers.signed_money(preview.net, currency=preview.currency or "")),
            (
                self.tr("Initial balance"),
                self.tr("not in the file")
                if preview.initial_balance is None
                else numbers.short_money(preview.initial_balance, currency=preview.currency or ""),
            ),
        ]
        for place, (label, figure) in enumerate(facts):
            grid.addWidget(Words(label, pixels=size.TYPE_SMALL, tone="muted"), 0, place)
            grid.addWidget(Words(figure, pixels=size.TYPE_HEADING), 1, place)
        grid.setColumnStretch(len(facts), 1)
        return grid

    def _times(self, first: TimeExample, last: TimeExample, zone: str) -> QGridLayout:
        utc = TimeFormat(self._display.locale, ZoneChoice.UTC)
        grid = QGridLayout()
        grid.setHorizontalSpacing(size.SPACE_24)
        grid.setVerticalSpacing(size.SPACE_4)
        for place, title in enumerate(
            ("", self.tr("in the file"), self.tr("taken as {zone}, in UTC").format(zone=zone))
        ):
            grid.addWidget(Words(title, pixels=size.TYPE_SMALL, tone="muted"), 0, place)
        for row, (label, example) in enumerate(((self.tr("First time"), first), (self.tr("Last time"), last)), 1):
            grid.addWidget(Words(label, tone="muted"), row, 0)
            grid.addWidget(Words(utc.naive(example.stated)), row, 1)
            grid.addWidget(Words(utc.instant(example.understood)), row, 2)
        grid.setColumnStretch(3, 1)
        return grid

    def _reconciliation(self, preview: ImportPreview) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(size.SPACE_8)
        head = QHBoxLayout()
        head.setSpacing(size.SPACE_8)
        tone: Tone = "profit" if preview.reconciled else "breach"
        head.addWidget(Drawing("check" if preview.reconciled else "breach", self, tone=tone))
        said = (
            self.tr("The rows add up to the file's own totals.")
            if preview.reconciled
            else self.tr("The rows do not add up to the file's own totals.")
        )
        head.addWidget(Words(said, tone=tone), 1)
        column.addLayout(head)
        grid = QGridLayout()
        grid.setHorizontalSpacing(size.SPACE_24)
        grid.setVerticalSpacing(size.SPACE_4)
        for place, title in enumerate((self.tr("found in rows"), self.tr("stated"), self.tr("difference")), 1):
            grid.addWidget(Words(title, pixels=size.TYPE_SMALL, tone="muted"), 0, place, _RIGHT)
        for row, line in enumerate(preview.reconciliation, 1):
            differs = bool(line.difference)
            grid.addWidget(Words(line.label, tone="muted"), row, 0)
            for place, value in enumerate((line.found, line.stated, line.difference), 1):
                is_difference = place == len(("found", "stated", "difference"))
                words = Words(self._amount(value), tone="breach" if differs and is_difference else "text")
                grid.addWidget(words, row, place, _RIGHT)
        grid.setColumnStretch(0, 1)
        column.addLayout(grid)
        return column

    def _amount(self, value: Decimal | int | None) -> str:
        if value is None:
            return "–"
        numbers = self._display.numbers
        return numbers.count(value) if isinstance(value, int) else numbers.money(value)

    def _notes(self, preview: ImportPreview) -> list[str]:
        notes = list(preview.notes)
        if preview.skipped:
            count = self._display.numbers.count(len(preview.skipped))
            first = preview.skipped[0]
            notes.append(
                self.tr("Rows that are rightly no part of the ledger: {n}. The first is line {line}: {reason}").format(
                    n=count, line=first.line, reason=first.reason
                )
            )
        return notes
