from datetime import UTC, date, datetime, timedelta

import pytest

from tradesense_desktop.domain.errors import InvalidRules, UnknownZone
from tradesense_desktop.domain.trading_day import DaySet, ResetClock, WallClock


def length(clock: ResetClock, day: date) -> timedelta:
    return clock.end(day) - clock.start(day)


def test_day_in_utc_begins_at_midnight() -> None:
    clock = ResetClock.parse("UTC 00:00")

    assert clock.start(date(2026, 3, 2)) == datetime(2026, 3, 2, tzinfo=UTC)
    assert clock.day_of(datetime(2026, 3, 2, 23, 59, 59, 999999, tzinfo=UTC)) == date(2026, 3, 2)
    assert clock.day_of(datetime(2026, 3, 3, tzinfo=UTC)) == date(2026, 3, 3)


def test_days_in_prague_have_23_24_and_25_hours() -> None:
    clock = ResetClock.parse("Europe/Prague 00:00")

    assert length(clock, date(2026, 3, 29)) == timedelta(hours=23)
    assert length(clock, date(2026, 3, 30)) == timedelta(hours=24)
    assert length(clock, date(2026, 10, 25)) == timedelta(hours=25)
    assert clock.start(date(2026, 3, 30)) == datetime(2026, 3, 29, 22, 0, tzinfo=UTC)


def test_server_on_new_york_close_is_an_hour_off_helsinki_while_only_america_has_changed() -> None:
    server = ResetClock.parse("America/New_York+7h")
    helsinki = ResetClock.parse("Europe/Helsinki")

    assert server.start(date(2026, 3, 6)) == helsinki.start(date(2026, 3, 6)) == datetime(2026, 3, 5, 22, tzinfo=UTC)
    assert server.start(date(2026, 3, 10)) == datetime(2026, 3, 9, 21, tzinfo=UTC)
    assert helsinki.start(date(2026, 3, 10)) == datetime(2026, 3, 9, 22, tzinfo=UTC)
    assert length(server, date(2026, 3, 8)) == timedelta(hours=23)
    assert length(server, date(2026, 11, 1)) == timedelta(hours=25)


def test_session_that_opens_in_the_evening_is_the_next_day() -> None:
    clock = ResetClock.parse("America/New_York 17:00")

    assert clock.day_of(datetime(2026, 3, 2, 21, 59, 59, tzinfo=UTC)) == date(2026, 3, 2)
    assert clock.day_of(datetime(2026, 3, 2, 22, 0, tzinfo=UTC)) == date(2026, 3, 3)
    assert clock.start(date(2026, 3, 3)) == datetime(2026, 3, 2, 22, 0, tzinfo=UTC)


def test_reset_within_the_hour_that_is_skipped_comes_with_the_change() -> None:
    clock = ResetClock.parse("Africa/Cairo 00:00")

    assert clock.start(date(2026, 4, 24)) == datetime(2026, 4, 23, 22, 0, tzinfo=UTC)
    assert length(clock, date(2026, 4, 24)) == timedelta(hours=23)


def test_reset_half_an_hour_after_midnight() -> None:
    clock = ResetClock.parse("UTC 00:30")

    assert clock.day_of(datetime(2026, 3, 2, 0, 29, tzinfo=UTC)) == date(2026, 3, 1)
    assert clock.text == "UTC 00:30"


@pytest.mark.parametrize("text", ["Mars/Olympus", "UTC+25x", "", "America/New_York+7", "../etc/passwd"])
def test_unknown_zone_is_refused(text: str) -> None:
    with pytest.raises(UnknownZone):
        WallClock.named(text)


@pytest.mark.parametrize("text", ["UTC 25:00", "UTC noon", "UTC 00:00+02:00"])
def test_reset_that_is_no_time_of_day_is_refused(text: str) -> None:
    with pytest.raises(InvalidRules):
        ResetClock.parse(text)


def test_set_of_days_counts_each_day_once_in_any_order() -> None:
    days = DaySet()
    for day in (date(2026, 3, 4), date(2026, 3, 2), date(2026, 3, 4), date(2026, 3, 9)):
        days.add(day)

    assert len(days) == 3
    assert date(2026, 3, 2) in days
    assert date(2026, 3, 3) not in days
    assert date(2026, 3, 1) not in days
    assert days.as_json() == {"first": "2026-03-02", "bits": "85"}


def test_set_of_days_is_read_again_and_compared() -> None:
    days = DaySet.from_json({"first": "2026-03-02", "bits": "85"})
    others = DaySet()
    others.add(date(2026, 3, 9))
    others.add(date(2026, 2, 1))

    assert days.shared_with(others) == others.shared_with(days) == 1
    assert DaySet.from_json(None).as_json() is None
    assert days.shared_with(DaySet()) == 0
