"""From when on activity is unusual: the thresholds of a workspace, with the reasons for what they are at first."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from tradesense_desktop.domain.errors import DomainError, InexactAmount
from tradesense_desktop.domain.money import Fraction, decimal_text, exact

SETTING: Final = "alerts.thresholds"
"""Name of the workspace's setting."""


class InvalidThreshold(DomainError):
    """A threshold that says something impossible or that there is none of; `field` names it."""

    def __init__(self, field: str, why: str) -> None:
        self.field = field
        self.why = why
        super().__init__(f"The threshold “{field[:60]}” {why}.")


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityThresholds:
    """What counts as unusual; None turns a measure off. Raises InvalidThreshold.

    - `inactive_days`: whole days without a trade. 14: two weeks' holiday is common, and the limits that firms publish
      begin at some 30 days, so that there is time left to act.
    - `size_factor`: a trade's quantity in medians of the preceding trades of its symbol, of which there have to be
      `size_trades`. 5 and 20: partial closes and scaling in stay within a few times the median.
    - `closings_a_minute`: settlements of different times within one minute. 20: a basket that is closed at once has
      one time; a closing every three seconds for a minute is not done by hand.
    - `profit_part`: one trade's profit in parts of the initial balance. 0.05: more than half of a target of 8 % by one
      trade. Losses are left to the loss rules, which alert from 80 % of a limit on.
    """

    inactive_days: int | None = 14
    size_factor: Decimal | None = Decimal(5)
    size_trades: int = 20
    closings_a_minute: int | None = 20
    profit_part: Fraction | None = Decimal("0.05")

    def __post_init__(self) -> None:
        _check_count("inactive_days", self.inactive_days, 1, 3_650)
        _check_count("size_trades", self.size_trades, 2, 50)
        _check_count("closings_a_minute", self.closings_a_minute, 2, 10_000)
        _check_decimal("size_factor", self.size_factor, Decimal("1.1"), Decimal(1_000))
        _check_decimal("profit_part", self.profit_part, Decimal("0.0001"), Decimal(10))

    @classmethod
    def from_json(cls, value: object) -> "ActivityThresholds":
        """The thresholds that a setting holds; what it does not name is as at first, and None is all of that."""
        if value is None:
            return DEFAULT
        if not isinstance(value, Mapping):
            raise InvalidThreshold(SETTING, "is no object of names and values")
        unknown = next((str(name) for name in value if name not in cls.__dataclass_fields__), None)
        if unknown is not None:
            raise InvalidThreshold(unknown, "is none that there is")
        read: dict[str, Any] = {
            name: _decimal(name, item) if name in _DECIMALS else item for name, item in value.items()
        }
        return cls(**read)

    def as_json(self) -> dict[str, Any]:
        """The form that `from_json` reads: integers, and decimals as texts."""
        values = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return {name: decimal_text(item) if isinstance(item, Decimal) else item for name, item in values.items()}


_DECIMALS: Final = frozenset({"size_factor", "profit_part"})


def _decimal(field: str, value: object) -> Decimal | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise InvalidThreshold(field, "is no decimal written as a text")
    try:
        return exact(value)
    except InexactAmount:
        raise InvalidThreshold(field, "is no decimal of at most 8 places") from None


def _check_count(field: str, value: object, least: int, most: int) -> None:
    if value is None and field != "size_trades":
        return
    if isinstance(value, bool) or not isinstance(value, int):
        raise InvalidThreshold(field, "is no whole number")
    if not least <= value <= most:
        raise InvalidThreshold(field, f"lies outside {least} to {most}")


def _check_decimal(field: str, value: Decimal | None, least: Decimal, most: Decimal) -> None:
    if value is not None and not (value.is_finite() and least <= value <= most):
        raise InvalidThreshold(field, f"lies outside {decimal_text(least)} to {decimal_text(most)}")


DEFAULT: Final = ActivityThresholds()
