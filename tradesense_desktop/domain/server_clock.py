"""Times of a platform's server, which files state without a zone, as instants in UTC."""

from collections.abc import Sequence
from datetime import UTC, datetime

from tradesense_desktop.domain.trading_day import WallClock


def to_utc(local_times: Sequence[datetime], zone: str) -> list[datetime]:
    """Instants of naive server times that stand in the order in which things happened.

    `zone` is an IANA name or a moved one (`America/New_York+7h`); UnknownZone else. A local hour that comes twice
    takes the first reading that does not go backwards; one that never came moves forward by the hour that was
    skipped, but not past the row after it. Times that do not fall come out as instants that do not fall.
    """
    clock = WallClock.named(zone)
    instants: list[datetime] = []
    missing: list[int] = []
    previous: datetime | None = None
    for index, local in enumerate(local_times):
        instant = clock.instant(local)
        if instant != (other := clock.instant(local, fold=1)):
            if other < instant:
                missing.append(index)
            elif previous is not None and instant < previous <= other:
                instant = other
        instants.append(instant)
        previous = instant
    for index in reversed(missing):
        if index + 1 < len(instants) and local_times[index] <= local_times[index + 1]:
            instants[index] = min(instants[index], instants[index + 1])
    return instants


def instant_of(local: datetime, zone: str) -> datetime:
    """Instant of one naive server time by itself (an opening time): the first reading of a repeated hour."""
    return WallClock.named(zone).instant(local)


def local_reading(instant: datetime, zone: str) -> datetime:
    """What the server's clock showed at an instant, naive."""
    return WallClock.named(zone).reading(instant.astimezone(UTC))
