"""The place of alerts: the worst first, grouped by what raised them, and what was done about each."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from tradesense_desktop.domain.alert import AlertStatus, AlertType
from tradesense_desktop.domain.permissions import Right, may, sees_others
from tradesense_desktop.services.watch_activity import watch_all
from tradesense_desktop.ui.actions.local_actions import with_shortcut
from tradesense_desktop.ui.parts.check_box import CheckBox
from tradesense_desktop.ui.parts.empty_state import EmptyState
from tradesense_desktop.ui.parts.listing_head import ListingHead
from tradesense_desktop.ui.tables.column import Context
from tradesense_desktop.ui.tables.folding_table import FoldingTable
from tradesense_desktop.ui.tables.held_model import HeldModel
from tradesense_desktop.ui.tables.listing import Listing
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.views.admin.alert_details import AlertDetails
from tradesense_desktop.ui.views.admin.alert_lines import AlertLine, alert_columns, alert_lines
from tradesense_desktop.ui.views.admin.alert_reading import (
    OPEN,
    AlertAnswer,
    AlertQuestion,
    Handling,
    answer_alerts,
    handle_alerts,
)
from tradesense_desktop.ui.views.admin.alert_words import WORST_FIRST, severity_word, status_word, type_word
from tradesense_desktop.ui.views.admin.thresholds_dialog import ThresholdsDialog
from tradesense_desktop.ui.views.list_place import ListPlace

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradesense_desktop.domain.alert import RiskAlert
    from tradesense_desktop.services.alert_views import AlertEntry
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.read_pending import PendingView
    from tradesense_desktop.ui.surroundings import Surroundings

_GROUPED_SETTING = "alerts/grouped"


class AlertsPlace(ListPlace):
    """Everybody's alerts for those who see them, the own for a trader; what may not be done is not on the screen."""

    def __init__(self, workspace: Workspace, surroundings: Surroundings, parent: QWidget | None = None) -> None:
        super().__init__(workspace, surroundings, parent)
        self.setAccessibleName(self.tr("Alerts"))
        self._answer = AlertAnswer((), 0, is_cut=False)
        self._opened: set[str] = set()
        self.panel = AlertDetails(self._display, self)
        self._build_foot()
        self.lay_out(self._build_head(), self._build_list(), self.panel)
        self.listing.row_chosen.connect(self._show_chosen)
        self.changed.connect(self.read_again)
        surroundings.firm.changed.connect(self._show_lines)
        self._bind_actions()
        self.show_what_can_be_done()

    def read_again(self) -> None:
        """Read the alerts that the filter asks for."""
        question = self._question()
        self.read_in_background(partial(answer_alerts, self._workspace, question), partial(self._show_answer, question))

    def acknowledge(self) -> None:
        """Say that one looks after the chosen alerts."""
        self._handle(Handling.ACKNOWLEDGE, "")

    def ask_to_close(self, handling: Handling) -> None:
        """Ask for a comment, and close the chosen alerts with it."""
        count = len(self._targets(handling))
        if not count:
            return
        is_resolved = handling is Handling.RESOLVE
        question = (
            self.tr("What the alert tells of is dealt with.")
            if is_resolved
            else self.tr("There was nothing to the alert. It stays in the history as a false positive.")
        )
        if count > 1:
            counted = self._display.numbers.count(count)
            question = self.tr("{question} This closes {n} alerts.").format(question=question, n=counted)
        self.panel.question.ask(
            question,
            self.tr("Resolve") if is_resolved else self.tr("False positive"),
            partial(self._handle, handling),
            field=self.tr("Comment, if there is something to say"),
        )

    def watch(self) -> None:
        """Look for unusual activity now."""
        title = self.tr("Looking for unusual activity")
        work = partial(watch_all, self._workspace)
        self.write_in_background(title, work, self._on_watched, of_chosen=False)

    def set_thresholds(self) -> None:
        """Open the dialog in which it is set what counts as unusual."""
        dialog = ThresholdsDialog(self._workspace, self._surroundings, self)
        dialog.said.connect(self.said)
        dialog.open()

    def show_what_can_be_done(self) -> None:
        """Fit buttons and actions to the chosen alerts."""
        is_free = self._writing is None
        for handling, button in self._buttons.items():
            is_possible = is_free and bool(self._targets(handling))
            button.setEnabled(is_possible)
            self.actions_here.offer(f"alerts.{handling.value}", offered=is_possible)
        self._open.setVisible(self._challenge_id() is not None)
        if self._watch is not None:
            self._watch.setEnabled(is_free)
            self.actions_here.offer("alerts.watch", offered=is_free)

    def _build_head(self) -> ListingHead:
        head = ListingHead(self.tr("Alerts"), self.tr("Filter alerts by title or message"), self)
        statuses = [(status.value, status_word(status)) for status in AlertStatus]
        head.add_choice(
            "status", self.tr("Status"), self.tr("Every status"), [(OPEN, self.tr("Not closed")), *statuses]
        )
        head.add_choice(
            "severity",
            self.tr("Severity"),
            self.tr("Every severity"),
            [(severity.value, severity_word(severity)) for severity in WORST_FIRST],
        )
        head.add_choice(
            "type", self.tr("Kind"), self.tr("Every kind"), [(each.value, type_word(each)) for each in AlertType]
        )
        head.choose("status", OPEN)
        self._grouped = CheckBox(self.tr("Grouped"), head)
        self._grouped.setChecked(
            bool(self._surroundings.settings.value(_GROUPED_SETTING, defaultValue=False, type=bool))
        )
        self._grouped.setToolTip(with_shortcut(self.tr("Group what one command raised"), "alerts.group"))
        self._grouped.toggled.connect(self._on_grouped)
        head.add_switch(self._grouped)
        self._watch: QPushButton | None = None
        if may(self._actor, Right.SET_POLICY):
            button = head.add_button(
                self.tr("Thresholds…"), hint=with_shortcut(self.tr("What counts as unusual"), "alerts.thresholds")
            )
            button.clicked.connect(lambda _checked=False: self.set_thresholds())
        if may(self._actor, Right.WATCH_ACTIVITY):
            self._watch = head.add_button(
                self.tr("Look for unusual activity now"),
                hint=with_shortcut(self.tr("Compare how challenges are traded with the thresholds"), "alerts.watch"),
            )
            self._watch.clicked.connect(lambda _checked=False: self.watch())
        head.filter_changed.connect(self.read_again)
        return head

    def _build_list(self) -> Listing[AlertLine]:
        surroundings = self._surroundings
        with_people = sees_others(self._actor)
        table = FoldingTable("alerts" if with_people else "own_alerts", surroundings.settings, self)
        table.setAccessibleName(self.tr("Alerts"))
        model: HeldModel[AlertLine] = HeldModel(
            alert_columns(with_people=with_people),
            Context(self._display),
            surroundings.tasks,
            self,
            identify=lambda line: line.id,
        )
        table.fold_asked.connect(self._on_fold)
        empty = EmptyState(
            "alert",
            self.tr("No alert yet"),
            self.tr("An alert is raised when a limit comes near or is passed, or when activity is unusual."),
            self,
        )
        listing: Listing[AlertLine] = Listing(table, model, self._display, empty, self)
        table.horizontalHeader().setSectionsClickable(False)
        return listing

    def _build_foot(self) -> None:
        self._buttons: dict[Handling, QPushButton] = {}
        first, line = self._row()
        self._open = QPushButton(self.tr("Open the challenge"), first)
        self._open.setAutoDefault(False)
        self._open.clicked.connect(lambda _checked=False: self._open_challenge())
        line.addWidget(self._open)
        line.addStretch(1)
        if may(self._actor, Right.ACKNOWLEDGE_ALERT):
            button = self._add_button(first, Handling.ACKNOWLEDGE, self.tr("Acknowledge"), self.acknowledge)
            button.setProperty("primary", True)
            line.addWidget(button)
        self.panel.add_to_foot(first)
        if may(self._actor, Right.RESOLVE_ALERT):
            second, line = self._row()
            resolve = partial(self.ask_to_close, Handling.RESOLVE)
            dismiss = partial(self.ask_to_close, Handling.DISMISS)
            line.addWidget(self._add_button(second, Handling.DISMISS, self.tr("False positive"), dismiss))
            line.addStretch(1)
            line.addWidget(self._add_button(second, Handling.RESOLVE, self.tr("Resolve"), resolve))
            self.panel.add_to_foot(second)

    def _row(self) -> tuple[QWidget, QHBoxLayout]:
        row = QWidget(self.panel.foot)
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(size.SPACE_8)
        return row, line

    def _add_button(self, row: QWidget, handling: Handling, title: str, do: Callable[[], object]) -> QPushButton:
        button = QPushButton(title, row)
        button.setAutoDefault(False)
        button.setToolTip(with_shortcut(title, f"alerts.{handling.value}"))
        button.clicked.connect(lambda _checked=False: do())
        self._buttons[handling] = button
        return button

    def _bind_actions(self) -> None:
        here = self.actions_here
        here.bind("alerts.group", self._grouped.toggle)
        for handling in self._buttons:
            is_asked = handling is not Handling.ACKNOWLEDGE
            here.bind(
                f"alerts.{handling.value}", partial(self.ask_to_close, handling) if is_asked else self.acknowledge
            )
        if self._watch is not None:
            here.bind("alerts.watch", self.watch)
        if may(self._actor, Right.SET_POLICY):
            here.bind("alerts.thresholds", self.set_thresholds)

    def _question(self) -> AlertQuestion:
        return AlertQuestion(
            status=self.head.choice("status"),
            severity=self.head.choice("severity"),
            alert_type=self.head.choice("type"),
            text=self.head.text,
        )

    def _show_answer(self, question: AlertQuestion, answer: AlertAnswer) -> None:
        if question != self._question():
            # Another one is about to be asked: what is filtered by has changed meanwhile.
            return
        self._answer = answer
        self._show_lines()
        suffix = self.tr("only the newest are listed: filter to see others") if answer.is_cut else ""
        self.show_counts(len(answer.alerts), answer.total, suffix)

    def _show_lines(self) -> None:
        found = alert_lines(self._answer.alerts, grouped=self._grouped.isChecked(), opened=self._opened)
        lines = [replace(line, pending=len(self._waiting(line))) for line in found]
        self.listing.show_rows(lines, self._answer.total)

    def _on_grouped(self, is_grouped: bool) -> None:
        self._surroundings.settings.setValue(_GROUPED_SETTING, is_grouped)
        self._show_lines()

    def _on_fold(self, key: int, opened: bool) -> None:
        line = self.listing.model.held(key)
        if line is not None:
            (self._opened.add if opened else self._opened.discard)(line.id)
            self._show_lines()

    def _show_chosen(self) -> None:
        line: AlertLine | None = self.listing.chosen
        if line is None:
            self.panel.show_nothing()
        else:
            self.panel.show_line(line, self._waiting(line))
        self.show_what_can_be_done()

    def _targets(self, handling: Handling) -> tuple[AlertEntry, ...]:
        """The alerts of the chosen line with which this can be done."""
        line: AlertLine | None = self.listing.chosen
        if line is None:
            return ()
        is_close = handling is not Handling.ACKNOWLEDGE
        waiting = self._surroundings.firm.of_row
        return tuple(
            each
            for each in line.alerts
            if (each.may_close if is_close else each.may_acknowledge) and not waiting(each.id)
        )

    def _waiting(self, line: AlertLine) -> tuple[PendingView, ...]:
        """What about the alerts of a line waits for a server; each command once."""
        found = {each.id: each for alert in line.alerts for each in self._surroundings.firm.of_row(alert.id)}
        return tuple(found.values())

    def _handle(self, handling: Handling, comment: str) -> None:
        ids = [alert.id for alert in self._targets(handling)]
        if ids:
            work = partial(handle_alerts, self._workspace, handling, ids, comment)
            self.write_in_background(self.tr("Handling alerts"), work, partial(self._on_handled, handling))

    def _on_handled(self, handling: Handling, count: int) -> None:
        counted = self._display.numbers.count(count)
        said = {
            Handling.ACKNOWLEDGE: self.tr("Alerts acknowledged: {n}."),
            Handling.RESOLVE: self.tr("Alerts resolved: {n}."),
            Handling.DISMISS: self.tr("Alerts marked as false positives: {n}."),
        }[handling]
        self.said.emit(said.format(n=counted))

    def _on_watched(self, raised: tuple[RiskAlert, ...]) -> None:
        counted = self._display.numbers.count(len(raised))
        said = self.tr("Nothing unusual that was not known.")
        if raised:
            said = self.tr("New alerts: {n}.").format(n=counted)
        self.said.emit(said)

    def _challenge_id(self) -> str | None:
        line: AlertLine | None = self.listing.chosen
        return None if line is None else line.first.challenge_id

    def _open_challenge(self) -> None:
        challenge_id = self._challenge_id()
        if challenge_id is not None:
            self.challenge_asked.emit(challenge_id)
