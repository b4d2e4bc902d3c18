"""The ledger: the table, what it is filtered by, and its tie to the curve."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.paged_model import PagedModel
from tradesense_desktop.ui.tables.table_view import TableView
from tradesense_desktop.ui.views.trader.ledger_columns import ledger_columns
from tradesense_desktop.ui.views.trader.ledger_rows import (
    LedgerAnswer,
    LedgerQuestion,
    read_rows,
    select_rows,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.views import LedgerRow
    from tradesense_desktop.ui.surroundings import Surroundings
    from tradesense_desktop.ui.tasks.task import Task


class LedgerPanel(QWidget):
    """The trades of one challenge, newest first until another order is asked for.

    Signals: trade_chosen(int sequence number), trade_hovered(int, 0 for none), counted(str) when the words
    “n of m, filtered by …” change.
    """

    trade_chosen = Signal(int)
    trade_hovered = Signal(int)
    counted = Signal(str)

    def __init__(self, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = surroundings.tasks
        self._display = surroundings.display
        self._workspace: Workspace | None = None
        self._challenge_id = ""
        self._firm_zone: str | None = None
        self._total = 0
        self._question = LedgerQuestion()
        self._selecting: Task[LedgerAnswer] | None = None
        self._wanted_trade: int | None = None
        self._counts = ""
        # A ledger only grows: with as many trades and the same question the rows are the same.
        self._shown: tuple[str, int, LedgerQuestion] | None = None
        self._model: PagedModel[LedgerRow] = PagedModel(
            ledger_columns(), Context(surroundings.display), surroundings.tasks, self
        )
        self.view = TableView("ledger", surroundings.settings, self)
        self.view.setAccessibleName(self.tr("Ledger"))
        self.view.show_model(self._model)
        self.view.show_order(self._question.order, descending=self._question.is_descending)
        self.view.row_chosen.connect(self.trade_chosen)
        self.view.row_hovered.connect(self.trade_hovered)
        self.view.order_asked.connect(self._on_order)
        self._empty = EmptyState(
            "trade",
            self.tr("No trade yet"),
            self.tr("Once a statement of this account is imported, every closing deal is a row here."),
            self,
        )
        self._no_match = EmptyState("search", self.tr("No trade fits the filter"), "", self)
        self._no_match.say(self.tr("No trade fits the filter"), self.tr("Clear the filter, or the brushed stretch."))
        self._stack = QStackedWidget(self)
        for page in (self.view, self._empty, self._no_match):
            self._stack.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._stack)
        surroundings.display.changed.connect(self._on_formats)

    @property
    def counts(self) -> str:
        """“n of m, filtered by …”, or how many rows there are."""
        return self._counts

    @property
    def filter_text(self) -> str:
        """What the ledger is filtered by."""
        return self._question.text

    def show_challenge(self, workspace: Workspace, challenge_id: str, total: int, firm_zone: str | None) -> None:
        """Show the ledger of this challenge, which has `total` rows; the filter stays when it is the same one."""
        if challenge_id != self._challenge_id:
            self.view.forget_choice()
            self._question = LedgerQuestion(order=self._question.order, is_descending=self._question.is_descending)
        self._workspace = workspace
        self._challenge_id = challenge_id
        self._total = total
        self._firm_zone = firm_zone
        self._model.show_formats(Context(self._display, firm_zone))
        if self._shown != (challenge_id, total, self._question):
            self._ask(self._question)

    def filter_by(self, text: str) -> None:
        """Show only trades that fit `text`."""
        if text.strip() != self._question.text.strip():
            self._ask(self._changed(text=text))

    def show_stretch(self, stretch: tuple[int, int] | None) -> None:
        """Show only trades between two sequence numbers, both included; None shows all again."""
        if stretch != self._question.stretch:
            self._ask(self._changed(stretch=stretch))

    def choose_trade(self, number: int) -> None:
        """Bring a trade into sight; a filter that hides it is taken back."""
        if self.view.choose_key(number):
            return
        if self._question.is_filtered and 1 <= number <= self._total:
            self._wanted_trade = number
            self._ask(self._changed(text="", stretch=None))

    def _changed(self, **changes: object) -> LedgerQuestion:
        asked = self._question
        values = {
            "text": asked.text,
            "order": asked.order,
            "is_descending": asked.is_descending,
            "stretch": asked.stretch,
        }
        return LedgerQuestion(**{**values, **changes})  # type: ignore[arg-type]

    def _on_order(self, name: str, descending: bool) -> None:
        self._ask(self._changed(order=name, is_descending=descending))

    def _ask(self, question: LedgerQuestion) -> None:
        self._question = question
        if self._workspace is None:
            return
        if self._selecting is not None:
            self._selecting.cancel()
        work = partial(select_rows, self._workspace, self._challenge_id, self._total, question)
        is_natural = not question.text.strip() and question.order == LedgerQuestion().order
        title = "" if is_natural else self.tr("Choosing trades")
        self._selecting = self._tasks.watched_read(title, work, owner=self)
        self._selecting.then(self._show_answer)

    def _show_answer(self, answer: LedgerAnswer) -> None:
        workspace = self._workspace
        if answer.question != self._question or workspace is None:
            return
        self._selecting = None
        asked = (self._challenge_id, answer.question)
        stays = self._shown is not None and (self._shown[0], self._shown[2]) == asked
        self._shown = (self._challenge_id, answer.total, answer.question)
        with self.view.keeping_place(stays=stays):
            self._model.show_rows(answer.numbers, partial(read_rows, workspace, self._challenge_id))
        self.view.show_order(answer.question.order, descending=answer.question.is_descending)
        self._count(answer.numbers, answer)
        page = self.view if len(answer.numbers) else self._no_match if answer.total else self._empty
        self._stack.setCurrentWidget(page)
        if self._wanted_trade is not None:
            self.view.choose_key(self._wanted_trade)
            self._wanted_trade = None

    def _count(self, numbers: Sequence[int], answer: LedgerAnswer) -> None:
        written = self._display.numbers
        if not answer.question.is_filtered:
            said = ""
        else:
            by = [f"“{answer.question.text.strip()}”"] if answer.question.text.strip() else []
            if answer.question.stretch is not None:
                by.append(self.tr("the brushed stretch"))
            said = self.tr("{n} of {m}, filtered by {what}").format(
                n=written.count(len(numbers)), m=written.count(answer.total), what=self.tr(" and ").join(by)
            )
            if answer.stretch_result is not None:
                moved = written.signed_money(answer.stretch_result)
                said = self.tr("{said}: equity moved by {amount}").format(said=said, amount=moved)
        hidden = self._model.rows_out_of_reach
        if hidden:
            said = self.tr("{said} {n} rows more than a table can place: filter to reach them.").format(
                said=said, n=written.count(hidden)
            )
        self._counts = said.strip()
        self.counted.emit(self._counts)

    def _on_formats(self) -> None:
        self._model.show_formats(Context(self._display, self._firm_zone))
