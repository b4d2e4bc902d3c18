"""Trading days: when a firm's day begins, in the firm's own zone, and which days were traded."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo, reset_tzpath

from tradesense_desktop.domain.errors import InvalidRules, UnknownZone

_ONE_DAY: Final = timedelta(days=1)
# The same rules on every machine: those of the tzdata package, not what a system happens to have.
reset_tzpath(to=())
_ZONES_OF_A_MACHINE: Final = frozenset({"localtime", "posixrules", "Factory", "posix", "right"})
_FURTHEST_SHIFT: Final = timedelta(hours=14)
_SHIFTED_ZONE: Final = re.compile(r"(?P<zone>[A-Za-z][A-Za-z0-9_+/-]*?)(?P<hours>[+-]\d{1,2})h", re.ASCII)
_NOON: Final = time(12)


@dataclass(frozen=True, slots=True)
class WallClock:
    """A clock on a wall: an IANA zone, or one moved by whole hours (`America/New_York+7h`)."""

    text: str
    zone: ZoneInfo
    shift: timedelta

    @classmethod
    def named(cls, text: str) -> "WallClock":
        """Clock of an IANA name or of `NAME+Nh`. Raises UnknownZone."""
        return _clock_named(text)

    def reading(self, instant: datetime) -> datetime:
        """What the clock shows at an instant, naive."""
        return instant.astimezone(self.zone).replace(tzinfo=None) + self.shift

    def instant(self, reading: datetime, fold: int = 0) -> datetime:
        """The instant (UTC) of a naive reading.

        A reading shown twice is the first of the two, with `fold` 1 the second; one that is never shown (clocks go
        forward) is taken on the old offset and so lies as far after the change as it pretends to.
        """
        return (reading - self.shift).replace(tzinfo=self.zone, fold=fold).astimezone(UTC)


@lru_cache(maxsize=64)
def _clock_named(text: str) -> WallClock:
    """The one clock of a name: each row of a statement asks for it."""
    match = _SHIFTED_ZONE.fullmatch(text)
    name = match["zone"] if match else text
    shift = timedelta(hours=int(match["hours"])) if match else timedelta()
    if abs(shift) > _FURTHEST_SHIFT or name.partition("/")[0] in _ZONES_OF_A_MACHINE:
        raise UnknownZone(text)
    try:
        return WallClock(text, ZoneInfo(name), shift)
    except (KeyError, ValueError, OSError):
        raise UnknownZone(text) from None


@dataclass(frozen=True, slots=True)
class ResetClock:
    """When the trading day changes: a local time on a firm's clock; days may have 23 or 25 hours.

    A reset before noon begins the day of its own date; one from noon on begins the day of the next date (a
    session that opens at 17:00 on Monday is Tuesday's), as exchanges count.
    """

    clock: WallClock
    reset: time
    _starts: dict[date, datetime] = field(default_factory=dict, compare=False, repr=False)

    @classmethod
    def parse(cls, text: str) -> "ResetClock":
        """Read `Europe/Prague 00:00`, `America/New_York+7h` (midnight on that clock) or `UTC`."""
        zone, _, local = text.partition(" ")
        try:
            reset = time.fromisoformat(local) if local else time()
        except ValueError:
            raise InvalidRules("reset", f"“{local}” is not a time of day like 00:00") from None
        if reset.tzinfo is not None:
            raise InvalidRules("reset", "the time of day stands without an offset; the zone says it")
        return cls(WallClock.named(zone), reset)

    @property
    def text(self) -> str:
        """The form that `parse` reads."""
        return f"{self.clock.text} {self.reset.isoformat(timespec='minutes')}"

    def start(self, day: date) -> datetime:
        """The instant (UTC) at which the trading day begins."""
        known = self._starts.get(day)
        if known is None:
            local_date = day - _ONE_DAY if self.reset >= _NOON else day
            known = self._starts[day] = self.clock.instant(datetime.combine(local_date, self.reset))
        return known

    def end(self, day: date) -> datetime:
        """The instant (UTC) at which the next trading day begins."""
        return self.start(day + _ONE_DAY)

    def day_of(self, instant: datetime) -> date:
        """The trading day that an instant belongs to: start <= instant < end."""
        day = self.clock.reading(instant).date()
        while instant < self.start(day):
            day -= _ONE_DAY
        while instant >= self.end(day):
            day += _ONE_DAY
        return day


class DaySet:
    """A set of calendar days, small as text: the first day and one bit a day."""

    __slots__ = ("_bits", "_first")

    def __init__(self) -> None:
        self._first = 0
        self._bits = 0

    @classmethod
    def from_json(cls, value: Mapping[str, Any] | None) -> "DaySet":
        """The set that `as_json` wrote."""
        days = cls()
        if value is not None:
            days._first = date.fromisoformat(value["first"]).toordinal()
            days._bits = int(value["bits"], 16)
        return days

    def as_json(self) -> dict[str, str] | None:
        """`{"first": ISO date, "bits": hexadecimal, lowest bit first day}`, or None for the empty set."""
        if not self._bits:
            return None
        return {"first": date.fromordinal(self._first).isoformat(), "bits": f"{self._bits:x}"}

    def add(self, day: date) -> None:
        """Put a day into the set."""
        ordinal = day.toordinal()
        if not self._bits:
            self._first = ordinal
        elif ordinal < self._first:
            self._bits <<= self._first - ordinal
            self._first = ordinal
        self._bits |= 1 << (ordinal - self._first)

    def __len__(self) -> int:
        return self._bits.bit_count()

    def __contains__(self, day: date) -> bool:
        place = day.toordinal() - self._first
        return place >= 0 and bool(self._bits >> place & 1)

    def shared_with(self, other: "DaySet") -> int:
        """How many days both sets hold."""
        return (self._bits & other.bits_from(self._first)).bit_count()

    def bits_from(self, first: int) -> int:
        """One bit a day, the lowest for the day of ordinal `first`; earlier days are left out."""
        return self._bits << (self._first - first) if self._first >= first else self._bits >> (first - self._first)
