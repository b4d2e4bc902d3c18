"""Reading and handling alerts for the screen: pure work for a background thread."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus, RiskAlert
from tradesense_desktop.domain.progress import Progress, ProgressReport
from tradesense_desktop.services.alert_views import AlertEntry
from tradesense_desktop.services.handle_alert import (
    AlertHandledBefore,
    acknowledge_alert,
    dismiss_alert,
    resolve_alert,
)
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_alerts import WhichAlerts, read_alerts

MOST_ALERTS: Final = 2_000
"""Nobody triages more at once; a filter brings the others."""
OPEN: Final = "open"
_PAGE: Final = 500


@dataclass(frozen=True, slots=True)
class AlertQuestion:
    """What the list is filtered by, as it stands in the head; empty for no filter, `OPEN` for what is not closed."""

    status: str = ""
    severity: str = ""
    alert_type: str = ""
    text: str = ""

    @property
    def which(self) -> WhichAlerts:
        """The filter as the service takes it."""
        is_open = self.status == OPEN
        statuses = {AlertStatus.ACTIVE, AlertStatus.ACKNOWLEDGED} if is_open else {AlertStatus(self.status or "ACTIVE")}
        return WhichAlerts(
            statuses=frozenset(statuses if self.status else ()),
            severities=frozenset([AlertSeverity(self.severity)] if self.severity else ()),
            alert_types=frozenset([self.alert_type] if self.alert_type else ()),
            text=self.text,
        )


@dataclass(frozen=True, slots=True)
class AlertAnswer:
    """The alerts that the filter leaves, of `total`; `is_cut` says that there are more than a list shows."""

    alerts: tuple[AlertEntry, ...]
    total: int
    is_cut: bool


class Handling(StrEnum):
    """What can be done with an alert."""

    ACKNOWLEDGE = "acknowledge"
    RESOLVE = "resolve"
    DISMISS = "dismiss"


_SERVICES: Final[dict[Handling, Callable[..., RiskAlert]]] = {
    Handling.ACKNOWLEDGE: acknowledge_alert,
    Handling.RESOLVE: resolve_alert,
    Handling.DISMISS: dismiss_alert,
}


def answer_alerts(workspace: Workspace, question: AlertQuestion) -> AlertAnswer:
    """The alerts for a question, the newest of them where there are too many."""
    total = sum(read_alerts(workspace, limit=1).by_severity.values())
    found: list[AlertEntry] = []
    after: str | None = None
    while len(found) < MOST_ALERTS:
        page = read_alerts(workspace, question.which, after=after, limit=_PAGE)
        found += page.alerts
        after = page.next_after
        if after is None:
            break
    return AlertAnswer(tuple(found), total, is_cut=after is not None)


def handle_alerts(
    workspace: Workspace, handling: Handling, ids: Sequence[str], comment: str, progress: ProgressReport
) -> int:
    """Handle these alerts, each in a transaction of its own; how many were handled.

    Of several, those that somebody else has handled meanwhile are passed over; of one alone that is told.
    """
    handled = 0
    for at, alert_id in enumerate(ids):
        progress(Progress(handling.value, at, len(ids)))
        try:
            _SERVICES[handling](workspace, alert_id, comment=comment)
        except AlertHandledBefore:
            if len(ids) == 1:
                raise
        else:
            handled += 1
    return handled
