"""The strip of six key figures: what a trader asks before anything else."""

from datetime import UTC, datetime
from decimal import ROUND_UP, Decimal

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.money import ZERO
from tradesense_desktop.domain.verdict import LossLimit, VerdictStatus
from tradesense_desktop.services.views import ChallengePicture, ChallengeSummary
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.numbers import NOTHING
from tradesense_desktop.ui.formatting.times import countdown, local_zone, named_zone, place_name
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.use_bar import use_tone
from tradesense_desktop.ui.parts.words import ElidedWords, rule
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.tokens import Tone
from tradesense_desktop.ui.views.trader.stretch_figures import StretchFigures

_SECOND = 1000
_HEIGHT = 84
_CROWDED_HEIGHT = 72
_CROWDED = 1060
"""Below this width in all, figures are a step smaller."""


class _Figure(QWidget):
    """A label, the figure, and a muted line below it."""

    def __init__(self, label: str, parent: QWidget) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_16, size.SPACE_12, size.SPACE_8, size.SPACE_8)
        column.setSpacing(2)
        self._label = label
        self.figure = ElidedWords(pixels=size.TYPE_FIGURE)
        self.detail = ElidedWords(pixels=size.TYPE_SMALL, tone="muted")
        self._heading = ElidedWords(label, pixels=size.TYPE_SMALL, tone="muted")
        column.addWidget(self._heading)
        column.addWidget(self.figure)
        column.addWidget(self.detail)
        column.addStretch(1)

    def entitle(self, label: str, tone: Tone = "muted") -> None:
        """Take another label."""
        self._label = label
        self._heading.setText(label)
        self._heading.set_tone(tone)

    def say(self, figure: str, tone: Tone = "text", detail: str = "") -> None:
        """Show a figure; a screen reader says it with its label."""
        self.figure.setText(figure)
        self.figure.set_tone(tone)
        self.detail.setText(detail)
        self.setToolTip(quoting_tip(f"{self._label} {figure}\n{detail}".strip()))
        self.figure.setAccessibleName(f"{self._label}: {figure}, {detail}" if detail else f"{self._label}: {figure}")


