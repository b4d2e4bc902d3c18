"""Figures as a person reads them: the locale's decimal point, thin spaces, a real minus, and privacy."""

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import Final

from PySide6.QtCore import QLocale

from tradesense_desktop.domain.money import Fraction, Money, Price, Quantity

THIN_SPACE: Final = "\u202f"
"""Narrow no-break space: separates thousands, and a figure from its unit."""
FIGURE_SPACE: Final = "\u2007"
"""As wide as a digit: pads a figure so that decimal points stand under each other."""
PUNCTUATION_SPACE: Final = "\u2008"
MINUS: Final = "−"
NOTHING: Final = "–"
MASK: Final = "•••••"

_CENTS: Final = Decimal("0.01")
_HUNDRED: Final = Decimal(100)


class NumberFormat:
    """Writes exact decimals as text for one locale; `masked` hides every amount of money.

    No figure passes through a binary float.
    """

    __slots__ = ("_digits", "_point", "_thousands", "masked")

    def __init__(self, locale: QLocale, *, masked: bool = False) -> None:
        self.masked = masked
        self._point = locale.decimalPoint()
        self._thousands = THIN_SPACE if locale.groupSeparator() else ""
        zero = locale.zeroDigit()
        has_own_digits = len(zero) == 1 and zero != "0" and zero.isdecimal()
        self._digits = {ord("0") + n: chr(ord(zero) + n) for n in range(10)} if has_own_digits else None

    def money(self, amount: Money | None, *, currency: str = "") -> str:
        """An amount with at least two decimals; more where it has more."""
        return self._amount(amount, currency, signed=False)

    def signed_money(self, amount: Money | None, *, currency: str = "") -> str:
        """An amount as a result: always with its sign, but zero."""
        return self._amount(amount, currency, signed=True)

    def limit_money(self, amount: Money, *, rounding: str = ROUND_DOWN) -> str:
        """A computed limit at two decimals, rounded to the careful side: room down, a floor or a target up."""
        return self._amount(amount.quantize(_CENTS, rounding=rounding), "", signed=False)

    def short_money(self, amount: Money, *, currency: str = "") -> str:
        """An amount without decimals where it has none to show: a round starting balance."""
        if self.masked:
            return MASK
        whole = amount == amount.to_integral_value()
        return self._with_unit(self._grouped(amount, 0 if whole else 2), currency)

    def percent(self, part: Fraction | None, *, decimals: int = 1) -> str:
        """A part of one as percent."""
        if part is None:
            return NOTHING
        step = Decimal(1).scaleb(-decimals)
        shown = (part * _HUNDRED).quantize(step, rounding=ROUND_HALF_EVEN)
        return self._with_unit(self._grouped(shown, decimals), "%")

    def quantity(self, volume: Quantity, *, align_to: int = 0) -> str:
        """A volume with its own decimals, padded to `align_to` of them for a column."""
        return self._aligned(volume, 0, align_to)

    def price(self, price: Price | None, *, align_to: int = 0) -> str:
        """A price with its own decimals, padded to `align_to` of them for a column."""
        return NOTHING if price is None else self._aligned(price, 0, align_to)

    def plain(self, number: Decimal, *, decimals: int = 2) -> str:
        """A figure that is no money (a ratio), rounded half-even to `decimals`."""
        return self._grouped(number.quantize(Decimal(1).scaleb(-decimals), rounding=ROUND_HALF_EVEN), decimals)

    def count(self, number: int) -> str:
        """A whole number of things."""
        return self._grouped(Decimal(number), 0)

    def _amount(self, amount: Money | None, currency: str, *, signed: bool) -> str:
        if amount is None:
            return NOTHING
        if self.masked:
            return MASK
        text = self._grouped(amount, 2)
        if signed and amount > 0:
            text = "+" + text
        return self._with_unit(text, currency)

    def _aligned(self, number: Decimal, least_decimals: int, align_to: int) -> str:
        text = self._grouped(number, least_decimals)
        if not align_to:
            return text
        _, point, decimals = text.partition(self._point)
        padding = FIGURE_SPACE * max(0, align_to - len(decimals))
        return text + padding if point else text + PUNCTUATION_SPACE + padding

    def _grouped(self, number: Decimal, least_decimals: int) -> str:
        """Plain digits of `number`, grouped by three, trailing zeros down to `least_decimals`."""
        whole, _, decimals = format(abs(number), ",f").partition(".")
        decimals = decimals.rstrip("0").ljust(least_decimals, "0")
        text = whole.replace(",", self._thousands)
        if decimals:
            text += self._point + decimals
        if self._digits is not None:
            text = text.translate(self._digits)
        return MINUS + text if number < 0 else text

    @staticmethod
    def _with_unit(text: str, unit: str) -> str:
        return f"{text}{THIN_SPACE}{unit}" if unit else text
