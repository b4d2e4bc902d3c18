"""The evidence of a funding at a glance: the checklist, the figures, the deciding trade, the checked history."""

from __future__ import annotations

from decimal import ROUND_UP
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from tradesense_desktop.ui.formatting.challenges import challenge_name, quality_word
from tradesense_desktop.ui.formatting.numbers import MASK
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.fact_lines import FactLines
from tradesense_desktop.ui.parts.icon_button import Drawing
from tradesense_desktop.ui.parts.use_bar import use_tone
from tradesense_desktop.ui.parts.words import ElidedWords, Words, rule
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.funding_words import decision_sentence, met_sign, met_word, point_word

if TYPE_CHECKING:
    from tradesense_desktop.domain.worst_use import LimitUse
    from tradesense_desktop.services.examine_funding import FundingExamination
    from tradesense_desktop.services.views import ChallengeSummary, LedgerRow
    from tradesense_desktop.ui.formatting.display import Display
    from tradesense_desktop.ui.theme.tokens import Tone

_LABEL_WIDTH = 136
_TEXT_WIDTH = 320
_MOST_WIDTH = 800


class Checklist(QWidget):
    """The points, each with an icon, a word, and the sentence that says what it rests on."""

    def __init__(self, display: Display, parent: QWidget) -> None:
        super().__init__(parent)
        self._display = display
        self.setAccessibleName(self.tr("Checklist"))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(size.SPACE_8)
        self._grid.setVerticalSpacing(2)
        self._grid.setColumnStretch(1, 1)
        self._lines: list[tuple[Drawing, Words, Words, Words]] = []

    def show_examination(self, examination: FundingExamination) -> None:
        """Show these points; a sentence with amounts is hidden in privacy mode."""
        while len(self._lines) < len(examination.checklist):
            self._add_line()
        for (drawing, name, word, evidence), checked in zip(self._lines, examination.checklist, strict=True):
            sign, tone = met_sign(checked.item)
            drawing.show_drawing(sign, tone)
            name.setText(point_word(checked.item))
            word.setText(met_word(checked.item))
            word.set_tone(tone)
            said = MASK if self._display.is_masked else checked.evidence
            evidence.setText(said)
            name.setAccessibleName(f"{point_word(checked.item)}: {met_word(checked.item)}. {said}")

    def _add_line(self) -> None:
        at = 2 * len(self._lines)
        drawing = Drawing("question", self)
        name = Words(parent=self, strong=True)
        word = Words(parent=self, pixels=size.TYPE_SMALL)
        evidence = Words(parent=self, pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        evidence.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        evidence.setContentsMargins(0, 0, 0, size.SPACE_8)
        self._grid.addWidget(drawing, at, 0, Qt.AlignmentFlag.AlignVCenter)
        self._grid.addWidget(name, at, 1)
        self._grid.addWidget(word, at, 2, Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(evidence, at + 1, 1, 1, 2)
        self._lines.append((drawing, name, word, evidence))


class FundingEvidencePanel(QStackedWidget):
    """The middle of the queue; until something is chosen, read, or where it cannot be, it says so.

    Signals: challenge_asked(str id).
    """

    challenge_asked = Signal(str)

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        self._display = display
        self._examination: FundingExamination | None = None
        self._challenge_id = ""
        self.setAccessibleName(self.tr("Evidence"))
        self._none = EmptyState("target", self.tr("No request chosen"), "", self, width=_TEXT_WIDTH)
        self._none.say(self.tr("No request chosen"), self.tr("Choose a line at the left to see its evidence."))
        self._reading = EmptyState("hourglass", self.tr("Checking the history"), "", self, width=_TEXT_WIDTH)
        self._failed = EmptyState("breach", self.tr("The evidence cannot be read"), "", self, width=_TEXT_WIDTH)
        self._body = QWidget(self)
        self._build(QVBoxLayout(self._body))
        for page in (self._none, self._reading, self._failed, self._body):
            self.addWidget(page)

    @property
    def open_button(self) -> QPushButton:
        """The button that opens the challenge."""
        return self._open

    def show_nothing(self) -> None:
        """No request is chosen."""
        self._examination = None
        self.setCurrentWidget(self._none)

    def show_reading(self, summary: ChallengeSummary) -> None:
        """The evidence of another request is being read: its history is walked through."""
        if self._challenge_id != summary.challenge.id or self._examination is None:
            self._reading.say(
                self.tr("Checking the history"),
                self.tr("Every event of {name} is held against its hash, its trade and its row.").format(
                    name=challenge_name(summary, self._display.numbers)
                ),
            )
            self.setCurrentWidget(self._reading)

    def show_failure(self, sentence: str) -> None:
        """Say why there is no evidence."""
        self._examination = None
        self._failed.say(self.tr("The evidence cannot be read"), sentence)
        self.setCurrentWidget(self._failed)

    def show_examination(self, examination: FundingExamination) -> None:
        """Show the evidence."""
        is_other = self._challenge_id != examination.request.summary.challenge.id
        self._examination = examination
        self._challenge_id = examination.request.summary.challenge.id
        self.write()
        if is_other:
            self._area.verticalScrollBar().setValue(0)
        self.setCurrentWidget(self._body)

    def write(self) -> None:
        """Write all of it, in the formats in force."""
        examination = self._examination
        if examination is None:
            return
        request = examination.request
        self._trader.setText(request.trader)
        self._name.setText(challenge_name(request.summary, self._display.numbers))
        self._name.setToolTip(self._name.text())
        self._checklist.show_examination(examination)
        self._write_figures(examination)
        self._write_trade(examination)
        self._write_history(examination)
        self._decisions.setText(
            "\n".join(decision_sentence(decision, self._display) for decision in examination.decisions)
        )
        self._decisions.setVisible(bool(examination.decisions))
        self._decided_title.setVisible(bool(examination.decisions))

    def _build(self, column: QVBoxLayout) -> None:
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QHBoxLayout()
        head.setContentsMargins(size.SPACE_16, size.SPACE_12, size.SPACE_16, size.SPACE_12)
        head.setSpacing(size.SPACE_12)
        words = QVBoxLayout()
        words.setSpacing(2)
        self._trader = ElidedWords(pixels=size.TYPE_HEADING, strong=True)
        self._name = ElidedWords(pixels=size.TYPE_SMALL, tone="muted")
        words.addWidget(self._trader)
        words.addWidget(self._name)
        head.addLayout(words, 1)
        self._open = QPushButton(self.tr("Open the challenge"), self._body)
        self._open.setAutoDefault(False)
        self._open.clicked.connect(lambda _checked=False: self.challenge_asked.emit(self._challenge_id))
        head.addWidget(self._open)
        column.addLayout(head)
        column.addWidget(rule(parent=self._body))
        self._area = QScrollArea(self._body)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setAccessibleName(self.tr("Evidence"))
        content = QWidget(self._area)
        content.setProperty("ground", "none")
        content.setMaximumWidth(_MOST_WIDTH)
        inner = QVBoxLayout(content)
        inner.setContentsMargins(size.SPACE_16, size.SPACE_12, size.SPACE_16, size.SPACE_16)
        inner.setSpacing(size.SPACE_8)
        self._checklist = Checklist(self._display, content)
        self._figures = FactLines(content, label_width=_LABEL_WIDTH)
        self._trade = FactLines(content, label_width=_LABEL_WIDTH)
        self._history = FactLines(content, label_width=_LABEL_WIDTH)
        self._decisions = Words(wraps=True, parent=content)
        self._decisions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._decided_title = self._title(self.tr("Decisions so far"), content)
        self._trade_title = self._title(self.tr("The trade that reached the target"), content)
        for title, part in (
            (self._title(self.tr("Checklist"), content), self._checklist),
            (self._title(self.tr("Figures"), content), self._figures),
            (self._trade_title, self._trade),
            (self._title(self.tr("History"), content), self._history),
            (self._decided_title, self._decisions),
        ):
            inner.addWidget(title)
            inner.addWidget(part)
            inner.addSpacing(size.SPACE_8)
        inner.addStretch(1)
        self._area.setWidget(content)
        column.addWidget(self._area, 1)

    @staticmethod
    def _title(text: str, parent: QWidget) -> Words:
        return Words(text, parent, pixels=size.TYPE_SMALL, tone="muted", strong=True)

    def _write_figures(self, examination: FundingExamination) -> None:
        numbers, evidence = self._display.numbers, examination.evidence
        currency = examination.request.summary.challenge.currency
        figures = self._figures
        figures.clear()
        if evidence.target is not None:
            figures.add(
                self.tr("Reached"),
                self.tr("{amount} of {target} needed").format(
                    amount=numbers.money(evidence.observed, currency=currency),
                    target=numbers.limit_money(evidence.target, rounding=ROUND_UP),
                ),
                tone="profit" if evidence.observed >= evidence.target else "text",
            )
        for name, use in (
            (self.tr("Worst daily loss"), evidence.worst_daily_loss),
            (self.tr("Worst loss in all"), evidence.worst_maximum_loss),
        ):
            said, tone = self._use(use)
            figures.add(name, said, tone=tone)
        if evidence.required_trading_days:
            days = self.tr("{n} of {m} needed").format(
                n=numbers.count(evidence.trading_days), m=numbers.count(evidence.required_trading_days)
            )
        else:
            days = numbers.count(evidence.trading_days)
        figures.add(self.tr("Trading days"), days)
        if evidence.best_day_share is not None:
            share = numbers.percent(evidence.best_day_share)
            if evidence.best_day_allowed is not None:
                share = self.tr("{part} of the profit, {most} allowed").format(
                    part=share, most=numbers.percent(evidence.best_day_allowed)
                )
            else:
                share = self.tr("{part} of the profit").format(part=share)
            figures.add(self.tr("Best day"), share)
        figures.add(
            self.tr("Open alerts"),
            numbers.count(evidence.open_alerts),
            tone="warning" if evidence.open_alerts else "text",
        )
        figures.add(
            self.tr("Violations"), numbers.count(evidence.violations), tone="breach" if evidence.violations else "text"
        )
        figures.add(self.tr("Rests on"), quality_word(evidence.quality))

    def _use(self, use: LimitUse | None) -> tuple[str, Tone]:
        """How much of a limit was used at its worst, and when."""
        if use is None:
            return self.tr("nothing of a limit used"), "text"
        numbers, times = self._display.numbers, self._display.times
        said = self.tr("{part} of the limit, {at} {zone}").format(
            part=numbers.percent(use.used, decimals=0), at=times.minute(use.at), zone=times.zone_name()
        )
        return said, use_tone(use.used, calm="text")

    def _write_trade(self, examination: FundingExamination) -> None:
        trade = examination.evidence.deciding_trade
        self._trade.clear()
        self._trade_title.setVisible(trade is not None)
        self._trade.setVisible(trade is not None)
        if trade is None:
            return
        numbers, times = self._display.numbers, self._display.times
        self._trade.add(self.tr("Trade"), self._trade_words(trade))
        self._trade.add(
            self.tr("Result"),
            numbers.signed_money(trade.realized_pnl),
            tone="profit" if trade.realized_pnl > 0 else "loss",
        )
        self._trade.add(self.tr("Closed"), f"{times.instant(trade.executed_at)} {times.zone_name()}")
        if trade.equity is not None:
            self._trade.add(self.tr("Equity after it"), numbers.money(trade.equity))

    def _trade_words(self, trade: LedgerRow) -> str:
        numbers = self._display.numbers
        return self.tr("#{n}: {side} {quantity} {symbol} @ {price}").format(
            n=numbers.count(trade.sequence_number),
            side=trade.side.value,
            quantity=numbers.quantity(trade.quantity),
            symbol=trade.symbol,
            price=numbers.price(trade.price),
        )

    def _write_history(self, examination: FundingExamination) -> None:
        history, numbers = examination.history, self._display.numbers
        self._history.clear()
        if history.finding is None:
            self._history.add(self.tr("Checked"), self.tr("✓ whole"), tone="profit")
        else:
            self._history.add(
                self.tr("Checked"), self.tr("✗ broken: {why}").format(why=history.finding.sentence), tone="breach"
            )
        self._history.add(
            self.tr("Events, trades"), f"{numbers.count(history.events)}, {numbers.count(history.trades)}"
        )
        self._history.add_identifier(self.tr("Last hash"), history.head_hash)
