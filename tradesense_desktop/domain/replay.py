"""Replay: the row of a challenge, folded from nothing but its events."""

from collections.abc import Callable, Iterable
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from typing import Any, Final

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.consequences import decision_of
from tradesense_desktop.domain.errors import ReplayBroken
from tradesense_desktop.domain.event import Event, EventData, EventType
from tradesense_desktop.domain.instant import parse_instant
from tradesense_desktop.domain.opening import challenge_from
from tradesense_desktop.domain.state_record import moved_columns, state_of


class Replayer:
    """Applies events one after the other, from CHALLENGE_CREATED on; `state` is how things stand after each.

    Amounts and floors are read from `state` (equity, peak, `tracker(…).floor`) without building the row. Event
    data is the JSON object, read. One thread.
    """

    __slots__ = ("_appliers", "_challenge", "_state", "events_applied", "last_recorded_at")

    def __init__(self) -> None:
        self._challenge: Challenge | None = None
        self._state: ChallengeState | None = None
        self.events_applied = 0
        self.last_recorded_at: datetime | None = None
        self._appliers: dict[str, Callable[[ChallengeState, EventData], object]] = _APPLIERS

    @property
    def state(self) -> ChallengeState:
        """How things stand after the last event. Raises ReplayBroken before the first one."""
        if self._state is None:
            raise ReplayBroken("the beginning", "a challenge begins with CHALLENGE_CREATED")
        return self._state

    def apply(self, event_type: str, event_data: EventData, *, challenge_id: str, recorded_at: datetime) -> None:
        """Apply the next event. Raises ReplayBroken where it cannot be the next one."""
        self.events_applied += 1
        self.last_recorded_at = recorded_at
        if self._state is None:
            if event_type != EventType.CHALLENGE_CREATED:
                raise ReplayBroken(event_type, "a challenge begins with CHALLENGE_CREATED")
            self._challenge = challenge_from(event_data, challenge_id=challenge_id, created_at=recorded_at, metadata={})
            self._state = state_of(self._challenge)
            return
        applier = self._appliers.get(event_type)
        if applier is not None:
            if self._state.status.is_end:
                raise ReplayBroken(event_type, f"the challenge had ended as {self._state.status}")
            applier(self._state, event_data)
        elif event_type not in LEAVES_STATE:
            raise ReplayBroken(event_type, "no such event is known here")
        elif event_type == EventType.RISK_ALERT_RAISED:
            _note_alert(self._state, event_data)

    def challenge(self) -> Challenge:
        """The row as it stands; every column but those in `challenge.NOT_REBUILT` is as it was stored."""
        state = self.state
        assert self._challenge is not None
        assert self.last_recorded_at is not None
        columns = {name: getattr(self._challenge, name) for name in Challenge.__dataclass_fields__}
        columns.update(moved_columns(state))
        columns["updated_at"] = max(self.last_recorded_at, self._challenge.created_at)
        return Challenge(**columns)


def replay(events: Iterable[Event]) -> Challenge:
    """The row of the challenge whose events these are, all of them in order. Raises ReplayBroken."""
    replayer = Replayer()
    for event in events:
        replayer.apply(
            event.event_type, event.event_data, challenge_id=event.challenge_id, recorded_at=event.recorded_at
        )
    return replayer.challenge()


def replay_until(events: Iterable[Event], last_sequence_number: int) -> Challenge:
    """The row as it was after event number `last_sequence_number`, which counts from 1."""
    return replay(islice(events, last_sequence_number))


def _start(state: ChallengeState, data: EventData) -> None:
    state.start(parse_instant(data["started_at"]))


def _trade(state: ChallengeState, data: EventData) -> None:
    trade = data["trade"]
    opened_at = trade["opened_at"]
    state.trade(
        Decimal(trade["realized_pnl"]),
        parse_instant(trade["executed_at"]),
        None if opened_at is None else parse_instant(opened_at),
        data["last_of_time"],
    )


def _adjust(state: ChallengeState, data: EventData) -> None:
    adjustment = data["adjustment"]
    state.book(
        AdjustmentKind(adjustment["kind"]),
        Decimal(adjustment["amount"]),
        parse_instant(adjustment["executed_at"]),
        data["last_of_time"],
    )


def _sample(state: ChallengeState, data: EventData) -> None:
    state.sample(Decimal(data["sample"]), parse_instant(data["at"]))


def _close_day(state: ChallengeState, data: EventData) -> None:
    state.close_day(date.fromisoformat(data["next_trading_date"]))


def _violation(state: ChallengeState, data: EventData) -> None:
    state.breached(decision_of(data))


def _target(state: ChallengeState, data: EventData) -> None:
    state.reach_target(decision_of(data), parse_instant(data["reached_at"]))


def _fail(state: ChallengeState, data: EventData) -> None:
    state.fail(data["failure_reason"], parse_instant(data["ended_at"]))


def _approve(state: ChallengeState, data: EventData) -> None:
    state.approve(data["approver_id"])


def _reject(state: ChallengeState, data: EventData) -> None:
    if data["outcome"] != "FAILED":
        state.reject()


def _fund(state: ChallengeState, data: EventData) -> None:
    state.fund(parse_instant(data["funded_at"]))


def _note_alert(state: ChallengeState, data: dict[str, Any]) -> None:
    alert = data["alert"]
    if alert["rule_id"] == "frozen":
        state.frozen_alert_on = date.fromisoformat(alert["alert_data"]["trading_date"])


_APPLIERS: Final[dict[str, Callable[[ChallengeState, EventData], object]]] = {
    EventType.CHALLENGE_STATUS_CHANGED: _start,
    EventType.TRADE_EXECUTED: _trade,
    EventType.BALANCE_ADJUSTED: _adjust,
    EventType.EQUITY_RECORDED: _sample,
    EventType.DAILY_PNL_CALCULATED: _close_day,
    EventType.RISK_VIOLATION_DETECTED: _violation,
    EventType.PROFIT_TARGET_REACHED: _target,
    EventType.CHALLENGE_FAILED: _fail,
    EventType.FUNDING_APPROVED: _approve,
    EventType.FUNDING_REJECTED: _reject,
    EventType.CHALLENGE_FUNDED: _fund,
}
LEAVES_STATE: Final = frozenset(
    {
        EventType.RISK_ALERT_RAISED,
        EventType.RISK_ALERT_UPDATED,
        EventType.PAYMENT_STATUS_CHANGED,
        EventType.NOTE_ADDED,
    }
)
"""Events that tell of a challenge and move nothing of it; older rows may be recorded after them."""