class KeyFigures(QWidget):
    """Equity, today, room today, room in all, to target, and the countdown to the reset of the trading day.

    While a stretch of the curve is brushed all six are about it, and each says so.
    """

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._picture: ChallengePicture | None = None
        self._stretch: StretchFigures | None = None
        self.setFixedHeight(_HEIGHT)
        self._equity = _Figure(self.tr("Equity"), self)
        self._today = _Figure(self.tr("Today"), self)
        self._room_today = _Figure(self.tr("Room today"), self)
        self._room = _Figure(self.tr("Room in all"), self)
        self._target = _Figure(self.tr("To target"), self)
        self._reset = _Figure(self.tr("Reset in"), self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        for place, figure in enumerate(self._figures()):
            if place:
                row.addWidget(rule(vertical=True, parent=self))
            row.addWidget(figure, 1)
        self._tick = QTimer(self)
        self._tick.setInterval(_SECOND)
        self._tick.timeout.connect(self._show_countdown)

    def show_picture(self, picture: ChallengePicture) -> None:
        """Show the figures of this challenge, or of its brushed stretch where there is one."""
        self._picture = picture
        if self._stretch is not None:
            self._say_stretch(self._stretch)
            return
        summary = picture.summary
        challenge = summary.challenge
        numbers = self._display.numbers
        self._entitle(is_judged=_is_judged(summary))
        result = challenge.current_equity - challenge.initial_balance - challenge.outside_money
        self._equity.say(
            numbers.money(challenge.current_equity),
            "text",
            self.tr("{result} in all").format(result=numbers.signed_money(result)),
        )
        today = picture.today_result
        tone: Tone = "profit" if today > 0 else "loss" if today < 0 else "text"
        self._today.say(numbers.signed_money(today), tone, self._display.times.day(challenge.trading_date))
        if not _is_judged(summary):
            self._say_statistics(challenge)
            return
        self._say_room(self._room_today, summary.limits.daily_loss)
        self._say_room(self._room, summary.limits.maximum_loss)
        target = summary.limits.target
        if target is None:
            self._target.say(NOTHING, "muted", self.tr("no target"))
        elif target.missing <= ZERO:
            self._target.say(self.tr("reached"), "profit", numbers.limit_money(target.equity, rounding=ROUND_UP))
        else:
            made = numbers.percent(max(ZERO, target.progress), decimals=0)
            self._target.say(
                numbers.limit_money(target.missing, rounding=ROUND_UP), "text", self.tr("{part} made").format(part=made)
            )
        self._show_countdown()
        if picture.next_reset is not None and not summary.is_frozen:
            self._tick.start()
        else:
            self._tick.stop()

    def show_stretch(self, stretch: StretchFigures | None) -> None:
        """Show the figures of a brushed stretch; None shows those of the challenge again."""
        self._stretch = stretch
        if self._picture is not None:
            self.show_picture(self._picture)

    def show_width(self, width: int) -> None:
        """Fit the size of the figures to the width of the page."""
        self.setFixedHeight(_CROWDED_HEIGHT if width < _CROWDED else _HEIGHT)
        for figure in self._figures():
            figure.figure.show_in(_figure_font(crowded=width < _CROWDED))

    def _entitle(self, *, is_judged: bool) -> None:
        """What is asked of a challenge has no answer for an account that nobody judges: it shows statistics."""
        asked = (self.tr("Room today"), self.tr("Room in all"), self.tr("To target"), self.tr("Reset in"))
        told = (self.tr("Highest equity"), self.tr("Trades"), self.tr("Win rate"), self.tr("Average trade"))
        titles = (self.tr("Equity"), self.tr("Today"), *(asked if is_judged else told))
        for figure, title in zip(self._figures(), titles, strict=True):
            figure.entitle(title)

    def _say_stretch(self, stretch: StretchFigures) -> None:
        self._tick.stop()
        numbers, times = self._display.numbers, self._display.times
        zone = None if self._picture is None else self._picture.reset_zone
        made = stretch.result
        tone: Tone = "profit" if made > 0 else "loss" if made < 0 else "text"
        average = None if not stretch.trades else (made / stretch.trades).quantize(Decimal("0.01"))
        rate = None if not stretch.trades else Decimal(stretch.won) / stretch.trades
        shown_in = times.zone(zone)
        start, end = (times.day(at.astimezone(shown_in).date()) for at in (stretch.start, stretch.end))
        said: tuple[tuple[str, str, Tone, str], ...] = (
            (self.tr("Stretch: result"), numbers.signed_money(made), tone, self.tr("from {at}").format(at=start)),
            (self.tr("Stretch: trades"), numbers.count(stretch.trades), "text", self.tr("to {at}").format(at=end)),
            (self.tr("Stretch: days traded"), numbers.count(stretch.days), "text", ""),
            (
                self.tr("Stretch: drawdown"),
                numbers.signed_money(stretch.deepest),
                "loss" if stretch.deepest else "text",
                self.tr("from its own highest"),
            ),
            (
                self.tr("Stretch: win rate"),
                numbers.percent(rate),
                "text",
                self.tr("{n} won").format(n=numbers.count(stretch.won)),
            ),
            (
                self.tr("Stretch: average trade"),
                numbers.signed_money(average),
                "text" if not average else tone,
                self.tr("Ctrl+Shift+B ends it"),
            ),
        )
        for figure, (title, text, coloured, detail) in zip(self._figures(), said, strict=True):
            figure.entitle(title, "accent")
            figure.say(text, coloured, detail)

    def _say_statistics(self, challenge: Challenge) -> None:
        self._tick.stop()
        numbers = self._display.numbers
        below = challenge.current_equity - challenge.max_equity_ever
        self._room_today.say(
            numbers.money(challenge.max_equity_ever),
            "text",
            self.tr("{amount} from it").format(amount=numbers.signed_money(below)),
        )
        self._room.say(numbers.count(challenge.total_trades))
        self._target.say(numbers.percent(challenge.win_rate))
        average = challenge.avg_trade_pnl
        shown = None if average is None else average.quantize(Decimal("0.01"))
        tone: Tone = "text" if not shown else "profit" if shown > 0 else "loss"
        self._reset.say(numbers.signed_money(shown), tone)

    def _figures(self) -> tuple[_Figure, ...]:
        return (self._equity, self._today, self._room_today, self._room, self._target, self._reset)

    def _say_room(self, figure: _Figure, limit: LossLimit | None) -> None:
        numbers = self._display.numbers
        if limit is None:
            figure.say(NOTHING, "muted", self.tr("no such limit"))
            return
        floor = self.tr("floor {floor}").format(floor=numbers.limit_money(limit.floor, rounding=ROUND_UP))
        figure.say(numbers.limit_money(max(ZERO, limit.room)), use_tone(limit.used, calm="text"), floor)

    def _show_countdown(self) -> None:
        picture = self._picture
        if picture is None:
            return
        if picture.summary.is_frozen:
            self._reset.say(NOTHING, "muted", self.tr("waits for the decision"))
            return
        if picture.next_reset is None:
            self._reset.say(NOTHING, "muted", self.tr("has ended"))
            return
        left = picture.next_reset - datetime.now(UTC)
        times = self._display.times
        local = times.clock(picture.next_reset, local_zone())
        there = times.clock(picture.next_reset, named_zone(picture.reset_zone) or UTC)
        place = place_name(picture.reset_zone)
        detail = self.tr("{there} {place}").format(there=there, place=place)
        if local != there:
            detail = self.tr("{said}, {local} here").format(said=detail, local=local)
        self._reset.say(countdown(left), "text", detail)


def _is_judged(summary: ChallengeSummary) -> bool:
    return summary.verdict.status is not VerdictStatus.NOT_JUDGED


def _figure_font(*, crowded: bool) -> QFont:
    return font(size.TYPE_HEADING if crowded else size.TYPE_FIGURE)
