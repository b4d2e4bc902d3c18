"""The list of challenges as a model, and how one of them is painted as a card."""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QBrush, QColor, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from tradesense_desktop.domain.money import ZERO
from tradesense_desktop.domain.verdict import LossLimit, VerdictStatus
from tradesense_desktop.services.views import ChallengeSummary
from tradesense_desktop.ui.firm_news import FirmNews
from tradesense_desktop.ui.formatting.challenges import challenge_name, quality_word, rule_word
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.firm import pending_words
from tradesense_desktop.ui.formatting.numbers import NOTHING
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.use_bar import paint_bar, use_tone
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.icons import pixmap
from tradesense_desktop.ui.theme.palettes import tokens_of
from tradesense_desktop.ui.theme.tokens import Tokens, Tone
from tradesense_desktop.ui.views.trader.words import (
    account_words,
    status_tone,
    status_word,
    verdict_word,
)

SUMMARY_ROLE = Qt.ItemDataRole.UserRole + 1
TRADER_ROLE = Qt.ItemDataRole.UserRole + 2
"""Whose challenge it is, empty for somebody who sees the own ones only."""
PENDING_ROLE = Qt.ItemDataRole.UserRole + 3
"""How many commands on it wait for a server, in words; empty where none does."""
translate = QCoreApplication.translate

