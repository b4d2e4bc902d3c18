"""Risk alerts: the open ones, and what became of the others."""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from tradesense_desktop.domain.alert import RiskAlert
from tradesense_desktop.store.errors import AlertUnknown
from tradesense_desktop.store.tables import risk_alerts
from tradesense_desktop.store.transaction import Reading, Transaction

_COLUMNS: Final = tuple(RiskAlert.__dataclass_fields__)
_MOVING: Final = ("status", "acknowledged_at", "acknowledged_by", "resolved_at", "resolved_by")

_SELECT = select(*(risk_alerts.c[name] for name in _COLUMNS))
_BY_ID = _SELECT.where(risk_alerts.c.id == bindparam("alert_id"))
_OF_CHALLENGE = _SELECT.where(risk_alerts.c.challenge_id == bindparam("challenge_id")).order_by(
    risk_alerts.c.created_at, risk_alerts.c.id
)
_INSERT = insert(risk_alerts)
_UPDATE = (
    update(risk_alerts)
    .where(risk_alerts.c.id == bindparam("alert_id"))
    .values({name: bindparam(name) for name in _MOVING})
)


def list_alerts(reading: Reading, challenge_id: str) -> tuple[RiskAlert, ...]:
    """Every alert of a challenge, oldest first."""
    return tuple(
        RiskAlert(**values) for values in reading.core.execute(_OF_CHALLENGE, {"challenge_id": challenge_id}).mappings()
    )


def read_alert(reading: Reading, alert_id: str) -> RiskAlert:
    """The alert with this id; raises AlertUnknown."""
    row = reading.core.execute(_BY_ID, {"alert_id": alert_id}).mappings().one_or_none()
    if row is None:
        raise AlertUnknown(alert_id)
    return RiskAlert(**row)


def insert_alerts(transaction: Transaction, alerts: Sequence[RiskAlert]) -> None:
    """Write new alerts as they are."""
    if alerts:
        transaction.core.execute(_INSERT, [_values(alert, _COLUMNS) for alert in alerts])


def write_updated_alerts(transaction: Transaction, alerts: Sequence[RiskAlert]) -> None:
    """Write what became of alerts; raises AlertUnknown where there is no such row."""
    for alert in alerts:
        values = {**_values(alert, _MOVING), "alert_id": alert.id}
        if transaction.core.execute(_UPDATE, values).rowcount != 1:
            raise AlertUnknown(alert.id)


def _values(alert: RiskAlert, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in names}
