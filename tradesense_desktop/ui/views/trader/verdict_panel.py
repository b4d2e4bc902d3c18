"""The verdict: how the challenge stands, by which rule, how sure that is, and how much of each limit is used."""

from decimal import ROUND_UP

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from tradesense_desktop.domain.money import ZERO, Fraction
from tradesense_desktop.domain.verdict import Limits, LossLimit, Verdict, VerdictStatus
from tradesense_desktop.services.views import ChallengePicture
from tradesense_desktop.ui.formatting.challenges import quality_word, rule_word
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.icon_button import Drawing, IconButton
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.use_bar import UseBar, use_tone
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.tokens import Tone
from tradesense_desktop.ui.views.trader.words import (
    quality_explanation,
    verdict_tone,
    verdict_word,
)

PANEL_WIDTH = 312
STRIP_HEIGHT = 88


class _Use(QWidget):
    """One line of use: the rule, how much of it is used, the bar."""

    def __init__(self, label: str, parent: QWidget) -> None:
        super().__init__(parent)
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(size.SPACE_8)
        grid.setVerticalSpacing(size.SPACE_4)
        self._label = Words(label, tone="muted", pixels=size.TYPE_SMALL)
        self._drawing = Drawing("warning", self)
        self._words = Words(pixels=size.TYPE_SMALL)
        self._bar = UseBar(self)
        grid.addWidget(self._label, 0, 0)
        grid.addWidget(self._drawing, 0, 1)
        grid.addWidget(self._words, 0, 2, Qt.AlignmentFlag.AlignRight)
        grid.addWidget(self._bar, 1, 0, 1, 3)
        grid.setColumnStretch(0, 1)
        self._drawing.hide()

    def say(self, words: str, part: Fraction, tone: Tone, explanation: str, drawing: str = "") -> None:
        """Show how much is used; a warning and a breach have an icon as well."""
        self._words.setText(words)
        self._words.set_tone(tone if tone != "muted" else "text")
        self._bar.show_part(part, tone)
        self._drawing.setVisible(bool(drawing))
        if drawing:
            self._drawing.show_drawing(drawing, tone)
        self.setToolTip(quoting_tip(explanation))
        self._words.setAccessibleName(f"{self._label.text()}: {words}. {explanation}")


