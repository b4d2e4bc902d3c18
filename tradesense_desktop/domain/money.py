"""Amounts: exact decimals that survive SQLite, PostgreSQL and Python unchanged."""

from decimal import ROUND_HALF_EVEN, Context, Decimal, Inexact, InvalidOperation
from typing import Final, TypeAlias

from tradesense_desktop.domain.errors import InexactAmount

Money: TypeAlias = Decimal
"""An amount in the account's currency."""
Price: TypeAlias = Decimal
"""A price in the symbol's quote."""
Quantity: TypeAlias = Decimal
"""A volume as the platform states it (lots, contracts, shares); always positive."""
Fraction: TypeAlias = Decimal
"""A part of one: 0.05 is five percent."""

MOST_DIGITS: Final = 15
"""Significant decimal digits that a double carries unchanged."""
MOST_DECIMALS: Final = 8

ZERO: Final = Decimal(0)
_SMALLEST_STEP: Final = Decimal(1).scaleb(-MOST_DECIMALS)
_SURELY_EXACT: Final = 10
_exact_add: Final = Context(prec=MOST_DIGITS, traps=[Inexact, InvalidOperation]).add


def exact(value: str | int | Decimal) -> Decimal:
    """`value` as a decimal of at most 15 significant digits and 8 decimals.

    Raises InexactAmount for anything else: a third database digit, NaN, an infinity, no number at all.
    """
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise InexactAmount(str(value)) from None
    if not is_exact(number):
        raise InexactAmount(str(value))
    return number


def is_exact(number: Decimal) -> bool:
    """Whether `number` has at most 15 significant digits and 8 decimals, trailing zeros not counted."""
    if not number.is_finite():
        return False
    if not number:
        return True
    _, digits, exponent = number.normalize().as_tuple()
    assert isinstance(exponent, int)
    return exponent >= -MOST_DECIMALS and len(digits) + max(exponent, 0) <= MOST_DIGITS


def decimal_text(number: Decimal) -> str:
    """Plain text of `number`: no exponent, no plus, no trailing zeros; zero is "0"."""
    if not number:
        return "0"
    text = str(number)
    if "E" in text:
        text = format(number, "f")
    if text[-1] == "0" and "." in text:
        text = text.rstrip("0").rstrip(".")
    return text


def exact_text(number: Decimal) -> str:
    """`decimal_text` of a number that has to be exact. Raises InexactAmount."""
    text = str(number)
    length = len(text)
    # So short a text, with so few digits after the point, cannot pass 15 digits nor 8 decimals.
    is_short = length <= _SURELY_EXACT or (length <= MOST_DIGITS and length - text.find(".") <= MOST_DECIMALS + 1)
    if not is_short or text[-1] > "9" or "E" in text:
        if not is_exact(number):
            raise InexactAmount(text)
        return decimal_text(number)
    if text[-1] != "0":
        return text
    if not number:
        return "0"
    return text.rstrip("0").rstrip(".") if "." in text else text


def money_text(number: Money) -> str:
    """`number` for a sentence: at least two decimals."""
    text = decimal_text(number)
    point = text.find(".")
    if point < 0:
        return text + ".00"
    return text + "0" if point == len(text) - 2 else text


def signed_money_text(number: Money) -> str:
    """`number` for a sentence, a gain with its plus."""
    return "+" + money_text(number) if number > 0 else money_text(number)


def add_exactly(first: Money, second: Money) -> Money:
    """The sum. Raises InexactAmount where it needs more than 15 digits."""
    try:
        return _exact_add(first, second)
    except Inexact:
        raise InexactAmount(decimal_text(first + second)) from None


def quotient(numerator: Decimal, denominator: Decimal) -> Decimal:
    """`numerator / denominator`, half-even at 8 decimals, fewer where 15 digits would be passed."""
    result = (numerator / denominator).quantize(_SMALLEST_STEP, rounding=ROUND_HALF_EVEN)
    surplus = len(result.as_tuple().digits) - MOST_DIGITS
    if surplus > 0:
        result = (numerator / denominator).quantize(_SMALLEST_STEP.scaleb(surplus), rounding=ROUND_HALF_EVEN)
    return result
