"""What stands beside the list of alerts: one alert whole, or what a group holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget

from tradesense_desktop.services.alert_views import AlertEntry
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.formatting.firm import state_word, told
from tradesense_desktop.ui.formatting.numbers import MASK
from tradesense_desktop.ui.parts.details_panel import DetailsPanel
from tradesense_desktop.ui.views.admin.alert_lines import AlertLine
from tradesense_desktop.ui.views.admin.alert_words import (
    challenge_words,
    data_pairs,
    severity_icon,
    severity_tone,
    severity_word,
    status_word,
    type_word,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tradesense_desktop.services.read_pending import PendingView

translate = QCoreApplication.translate

_MOST_MEMBERS = 30
"""More lines than this are for the list, not for the panel beside it."""


class AlertDetails(DetailsPanel):
    """Shows a line of the list of alerts."""

    def __init__(self, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(
            "alert",
            translate("Alerts", "No alert chosen"),
            translate("Alerts", "Choose a line of the list to see what was found, and what to do."),
            parent,
        )
        self._display = display
        self.pending = self.add_section(translate("Alerts", "Waits for the server"))
        self.advice = self.add_section(translate("Alerts", "What to do"))
        self.data = self.add_section(translate("Alerts", "What was measured"))
        self.members = self.add_section(translate("Alerts", "Raised together"))

    def show_line(self, line: AlertLine, waiting: Sequence[PendingView] = ()) -> None:
        """Show this line, and what about it waits for a server."""
        alert = line.first
        title = alert.title
        if line.is_head:
            counted = self._display.numbers.count(len(line.alerts))
            title = translate("Alerts", "{n} alerts that were raised together").format(n=counted)
        sentence = "" if line.is_head else self._hidden(alert.message)
        self.show_head(severity_icon(alert.severity), severity_tone(alert.severity), title, sentence)
        self._show_facts(line, alert)
        for section in (self.pending, self.advice, self.data, self.members):
            section.clear()
        for command in waiting:
            self.pending.add(state_word(command.state), told(command.title, is_masked=self._display.is_masked))
        if line.is_head:
            for each in line.alerts[:_MOST_MEMBERS]:
                self.members.add(severity_word(each.severity), each.title, tone=severity_tone(each.severity))
            further = len(line.alerts) - _MOST_MEMBERS
            if further > 0:
                counted = self._display.numbers.count(further)
                self.members.add_text(translate("Alerts", "and {n} more: open the group to see them").format(n=counted))
            return
        self.advice.add_text(alert.recommended_actions or "")
        for label, text in data_pairs(alert, self._display):
            self.data.add(label, text)

    def _show_facts(self, line: AlertLine, alert: AlertEntry) -> None:
        facts, times = self.facts, self._display.times
        facts.clear()
        facts.add(translate("Alerts", "Severity"), severity_word(alert.severity), tone=severity_tone(alert.severity))
        if not line.is_head:
            facts.add(translate("Alerts", "Kind"), type_word(alert.alert_type))
            facts.add(translate("Alerts", "Status"), status_word(alert.status))
        facts.add(translate("Alerts", "Challenge"), challenge_words(alert, self._display))
        facts.add(translate("Alerts", "Trader"), alert.owner_name or "")
        zone = times.zone_name()
        facts.add(translate("Alerts", "Raised"), f"{times.instant(alert.raised_at)} {zone}")
        if line.is_head:
            return
        if alert.acknowledged_at is not None:
            done = translate("Alerts", "{who}, {when}")
            said = done.format(who=alert.acknowledged_by or "–", when=times.instant(alert.acknowledged_at))
            facts.add(translate("Alerts", "Acknowledged"), f"{said} {zone}")
        if alert.resolved_at is not None:
            done = translate("Alerts", "{who}, {when}")
            said = done.format(who=alert.resolved_by or "–", when=times.instant(alert.resolved_at))
            facts.add(status_word(alert.status), f"{said} {zone}")

    def _hidden(self, text: str) -> str:
        """Messages hold amounts: privacy mode hides them whole."""
        return MASK if self._display.is_masked else text
