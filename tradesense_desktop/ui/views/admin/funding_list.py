"""The list of the funding queue: two lines a request, those that wait or those that were decided."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QCoreApplication,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from tradesense_desktop.ui.formatting.challenges import challenge_name
from tradesense_desktop.ui.formatting.firm import pending_words
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.fonts import font
from tradesense_desktop.ui.theme.icons import pixmap
from tradesense_desktop.ui.theme.palettes import tokens_of
from tradesense_desktop.ui.views.admin.funding_words import outcome_sign, outcome_word

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from tradesense_desktop.services.read_funding_queue import DecidedFunding, FundingRequest
    from tradesense_desktop.services.views import ChallengeSummary
    from tradesense_desktop.ui.formatting.display import Display
    from tradesense_desktop.ui.theme.tokens import Tone

ENTRY_ROLE = Qt.ItemDataRole.UserRole + 1
translate = QCoreApplication.translate

_ROW = 60
_BAR = 3
_LINE = 18
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class QueueEntry:
    """One line of the list: who, which challenge, since when it waits or when it was decided, and how it stands."""

    id: str
    summary: ChallengeSummary
    trader: str
    at: datetime | None
    word: str
    drawing: str
    tone: Tone
    is_waiting: bool

    @property
    def challenge_id(self) -> str:
        """The challenge that the line is about."""
        return self.summary.challenge.id


def entry_of_request(request: FundingRequest, display: Display, *, pending: int = 0) -> QueueEntry:
    """The line of a challenge that waits; `pending` commands about it wait for a server."""
    numbers = display.numbers
    word = translate("Funding", "{n} of {m}").format(
        n=numbers.count(len(request.approvals)), m=numbers.count(request.approvals_needed)
    )
    drawing: str = "approval"
    tone: Tone = "muted"
    if pending:
        word, drawing, tone = pending_words(pending, numbers), "hourglass", "accent"
    challenge_id = request.summary.challenge.id
    return QueueEntry(
        challenge_id, request.summary, request.trader, request.reached_at, word, drawing, tone, is_waiting=True
    )


def entry_of_decided(decided: DecidedFunding) -> QueueEntry:
    """The line of a decision."""
    decision = decided.decision
    drawing, tone = outcome_sign(decision.outcome)
    return QueueEntry(
        f"{decision.challenge_id}/{decision.sequence_number}",
        decided.summary,
        decided.trader,
        decision.at,
        outcome_word(decision.outcome),
        drawing,
        tone,
        is_waiting=False,
    )


class QueueModel(QAbstractListModel):
    """The lines that fit the filter."""

    def __init__(self, display: Display, parent: QObject) -> None:
        super().__init__(parent)
        self._display = display
        self._all: tuple[QueueEntry, ...] = ()
        self._shown: tuple[QueueEntry, ...] = ()
        self._wanted: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Number of lines without the filter."""
        return len(self._all)

    def show_entries(self, entries: Sequence[QueueEntry]) -> None:
        """Show these lines; the same ones again only have their words written anew."""
        before = [entry.id for entry in self._shown]
        self._all = tuple(entries)
        fitting = self._fitting()
        if before == [entry.id for entry in fitting]:
            self._shown = fitting
            self._announce()
            return
        self._reset(fitting)

    def filter_by(self, text: str) -> None:
        """Show only lines with every word of `text` in them."""
        self._wanted = tuple(text.casefold().split())
        self._reset(self._fitting())

    def row_of(self, entry_id: str) -> int | None:
        """Place of a line among those shown."""
        return next((row for row, entry in enumerate(self._shown) if entry.id == entry_id), None)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Number of lines shown."""
        return 0 if parent is not None and parent.isValid() else len(self._shown)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The trader, the line itself, or all of it in words for a screen reader."""
        if not 0 <= index.row() < len(self._shown):
            return None
        entry = self._shown[index.row()]
        if role == ENTRY_ROLE:
            return entry
        if role == Qt.ItemDataRole.DisplayRole:
            return entry.trader
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            words = self._words(entry)
            return quoting_tip(words) if role == Qt.ItemDataRole.ToolTipRole else words
        return None

    def _words(self, entry: QueueEntry) -> str:
        times = self._display.times
        counts_approvals = entry.is_waiting and entry.drawing == "approval"
        state = translate("Funding", "{word} approvals").format(word=entry.word) if counts_approvals else entry.word
        parts = [entry.trader, challenge_name(entry.summary, self._display.numbers), state]
        if entry.at is not None:
            since = translate("Funding", "waiting since {at}") if entry.is_waiting else translate("Funding", "on {at}")
            parts.append(f"{since.format(at=times.minute(entry.at))} {times.zone_name()}")
        return ", ".join(parts)

    def _fitting(self) -> tuple[QueueEntry, ...]:
        def fits(entry: QueueEntry) -> bool:
            written = f"{entry.trader} {entry.summary.name} {entry.word}".casefold()
            return all(word in written for word in self._wanted)

        return tuple(entry for entry in self._all if fits(entry))

    def _reset(self, shown: tuple[QueueEntry, ...]) -> None:
        self.beginResetModel()
        self._shown = shown
        self.endResetModel()

    def _announce(self) -> None:
        if self._shown:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._shown) - 1, 0))


