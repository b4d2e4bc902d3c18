"""Where an axis has its labels: round amounts, and round times of the zone that is shown."""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from enum import Enum, auto
from math import ceil, floor, log10
from typing import Final

MINUTE: Final = 60
HOUR: Final = 3600
DAY: Final = 86400

_WITHIN_A_DAY: Final = (1, 5, 15, 30, MINUTE, 300, 900, 1800, HOUR, 3 * HOUR, 6 * HOUR, 12 * HOUR)
_IN_DAYS: Final = (1, 2, 7, 14)
_IN_MONTHS: Final = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_DAYS_A_MONTH: Final = 30.44
_MONTHS_A_YEAR: Final = 12
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - local time, whatever the zone
_FIRST_YEAR, _LAST_YEAR = 1971, 9998


class Grain(Enum):
    """What changes from one label to the next, and so what a label must say."""

    SECOND = auto()
    MINUTE = auto()
    DAY = auto()
    MONTH = auto()
    YEAR = auto()


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A label's place (POSIX seconds), the local time it stands for, and how fine it is."""

    at: float
    local: datetime
    grain: Grain
    is_ambiguous: bool = False
    """True in the hour that a zone has twice: the label must then say which."""


def value_ticks(low: float, high: float, most: int) -> tuple[tuple[float, ...], int]:
    """Round amounts from `low` to `high`, at most `most`, and the decimals that tell them apart."""
    rough = (high - low) / max(most, 1)
    magnitude = 10.0 ** floor(log10(rough))
    step = next(factor * magnitude for factor in (1, 2, 2.5, 5, 10) if factor * magnitude >= rough * (1 - 1e-9))
    decimals = max(0, -floor(log10(step) + 1e-9))
    if round(step * 10**decimals) != round(step * 10**decimals, 6):
        decimals += 1
    first, last = ceil(low / step - 1e-9), floor(high / step + 1e-9)
    return tuple(number * step for number in range(first, last + 1)), decimals


def time_ticks(start: float, end: float, most: int, zone: tzinfo) -> tuple[TimeTick, ...]:
    """Round local times of `zone` from `start` to `end` (POSIX seconds), about `most` of them and never many more.

    A local time that a zone skips gets no label; one that it has twice gets two, marked.
    """
    wanted = max((end - start) / max(most, 1), 1e-3)
    first_day, last_day = _local_day(start, zone), _local_day(end, zone)
    if wanted <= _WITHIN_A_DAY[-1]:
        step = _WITHIN_A_DAY[bisect_left(_WITHIN_A_DAY, wanted)]
        found = _within_days(start, end, step, zone)
    elif wanted <= _IN_DAYS[-1] * DAY:
        days = _IN_DAYS[bisect_left(_IN_DAYS, wanted / DAY)]
        found = _by_days(first_day, last_day, days, zone)
    else:
        index = bisect_left(_IN_MONTHS, wanted / DAY / _DAYS_A_MONTH)
        found = _by_months(first_day, last_day, _IN_MONTHS[min(index, len(_IN_MONTHS) - 1)], zone)
    return tuple(sorted((tick for tick in found if start <= tick.at <= end), key=lambda tick: tick.at))


def _local_day(at: float, zone: tzinfo) -> date:
    local = datetime.fromtimestamp(at, UTC).astimezone(zone).date()
    return min(max(local, date(_FIRST_YEAR, 1, 1)), date(_LAST_YEAR, 1, 1))


def _within_days(start: float, end: float, step: int, zone: tzinfo) -> Iterator[TimeTick]:
    # The clock shows at most two offsets in days; each has its own stretch of local time.
    offsets = {_offset(start, zone), _offset(end, zone)}
    shown = {
        number * step
        for offset in offsets
        for number in range(ceil((start + offset) / step), floor((end + offset) / step) + 1)
    }
    for seconds in shown:
        yield from _at(_EPOCH + timedelta(seconds=seconds), step, zone)


def _at(local: datetime, step: int, zone: tzinfo) -> Iterator[TimeTick]:
    of_day = Grain.SECOND if step < MINUTE else Grain.MINUTE
    grain = Grain.DAY if local.time() == time() else of_day
    instants = sorted({_instant(local, zone, 0), _instant(local, zone, 1)})
    really = [at for at in instants if datetime.fromtimestamp(at, UTC).astimezone(zone).replace(tzinfo=None) == local]
    for at in really:
        yield TimeTick(at, local, grain, is_ambiguous=len(really) > 1)


def _by_days(first: date, last: date, days: int, zone: tzinfo) -> Iterator[TimeTick]:
    # Weeks begin on Monday, whatever is in view: labels stay where they are while a person pans.
    day = first - timedelta(days=(first.toordinal() - 1) % days)
    while day <= last:
        local = datetime.combine(day, time())
        yield TimeTick(_instant(local, zone, 0), local, Grain.DAY)
        day += timedelta(days=days)


def _by_months(first: date, last: date, months: int, zone: tzinfo) -> Iterator[TimeTick]:
    number = (first.year * _MONTHS_A_YEAR + first.month - 1) // months * months
    while number <= last.year * _MONTHS_A_YEAR + last.month - 1:
        year, month = divmod(number, _MONTHS_A_YEAR)
        local = datetime(year, month + 1, 1)  # noqa: DTZ001 - local time of `zone`, resolved by _instant
        yield TimeTick(_instant(local, zone, 0), local, Grain.YEAR if month == 0 else Grain.MONTH)
        number += months


def _offset(at: float, zone: tzinfo) -> float:
    offset = datetime.fromtimestamp(at, UTC).astimezone(zone).utcoffset()
    return offset.total_seconds() if offset is not None else 0.0


def _instant(local: datetime, zone: tzinfo, fold: int) -> float:
    return local.replace(tzinfo=zone, fold=fold).timestamp()
