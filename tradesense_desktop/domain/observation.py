"""How well a challenge was observed: what its equity between two closed trades is known from."""

from datetime import datetime
from typing import Final

from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.verdict import Quality

LARGEST_COVERED_GAP: Final = 60
"""Seconds between two equity samples up to which they count as covering the time between."""


def quality_of(state: ChallengeState, at: datetime) -> Quality:
    """What a judgement at `at` rests on.

    PROVEN only where equity samples cover the whole time from the start to `at` without a larger gap than
    `LARGEST_COVERED_GAP`. Trades state no worst excursion yet, so nothing is ESTIMATED.
    """
    if state.last_sample_at is None or state.largest_gap > LARGEST_COVERED_GAP:
        return Quality.CLOSED_TRADES_ONLY
    if (at - state.last_sample_at).total_seconds() > LARGEST_COVERED_GAP:
        return Quality.CLOSED_TRADES_ONLY
    return Quality.PROVEN