class _LineDelegate(QStyledItemDelegate):
    """Paints one line: the trader and how it stands, below them the challenge and the time."""

    def __init__(self, display: Display, parent: QListView) -> None:
        super().__init__(parent)
        self._display = display

    def sizeHint(self, _option: QStyleOptionViewItem, _index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Every line is as high as every other."""
        return QSize(size.SPACE_32, _ROW)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Ground, then words."""
        entry: QueueEntry = index.data(ENTRY_ROLE)
        shown = tokens_of(option.palette)
        box: QRect = option.rect
        painter.save()
        if option.state & QStyle.StateFlag.State_Selected:
            painter.fillRect(box, QColor(shown.selection))
            painter.fillRect(QRect(box.left(), box.top(), _BAR, box.height()), QColor(shown.accent))
        elif option.state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(box, QColor(shown.hover))
        painter.fillRect(QRect(box.left(), box.bottom(), box.width(), 1), QColor(shown.line))
        inner = box.adjusted(size.SPACE_16, size.SPACE_8 + 2, -size.SPACE_12, -size.SPACE_8)
        painter.setFont(font(size.TYPE_SMALL))
        width = painter.fontMetrics().horizontalAdvance(entry.word)
        word = QRect(inner.right() - width, inner.top(), width + 1, _LINE)
        painter.setPen(QColor(shown.tone(entry.tone)))
        painter.drawText(word, _LEFT, entry.word)
        icon = word.left() - size.ICON_SMALL - size.SPACE_4
        scale = painter.device().devicePixelRatioF()
        drawing = pixmap(entry.drawing, shown.tone(entry.tone), size.ICON_SMALL, scale)
        painter.drawPixmap(icon, inner.top() + 1, drawing)
        painter.setFont(font(size.TYPE_BODY, strong=True))
        painter.setPen(QColor(shown.text))
        self._write(painter, QRect(inner.left(), inner.top(), icon - size.SPACE_8 - inner.left(), _LINE), entry.trader)
        painter.setFont(font(size.TYPE_SMALL))
        painter.setPen(QColor(shown.muted))
        at = "" if entry.at is None else self._display.times.day(entry.at.astimezone(self._display.times.zone()).date())
        taken = painter.fontMetrics().horizontalAdvance(at)
        below = QRect(inner.left(), inner.top() + _LINE + size.SPACE_4, inner.width(), _LINE)
        painter.drawText(QRect(below.right() - taken, below.top(), taken + 1, _LINE), _LEFT, at)
        name = challenge_name(entry.summary, self._display.numbers)
        self._write(painter, below.adjusted(0, 0, -taken - size.SPACE_12, 0), name)
        painter.restore()

    @staticmethod
    def _write(painter: QPainter, box: QRect, text: str) -> None:
        fitted = painter.fontMetrics().elidedText(text, Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _LEFT, fitted)


class QueueView(QListView):
    """The list; going up and down chooses.

    Signals: entry_chosen(QueueEntry) when another line is the current one.
    """

    entry_chosen = Signal(object)

    def __init__(self, model: QueueModel, display: Display, parent: QWidget) -> None:
        super().__init__(parent)
        self._lines = model
        self._chosen_id = ""
        self.setModel(model)
        self.setItemDelegate(_LineDelegate(display, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.selectionModel().currentChanged.connect(self._on_current)
        model.modelReset.connect(self._restore)

    @property
    def chosen(self) -> QueueEntry | None:
        """The line that is chosen, None where there is none."""
        row = self._lines.row_of(self._chosen_id)
        return None if row is None else self._lines.index(row, 0).data(ENTRY_ROLE)

    def choose(self, entry_id: str) -> bool:
        """Choose a line; False where it is not among those shown."""
        row = self._lines.row_of(entry_id)
        if row is None:
            return False
        self.setCurrentIndex(self._lines.index(row, 0))
        return True

    def expect(self, entry_id: str) -> None:
        """Choose a line that is about to be shown, without saying so."""
        self._chosen_id = entry_id

    def choose_first_of(self, challenge_id: str) -> bool:
        """Choose the first line about a challenge; False where there is none."""
        for row in range(self._lines.rowCount()):
            entry: QueueEntry = self._lines.index(row, 0).data(ENTRY_ROLE)
            if entry.challenge_id == challenge_id:
                return self.choose(entry.id)
        return False

    def choose_any(self) -> None:
        """Choose the first line where none is chosen."""
        if self.chosen is None and self._lines.rowCount():
            self.setCurrentIndex(self._lines.index(0, 0))

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        entry: QueueEntry | None = current.data(ENTRY_ROLE)
        if entry is not None and entry.id != self._chosen_id:
            self._chosen_id = entry.id
            self.entry_chosen.emit(entry)

    def _restore(self) -> None:
        row = self._lines.row_of(self._chosen_id)
        if row is None:
            self._chosen_id = ""
        else:
            self.setCurrentIndex(self._lines.index(row, 0))
