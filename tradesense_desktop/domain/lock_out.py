"""The waiting after wrong passwords: five are free, then each doubles the wait, up to a quarter of an hour."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

FREE_FAILURES: Final = 5
FIRST_WAIT: Final = timedelta(seconds=30)
LONGEST_WAIT: Final = timedelta(minutes=15)
LONGEST_MEMORY: Final = timedelta(days=30)
"""Failures older than this do not count any more."""


def locked_until(failures: Sequence[datetime], now: datetime) -> datetime | None:
    """Until when an account waits, or None where the next password is looked at.

    `failures` are the wrong passwords since the last right one, newest first (aware UTC). Source: spec/security.md,
    "Signing in".
    """
    counted = [at for at in failures if at > now - LONGEST_MEMORY]
    if len(counted) < FREE_FAILURES:
        return None
    doublings = min(len(counted) - FREE_FAILURES, 16)
    until = counted[0] + min(LONGEST_WAIT, FIRST_WAIT * 2**doublings)
    # A clock that was set back would make the account wait for as long as that.
    return until if now < until <= now + LONGEST_WAIT else None
