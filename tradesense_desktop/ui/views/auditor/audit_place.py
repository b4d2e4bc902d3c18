"""The audit log: who did what, newest first; it is read, and changed by nobody."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.ui.actions.local_actions import with_shortcut
from tradesense_desktop.ui.parts.details_panel import DetailsPanel
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.listing_head import ListingHead
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.held_model import HeldModel
from tradesense_desktop.ui.tables.listing import Listing
from tradesense_desktop.ui.tables.table_view import TableView
from tradesense_desktop.ui.views.auditor.audit_rows import (
    ENTRIES_A_STEP,
    ORDERS,
    AuditAnswer,
    AuditRow,
    answer_audit,
    audit_columns,
)
from tradesense_desktop.ui.views.auditor.audit_words import action_icon, action_tone, action_word, detail_pairs
from tradesense_desktop.ui.views.list_place import ListPlace

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.ui.formatting.display import Display
    from tradesense_desktop.ui.surroundings import Surroundings

translate = QCoreApplication.translate


class AuditDetails(DetailsPanel):
    """One entry whole, with its place in the chain of whoever did it."""

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(
            "audit",
            translate("Audit", "No entry chosen"),
            translate("Audit", "Choose a line of the log to see what it holds and what it is linked to."),
            parent,
        )
        self._display = display
        self.more = self.add_section(translate("Audit", "Details"))
        self.chain = self.add_section(translate("Audit", "Chain"))

    def show_row(self, row: AuditRow) -> None:
        """Show this entry."""
        entry, times = row.entry, self._display.times
        self.show_head(action_icon(entry.action), action_tone(entry.action), action_word(entry.action))
        self.foot.hide()
        self.facts.clear()
        self.facts.add(translate("Audit", "Who"), row.actor_name)
        self.facts.add(translate("Audit", "When"), f"{times.instant(entry.occurred_at)} {times.zone_name()}")
        self.facts.add(translate("Audit", "To whom or what"), row.target)
        self.more.clear()
        for label, text in detail_pairs(entry.details, self._display):
            self.more.add(label, text)
        self.chain.clear()
        self.chain.add(translate("Audit", "Number"), self._display.numbers.count(entry.sequence_number))
        self.chain.add_identifier(translate("Audit", "Hash"), entry.hash)
        self.chain.add_identifier(translate("Audit", "Hash before"), entry.previous_hash)
        self.chain.add_identifier(translate("Audit", "Chain of"), entry.stream)
        self.chain.add_identifier(translate("Audit", "Device"), entry.device_id)
        self.chain.add_identifier(translate("Audit", "Target"), entry.target_id)


class AuditPlace(ListPlace):
    """Everybody's deeds for staff and auditors, the own for whoever sees no others."""

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(workspace, surroundings, parent)
        self.setAccessibleName(self.tr("Audit log"))
        self._answer = AuditAnswer((), is_cut=False)
        self._asked_for = ENTRIES_A_STEP
        self.panel = AuditDetails(self._display, self)
        self.lay_out(self._build_head(), self._build_list(), self.panel)
        self.listing.row_chosen.connect(self._show_chosen)
        self.actions_here.bind("audit.more", self.read_older)
        self._show_more_button()

    def read_again(self) -> None:
        """Read the newest entries."""
        nobody = self.tr("nobody signed in")
        self.read_in_background(partial(answer_audit, self._workspace, self._asked_for, nobody), self._show_answer)

    def read_older(self) -> None:
        """Read older entries too."""
        if self._answer.is_cut:
            self._asked_for += ENTRIES_A_STEP
            self.read_again()

    def _build_head(self) -> ListingHead:
        head = ListingHead(self.tr("Audit log"), self.tr("Filter entries by person, deed or what it was done to"), self)
        head.add_choice("who", self.tr("Person"), self.tr("Everybody"), [])
        head.add_choice("what", self.tr("Deed"), self.tr("Every deed"), [])
        self._more = head.add_button(
            self.tr("Read older entries"), hint=with_shortcut(self.tr("Read older entries"), "audit.more")
        )
        self._more.clicked.connect(lambda _checked=False: self.read_older())
        head.filter_changed.connect(self._show_rows)
        return head

    def _build_list(self) -> Listing[AuditRow]:
        surroundings = self._surroundings
        table = TableView("audit", surroundings.settings, self)
        table.setAccessibleName(self.tr("Audit log"))
        model: HeldModel[AuditRow] = HeldModel(
            audit_columns(),
            Context(self._display),
            surroundings.tasks,
            self,
            identify=lambda row: row.entry.id,
            orders=ORDERS,
            words_of=lambda row: row.words,
        )
        empty = EmptyState(
            "audit",
            self.tr("No entry yet"),
            self.tr("Sign-ins, decisions, payments and changes of accounts and keys are written down here."),
            self,
        )
        return Listing(table, model, self._display, empty, self)

    def _show_answer(self, answer: AuditAnswer) -> None:
        self._answer = answer
        people = {row.entry.actor_id or "-": row.actor_name for row in answer.rows}
        deeds = {action: action_word(action) for action in {row.entry.action for row in answer.rows}}
        self.head.offer("who", self.tr("Everybody"), sorted(people.items(), key=lambda entry: entry[1].casefold()))
        self.head.offer("what", self.tr("Every deed"), sorted(deeds.items(), key=lambda entry: entry[1]))
        self._show_more_button()
        self._show_rows()

    def _show_rows(self) -> None:
        who, what = self.head.choice("who"), self.head.choice("what")
        chosen = [
            row
            for row in self._answer.rows
            if (not who or (row.entry.actor_id or "-") == who) and (not what or row.entry.action == what)
        ]
        total = len(self._answer.rows)
        self.listing.model.filter_by(self.head.text)
        self.listing.show_rows(chosen, total)
        suffix = self.tr("there are older entries") if self._answer.is_cut else ""
        self.show_counts(self.listing.model.rowCount(), total, suffix)

    def _show_more_button(self) -> None:
        self._more.setVisible(self._answer.is_cut)
        self.actions_here.offer("audit.more", offered=self._answer.is_cut)

    def _show_chosen(self) -> None:
        row: AuditRow | None = self.listing.chosen
        if row is None:
            self.panel.show_nothing()
        else:
            self.panel.show_row(row)
