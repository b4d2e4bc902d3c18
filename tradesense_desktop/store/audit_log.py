"""The audit log: who did what, one chain a person; what nobody signed in did is in the chain of the device."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import bindparam, func, insert, select

from tradesense_desktop.domain.audit_action import AuditAction
from tradesense_desktop.store.device import device_id_of
from tradesense_desktop.store.tables import audit_log
from tradesense_desktop.store.transaction import Reading, Transaction


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One entry as it stands in the log; `details` is a JSON object without personal data, times are aware UTC."""

    id: str
    stream: str
    sequence_number: int
    actor_id: str | None
    action: str
    target_table: str | None
    target_id: str | None
    details: Mapping[str, Any]
    occurred_at: datetime
    recorded_at: datetime
    device_id: str | None
    previous_hash: str
    hash: str


_COLUMNS: Final = tuple(AuditEntry.__dataclass_fields__)
_LAST = select(func.coalesce(func.max(audit_log.c.sequence_number), 0)).where(
    audit_log.c.stream == bindparam("of_stream")
)
_NEWEST = select(*(audit_log.c[name] for name in _COLUMNS)).order_by(
    audit_log.c.recorded_at.desc(), audit_log.c.stream, audit_log.c.sequence_number.desc()
)
_INSERT = insert(audit_log)


def append_audit(
    transaction: Transaction,
    action: AuditAction,
    *,
    actor_id: str | None,
    target_table: str | None = None,
    target_id: str | None = None,
    details: Mapping[str, Any] | None = None,
    at: datetime | None = None,
) -> None:
    """Write who did what, in the transaction that does it; the store itself links the entry to the one before.

    `details` are for good: no address, no password, nothing that somebody may want erased.
    """
    device_id = device_id_of(transaction)
    stream = actor_id or f"device:{device_id}"
    now = at or datetime.now(UTC)
    last: int = transaction.core.execute(_LAST, {"of_stream": stream}).scalar_one()
    transaction.core.execute(
        _INSERT,
        {
            "id": str(uuid4()),
            "stream": stream,
            "sequence_number": last + 1,
            "actor_id": actor_id,
            "action": action.value,
            "target_table": target_table,
            "target_id": target_id,
            "details": dict(details or {}),
            "occurred_at": now,
            "recorded_at": now,
            "device_id": device_id,
        },
    )


def list_audit_entries(reading: Reading, *, stream: str | None, limit: int) -> tuple[AuditEntry, ...]:
    """The newest entries first, of one stream or of all."""
    query = _NEWEST if stream is None else _NEWEST.where(audit_log.c.stream == stream)
    return tuple(AuditEntry(**values) for values in reading.core.execute(query.limit(limit)).mappings())
