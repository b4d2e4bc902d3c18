"""Read the equity curve of a challenge: its events replayed, with the limits that moved along."""

from array import array
from dataclasses import fields
from datetime import date, datetime, timedelta
from math import nan
from typing import Any, Final

import numpy as np

from tradesense_desktop.analytics.equity_series import EquitySeries
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.instant import parse_instant
from tradesense_desktop.domain.limits import limits
from tradesense_desktop.domain.loss_rule import LossRuleName, LossTracker
from tradesense_desktop.domain.progress import Progress, ProgressReport, unwatched
from tradesense_desktop.domain.replay import Replayer
from tradesense_desktop.domain.state_record import rules_of
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import check_visible
from tradesense_desktop.store.challenges import read_challenge
from tradesense_desktop.store.column_cache import ColumnCache
from tradesense_desktop.store.event_log import StreamedEvent, read_head, stream_events
from tradesense_desktop.store.transaction import Reading

_EVENTS_BETWEEN_REPORTS: Final = 500
_ARRAYS: Final = tuple(field.name for field in fields(EquitySeries) if field.name not in ("target", "breach"))
_NO_BREACH: Final = -1


def read_equity_curve(workspace: Workspace, challenge_id: str, progress: ProgressReport = unwatched) -> EquitySeries:
    """The curve of a challenge; from the column cache where the history has not grown since."""
    cache = ColumnCache(workspace.cache_directory, keeps=not workspace.is_encrypted)
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        challenge = read_challenge(reading, challenge_id)
        head = read_head(reading, challenge_id)
        standing = limits(challenge).target
        # Numbers for a screen: it has no more digits than a double.
        target = None if standing is None else float(standing.equity)
        kept = cache.load(challenge_id, head)
        if kept is not None:
            breach = int(kept["breach"][0])
            return EquitySeries(
                **{name: kept[name] for name in _ARRAYS}, target=target, breach=None if breach == _NO_BREACH else breach
            )
        series = _replayed(reading, challenge, head.sequence_number, target, progress)
    arrays: dict[str, Any] = {name: getattr(series, name) for name in _ARRAYS}
    arrays["breach"] = np.array([_NO_BREACH if series.breach is None else series.breach])
    try:
        cache.store(challenge_id, head, arrays)
    except OSError:
        # A full or read-only disk costs the next opening some time and nothing else.
        cache.forget(challenge_id)
    return series


def _replayed(
    reading: Reading, challenge: Challenge, events: int, target: float | None, progress: ProgressReport
) -> EquitySeries:
    replayer = Replayer()
    drawing = _Drawing(challenge)
    for event in stream_events(reading, challenge.id):
        replayer.apply(event.event_type, event.event_data, challenge_id=challenge.id, recorded_at=event.recorded_at)
        drawing.follow(event, replayer.state)
        if event.sequence_number % _EVENTS_BETWEEN_REPORTS == 0:
            progress(Progress("Reading the equity curve", event.sequence_number, events))
    return drawing.series(target)


class _Drawing:
    """The points of a curve, collected event by event."""

    def __init__(self, challenge: Challenge) -> None:
        self._challenge = challenge
        self._times = array("d")
        self._equity = array("d")
        self._peak = array("d")
        self._daily_floor = array("d")
        self._maximum_loss_floor = array("d")
        self._numbers = array("q")
        self._breach: int | None = None
        self._last_at: datetime | None = None
        self._state: ChallengeState | None = None
        self._daily: LossTracker | None = None
        self._maximum: LossTracker | None = None

    def follow(self, event: StreamedEvent, state: ChallengeState) -> None:
        """Add the point that the event makes, if it makes one."""
        kind, data = event.event_type, event.event_data
        if kind == EventType.TRADE_EXECUTED:
            self._add(event.occurred_at, state, data["trade"]["sequence_number"])
        elif kind == EventType.CHALLENGE_STATUS_CHANGED:
            self._add(event.occurred_at, state, 0)
        elif kind == EventType.BALANCE_ADJUSTED:
            if not data["outside_money"]:
                self._add(event.occurred_at, state, 0)
        elif kind == EventType.EQUITY_RECORDED:
            self._add(event.occurred_at, state, 0)
        elif kind == EventType.DAILY_PNL_CALCULATED:
            # The floor of the new day stands from its reset on, without a row of its own.
            self._add(parse_instant(data["reset_at"]), state, 0)
        elif kind == EventType.CHALLENGE_FAILED and state.is_broken and self._times:
            self._breach = len(self._times) - 1

    def series(self, target: float | None) -> EquitySeries:
        """What was collected, as arrays."""
        return EquitySeries(
            times=np.array(self._times),
            equity=np.array(self._equity),
            peak=np.array(self._peak),
            daily_floor=np.array(self._daily_floor),
            maximum_loss_floor=np.array(self._maximum_loss_floor),
            sequence_numbers=np.array(self._numbers, dtype=np.int64),
            day_bounds=np.array(self._day_bounds(), dtype=np.float64),
            target=target,
            breach=self._breach,
        )

    def _add(self, at: datetime, state: ChallengeState, sequence_number: int) -> None:
        if state is not self._state:  # a replay has one state, and that has its trackers for good
            self._state = state
            self._daily = state.tracker(LossRuleName.DAILY_LOSS)
            self._maximum = state.tracker(LossRuleName.MAXIMUM_LOSS)
        self._last_at = at
        self._times.append(at.timestamp())
        self._equity.append(float(state.current_equity))
        self._peak.append(float(state.peak))
        self._daily_floor.append(nan if self._daily is None else float(self._daily.floor))
        self._maximum_loss_floor.append(nan if self._maximum is None else float(self._maximum.floor))
        self._numbers.append(sequence_number)

    def _day_bounds(self) -> list[float]:
        """Every reset between the first and the last point."""
        started_at, reset = self._challenge.started_at, rules_of(self._challenge).reset
        if started_at is None or self._last_at is None:
            return []
        day: date = reset.day_of(started_at)
        last: date = reset.day_of(self._last_at)
        bounds = []
        while day < last:
            bounds.append(reset.end(day).timestamp())
            day += timedelta(days=1)
        return bounds
