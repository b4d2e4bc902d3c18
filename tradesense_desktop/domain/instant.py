"""Instants: aware datetimes in UTC, and the one text form that events hold."""

from datetime import UTC, datetime


def instant_text(instant: datetime) -> str:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` of an aware UTC datetime."""
    text = instant.isoformat()
    return text[:26] + "Z" if instant.microsecond else text[:19] + ".000000Z"


def parse_instant(text: str) -> datetime:
    """The aware UTC datetime that `instant_text` wrote."""
    return datetime.fromisoformat(text).astimezone(UTC)
