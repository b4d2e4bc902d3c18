"""Series for chart tests: a challenge of weeks, judged by simple floors, from a seed."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from tradesense_desktop.analytics.equity_series import EquitySeries

BEGUN = datetime(2026, 3, 2, 8, 0, tzinfo=UTC).timestamp()
DAY = 86400.0


def series_of(
    times: list[float] | np.ndarray,
    equity: list[float] | np.ndarray,
    *,
    sequence_numbers: list[int] | np.ndarray | None = None,
    daily_floor: list[float] | np.ndarray | None = None,
    maximum_loss_floor: list[float] | np.ndarray | None = None,
    day_bounds: list[float] | np.ndarray = (),
    target: float | None = None,
    breach: int | None = None,
) -> EquitySeries:
    """A series with these columns; floors not given are undefined, rows not given count from zero."""
    amounts = np.array(equity, dtype=np.float64)
    undefined = np.full(len(amounts), np.nan)
    return EquitySeries(
        times=np.array(times, dtype=np.float64),
        equity=amounts,
        peak=np.maximum.accumulate(amounts) if len(amounts) else amounts,
        daily_floor=undefined if daily_floor is None else np.array(daily_floor, dtype=np.float64),
        maximum_loss_floor=undefined if maximum_loss_floor is None else np.array(maximum_loss_floor, dtype=np.float64),
        sequence_numbers=np.arange(len(amounts)) if sequence_numbers is None else np.array(sequence_numbers),
        day_bounds=np.array(day_bounds, dtype=np.float64),
        target=target,
        breach=breach,
    )


def resets(first: float, last: float, zone: str = "Europe/Prague") -> np.ndarray:
    """Midnights of a zone between two times."""
    day = datetime.fromtimestamp(first, UTC).astimezone(ZoneInfo(zone)).date()
    found = []
    while True:
        day = day.fromordinal(day.toordinal() + 1)
        at = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone)).timestamp()
        if at > last:
            return np.array(found)
        found.append(at)


def challenge(
    trades: int = 658, days: int = 18, seed: int = 5, drift: float = 6.0, *, breaches: bool = False
) -> EquitySeries:
    """A two-step challenge of 100,000: 5 % a day from the reset's equity, 10 % in all, target 8 %."""
    rng = np.random.default_rng(seed)
    seconds = np.sort(rng.uniform(0, days, trades))
    # Trading hours of working days only.
    seconds = np.floor(seconds) * DAY + (seconds % 1) * 11 * 3600
    times = BEGUN + seconds
    weekday = ((times / DAY).astype(int) + 3) % 7
    times = times[weekday < 5]
    results = rng.normal(drift, 130, len(times)) * rng.choice([1, 1, 1, 2.5], len(times))
    if breaches:
        results[-60:-20] -= 260
    equity = np.round(100_000 + np.concatenate(([0], results)).cumsum(), 2)
    times = np.concatenate(([BEGUN - 3600], times))
    bounds = resets(times[0], times[-1])
    of_day = np.searchsorted(bounds, times, side="right")
    first_of_day = np.searchsorted(of_day, np.arange(len(bounds) + 1))
    at_reset = np.concatenate(([100_000.0], equity[np.maximum(first_of_day[1:] - 1, 0)]))
    daily_floor = at_reset[of_day] - 5_000
    floor = np.full(len(times), 90_000.0)
    below = np.flatnonzero((equity < daily_floor) | (equity < floor))
    return series_of(
        times,
        equity,
        daily_floor=daily_floor,
        maximum_loss_floor=floor,
        day_bounds=bounds,
        target=108_000.0,
        breach=int(below[0]) if len(below) else None,
    )