_CARD = 88
_GAP = 8
_COLUMN = 148
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class ChallengeCards(QAbstractListModel):
    """The challenges of a workspace that fit the filter."""

    def __init__(self, display: Display, parent: QObject, firm: FirmNews | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self._firm = FirmNews(self) if firm is None else firm
        self._firm.changed.connect(self._on_formats)
        self._all: tuple[ChallengeSummary, ...] = ()
        self._shown: tuple[ChallengeSummary, ...] = ()
        self._wanted = ""
        self._names: dict[str, str] = {}
        display.changed.connect(self._on_formats)

    def show_challenges(self, summaries: Sequence[ChallengeSummary], names: Mapping[str, str] | None = None) -> None:
        """Show these challenges, as far as they fit the filter; `names` are those of their traders by id."""
        self._all, self._names = tuple(summaries), dict(names or {})
        self._apply()

    def filter_by(self, text: str) -> None:
        """Show only challenges with every word of `text` in their name, rules, account, currency, status or trader."""
        self._wanted = text
        self._apply()

    @property
    def total(self) -> int:
        """Number of challenges without the filter."""
        return len(self._all)

    def row_of(self, challenge_id: str) -> int | None:
        """Place of a challenge among those shown."""
        return next((row for row, each in enumerate(self._shown) if each.challenge.id == challenge_id), None)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Number of challenges shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The name, the summary itself, or all of it in words for a screen reader."""
        if not 0 <= index.row() < len(self._shown):
            return None
        summary = self._shown[index.row()]
        if role == SUMMARY_ROLE:
            return summary
        if role == TRADER_ROLE:
            return self._trader(summary)
        if role == PENDING_ROLE:
            return self._pending(summary)
        if role == Qt.ItemDataRole.DisplayRole:
            return challenge_name(summary, self._display.numbers)
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            numbers = self._display.numbers
            equity = numbers.money(summary.challenge.current_equity, currency=summary.challenge.currency)
            said = translate("ChallengeCards", "equity {amount}").format(amount=equity)
            judged = verdict_word(summary.verdict) if self._display.is_masked else summary.verdict.sentence
            name = ", ".join(filter(None, (challenge_name(summary, numbers), self._trader(summary))))
            state = ", ".join(filter(None, (status_word(summary), said, self._pending(summary))))
            words = f"{name}, {state}. {judged}"
            return quoting_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None

    def _on_formats(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 0))

    def _apply(self) -> None:
        """Filter; where the same ones come out only what they say has changed, and the view stays where it is."""
        words = self._wanted.casefold().split()
        shown = tuple(each for each in self._all if all(word in self._searched(each) for word in words))
        if [each.challenge.id for each in shown] == [each.challenge.id for each in self._shown]:
            self._shown = shown
            self._on_formats()
            return
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def _trader(self, summary: ChallengeSummary) -> str:
        return self._names.get(summary.challenge.user_id, "")

    def _pending(self, summary: ChallengeSummary) -> str:
        waiting = len(self._firm.of_challenge(summary.challenge.id))
        return pending_words(waiting, self._display.numbers) if waiting else ""

    def _searched(self, summary: ChallengeSummary) -> str:
        challenge = summary.challenge
        words = (
            summary.name,
            summary.preset,
            challenge.currency,
            status_word(summary),
            account_words(challenge),
            self._trader(summary),
        )
        return " ".join(words).casefold()


class CardDelegate(QStyledItemDelegate):
    """Paints one challenge: who it is at the left, what a trader asks first in columns at the right."""

    def __init__(self, display: Display, parent: QObject) -> None:
        super().__init__(parent)
        self._display = display

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every card is as high as every other; the view stretches it."""
        return QSize(size.SPACE_32, _CARD + _GAP)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """The frame, then the words, then the figures."""
        summary: ChallengeSummary = index.data(SUMMARY_ROLE)
        shown = tokens_of(option.palette)
        card = option.rect.adjusted(1, 1, -1, -_GAP)
        is_current = bool(option.state & QStyle.StateFlag.State_Selected)
        is_hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        has_focus = is_current and bool(option.state & QStyle.StateFlag.State_HasFocus)
        painter.setPen(QPen(QColor(shown.accent), size.FOCUS_RING) if has_focus else QPen(QColor(shown.line), 1))
        painter.setBrush(_brush(shown, is_current=is_current, is_hovered=is_hovered))
        painter.drawRoundedRect(card, size.CORNER, size.CORNER)
        inner = card.adjusted(size.SPACE_16, size.SPACE_12, -size.SPACE_16, -size.SPACE_12)
        columns = _columns(summary, self._display)
        column_width = min(_COLUMN, inner.width() * 5 // 8 // len(columns))
        left = QRect(inner.left(), inner.top(), inner.width() - len(columns) * column_width, inner.height())
        self._paint_words(painter, left, index, shown)
        for place, column in enumerate(columns):
            width = column_width - size.SPACE_12
            box = QRect(left.right() + place * column_width, inner.top(), width, inner.height())
            self._paint_figure(painter, box, shown, column, is_first=place == 0)
            if place == len(columns) - 1 and summary.limits.target is not None:
                track = QRect(box.left(), box.top() + 50, box.width() - size.SPACE_12, 4)
                paint_bar(painter, track, summary.limits.target.progress, shown, "profit")
        painter.restore()

    def _paint_words(
        self, painter: QPainter, box: QRect, index: QModelIndex | QPersistentModelIndex, shown: Tokens
    ) -> None:
        summary: ChallengeSummary = index.data(SUMMARY_ROLE)
        trader: str = index.data(TRADER_ROLE)
        numbers = self._display.numbers
        challenge = summary.challenge
        painter.setFont(font(size.TYPE_HEADING, strong=True))
        painter.setPen(shown.text)
        room = box.width() - size.SPACE_16
        name = painter.fontMetrics().elidedText(challenge_name(summary, numbers), Qt.TextElideMode.ElideRight, room)
        painter.drawText(QRect(box.left(), box.top(), room, 20), _LEFT, name)
        painter.setFont(font(size.TYPE_SMALL))
        painter.setPen(shown.tone(status_tone(summary)))
        status = f"● {status_word(summary)}"
        painter.drawText(QRect(box.left(), box.top() + 23, room, 18), _LEFT, status)
        about = [trader] if trader else []
        about += [
            translate("ChallengeCards", "day {n}").format(n=numbers.count(summary.days)),
            translate("ChallengeCards", "{n} trades").format(n=numbers.count(challenge.total_trades)),
        ]
        account = account_words(challenge)
        if account:
            about.append(account)
        if summary.is_demo:
            about.append(translate("ChallengeCards", "demo"))
        start = painter.fontMetrics().horizontalAdvance(status) + size.SPACE_12
        painter.setPen(shown.muted)
        words = painter.fontMetrics().elidedText("  ·  ".join(about), Qt.TextElideMode.ElideRight, room - start)
        painter.drawText(QRect(box.left() + start, box.top() + 23, room - start, 18), _LEFT, words)
        judgement = QRect(box.left(), box.top() + 44, room, 18)
        pending: str = index.data(PENDING_ROLE)
        if pending:
            judgement = _mark(painter, judgement, "hourglass", pending, shown.accent)
        if summary.open_alerts:
            judgement = _mark(painter, judgement, "alert", str(summary.open_alerts), shown.warning)
        self._paint_judgement(painter, judgement, summary, shown)

    @staticmethod
    def _paint_judgement(painter: QPainter, box: QRect, summary: ChallengeSummary, shown: Tokens) -> None:
        painter.setPen(shown.muted)
        verdict = summary.verdict
        words = verdict_word(verdict)
        if verdict.rule is not None and verdict.status is VerdictStatus.FAILED:
            words = f"{words}: {rule_word(verdict.rule)}"
        if verdict.status is not VerdictStatus.NOT_JUDGED:
            words = f"{words}  ·  {quality_word(verdict.quality)}"
        painter.drawText(box, _LEFT, painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, box.width()))

    @staticmethod
    def _paint_figure(
        painter: QPainter, box: QRect, shown: Tokens, column: tuple[str, str, Tone], *, is_first: bool
    ) -> None:
        label, figure, tone = column
        painter.setFont(font(size.TYPE_SMALL))
        painter.setPen(shown.muted)
        painter.drawText(QRect(box.left(), box.top() + 2, box.width(), 16), _LEFT, label)
        painter.setFont(font(size.TYPE_FIGURE if is_first else size.TYPE_HEADING))
        if painter.fontMetrics().horizontalAdvance(figure) > box.width():
            painter.setFont(font(size.TYPE_HEADING))
        painter.setPen(shown.tone(tone))
        fitted = painter.fontMetrics().elidedText(figure, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(QRect(box.left(), box.top() + 20, box.width(), 26), _LEFT, fitted)


def _mark(painter: QPainter, box: QRect, drawing: str, words: str, colour: str) -> QRect:
    """A drawing and a word at the left of `box`; what is left of it."""
    scale = painter.device().devicePixelRatioF()
    painter.drawPixmap(box.left(), box.top() + 1, pixmap(drawing, colour, size.ICON_SMALL, scale))
    painter.setPen(colour)
    box = box.adjusted(size.ICON_SMALL + size.SPACE_4, 0, 0, 0)
    painter.drawText(box, _LEFT, words)
    return box.adjusted(painter.fontMetrics().horizontalAdvance(words) + size.SPACE_12, 0, 0, 0)


def _brush(shown: Tokens, *, is_current: bool, is_hovered: bool) -> QBrush:
    if is_current:
        return QBrush(QColor(shown.selection))
    return QBrush(QColor(shown.hover if is_hovered else shown.surface))


def _columns(summary: ChallengeSummary, display: Display) -> list[tuple[str, str, Tone]]:
    """Label, figure and tone of what a trader asks first, most important first."""
    numbers = display.numbers
    limits = summary.limits
    rows: list[tuple[str, str, Tone]] = [
        (translate("ChallengeCards", "Equity"), numbers.money(summary.challenge.current_equity), "text"),
        _room(translate("ChallengeCards", "Room today"), display, limits.daily_loss),
        _room(translate("ChallengeCards", "Room in all"), display, limits.maximum_loss),
    ]
    if limits.target is None:
        rows.append(
            (
                translate("ChallengeCards", "Result"),
                numbers.signed_money(summary.challenge.total_pnl),
                _sign_tone(summary),
            )
        )
    else:
        rows.append(
            (
                translate("ChallengeCards", "Of the target"),
                numbers.percent(max(ZERO, limits.target.progress), decimals=0),
                "text",
            )
        )
    return rows


def _room(label: str, display: Display, limit: LossLimit | None) -> tuple[str, str, Tone]:
    if limit is None:
        return (label, NOTHING, "muted")
    return (label, display.numbers.limit_money(max(ZERO, limit.room)), use_tone(limit.used, calm="text"))


def _sign_tone(summary: ChallengeSummary) -> Tone:
    result = summary.challenge.total_pnl
    return "profit" if result > 0 else "loss" if result < 0 else "text"
