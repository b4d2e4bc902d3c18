from datetime import UTC, datetime, timedelta, tzinfo
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from tradesense_desktop.ui.charts.ticks import time_ticks, value_ticks
from tradesense_desktop.ui.charts.words import time_labels, zone_label

PRAGUE = ZoneInfo("Europe/Prague")
ENGLISH = QLocale("en_US")


def at(*parts: int, zone: ZoneInfo = PRAGUE) -> float:
    return datetime(*parts, tzinfo=zone).timestamp()  # type: ignore[arg-type,misc]


def labels(start: float, end: float, most: int, zone: ZoneInfo = PRAGUE) -> list[str]:
    return list(time_labels(time_ticks(start, end, most, zone), ENGLISH, zone))


def test_hours_are_those_of_the_zone_and_midnight_says_the_day() -> None:
    assert labels(at(2026, 3, 5, 15), at(2026, 3, 6, 13), 6) == ["18:00", "6 Mar", "06:00", "12:00"]


def test_first_hour_says_the_day_where_no_other_label_does() -> None:
    assert labels(at(2026, 3, 5, 15), at(2026, 3, 5, 18, 1), 5) == ["5 Mar 15:00", "16:00", "17:00", "18:00"]


def test_day_with_25_hours_has_the_hour_that_comes_twice_twice_and_says_which() -> None:
    found = labels(at(2026, 10, 25, 1), at(2026, 10, 25, 4), 10)

    assert [label for label in found if label.startswith("02:00")] == ["02:00 UTC+2", "02:00 UTC+1"]
    assert found.index("02:30 UTC+2") < found.index("02:00 UTC+1")


def test_hour_that_a_zone_skips_has_no_label() -> None:
    found = labels(at(2026, 3, 29, 0, 30), at(2026, 3, 29, 5), 6)

    assert "01:00" in found[0]
    assert not [label for label in found if label.startswith("02")]
    assert "03:00" in found


def test_midnights_stay_midnights_over_the_change_of_the_clock() -> None:
    ticks = time_ticks(at(2026, 3, 25), at(2026, 4, 4), 12, PRAGUE)

    assert {datetime.fromtimestamp(tick.at, UTC).astimezone(PRAGUE).hour for tick in ticks} == {0}
    assert len(ticks) == 11


def test_labels_of_a_single_second_cost_no_more_than_those_of_a_day() -> None:
    asked: list[datetime | None] = []

    class Counting(tzinfo):
        def utcoffset(self, at: datetime | None) -> timedelta:
            asked.append(at)
            return timedelta(hours=1)

        def dst(self, _at: datetime | None) -> timedelta:
            return timedelta(0)

    assert len(time_ticks(1_772_434_944, 1_772_434_945, 8, Counting())) == 2
    assert len(asked) < 50


def test_weeks_begin_on_monday() -> None:
    ticks = time_ticks(at(2026, 3, 1), at(2026, 5, 1), 9, PRAGUE)

    assert {tick.local.weekday() for tick in ticks} == {0}


def test_years_stand_where_months_begin_anew() -> None:
    assert labels(at(2025, 10, 10), at(2026, 5, 1), 8) == ["Nov 2025", "Dec", "2026", "Feb", "Mar", "Apr", "May"]


@settings(deadline=None)
@given(st.integers(0, 2_000_000_000), st.floats(1, 4e9), st.integers(2, 20), st.sampled_from(["UTC", "Asia/Kolkata"]))
def test_ticks_ascend_lie_in_view_and_are_never_a_crowd(start: int, seconds: float, most: int, zone: str) -> None:
    ticks = time_ticks(start, start + seconds, most, ZoneInfo(zone))

    assert all(start <= tick.at <= start + seconds for tick in ticks)
    assert all(before.at < after.at for before, after in pairwise(ticks))
    assert len(ticks) <= 2 * most + 2


@settings(deadline=None)
@given(st.floats(-1e9, 1e9), st.floats(0.01, 1e9), st.integers(1, 12))
def test_amounts_are_round_lie_in_view_and_are_at_most_as_many_as_asked(low: float, height: float, most: int) -> None:
    ticks, decimals = value_ticks(low, low + height, most)

    assert len(ticks) <= most + 1
    assert all(low - height * 1e-6 <= tick <= low + height * (1 + 1e-6) for tick in ticks)
    texts = [f"{tick:.{decimals}f}" for tick in ticks]
    assert len(set(texts)) == len(texts)


def test_amounts_are_told_apart_by_as_few_decimals_as_it_takes() -> None:
    assert value_ticks(100, 101, 5) == (pytest.approx((100, 100.2, 100.4, 100.6, 100.8, 101)), 1)
    assert value_ticks(90_000, 110_000, 4)[1] == 0
    assert value_ticks(0, 1, 4) == (pytest.approx((0, 0.25, 0.5, 0.75, 1)), 2)


def test_zone_is_named_with_its_offset_and_with_both_where_the_clock_is_set() -> None:
    assert zone_label("Prague", PRAGUE, at(2026, 3, 1), at(2026, 3, 2)) == "Prague (UTC+1)"
    assert zone_label("Prague", PRAGUE, at(2026, 3, 1), at(2026, 4, 1)) == "Prague (UTC+1 → UTC+2)"
    assert zone_label("UTC", ZoneInfo("UTC"), 0, 1) == "UTC"
    assert zone_label("Kolkata", ZoneInfo("Asia/Kolkata"), 0, 1) == "Kolkata (UTC+5:30)"
