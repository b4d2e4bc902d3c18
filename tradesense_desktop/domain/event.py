"""Events: what happened to a challenge, in order, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeAlias

EventData: TypeAlias = dict[str, Any]
"""JSON object; integers and decimal strings, never a float."""


class EventType(StrEnum):
    """Kinds of events; values are only ever appended."""

    CHALLENGE_CREATED = "CHALLENGE_CREATED"
    CHALLENGE_STATUS_CHANGED = "CHALLENGE_STATUS_CHANGED"
    TRADE_EXECUTED = "TRADE_EXECUTED"
    EQUITY_RECORDED = "EQUITY_RECORDED"
    BALANCE_ADJUSTED = "BALANCE_ADJUSTED"
    DAILY_PNL_CALCULATED = "DAILY_PNL_CALCULATED"
    RISK_VIOLATION_DETECTED = "RISK_VIOLATION_DETECTED"
    PROFIT_TARGET_REACHED = "PROFIT_TARGET_REACHED"
    CHALLENGE_FAILED = "CHALLENGE_FAILED"
    FUNDING_APPROVED = "FUNDING_APPROVED"
    FUNDING_REJECTED = "FUNDING_REJECTED"
    CHALLENGE_FUNDED = "CHALLENGE_FUNDED"
    RISK_ALERT_RAISED = "RISK_ALERT_RAISED"
    RISK_ALERT_UPDATED = "RISK_ALERT_UPDATED"
    PAYMENT_STATUS_CHANGED = "PAYMENT_STATUS_CHANGED"
    NOTE_ADDED = "NOTE_ADDED"


@dataclass(frozen=True, slots=True)
class Event:
    """One event of a challenge, not yet sealed into its hash chain.

    `sequence_number` counts from 1 without a gap in the challenge; `correlation_id` is the command's id and
    `causation_id` the event that led to this one. Times are aware UTC. `metadata` is private: the store seals it, and
    the chain holds `metadata_commitment` alone, which is made when the event is sealed into it.
    """

    id: str
    challenge_id: str
    sequence_number: int
    event_type: EventType
    event_data: EventData
    description: str
    user_friendly_message: str
    occurred_at: datetime
    recorded_at: datetime
    correlation_id: str
    causation_id: str | None
    metadata_commitment: str | None = None
    event_version: str = "v1"
    metadata: Mapping[str, Any] | None = None
