from datetime import UTC, datetime

from tradesense_desktop.domain.instant import instant_text, parse_instant


def test_instant_is_written_with_microseconds_and_z() -> None:
    assert instant_text(datetime(2026, 3, 2, 9, 5, tzinfo=UTC)) == "2026-03-02T09:05:00.000000Z"


def test_written_instant_is_read_again() -> None:
    instant = datetime(2026, 3, 2, 9, 5, 1, 20, tzinfo=UTC)

    assert parse_instant("2026-03-02T09:05:01.000020Z") == instant
    assert parse_instant("2026-03-02T09:05:01.000020Z").tzinfo is UTC
