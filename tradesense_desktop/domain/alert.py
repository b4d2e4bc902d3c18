"""Risk alerts: what a person should look at, and what became of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from tradesense_desktop.domain.errors import AlertClosed
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.money import Fraction, decimal_text


class AlertType(StrEnum):
    """Alerts that the program raises; the list is open."""

    HIGH_DAILY_DRAWDOWN = "HIGH_DAILY_DRAWDOWN"
    HIGH_TOTAL_DRAWDOWN = "HIGH_TOTAL_DRAWDOWN"
    DAILY_DRAWDOWN_EXCEEDED = "DAILY_DRAWDOWN_EXCEEDED"
    TOTAL_DRAWDOWN_EXCEEDED = "TOTAL_DRAWDOWN_EXCEEDED"
    PROFIT_TARGET_REACHED = "PROFIT_TARGET_REACHED"
    INACTIVE_TRADING = "INACTIVE_TRADING"
    UNUSUAL_ACTIVITY = "UNUSUAL_ACTIVITY"
    RISK_SCORE_SPIKE = "RISK_SCORE_SPIKE"


class AlertSeverity(StrEnum):
    """How much an alert matters."""

    LOW = "LOW"
    MEDIUM = "MEDIUM"
    HIGH = "HIGH"
    CRITICAL = "CRITICAL"


class AlertStatus(StrEnum):
    """What became of an alert."""

    ACTIVE = "ACTIVE"
    ACKNOWLEDGED = "ACKNOWLEDGED"
    RESOLVED = "RESOLVED"
    FALSE_POSITIVE = "FALSE_POSITIVE"


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAlert:
    """One alert; one field a column of the table `risk_alerts`. Times are aware UTC.

    `threshold_breached` is the part of one that was passed (0.8 of a limit, the limit itself, the target).
    """

    id: str
    challenge_id: str | None
    user_id: str | None
    alert_type: str
    severity: AlertSeverity
    title: str
    message: str
    alert_data: dict[str, Any]
    status: AlertStatus = AlertStatus.ACTIVE
    acknowledged_at: datetime | None = None
    acknowledged_by: str | None = None
    resolved_at: datetime | None = None
    resolved_by: str | None = None
    recommended_actions: str | None = None
    threshold_breached: Fraction | None = None
    created_at: datetime
    updated_at: datetime
    correlation_id: str | None = None
    rule_id: str | None = None
    metadata: Mapping[str, Any]

    def moved(self, status: AlertStatus, *, by: str, at: datetime) -> "RiskAlert":
        """The alert after a person acknowledged, resolved or dismissed it. Raises AlertClosed."""
        if self.status in _ENDS or status is AlertStatus.ACTIVE or status is self.status:
            raise AlertClosed(self.id, self.status, status)
        moment = max(at, self.created_at)
        if status is AlertStatus.ACKNOWLEDGED:
            return replace(self, status=status, acknowledged_at=moment, acknowledged_by=by, updated_at=moment)
        return replace(self, status=status, resolved_at=moment, resolved_by=by, updated_at=moment)

    def as_json(self) -> dict[str, Any]:
        """Every column as event data holds it; the private metadata has no place in what is kept for good."""
        values = {name: _json_value(getattr(self, name)) for name in self.__dataclass_fields__}
        return {**values, "metadata": {}}


def _json_value(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    return decimal_text(value) if isinstance(value, Decimal) else value


_ENDS = frozenset({AlertStatus.RESOLVED, AlertStatus.FALSE_POSITIVE})
