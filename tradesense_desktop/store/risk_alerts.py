"""Risk alerts: the open ones, and what became of the others."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import bindparam, insert, select, update

from tradesense_desktop.audit.sealing import Place
from tradesense_desktop.domain.alert import RiskAlert
from tradesense_desktop.store.challenges import read_owner
from tradesense_desktop.store.errors import AlertUnknown
from tradesense_desktop.store.key_errors import KeyMissing
from tradesense_desktop.store.sealed_columns import Opener, Sealer
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
    rows = reading.core.execute(_OF_CHALLENGE, {"challenge_id": challenge_id}).mappings()
    opener = Opener(reading)
    return tuple(_alert(opener, dict(row)) for row in rows)


def read_alert(reading: Reading, alert_id: str) -> RiskAlert:
    """The alert with this id; raises AlertUnknown."""
    row = reading.core.execute(_BY_ID, {"alert_id": alert_id}).mappings().one_or_none()
    if row is None:
        raise AlertUnknown(alert_id)
    return _alert(Opener(reading), dict(row))


def insert_alerts(transaction: Transaction, alerts: Sequence[RiskAlert]) -> None:
    """Write new alerts as they are, their metadata sealed.

    Raises KeyMissing, KeyLocked and KeyDestroyed where one has metadata that cannot be sealed.
    """
    if alerts:
        rows = [{**_values(alert, _COLUMNS), "metadata": _sealed_metadata(transaction, alert)} for alert in alerts]
        transaction.core.execute(_INSERT, rows)


def write_updated_alerts(transaction: Transaction, alerts: Sequence[RiskAlert]) -> None:
    """Write what became of alerts; raises AlertUnknown where there is no such row."""
    for alert in alerts:
        values = {**_values(alert, _MOVING), "alert_id": alert.id}
        if transaction.core.execute(_UPDATE, values).rowcount != 1:
            raise AlertUnknown(alert.id)


def _alert(opener: Opener, row: Mapping[str, Any]) -> RiskAlert:
    metadata = opener.opened(_metadata_place(row["id"]), row["metadata"] or {})
    return RiskAlert(**{**row, "metadata": metadata})


def _sealed_metadata(transaction: Transaction, alert: RiskAlert) -> dict[str, Any] | None:
    if not alert.metadata:
        return {}
    owner_id = alert.user_id
    if owner_id is None and alert.challenge_id is not None:
        owner_id = read_owner(transaction, alert.challenge_id)
    if owner_id is None:
        raise KeyMissing
    return Sealer(transaction, owner_id).sealed(_metadata_place(alert.id), alert.metadata)


def _metadata_place(alert_id: str) -> Place:
    return Place("risk_alerts", "metadata", alert_id)


def _values(alert: RiskAlert, names: Sequence[str]) -> dict[str, Any]:
    return {name: getattr(alert, name) for name in names}
