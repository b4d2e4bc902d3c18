"""The page of one challenge: head, key figures, curve and verdict, and the tables below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from tradesense_desktop.ui.charts.equity_chart import EquityChart
from tradesense_desktop.ui.parts.pending_strip import PendingStrip
from tradesense_desktop.ui.parts.words import rule
from tradesense_desktop.ui.tables.row_copy import copy_selection
from tradesense_desktop.ui.views.trader.challenge_header import ChallengeHeader
from tradesense_desktop.ui.views.trader.chart_tools import ChartTools
from tradesense_desktop.ui.views.trader.events_panel import EventsPanel
from tradesense_desktop.ui.views.trader.funding_story import FundingLine
from tradesense_desktop.ui.views.trader.key_figures import KeyFigures
from tradesense_desktop.ui.views.trader.ledger_panel import LedgerPanel
from tradesense_desktop.ui.views.trader.metrics_panel import MetricsPanel
from tradesense_desktop.ui.views.trader.page_tools import EVENTS, LEDGER, METRICS, PageTools
from tradesense_desktop.ui.views.trader.verdict_panel import VerdictPanel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from PySide6.QtGui import QResizeEvent

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.views import ChallengePicture, ChallengeSummary, Metric
    from tradesense_desktop.ui.actions.registry import ActionRegistry
    from tradesense_desktop.ui.charts.prepared_curve import PreparedCurve
    from tradesense_desktop.ui.surroundings import Surroundings
    from tradesense_desktop.ui.tables.copy_text import CopyForm
    from tradesense_desktop.ui.tables.table_view import TableView
    from tradesense_desktop.ui.views.trader.stretch_figures import StretchFigures

_STRIP_BELOW = 1120
"""Width of the page under which the verdict lies above the curve."""
_SPLITTER_SETTING = "challenge_page/split"
_TABLES_LEAST = 160
_BELOW_FIGURES = 6
"""Place in the page, below the head, the figures, their lines, what was decided and what waits for a server."""


class ChallengePage(QWidget):
    """Shows one challenge; what is read for it is handed in by `show_…`.

    With `in_steps` it begins empty: `build_next` makes one part after the other, so that the event loop can turn
    between them; until `is_built` nothing may be shown on it.

    Signals: back_asked(), event_chosen(EventRow), metrics_asked() when they are wanted and not here yet;
    stretch_asked(datetime start, datetime end) when a stretch of the curve was brushed, stretch_left() at its end.
    """

    back_asked = Signal()
    event_chosen = Signal(object)
    metrics_asked = Signal()
    stretch_asked = Signal(object, object)
    stretch_left = Signal()

    def __init__(
        self,
        surroundings: Surroundings,
        actions: ActionRegistry,
        parent: QWidget | None = None,
        *,
        in_steps: bool = False,
    ) -> None:
        super().__init__(parent)
        self._surroundings = surroundings
        self._picture: ChallengePicture | None = None
        self._trader = ""
        self._has_metrics = False
        self._is_strip = False
        self.is_built = False
        self._steps = self._build(actions)
        while not in_steps and self.build_next():
            pass

    def build_next(self) -> bool:
        """Make the next part; whether there are more to come."""
        return next(self._steps, False)

    def _build(self, actions: ActionRegistry) -> Iterator[bool]:
        """The parts, each in a step of a few milliseconds."""
        display = self._surroundings.display
        self.chart = EquityChart(display, self)
        yield True
        self._header = ChallengeHeader(display, actions["workspace.import"], self)
        yield True
        self.funding = FundingLine(display, self)
        self.pending = PendingStrip(display, self)
        self._figures = KeyFigures(display, self)
        self._verdict = VerdictPanel(display, self)
        yield True
        self._tools = PageTools(display, actions, self)
        self._chart_tools = ChartTools(actions, self)
        self.ledger = LedgerPanel(self._surroundings, self)
        yield True
        self.events = EventsPanel(self._surroundings, self)
        self._metrics = MetricsPanel(display, self)
        yield True
        self._middle = QHBoxLayout()
        self._between = rule(vertical=True, parent=self)
        self._under_strip = rule(parent=self)
        self._under_strip.hide()
        yield from self._lay_out()
        self._connect()
        self.chart.set_brushing(actions["chart.brush"].isChecked())
        actions["chart.brush"].toggled.connect(self.chart.set_brushing)
        self.is_built = True
        self._fit()

    @property
    def challenge_id(self) -> str:
        """The challenge that is shown, empty while none is."""
        return "" if self._picture is None else self._picture.summary.challenge.id

    @property
    def summary(self) -> ChallengeSummary | None:
        """What is known of the challenge in short."""
        return None if self._picture is None else self._picture.summary

    @property
    def picture(self) -> ChallengePicture | None:
        """What is shown of the challenge."""
        return self._picture

    @property
    def firm_zone(self) -> str | None:
        """Zone of the challenge's trading day."""
        return None if self._picture is None else self._picture.reset_zone

    def show_picture(self, workspace: Workspace, picture: ChallengePicture, trader: str = "") -> None:
        """Show all of a challenge but its curve and metrics, which take longer to read; `trader` names whose it is."""
        is_other = picture.summary.challenge.id != self.challenge_id
        self._picture = picture
        self._trader = trader
        if is_other:
            self.funding.show_story(None)
            self._tools.show_filter("")
            self.chart.show_loading()
        self._has_metrics = False
        self._write()
        challenge = picture.summary.challenge
        self.ledger.show_challenge(workspace, challenge.id, picture.trades, picture.reset_zone)
        self.events.show_challenge(workspace, challenge.id, picture.events, picture.reset_zone)
        if self._tools.tab == METRICS:
            self.metrics_asked.emit()

    def show_curve(self, prepared: PreparedCurve) -> None:
        """Show the equity curve."""
        self.chart.show_curve(prepared, self.firm_zone)

    def show_curve_failure(self, sentence: str) -> None:
        """Say why there is no curve."""
        self.chart.show_failure(sentence)

    def show_stretch(self, figures: StretchFigures) -> None:
        """Let the key figures be about the brushed stretch."""
        self._figures.show_stretch(figures)

    def show_metrics(self, metrics: Sequence[Metric]) -> None:
        """Show the metrics."""
        self._has_metrics = True
        currency = "" if self._picture is None else self._picture.summary.challenge.currency
        self._metrics.show_metrics(metrics, currency)

    @property
    def tab(self) -> int:
        """The table that is open."""
        return self._tools.tab

    def open_tab(self, tab: int) -> None:
        """Open one of the tables and go to it."""
        self._tools.open_tab(tab)
        table = self.table
        (self._metrics if table is None else table).setFocus(Qt.FocusReason.OtherFocusReason)

    @property
    def table(self) -> TableView | None:
        """The table that is open, None where the tab has none."""
        return {LEDGER: self.ledger.view, EVENTS: self.events.view}.get(self._tools.tab)

    def focus_filter(self) -> None:
        """Go to the filter of the ledger."""
        self._tools.open_tab(LEDGER)
        self._tools.focus_filter()

    def copy_rows(self, form: CopyForm) -> None:
        """Copy the selected rows of the open table."""
        if self.table is not None:
            copy_selection(self.table, self._surroundings.tasks, form)

    def choose_columns(self) -> None:
        """Open the column chooser of the open table."""
        if self.table is not None:
            self.table.show_column_chooser()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """In a small window the verdict lies down as a strip."""
        super().resizeEvent(event)
        if self.is_built:
            self._fit()

    def _fit(self) -> None:
        strip = self.width() < _STRIP_BELOW
        self._verdict.show_as_strip(strip=strip)
        self._place_verdict(strip=strip)
        self._figures.show_width(self.width())

    def _place_verdict(self, *, strip: bool) -> None:
        """Put the verdict above the curve, or at its right."""
        if strip == self._is_strip:
            return
        self._is_strip = strip
        if strip:
            self._column.insertWidget(_BELOW_FIGURES, self._verdict)
            self._column.insertWidget(_BELOW_FIGURES + 1, self._under_strip)
        else:
            self._middle.addWidget(self._verdict)
        self._between.setVisible(not strip)
        self._under_strip.setVisible(strip)

    def _lay_out(self) -> Iterator[bool]:
        """Put the parts together, again in steps: each is asked for its style and its size then."""
        column = QVBoxLayout(self)
        self._column = column
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setProperty("ground", "surface")
        for part in (self._header, rule(parent=self), self._figures, rule(parent=self), self.funding, self.pending):
            column.addWidget(part)
        upper = QWidget(self)
        upper.setLayout(self._middle)
        self._middle.setContentsMargins(0, 0, 0, 0)
        self._middle.setSpacing(0)
        self._middle.addWidget(self.chart, 1)
        self._middle.addWidget(self._chart_tools)
        self._middle.addWidget(self._between)
        self._middle.addWidget(self._verdict)
        yield True
        self._tables = QStackedWidget(self)
        for table in (self.ledger, self.events, self._metrics):
            self._tables.addWidget(table)
        yield True
        lower = QWidget(self)
        lower.setMinimumHeight(_TABLES_LEAST)
        below = QVBoxLayout(lower)
        below.setContentsMargins(0, 0, 0, 0)
        below.setSpacing(0)
        below.addWidget(self._tools)
        below.addWidget(rule(parent=lower))
        below.addWidget(self._tables, 1)
        yield True
        self._splitter = QSplitter(Qt.Orientation.Vertical, self)
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(upper)
        yield True
        self._splitter.addWidget(lower)
        yield True
        self._splitter.setStretchFactor(0, 4)
        self._splitter.setStretchFactor(1, 3)
        # Far more than there is: a splitter keeps the ratio.
        self._splitter.setSizes([4000, 2800])
        stored = self._surroundings.settings.value(_SPLITTER_SETTING)
        if isinstance(stored, QByteArray):
            self._splitter.restoreState(stored)
        self._splitter.splitterMoved.connect(self._remember_split)
        column.addWidget(self._splitter, 1)

    def _remember_split(self) -> None:
        self._surroundings.settings.setValue(_SPLITTER_SETTING, self._splitter.saveState())

    def _connect(self) -> None:
        self._header.back_asked.connect(self.back_asked)
        self._tools.tab_chosen.connect(self._on_tab)
        self._tools.filter_changed.connect(self.ledger.filter_by)
        self.ledger.counted.connect(self._tools.show_counts)
        self.ledger.trade_chosen.connect(self.chart.mark_trade)
        self.ledger.trade_hovered.connect(self._on_ledger_hovered)
        self.chart.trade_hovered.connect(self.ledger.view.point_at_key)
        self.chart.trade_selected.connect(self._on_trade_asked)
        self.chart.range_selected.connect(self._on_range)
        self.chart.range_cleared.connect(self._on_range_cleared)
        self._verdict.trade_asked.connect(self._on_trade_asked)
        self.events.event_chosen.connect(self.event_chosen)
        self._surroundings.display.changed.connect(self._write)
        self._surroundings.firm.changed.connect(self._show_pending)

    def _write(self) -> None:
        picture = self._picture
        if picture is not None:
            self._header.show_picture(picture, self._trader)
            self._figures.show_picture(picture)
            self._verdict.show_picture(picture)
            self._tools.show_totals(picture.trades, picture.events)
            self._show_pending()

    def _show_pending(self) -> None:
        self.pending.show_commands(self._surroundings.firm.of_challenge(self.challenge_id or None))

    def _on_tab(self, tab: int) -> None:
        self._tables.setCurrentIndex(tab)
        if tab == METRICS and not self._has_metrics and self._picture is not None:
            self.metrics_asked.emit()

    def _on_ledger_hovered(self, number: int) -> None:
        """Mark the row under the pointer; when it is under none, the one that is chosen again."""
        marked = number or self.ledger.view.chosen_key
        if marked:
            self.chart.mark_trade(marked, reveal=False)
        else:
            self.chart.clear_mark()

    def _on_trade_asked(self, number: int) -> None:
        self._tools.open_tab(LEDGER)
        self.ledger.choose_trade(number)
        self._tools.show_filter(self.ledger.filter_text)
        self.chart.mark_trade(number)

    def _on_range(self, start: datetime, end: datetime) -> None:
        """The ledger follows a brushed stretch; a stretch without a trade shows none."""
        prepared = self.chart.prepared
        if prepared is not None:
            self._tools.open_tab(LEDGER)
            self.ledger.show_stretch(prepared.trades_between(start, end))
            self.stretch_asked.emit(start, end)

    def _on_range_cleared(self) -> None:
        self.ledger.show_stretch(None)
        self._figures.show_stretch(None)
        self.stretch_left.emit()
