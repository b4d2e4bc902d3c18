"""For how long a password is enough without the server that took it."""

from datetime import UTC, datetime, timedelta

import pytest

from tradesense_desktop.domain.offline_sign_in import is_still_valid

PROVED = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("later", "expected"),
    [
        (timedelta(), True),
        (timedelta(days=30) - timedelta(microseconds=1), True),
        (timedelta(days=30), False),
        # A clock that is a little wrong locks nobody out; one that was set back gives no more time.
        (timedelta(hours=-23), True),
        (timedelta(days=-2), False),
    ],
)
def test_password_is_enough_for_the_days_that_are_set(later: timedelta, *, expected: bool) -> None:
    assert is_still_valid(PROVED, 30, PROVED + later) is expected


def test_no_days_mean_never_without_the_server() -> None:
    assert not is_still_valid(PROVED, 0, PROVED + timedelta(seconds=1))
