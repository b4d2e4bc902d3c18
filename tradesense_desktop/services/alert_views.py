"""What screens and the command line show of alerts: entries, pages of them, and what one command raised together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus
from tradesense_desktop.domain.money import Fraction, Money


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertEntry:
    """One alert in a list. Times are aware UTC; people are named as whoever looks may know them.

    The challenge's terms are None for an alert of no challenge. `may_acknowledge` and `may_close` say what whoever
    looks can do with it as it stands.
    """

    id: str
    challenge_id: str | None
    challenge_name: str | None
    challenge_type: str | None
    initial_balance: Money | None
    currency: str | None
    owner_name: str | None
    alert_type: str
    severity: AlertSeverity
    status: AlertStatus
    title: str
    message: str
    recommended_actions: str | None
    rule_id: str | None
    threshold: Fraction | None
    alert_data: Mapping[str, Any]
    raised_at: datetime
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    resolved_at: datetime | None
    resolved_by: str | None
    correlation_id: str | None
    may_acknowledge: bool
    may_close: bool


@dataclass(frozen=True, slots=True)
class AlertPage:
    """Alerts, newest first; `next_after` is what the following page is asked with, None after the last one.

    `by_severity` counts what the filter leaves when no severity is chosen, worst first, none left out.
    """

    alerts: tuple[AlertEntry, ...]
    by_severity: Mapping[AlertSeverity, int]
    next_after: str | None


@dataclass(frozen=True, slots=True)
class AlertGroup:
    """All that one command raised, newest first; an alert without a correlation stands alone."""

    correlation_id: str | None
    alerts: tuple[AlertEntry, ...]

    @property
    def severity(self) -> AlertSeverity:
        """The worst of its alerts."""
        return max((alert.severity for alert in self.alerts), key=list(AlertSeverity).index)

    @property
    def open_count(self) -> int:
        """How many of its alerts nobody has acknowledged."""
        return sum(alert.status is AlertStatus.ACTIVE for alert in self.alerts)


@dataclass(frozen=True, slots=True)
class AlertGroupPage:
    """Groups, that of the newest alert first; a group stands whole on the page of its newest alert."""

    groups: tuple[AlertGroup, ...]
    by_severity: Mapping[AlertSeverity, int]
    next_after: str | None
