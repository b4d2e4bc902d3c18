"""Instants as a person reads them: in UTC, in local time or in the firm's zone, and it is always said which."""

from datetime import UTC, date, datetime, timedelta, tzinfo
from enum import StrEnum
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, QTimeZone

from tradesense_desktop.domain.errors import UnknownZone
from tradesense_desktop.domain.trading_day import WallClock

_ISO_DAY: Final = "%Y-%m-%d"
_HOUR: Final = 3600
_DAY_SECONDS: Final = 24 * _HOUR


class ZoneChoice(StrEnum):
    """In which zone times are shown."""

    UTC = "utc"
    LOCAL = "local"
    FIRM = "firm"


class TimeFormat:
    """Writes aware instants as text for one locale and one choice of zone.

    Where a challenge has no zone of its own that Python knows by name, the firm's choice falls back to UTC and the
    label says so.
    """

    def __init__(self, locale: QLocale, choice: ZoneChoice = ZoneChoice.UTC) -> None:
        self.choice = choice
        self._day = _day_pattern(locale)

    def zone(self, firm_zone: str | None = None) -> tzinfo:
        """The zone in which instants are shown."""
        if self.choice is ZoneChoice.LOCAL:
            return local_zone()
        if self.choice is ZoneChoice.FIRM and firm_zone is not None:
            return named_zone(firm_zone) or UTC
        return UTC

    def zone_name(self, firm_zone: str | None = None) -> str:
        """Name of that zone for the header of a column."""
        shown = self.zone(firm_zone)
        if shown is UTC:
            return "UTC"
        if self.choice is ZoneChoice.LOCAL:
            return QCoreApplication.translate("Times", "local")
        return place_name(str(firm_zone))

    def instant(self, at: datetime | None, firm_zone: str | None = None) -> str:
        """Day and time to the second."""
        return "" if at is None else at.astimezone(self.zone(firm_zone)).strftime(f"{self._day} %H:%M:%S")

    def minute(self, at: datetime | None, firm_zone: str | None = None) -> str:
        """Day and time to the minute."""
        return "" if at is None else at.astimezone(self.zone(firm_zone)).strftime(f"{self._day} %H:%M")

    def naive(self, at: datetime | None) -> str:
        """A time as a file states it, in whatever zone its server has."""
        return "" if at is None else at.strftime(f"{self._day} %H:%M:%S")

    def day(self, day: date | None) -> str:
        """A calendar day."""
        return "" if day is None else day.strftime(self._day)

    def clock(self, at: datetime, zone: tzinfo | None = None) -> str:
        """Hours and minutes, in `zone` where one is given."""
        return at.astimezone(zone or self.zone()).strftime("%H:%M")


def countdown(left: timedelta) -> str:
    """Hours, minutes and seconds that are left; days before them where there are any."""
    seconds = max(0, int(left.total_seconds()))
    days, seconds = divmod(seconds, _DAY_SECONDS)
    text = f"{seconds // _HOUR:02d}:{seconds % _HOUR // 60:02d}:{seconds % 60:02d}"
    return f"{days}d {text}" if days else text


class _ServerZone(tzinfo):
    """The clock of a platform's server as a zone: an IANA zone moved by whole hours."""

    def __init__(self, clock: WallClock) -> None:
        self._clock = clock

    def fromutc(self, instant: datetime) -> datetime:
        """What the clock shows at an instant."""
        return self._clock.reading(instant.replace(tzinfo=UTC)).replace(tzinfo=self)

    def utcoffset(self, shown: datetime | None) -> timedelta | None:
        """How far the clock is ahead of UTC when it shows that."""
        if shown is None:
            return None
        reading = shown.replace(tzinfo=None)
        return reading - self._clock.instant(reading, shown.fold).replace(tzinfo=None)

    def dst(self, _shown: datetime | None) -> timedelta | None:
        """Not known: only the whole offset is."""
        return None

    def tzname(self, _shown: datetime | None) -> str:
        """The name by which the zone was given."""
        return self._clock.text


def named_zone(name: str) -> tzinfo | None:
    """The zone `name`: an IANA zone, or one moved by hours (`America/New_York+7h`); None where there is none."""
    try:
        clock = WallClock.named(name)
    except UnknownZone:
        return None
    return _ServerZone(clock) if clock.shift else clock.zone


def place_name(zone: str) -> str:
    """The part of a zone's name that a person says: the city."""
    return zone.rpartition("/")[2].replace("_", " ")


def local_zone() -> tzinfo:
    """The zone of this computer, with its summer time where the system names the zone."""
    name = bytes(QTimeZone.systemTimeZoneId().data()).decode("ascii", "replace")
    return named_zone(name) or datetime.now(UTC).astimezone().tzinfo or UTC


def _day_pattern(locale: QLocale) -> str:
    """The locale's own order of day, month and year, always padded and with four digits of the year."""
    if locale.language() is QLocale.Language.C:
        return _ISO_DAY
    shape = locale.dateFormat(QLocale.FormatType.ShortFormat)
    order = [letter for letter in dict.fromkeys(shape) if letter in "dMy"]
    mark = next((sign for sign in shape if sign in "./-"), "-")
    if len(order) != len("dMy"):
        return _ISO_DAY
    return mark.join({"d": "%d", "M": "%m", "y": "%Y"}[letter] for letter in order)
