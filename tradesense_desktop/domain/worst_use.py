"""The worst use of each loss limit in the course of a challenge, as an administrator wants to see it."""

from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.loss_rule import LossRuleName, LossTracker
from tradesense_desktop.domain.money import ZERO, Fraction, Money, quotient


@dataclass(frozen=True, slots=True)
class LimitUse:
    """How far a loss limit was used at a moment: `lost` of the `amount` that might be.

    `observed` is the balance or the equity that the rule looks at, `sequence_number` the event after which it stood.
    """

    rule: LossRuleName
    lost: Money
    amount: Money
    observed: Money
    floor: Money
    at: datetime
    sequence_number: int

    @property
    def used(self) -> Fraction:
        """The part of the limit that was used: 1 at the floor; it may pass 1."""
        return quotient(self.lost, self.amount)


class WorstUse:
    """Watches a challenge being replayed; `of` tells the worst use of a limit after the settlements so far.

    A rule that is judged when the day closes is looked at where the day closed, and not within the day.
    """

    def __init__(self) -> None:
        self._worst: dict[LossRuleName, LimitUse] = {}
        self._at_the_last_event: dict[LossRuleName, LimitUse] = {}

    def of(self, rule: LossRuleName) -> LimitUse | None:
        """The worst use of the limit; None where the rules have no such limit or nothing has used any of it."""
        return self._worst.get(rule)

    def note(self, state: ChallengeState, event_type: str, sequence_number: int, at: datetime) -> None:
        """Look at the state as it stands after an event."""
        if event_type == EventType.DAILY_PNL_CALCULATED:
            for at_the_close in self._at_the_last_event.values():
                self._keep(at_the_close)
            self._at_the_last_event.clear()
        if not state.is_settled:
            return
        for tracker in state.trackers:
            use = _use(tracker, state, sequence_number, at)
            if use is None:
                self._at_the_last_event.pop(tracker.rule.name, None)
            elif tracker.is_intraday:
                self._keep(use)
            else:
                self._at_the_last_event[tracker.rule.name] = use

    def _keep(self, use: LimitUse) -> None:
        worst = self._worst.get(use.rule)
        if worst is None or use.lost * worst.amount > worst.lost * use.amount:
            self._worst[use.rule] = use


def _use(tracker: LossTracker, state: ChallengeState, sequence_number: int, at: datetime) -> LimitUse | None:
    observed = state.current_balance if tracker.observes_balance else state.current_equity
    lost = tracker.amount - (observed - tracker.floor)
    if tracker.amount <= ZERO or lost <= ZERO:
        return None
    return LimitUse(tracker.rule.name, lost, tracker.amount, observed, tracker.floor, at, sequence_number)