class VerdictPanel(QWidget):
    """A panel at the right of the curve, or a strip above it where the window is small.

    Signals: trade_asked(int) for the ledger row that decided.
    """

    trade_asked = Signal(int)

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._trade: int | None = None
        self._verdict: Verdict | None = None
        self._firm_zone: str | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        self._outer = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._explanation = Words(pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        self._build_judgement()
        self._build_uses()
        self._is_strip = True
        self.show_as_strip(strip=False)

    def show_picture(self, picture: ChallengePicture) -> None:
        """Show the verdict on this challenge."""
        verdict = picture.summary.verdict
        self._verdict = verdict
        self._firm_zone = picture.reset_zone
        self._word.setText(verdict_word(verdict))
        self._word.set_tone(verdict_tone(verdict))
        self._rule.setText(self._decision(verdict))
        self._rule.setVisible(bool(self._rule.text()))
        self._sentence.setText("" if self._rule.text() else self._standing(verdict, picture.summary.limits))
        self._sentence.setVisible(bool(self._sentence.text()) and not self._is_strip)
        is_judged = verdict.status is not VerdictStatus.NOT_JUDGED
        self._quality.setText(quality_word(verdict.quality))
        self._quality.setVisible(is_judged)
        self._question.setVisible(is_judged)
        explanation = quality_explanation(verdict.quality)
        self._question.setToolTip(explanation)
        self._question.setAccessibleDescription(explanation)
        self._explanation.setText(explanation)
        self._trade = verdict.trade_number
        self._show_trade.setVisible(verdict.trade_number is not None and not self._is_strip)
        if verdict.trade_number is not None:
            number = self._display.numbers.count(verdict.trade_number)
            self._show_trade.setText(self.tr("Show trade {n}").format(n=number))
        self._show_limits(picture.summary.limits)

    def show_as_strip(self, *, strip: bool) -> None:
        """Lie down as a strip, or stand as a panel."""
        if strip == self._is_strip:
            return
        self._is_strip = strip
        if self._verdict is not None:
            self._rule.setText(self._decision(self._verdict))
        direction = QBoxLayout.Direction.LeftToRight if strip else QBoxLayout.Direction.TopToBottom
        self._outer.setDirection(direction)
        self._bars.setDirection(direction)
        self._bars.setSpacing(size.SPACE_24 if strip else size.SPACE_16)
        margin = size.SPACE_8 if strip else size.SPACE_16
        self._outer.setContentsMargins(size.SPACE_16, margin, size.SPACE_16, margin)
        self._outer.setSpacing(size.SPACE_24)
        self._word.show_in(font(size.TYPE_FIGURE if strip else size.TYPE_VERDICT))
        self._sentence.setVisible(bool(self._sentence.text()) and not strip)
        self._show_trade.setVisible(self._trade is not None and not strip)
        self._title.setVisible(not strip)
        self._judgement.setSpacing(0 if strip else size.SPACE_4)
        self._outer.setStretch(0, 2 if strip else 0)
        self._outer.setStretch(1, 3 if strip else 0)
        if strip:
            self._explanation.hide()
            self.setMinimumWidth(0)
            self.setMaximumWidth(16777215)
            self.setFixedHeight(STRIP_HEIGHT)
        else:
            self.setFixedWidth(PANEL_WIDTH)
            self.setMinimumHeight(0)
            self.setMaximumHeight(16777215)

    def _build_judgement(self) -> None:
        judgement = QWidget(self)
        column = QVBoxLayout(judgement)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(size.SPACE_4)
        self._title = Words(self.tr("Verdict"), pixels=size.TYPE_SMALL, tone="muted")
        self._word = Words(pixels=size.TYPE_VERDICT, wraps=True)
        self._rule = Words(wraps=True)
        self._sentence = Words(tone="muted", wraps=True)
        self._quality = Words(pixels=size.TYPE_SMALL, tone="muted")
        self._question = IconButton("question", self.tr("What the verdict rests on"), self)
        self._question.clicked.connect(
            lambda _checked=False: self._explanation.setVisible(self._explanation.isHidden())
        )
        self._explanation = Words(pixels=size.TYPE_SMALL, tone="muted", wraps=True)
        self._explanation.hide()
        self._show_trade = QPushButton(self)
        self._show_trade.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self._show_trade.clicked.connect(self._on_show_trade)
        self._show_trade.hide()
        sure = QHBoxLayout()
        sure.setSpacing(size.SPACE_4)
        sure.addWidget(self._quality)
        sure.addWidget(self._question)
        sure.addStretch(1)
        for part in (self._title, self._word, self._rule, self._sentence):
            column.addWidget(part)
        column.addLayout(sure)
        column.addWidget(self._explanation)
        column.addWidget(self._show_trade)
        column.addStretch(1)
        self._judgement = column
        self._outer.addWidget(judgement)

    def _build_uses(self) -> None:
        uses = QWidget(self)
        self._bars = QBoxLayout(QBoxLayout.Direction.TopToBottom, uses)
        self._bars.setContentsMargins(0, 0, 0, 0)
        self._daily = _Use(self.tr("Daily loss"), uses)
        self._maximum = _Use(self.tr("Maximum loss"), uses)
        self._target = _Use(self.tr("Target"), uses)
        self._days = _Use(self.tr("Trading days"), uses)
        for use in (self._daily, self._maximum, self._target, self._days):
            self._bars.addWidget(use, 1, Qt.AlignmentFlag.AlignTop)
        self._bars.addStretch(0)
        self._outer.addWidget(uses)
        self._outer.addStretch(0)

    def _decision(self, verdict: Verdict) -> str:
        """By which rule and when, with floor and equity where the verdict is a breach."""
        if verdict.rule is None or verdict.at is None:
            return ""
        times = self._display.times
        said = self.tr("{rule}, {at} {zone}").format(
            rule=rule_word(verdict.rule).capitalize(),
            at=times.minute(verdict.at, self._firm_zone),
            zone=times.zone_name(self._firm_zone),
        )
        if self._is_strip or verdict.floor is None or verdict.equity is None:
            return said
        numbers = self._display.numbers
        equity = numbers.money(verdict.equity)
        line = numbers.limit_money(verdict.floor, rounding=ROUND_UP)
        if verdict.rule.startswith("profit_target"):
            return said + "\n" + self.tr("equity {equity}, target {target}").format(equity=equity, target=line)
        return said + "\n" + self.tr("equity {equity}, floor {floor}").format(equity=equity, floor=line)

    def _standing(self, verdict: Verdict, limits: Limits) -> str:
        """How near the nearest limit is; the sentence of the record only where it holds no figure."""
        if verdict.status is VerdictStatus.NOT_JUDGED:
            return self.tr(
                "This account is recorded and not judged. Once its statement is imported again under the rules of a "
                "firm, a judged challenge stands beside it."
            )
        rooms = [limit for limit in (limits.daily_loss, limits.maximum_loss) if limit is not None]
        if verdict.status is not VerdictStatus.WITHIN_LIMITS or not rooms:
            return "" if self._display.is_masked else verdict.sentence
        nearest = min(rooms, key=lambda limit: limit.room)
        return self.tr("{room} may be lost before the {rule} limit.").format(
            room=self._display.numbers.limit_money(max(ZERO, nearest.room)), rule=rule_word(nearest.rule)
        )

    def _show_limits(self, limits: Limits) -> None:
        self._show_loss(self._daily, limits.daily_loss)
        self._show_loss(self._maximum, limits.maximum_loss)
        numbers = self._display.numbers
        target = limits.target
        self._target.setVisible(target is not None)
        if target is not None:
            is_made = target.missing <= ZERO
            self._target.say(
                numbers.percent(max(ZERO, target.progress), decimals=0),
                target.progress,
                "profit",
                self.tr("{part} of the balance: equity {equity}").format(
                    part=numbers.percent(target.fraction), equity=numbers.limit_money(target.equity, rounding=ROUND_UP)
                ),
                "check" if is_made else "",
            )
        self._days.setVisible(limits.required_trading_days > 0)
        if limits.required_trading_days > 0:
            is_done = limits.trading_days >= limits.required_trading_days
            self._days.say(
                self.tr("{n} of {m}").format(
                    n=numbers.count(limits.trading_days), m=numbers.count(limits.required_trading_days)
                ),
                Fraction(limits.trading_days) / limits.required_trading_days,
                "profit" if is_done else "muted",
                self.tr("A day counts when a trade was opened in it."),
                "check" if is_done else "",
            )

    def _show_loss(self, use: _Use, limit: LossLimit | None) -> None:
        use.setVisible(limit is not None)
        if limit is None:
            return
        numbers = self._display.numbers
        tone = use_tone(limit.used)
        words = self.tr("{part} used").format(part=numbers.percent(max(ZERO, limit.used), decimals=0))
        explanation = self.tr("{part} of {base}: floor {floor}, room {room}").format(
            part=numbers.percent(limit.limit),
            base=numbers.money(limit.base),
            floor=numbers.money(limit.floor),
            room=numbers.money(limit.room),
        )
        drawing = {"breach": "breach", "warning": "warning"}.get(tone, "")
        use.say(words, limit.used, tone, explanation, drawing)

    def _on_show_trade(self) -> None:
        if self._trade is not None:
            self.trade_asked.emit(self._trade)
