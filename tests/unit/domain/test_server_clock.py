from datetime import UTC, datetime

import pytest

from tradesense_desktop.domain.errors import UnknownZone
from tradesense_desktop.domain.server_clock import instant_of, local_reading, to_utc


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]


def shown(text: str) -> datetime:
    """What a server's clock shows: no zone stands with it."""
    return datetime.fromisoformat(text)


def test_plain_times_are_moved_by_the_offset_of_their_day() -> None:
    assert to_utc([shown("2026-01-05 12:00"), shown("2026-07-06 12:00")], "Europe/Helsinki") == [
        utc(2026, 1, 5, 10),
        utc(2026, 7, 6, 9),
    ]


def test_repeated_hour_takes_the_first_reading_that_does_not_go_backwards() -> None:
    local = [
        shown("2026-10-25 02:10"),
        shown("2026-10-25 02:50"),
        shown("2026-10-25 02:20"),
        shown("2026-10-25 02:20"),
        shown("2026-10-25 03:00"),
    ]

    assert to_utc(local, "Europe/Prague") == [
        utc(2026, 10, 25, 0, 10),
        utc(2026, 10, 25, 0, 50),
        utc(2026, 10, 25, 1, 20),
        utc(2026, 10, 25, 1, 20),
        utc(2026, 10, 25, 2, 0),
    ]


def test_missing_hour_moves_forward() -> None:
    assert to_utc([shown("2026-03-29 02:30")], "Europe/Prague") == [utc(2026, 3, 29, 1, 30)]


def test_missing_hour_does_not_pass_the_row_after_it() -> None:
    local = [shown("2026-03-29 02:30"), shown("2026-03-29 02:40"), shown("2026-03-29 03:10")]

    assert to_utc(local, "Europe/Prague") == [utc(2026, 3, 29, 1, 10), utc(2026, 3, 29, 1, 10), utc(2026, 3, 29, 1, 10)]


def test_server_on_new_york_close() -> None:
    assert to_utc([shown("2026-03-06 23:59"), shown("2026-03-09 00:05")], "America/New_York+7h") == [
        utc(2026, 3, 6, 21, 59),
        utc(2026, 3, 8, 21, 5),
    ]


def test_single_time_takes_the_first_reading() -> None:
    assert instant_of(shown("2026-10-25 02:30"), "Europe/Prague") == utc(2026, 10, 25, 0, 30)


def test_reading_of_an_instant_is_what_the_server_showed() -> None:
    assert local_reading(utc(2026, 3, 8, 21, 5), "America/New_York+7h") == shown("2026-03-09 00:05")


def test_unknown_zone_is_refused_in_a_sentence() -> None:
    with pytest.raises(UnknownZone, match="write one like Europe/Prague"):
        to_utc([], "Middle/Earth")
