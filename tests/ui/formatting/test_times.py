from datetime import UTC, date, datetime, timedelta

import pytest
from PySide6.QtCore import QLocale

from tradesense_desktop.ui.formatting.times import TimeFormat, ZoneChoice, countdown, named_zone

AT = datetime(2026, 3, 6, 10, 0, 1, tzinfo=UTC)
C = QLocale(QLocale.Language.C)
PRAGUE = "Europe/Prague"


def test_an_instant_is_shown_in_the_zone_that_is_chosen() -> None:
    assert TimeFormat(C, ZoneChoice.UTC).instant(AT, PRAGUE) == "2026-03-06 10:00:01"
    assert TimeFormat(C, ZoneChoice.FIRM).instant(AT, PRAGUE) == "2026-03-06 11:00:01"


def test_summer_time_of_the_firm_is_kept() -> None:
    summer = datetime(2026, 7, 6, 10, 0, 1, tzinfo=UTC)

    assert TimeFormat(C, ZoneChoice.FIRM).instant(summer, PRAGUE) == "2026-07-06 12:00:01"


def test_the_header_of_a_column_names_its_zone() -> None:
    assert TimeFormat(C, ZoneChoice.UTC).zone_name(PRAGUE) == "UTC"
    assert TimeFormat(C, ZoneChoice.FIRM).zone_name(PRAGUE) == "Prague"
    assert TimeFormat(C, ZoneChoice.FIRM).zone_name("America/New_York") == "New York"
    assert TimeFormat(C, ZoneChoice.LOCAL).zone_name(PRAGUE) == "local"


def test_a_zone_that_nobody_knows_is_shown_in_utc_and_said_so() -> None:
    times = TimeFormat(C, ZoneChoice.FIRM)

    assert named_zone("Mars/Olympus") is None
    assert times.instant(AT, "Mars/Olympus") == "2026-03-06 10:00:01"
    assert times.zone_name("Mars/Olympus") == "UTC"


def test_a_server_clock_of_new_york_and_seven_hours_is_a_zone() -> None:
    times = TimeFormat(C, ZoneChoice.FIRM)

    assert times.instant(AT, "America/New_York+7h") == "2026-03-06 12:00:01"
    assert times.instant(datetime(2026, 7, 6, 10, 0, tzinfo=UTC), "America/New_York+7h") == "2026-07-06 13:00:00"
    assert times.zone_name("America/New_York+7h") == "New York+7h"


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [
        (QLocale.Language.English, QLocale.Country.UnitedStates, "03/06/2026"),
        (QLocale.Language.French, QLocale.Country.France, "06/03/2026"),
        (QLocale.Language.German, QLocale.Country.Germany, "06.03.2026"),
        (QLocale.Language.Swedish, QLocale.Country.Sweden, "2026-03-06"),
    ],
)
def test_a_day_is_written_in_the_locales_order_with_four_digits_of_the_year(
    language: QLocale.Language, country: QLocale.Country, expected: str
) -> None:
    assert TimeFormat(QLocale(language, country)).day(date(2026, 3, 6)) == expected


@pytest.mark.parametrize(
    ("left", "expected"),
    [
        (timedelta(hours=5, minutes=12, seconds=33), "05:12:33"),
        (timedelta(days=2, seconds=1), "2d 00:00:01"),
        (timedelta(seconds=-5), "00:00:00"),
    ],
)
def test_a_countdown_has_hours_minutes_and_seconds(left: timedelta, expected: str) -> None:
    assert countdown(left) == expected
