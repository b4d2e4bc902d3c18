"""The place of all challenges: cards, a filter, and the one primary button."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QListView, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from tradesense_desktop.services.views import ChallengeSummary
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.filter_field import FilterField
from tradesense_desktop.ui.parts.words import Words
from tradesense_desktop.ui.surroundings import Surroundings
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.trader.challenge_cards import SUMMARY_ROLE, CardDelegate, ChallengeCards


class ChallengeList(QWidget):
    """All challenges of the workspace.

    Signals: challenge_opened(str id).
    """

    challenge_opened = Signal(str)

    def __init__(self, surroundings: Surroundings, import_action: QAction, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = surroundings.display
        self._model = ChallengeCards(surroundings.display, self, surroundings.firm)
        column = QVBoxLayout(self)
        column.setContentsMargins(size.SPACE_24, size.SPACE_16, size.SPACE_24, 0)
        column.setSpacing(size.SPACE_16)
        column.addLayout(self._head(import_action))
        self._view = _CardView(self)
        self._view.setModel(self._model)
        self._view.setItemDelegate(CardDelegate(surroundings.display, self._view))
        self._view.setAccessibleName(self.tr("Challenges"))
        self.setFocusProxy(self._view)
        self._view.opened.connect(self._on_opened)
        own = self.tr(
            "A challenge is made from a statement of your trading platform. Drop the file here, or press Ctrl+O."
        )
        others = self.tr("Traders import the statements of their platforms; their challenges stand here then.")
        in_firm = self.tr("A challenge stands here once the firm has opened it and its server has sent it.")
        if surroundings.firm.state is not None:
            others = own = in_firm
        says = own if import_action.isVisible() else others
        self._none = EmptyState("challenges", self.tr("No challenge yet"), says, self)
        self._no_match = EmptyState(
            "search",
            self.tr("No challenge fits the filter"),
            self.tr("Clear the filter to see all of them again."),
            self,
        )
        self._stack = QStackedWidget(self)
        for page in (self._view, self._none, self._no_match):
            self._stack.addWidget(page)
        column.addWidget(self._stack, 1)
        self._show_counts()

    def show_challenges(self, summaries: Sequence[ChallengeSummary], names: Mapping[str, str] | None = None) -> None:
        """Show these challenges, with the names of their traders by id where they are many people's.

        The one that was chosen stays chosen, and the scroll position stays.
        """
        current = self._view.currentIndex().data(SUMMARY_ROLE)
        bar = self._view.verticalScrollBar()
        at = bar.value()
        self._model.show_challenges(summaries, names or {})
        row = None if current is None else self._model.row_of(current.challenge.id)
        self._view.setCurrentIndex(self._model.index(row or 0, 0))
        self._show_counts()
        if current is not None:
            self._view.doItemsLayout()
            bar.setValue(at)

    def focus_filter(self) -> None:
        """Go to the filter."""
        self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filter.selectAll()

    def _head(self, import_action: QAction) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(size.SPACE_12)
        row.addWidget(Words(self.tr("Challenges"), pixels=size.TYPE_FIGURE))
        self._counts = Words(pixels=size.TYPE_SMALL, tone="muted")
        row.addWidget(self._counts, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        self._filter = FilterField(self.tr("Filter challenges"), self)
        self._filter.filter_changed.connect(self._on_filter)
        row.addWidget(self._filter)
        button = QPushButton(self.tr("Import"), self)
        button.setProperty("primary", True)
        button.setToolTip(import_action.toolTip())
        button.clicked.connect(lambda _checked=False: import_action.trigger())
        button.setVisible(import_action.isVisible())
        row.addWidget(button)
        return row

    def _on_filter(self, text: str) -> None:
        self._model.filter_by(text)
        self._view.setCurrentIndex(self._model.index(0, 0))
        self._show_counts()

    def _on_opened(self, index: QModelIndex) -> None:
        summary: ChallengeSummary = index.data(SUMMARY_ROLE)
        self.challenge_opened.emit(summary.challenge.id)

    def _show_counts(self) -> None:
        numbers = self._display.numbers
        shown, total = self._model.rowCount(), self._model.total
        if self._filter.text().strip():
            said = self.tr("{n} of {m}, filtered by “{text}”").format(
                n=numbers.count(shown), m=numbers.count(total), text=self._filter.text().strip()
            )
        else:
            said = numbers.count(total) if total else ""
        self._counts.setText(said)
        page = self._view if shown else self._none if not total else self._no_match
        self._stack.setCurrentWidget(page)


class _CardView(QListView):
    """Cards that open by Enter, by a click or by a double click.

    Signals: opened(QModelIndex).
    """

    opened = Signal(QModelIndex)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("cards")
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self.clicked.connect(self.opened)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter opens the card that is chosen."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.currentIndex().isValid():
            self.opened.emit(self.currentIndex())
            return
        super().keyPressEvent(event)
