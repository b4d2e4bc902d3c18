"""Five wrong passwords are free; then the wait doubles from half a minute to a quarter of an hour."""

from datetime import UTC, datetime, timedelta

import pytest

from tradesense_desktop.domain.lock_out import locked_until

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def failures(count: int, last: datetime = NOW) -> list[datetime]:
    return [last - timedelta(seconds=number) for number in range(count)]


@pytest.mark.parametrize("count", range(5))
def test_fewer_than_five_failures_wait_for_nothing(count: int) -> None:
    assert locked_until(failures(count), NOW) is None


@pytest.mark.parametrize(
    ("count", "seconds"), [(5, 30), (6, 60), (7, 120), (8, 240), (9, 480), (10, 900), (11, 900), (200, 900)]
)
def test_wait_doubles_with_each_failure_up_to_a_quarter_of_an_hour(count: int, seconds: int) -> None:
    until = NOW + timedelta(seconds=seconds)

    assert locked_until(failures(count), NOW) == until
    assert locked_until(failures(count), until - timedelta(microseconds=1)) == until
    assert locked_until(failures(count), until) is None


def test_failures_of_long_ago_do_not_count() -> None:
    old = failures(4, NOW - timedelta(days=31))

    assert locked_until([NOW, *old], NOW) is None


def test_clock_that_was_set_back_keeps_nobody_out_for_longer_than_the_longest_wait() -> None:
    assert locked_until(failures(10, NOW + timedelta(days=3)), NOW) is None
