"""The row over the tables: the tabs with their counts, the filter and what can be done with the table."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QTabBar, QWidget

from tradesense_desktop.ui.actions.registry import ActionRegistry
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.filter_field import FilterField
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.words import ElidedWords
from tradesense_desktop.ui.theme import tokens as size

LEDGER, EVENTS, METRICS = range(3)


class PageTools(QWidget):
    """Tabs at the left; filter, columns and copy at the right.

    Signals: tab_chosen(int), filter_changed(str).
    """

    tab_chosen = Signal(int)
    filter_changed = Signal(str)

    def __init__(self, display: Display, actions: ActionRegistry, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._display = display
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        row = QHBoxLayout(self)
        row.setContentsMargins(size.SPACE_4, 0, size.SPACE_12, 0)
        row.setSpacing(size.SPACE_8)
        self._tabs = QTabBar(self)
        self._tabs.setExpanding(False)
        self._tabs.setDrawBase(False)
        self._tabs.setAccessibleName(self.tr("Tables"))
        for title in (self.tr("Ledger"), self.tr("Events"), self.tr("Metrics")):
            self._tabs.addTab(title)
        self._tabs.currentChanged.connect(self._on_tab)
        row.addWidget(self._tabs)
        self._counts = ElidedWords(pixels=size.TYPE_SMALL, tone="muted")
        self._counts.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self._counts, 1)
        self._room = QWidget(self)
        self._room.hide()
        row.addWidget(self._room, 1)
        self._filter = FilterField(self.tr("Filter trades by symbol, side or text"), self)
        self._filter.filter_changed.connect(self.filter_changed)
        row.addWidget(self._filter)
        self._columns = IconButton("columns", self.tr("Choose columns"), self)
        self._columns.follow(actions["table.columns"])
        row.addWidget(self._columns)
        self._copy = IconButton("copy", self.tr("Copy selected rows"), self)
        self._copy.follow(actions["table.copy"])
        row.addWidget(self._copy)

    @property
    def tab(self) -> int:
        """The tab that is open."""
        return self._tabs.currentIndex()

    def open_tab(self, tab: int) -> None:
        """Open a tab."""
        self._tabs.setCurrentIndex(tab)

    def show_totals(self, trades: int, events: int) -> None:
        """Say in the tabs how many rows each table has."""
        numbers = self._display.numbers
        self._tabs.setTabText(LEDGER, self.tr("Ledger {n}").format(n=numbers.count(trades)))
        self._tabs.setTabText(EVENTS, self.tr("Events {n}").format(n=numbers.count(events)))

    def show_counts(self, said: str) -> None:
        """Say how many rows of how many are shown, and why."""
        self._counts.setText(said)
        self._counts.setToolTip(quoting_tip(said))

    def show_filter(self, text: str) -> None:
        """Show what is filtered by, without asking for it again."""
        if self._filter.text() != text:
            self._filter.blockSignals(True)
            self._filter.setText(text)
            self._filter.blockSignals(False)

    def focus_filter(self) -> None:
        """Go to the filter."""
        if self._filter.isVisible():
            self._filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
            self._filter.selectAll()

    def _on_tab(self, tab: int) -> None:
        self._filter.setVisible(tab == LEDGER)
        self._counts.setVisible(tab == LEDGER)
        self._room.setVisible(tab != LEDGER)
        self._columns.setVisible(tab != METRICS)
        self._copy.setVisible(tab != METRICS)
        self.tab_chosen.emit(tab)
