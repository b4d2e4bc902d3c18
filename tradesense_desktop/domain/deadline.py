"""Limits in calendar days: how long a challenge may last, and how long nobody may trade."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from tradesense_desktop.domain.challenge import ChallengeStatus
from tradesense_desktop.domain.challenge_state import ChallengeState


@dataclass(frozen=True, slots=True)
class Deadline:
    """The instant from which a limit in days is passed; `rule` is the key of the rule set."""

    rule: str
    days: int
    at: datetime


def deadline_of(state: ChallengeState) -> Deadline | None:
    """The first limit in days that will run out, or None.

    Days are those of the reset zone. A challenge of N days started on day 1 ends with day N. N days of inactivity
    are N whole days after the day of the last trade (or of the start).
    """
    if state.status is not ChallengeStatus.ACTIVE or not state.rules.is_judged or state.started_at is None:
        return None
    reset = state.rules.reset
    deadlines: list[Deadline] = []
    lasting, idle = state.rules.max_duration_days, state.rules.inactivity_days
    if lasting is not None:
        end = reset.day_of(state.started_at) + timedelta(days=lasting)
        deadlines.append(Deadline("max_duration_days", lasting, reset.start(end)))
    if idle is not None:
        last = reset.day_of(state.last_trade_at or state.started_at)
        deadlines.append(Deadline("inactivity_days", idle, reset.start(last + timedelta(days=idle + 1))))
    return min(deadlines, key=lambda each: each.at, default=None)
