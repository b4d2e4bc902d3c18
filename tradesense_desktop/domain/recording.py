"""What one command on one challenge writes: events in order, trades, alerts."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.alert import RiskAlert
from tradesense_desktop.domain.event import Event, EventData, EventType
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.trade import RecordedTrade


@dataclass(frozen=True, slots=True)
class Recorded:
    """Everything recorded since the last time it was asked for, each in the order in which it came.

    `updated_alerts` are alerts whose row has to be changed; `alerts` are new.
    """

    events: list[Event]
    trades: list[RecordedTrade]
    alerts: list[RiskAlert]
    updated_alerts: list[RiskAlert]


class Recording:
    """The events, trades and alerts of one command, collected; hands out ids and sequence numbers.

    `recorded_at` is the clock's reading; an event is never recorded before it occurred, so that the later of the
    two is written. `command_id` becomes the correlation of all of it. One thread.
    """

    __slots__ = (
        "alerts",
        "challenge_id",
        "command_id",
        "currency",
        "events",
        "last_sequence_number",
        "new_id",
        "recorded_at",
        "recorded_at_text",
        "trades",
        "updated_alerts",
        "user_id",
    )

    def __init__(
        self, *, last_sequence_number: int, command_id: str, recorded_at: datetime, new_id: Callable[[], str]
    ) -> None:
        self.last_sequence_number = last_sequence_number
        self.command_id = command_id
        self.recorded_at = recorded_at
        self.recorded_at_text = instant_text(recorded_at)
        self.new_id = new_id
        self.challenge_id = ""
        self.user_id = ""
        self.currency = ""
        self.events: list[Event] = []
        self.trades: list[RecordedTrade] = []
        self.alerts: list[RiskAlert] = []
        self.updated_alerts: list[RiskAlert] = []

    def emit(
        self,
        event_type: EventType,
        event_data: EventData,
        occurred_at: datetime,
        sentences: tuple[str, str],
        cause: str | None,
    ) -> str:
        """Record an event and return its id; `sentences` are those for the auditor and for the trader."""
        event_id = self.new_id()
        self.last_sequence_number += 1
        self.events.append(
            Event(
                event_id,
                self.challenge_id,
                self.last_sequence_number,
                event_type,
                event_data,
                sentences[0],
                sentences[1],
                occurred_at,
                max(self.recorded_at, occurred_at),
                self.command_id,
                cause,
            )
        )
        return event_id

    def drain(self) -> Recorded:
        """Hand over what was collected since the last time."""
        recorded = Recorded(self.events, self.trades, self.alerts, self.updated_alerts)
        self.events, self.trades, self.alerts, self.updated_alerts = [], [], [], []
        return recorded
