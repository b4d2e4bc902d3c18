"""Numbers and times as statements write them."""

from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tradesense_desktop.importers.numbers import decimals, parse_exact, parse_integer, parse_number, parse_time

MIDNIGHT = datetime(2024, 2, 1)  # noqa: DTZ001 - a server's time has no zone here


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("0", "0"), ("0.00", "0.00"), ("-0.56", "-0.56"), ("+1.5", "1.5"), ("1.10345", "1.10345"),
        ("10 000.00", "10000.00"), ("- 1 234.50", "-1234.50"), ("-12 345 678.90", "-12345678.90"),
        ("0,06", "0.06"), ("143,267", "143.267"), ("10 000,00", "10000.00"), ("-1 234,5", "-1234.5"),
        ("1,234.56", "1234.56"), ("1.234,56", "1234.56"), ("1,234,567", "1234567"), ("1'234.56", "1234.56"),
        ("1’234’567,8", "1234567.8"), ("−0.56", "-0.56"), (".5", "0.5"), ("12345678901234567890", "12345678901234567890"),
    ],
)  # fmt: skip
def test_a_number_is_read_exactly(text: str, number: str) -> None:
    assert str(parse_number(text)) == str(Decimal(number))


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "-", ".", ",", "1 23.00", "1 2345", "1,23,456", "1.2.3", "1..2", "1e5", "0x10", "NaN", "Infinity", "1_000",
        "12%", "$5", "5 USD", "٣", "１", "1.5-", "--1", "0.06 / 0.06", "1" * 41, "1:100",
    ],
)  # fmt: skip
def test_what_is_no_number_is_none(text: str) -> None:
    assert parse_number(text) is None


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-(10**12), max_value=10**12))
def test_a_number_written_in_any_of_the_ways_comes_back(number: Decimal) -> None:
    plain = f"{number:f}"
    spaced = f"{number:,.2f}".replace(",", " ")
    swapped = f"{number:,.2f}".translate(str.maketrans(",.", ".,"))

    assert parse_number(plain) == parse_number(spaced) == parse_number(spaced.replace(".", ",")) == number
    assert parse_number(swapped) == number or abs(number) < 1000
    assert parse_number(f"{number:,.2f}") == number


@given(st.text(max_size=60))
def test_any_text_is_a_finite_number_or_none(text: str) -> None:
    number = parse_number(text)
    assert number is None or number.is_finite()


@pytest.mark.parametrize("text", ["1234567890123456", "0.000000001", "1234567.123456789"])
def test_more_digits_than_a_ledger_holds_are_no_exact_number(text: str) -> None:
    assert parse_number(text) is not None
    assert parse_exact(text) is None


@pytest.mark.parametrize(("text", "number"), [("0", 0), ("129924039", 129924039), ("007", 7)])
def test_an_integer_is_plain_digits(text: str, number: int) -> None:
    assert parse_integer(text) == number


@pytest.mark.parametrize("text", ["", "1.0", "-1", "1 000", "٣", "²", "9" * 20])
def test_what_is_no_plain_integer_is_none(text: str) -> None:
    assert parse_integer(text) is None


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024.01.31 23:59:58", MIDNIGHT - timedelta(seconds=2)),
        ("2024.01.31 23:59", MIDNIGHT - timedelta(minutes=1)),
        ("2024-02-29 00:00:00", MIDNIGHT + timedelta(days=28)),
        ("2024/02/29 00:00:00", MIDNIGHT + timedelta(days=28)),
        ("2024.01.31 23:59:58.123", MIDNIGHT - timedelta(seconds=1.877)),
        ("2024-01-31T23:59:58", MIDNIGHT - timedelta(seconds=2)),
    ],
)  # fmt: skip
def test_a_time_is_read_without_a_zone(text: str, time: datetime) -> None:
    assert parse_time(text) == time


@pytest.mark.parametrize(
    "text",
    [
        "", "2024.01.31", "31.01.2024 10:00", "2024.02.30 10:00:00", "2024.01.01 24:00:00", "2024.01-01 10:00:00",
        "2024.01.01 10:00:60", "0000.01.01 10:00:00", "2024.01.01 10:00:00 ", "٢٠٢٤.01.01 10:00:00", "2024.W1.1 10:00:00",
    ],
)  # fmt: skip
def test_what_is_no_time_is_none(text: str) -> None:
    assert parse_time(text) is None


@pytest.mark.parametrize(("number", "count"), [("0.00", 2), ("5", 0), ("1.12345678", 8), ("1E+2", 0)])
def test_decimals_are_those_that_were_written(number: str, count: int) -> None:
    assert decimals(Decimal(number)) == count
