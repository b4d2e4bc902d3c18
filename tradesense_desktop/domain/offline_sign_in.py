"""Signing in without the firm's server: for how long after the last time with it."""

from datetime import datetime, timedelta
from typing import Final

FIRST_DAYS: Final = 30
MOST_DAYS: Final = 90
_CLOCK_TOLERANCE: Final = timedelta(days=1)


def is_still_valid(proved_at: datetime, days: int, now: datetime) -> bool:
    """Whether a password that the server took at `proved_at` is enough for `days` days, as it is `now` (aware UTC).

    A clock that was set back gives no more time. Source: spec/security.md, "Signing in".
    """
    return proved_at - _CLOCK_TOLERANCE <= now < proved_at + timedelta(days=days)
