from decimal import Decimal

import pytest
from PySide6.QtCore import QLocale

from tradesense_desktop.ui.formatting.numbers import (
    FIGURE_SPACE,
    MASK,
    NOTHING,
    PUNCTUATION_SPACE,
    THIN_SPACE,
    NumberFormat,
)

AMERICAN = NumberFormat(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates))
FRENCH = NumberFormat(QLocale(QLocale.Language.French, QLocale.Country.France))
T = THIN_SPACE


@pytest.mark.parametrize(
    ("amount", "american", "french"),
    [
        ("103482.1", f"103{T}482.10", f"103{T}482,10"),
        ("0", "0.00", "0,00"),
        ("-2001.255", f"−2{T}001.255", f"−2{T}001,255"),
        ("999999999999999", f"999{T}999{T}999{T}999{T}999.00", f"999{T}999{T}999{T}999{T}999,00"),
        ("0.00000001", "0.00000001", "0,00000001"),
        ("1E+3", f"1{T}000.00", f"1{T}000,00"),
    ],
)
def test_an_amount_has_thin_spaces_a_real_minus_and_the_locales_point(amount: str, american: str, french: str) -> None:
    assert AMERICAN.money(Decimal(amount)) == american
    assert FRENCH.money(Decimal(amount)) == french


def test_no_digit_of_an_amount_is_lost_to_binary_arithmetic() -> None:
    assert AMERICAN.money(Decimal("9007199254740.993")) == f"9{T}007{T}199{T}254{T}740.993"


def test_a_result_always_has_its_sign_but_zero_has_none() -> None:
    assert AMERICAN.signed_money(Decimal("412.5")) == "+412.50"
    assert AMERICAN.signed_money(Decimal("-0.01")) == "−0.01"
    assert AMERICAN.signed_money(Decimal(0)) == "0.00"


def test_a_currency_stands_behind_the_amount() -> None:
    assert AMERICAN.money(Decimal(5), currency="USD") == f"5.00{T}USD"
    assert AMERICAN.short_money(Decimal("100000.00"), currency="USD") == f"100{T}000{T}USD"
    assert AMERICAN.short_money(Decimal("100000.5"), currency="USD") == f"100{T}000.50{T}USD"


def test_a_part_of_one_is_shown_as_percent_half_even() -> None:
    assert AMERICAN.percent(Decimal("0.0825"), decimals=1) == f"8.2{T}%"
    assert AMERICAN.percent(Decimal("-0.5"), decimals=0) == f"−50{T}%"
    assert AMERICAN.percent(None) == NOTHING


def test_decimal_points_of_a_column_stand_under_each_other() -> None:
    assert AMERICAN.price(Decimal("1.085"), align_to=5) == "1.085" + FIGURE_SPACE * 2
    assert AMERICAN.price(Decimal(2345), align_to=2) == f"2{T}345" + PUNCTUATION_SPACE + FIGURE_SPACE * 2
    assert AMERICAN.quantity(Decimal("0.10"), align_to=2) == "0.1" + FIGURE_SPACE


def test_privacy_hides_amounts_but_neither_parts_nor_counts() -> None:
    masked = NumberFormat(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates), masked=True)

    assert masked.money(Decimal(100)) == MASK
    assert masked.signed_money(Decimal(-1), currency="USD") == MASK
    assert masked.short_money(Decimal(100000)) == MASK
    assert masked.percent(Decimal("0.25"), decimals=0) == f"25{T}%"
    assert masked.count(1402) == f"1{T}402"


def test_the_length_of_a_mask_tells_nothing_of_the_amount() -> None:
    masked = NumberFormat(QLocale(QLocale.Language.English, QLocale.Country.UnitedStates), masked=True)

    assert masked.money(Decimal(1)) == masked.money(Decimal("123456789.12"))


def test_digits_are_those_of_the_locale() -> None:
    arabic = NumberFormat(QLocale(QLocale.Language.Arabic, QLocale.Country.Egypt))

    assert arabic.count(120) == "١٢٠"


def test_an_unknown_amount_is_a_dash() -> None:
    assert AMERICAN.money(None) == NOTHING
    assert AMERICAN.price(None) == NOTHING
