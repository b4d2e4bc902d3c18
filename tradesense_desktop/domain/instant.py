"""Instants: aware datetimes in UTC, and the one text form that events hold."""

from datetime import UTC, datetime


def instant_text(instant: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` of an aware UTC datetime."""
    return instant.isoformat(timespec="microseconds")[:26] + "Z"


def parse_instant(text: str) -> datetime:
    """The aware UTC datetime that `instant_text` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)
