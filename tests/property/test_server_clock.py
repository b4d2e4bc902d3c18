"""What holds of every server's clock, through changes of the clocks."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from tradesense_desktop.domain.server_clock import local_reading, to_utc
from tradesense_desktop.domain.trading_day import ResetClock

ZONES = [
    "UTC",
    "Europe/Prague",
    "Europe/Helsinki",
    "America/New_York",
    "America/New_York+7h",
    "Australia/Lord_Howe",
    "Africa/Cairo",
    "Asia/Kathmandu",
    "Pacific/Apia",
]
RESETS = [*ZONES[:6], "America/New_York 17:00", "America/Chicago 17:00", "UTC 00:30", "Europe/Prague 02:30"]
CHANGES = [datetime.fromisoformat(text) for text in ("2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01")]

local_times = st.lists(
    st.builds(
        lambda change, seconds: change + timedelta(seconds=seconds),
        st.sampled_from(CHANGES),
        st.integers(-7200, 6 * 3600),
    ),
    max_size=30,
)
instants = st.datetimes(
    min_value=datetime.fromisoformat("2005-01-01"),
    max_value=datetime.fromisoformat("2035-01-01"),
    timezones=st.just(UTC),
)


@given(local_times, st.sampled_from(ZONES))
def test_times_that_do_not_fall_come_out_as_instants_that_do_not_fall(local: list[datetime], zone: str) -> None:
    result = to_utc(sorted(local), zone)

    assert result == sorted(result)


@given(local_times, st.sampled_from(ZONES))
def test_instant_shows_the_time_it_was_made_from_where_the_clock_ever_showed_it(
    local: list[datetime], zone: str
) -> None:
    for shown, instant in zip(local, to_utc(local, zone), strict=True):
        again = local_reading(instant, zone)
        # A time that the clock skipped lies up to an hour before what it shows; every other one is shown.
        assert again == shown or timedelta() < again - shown <= timedelta(hours=1)


@given(st.lists(instants, max_size=30), st.sampled_from(["UTC", "Europe/Prague", "America/New_York+7h"]))
def test_rows_a_server_wrote_down_in_order_never_come_out_in_another(written: list[datetime], zone: str) -> None:
    shown = [local_reading(instant, zone) for instant in sorted(written)]

    result = to_utc(shown, zone)
    assert result == sorted(result)


@given(instants, st.sampled_from(RESETS))
def test_every_instant_belongs_to_one_trading_day(instant: datetime, reset: str) -> None:
    clock = ResetClock.parse(reset)
    day = clock.day_of(instant)

    assert clock.start(day) <= instant < clock.end(day)
    assert timedelta(hours=22) <= clock.end(day) - clock.start(day) <= timedelta(hours=26)
    assert ResetClock.parse(clock.text) == clock
