from decimal import Decimal

import pytest

from tradesense_desktop.domain.errors import InexactAmount
from tradesense_desktop.domain.money import (
    add_exactly,
    decimal_text,
    exact,
    exact_text,
    is_exact,
    money_text,
    quotient,
    signed_money_text,
)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("0E-8", "0"),
        ("1.50", "1.5"),
        ("100", "100"),
        ("1E+3", "1000"),
        ("1E-8", "0.00000001"),
        ("-12.340", "-12.34"),
        ("123456789012345", "123456789012345"),
    ],
)
def test_text_of_a_decimal_has_no_exponent_and_no_trailing_zeros(number: str, text: str) -> None:
    assert decimal_text(Decimal(number)) == text
    assert exact_text(Decimal(number)) == text


@pytest.mark.parametrize(
    "number", ["NaN", "-Infinity", "sNaN", "0.123456789", "1234567890123456", "1E+15", "12345678.12345678"]
)
def test_number_beyond_fifteen_digits_or_eight_decimals_is_refused(number: str) -> None:
    assert not is_exact(Decimal(number))
    with pytest.raises(InexactAmount):
        exact_text(Decimal(number))
    with pytest.raises(InexactAmount):
        exact(number)


def test_text_that_is_no_number_is_refused_with_the_text() -> None:
    with pytest.raises(InexactAmount, match="“12,5” is not a decimal"):
        exact("12,5")


@pytest.mark.parametrize(
    ("number", "text"),
    [
        ("100200", "100200.00"),
        ("0.5", "0.50"),
        ("1.234", "1.234"),
        ("0", "0.00"),
        ("-3", "-3.00"),
        ("1.005", "1.005"),
        ("-0.1", "-0.10"),
        ("1E+3", "1000.00"),
    ],
)
def test_money_in_a_sentence_has_two_decimals_at_least(number: str, text: str) -> None:
    assert money_text(Decimal(number)) == text


def test_gain_in_a_sentence_has_its_plus_and_zero_has_none() -> None:
    assert signed_money_text(Decimal(200)) == "+200.00"
    assert signed_money_text(Decimal("-0.5")) == "-0.50"
    assert signed_money_text(Decimal(0)) == "0.00"


def test_sum_is_exact_or_refused() -> None:
    assert add_exactly(Decimal("0.1"), Decimal("0.2")) == Decimal("0.3")
    with pytest.raises(InexactAmount):
        add_exactly(Decimal(999999999999999), Decimal("0.1"))


@pytest.mark.parametrize(
    ("numerator", "denominator", "result"),
    [
        ("1", "3", "0.33333333"),
        ("2", "3", "0.66666667"),
        ("0.00000001", "2", "0"),
        ("0.00000003", "2", "0.00000002"),
        ("100000000000", "3", "33333333333.3333"),
    ],
)
def test_quotient_is_half_even_at_eight_decimals_and_fifteen_digits(
    numerator: str, denominator: str, result: str
) -> None:
    assert quotient(Decimal(numerator), Decimal(denominator)) == Decimal(result)
