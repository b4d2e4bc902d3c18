"""Decimals, instants and JSON go into SQLite and come out as they were."""

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pysqlite3 import dbapi2

from tradesense_desktop.store.column_types import (
    column_decimal,
    column_instant,
    column_json,
    decimal_column,
    instant_column,
    json_column,
    present_instant,
)

exact_decimals = st.integers(-(10**15) + 1, 10**15 - 1).flatmap(
    lambda digits: st.integers(0, 8).map(lambda places: Decimal(digits).scaleb(-places))
)


def _through_sqlite(bound: str | None, affinity: str) -> object:
    connection = dbapi2.connect(":memory:")
    try:
        connection.execute(f"CREATE TABLE one (value {affinity})")
        connection.execute("INSERT INTO one VALUES (?)", (bound,))
        return connection.execute("SELECT value FROM one").fetchone()[0]
    finally:
        connection.close()


@given(exact_decimals)
def test_exact_decimal_comes_back_unchanged_from_a_real_column(number: Decimal) -> None:
    stored = _through_sqlite(decimal_column(number), "REAL")

    assert isinstance(stored, float)
    assert column_decimal(stored) == number


@given(exact_decimals)
def test_exact_decimal_comes_back_unchanged_from_a_numeric_column(number: Decimal) -> None:
    stored = _through_sqlite(decimal_column(number), "NUMERIC")

    assert isinstance(stored, int | float)
    assert column_decimal(stored) == number


@pytest.mark.parametrize(
    ("number", "text"),
    [("100", "100"), ("1E+2", "100"), ("1.50", "1.5"), ("-0", "0"), ("0.00000001", "0.00000001"), ("-12.5", "-12.5")],
)
def test_decimal_is_bound_as_plain_text(number: str, text: str) -> None:
    assert decimal_column(Decimal(number)) == text


def test_noise_of_double_arithmetic_reads_as_the_fifteen_digits_that_count() -> None:
    assert column_decimal(0.1 + 0.2) == Decimal("0.3")


@given(st.datetimes(datetime(1971, 1, 1), datetime(2200, 1, 1)))  # noqa: DTZ001 - the zone is put on below
def test_instant_comes_back_unchanged(moment: datetime) -> None:
    instant = moment.replace(tzinfo=UTC)

    assert column_instant(instant_column(instant)) == instant


def test_instant_is_written_with_six_digits_so_that_text_order_is_time_order() -> None:
    assert instant_column(datetime(2026, 3, 6, 11, 0, 1, tzinfo=UTC)) == "2026-03-06 11:00:01.000000"


def test_instant_of_another_zone_is_written_in_utc() -> None:
    prague = timezone(timedelta(hours=1))

    assert instant_column(datetime(2026, 3, 6, 12, 0, tzinfo=prague)) == "2026-03-06 11:00:00.000000"


def test_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="without a zone"):
        instant_column(datetime(2026, 3, 6, 12, 0))  # noqa: DTZ001 - that is the point


@pytest.mark.parametrize("text", ["2026-03-06 11:00:01", "2026-03-06 11:00:01.000", "2026-03-06 11:00:01.000000"])
def test_times_of_sqlite_itself_are_read(text: str) -> None:
    assert present_instant(text) == datetime(2026, 3, 6, 11, 0, 1, tzinfo=UTC)


def test_null_stays_null() -> None:
    assert decimal_column(None) is None
    assert column_decimal(None) is None
    assert instant_column(None) is None
    assert column_instant(None) is None
    assert json_column(None) is None
    assert column_json(None) is None


def test_json_is_canonical_text() -> None:
    text = json_column({"b": 1, "a": "Zürich"})

    assert text == '{"a":"Zürich","b":1}'
    assert column_json(text) == {"a": "Zürich", "b": 1}
