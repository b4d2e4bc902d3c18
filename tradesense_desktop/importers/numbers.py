"""Numbers and times as statements write them: exact decimals, and times without a zone."""

import re
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Final

from tradesense_desktop.domain.money import is_exact

_PLAIN: Final = re.compile(r"[+-]?\d+(?:\.\d+)?", re.ASCII)
_SPACED: Final = re.compile(r"([+-]?) ?(\d{1,3}(?: \d{3})+|\d+)?([.,]\d+)?", re.ASCII)
_GROUPED: Final = (
    # Thousands marked by something else than a space; the decimal mark is then another one.
    (re.compile(r"([+-]?)(\d{1,3}(?:,\d{3})+)(\.\d+)?", re.ASCII), ","),
    (re.compile(r"([+-]?)(\d{1,3}(?:\.\d{3})+)(,\d+)?", re.ASCII), "."),
    (re.compile(r"([+-]?)(\d{1,3}(?:['’]\d{3})+)([.,]\d+)?", re.ASCII), "'’"),
)
_TIME: Final = re.compile(r"(\d{4})([.\-/])(\d{2})\2(\d{2})[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?", re.ASCII)
_LONGEST: Final = 40
_MOST: Final = 2**63 - 1
"""No platform numbers beyond it, and no database holds more."""
_SURELY_EXACT: Final = 9
"""So short a text cannot hold more than 15 digits nor more than 8 decimals."""
_SECONDS: Final = "2024.01.31 23:59:59"


def parse_number(text: str) -> Decimal | None:
    """The decimal that `text` writes, exactly, or None where it writes none.

    Thousands may be parted by spaces (every kind of space arrives here as a plain one), and by commas, dots or
    apostrophes where another mark follows or the groups repeat. A single dot is always the decimal point and a single
    comma the decimal comma: platforms part thousands by spaces, so `143,267` is a price. A minus sign counts as one.
    """
    if _PLAIN.fullmatch(text) is not None and len(text) <= _LONGEST:
        return Decimal(text)
    text = text.replace("−", "-")
    if len(text) > _LONGEST or not any(mark.isdecimal() for mark in text):
        return None
    found = _SPACED.fullmatch(text)
    if found is not None:
        return Decimal(f"{found[1]}{(found[2] or '0').replace(' ', '')}{(found[3] or '').replace(',', '.')}")
    for pattern, marks in _GROUPED:
        found = pattern.fullmatch(text)
        if found is not None and (found[3] or len(re.findall(f"[{marks}]", found[2])) > 1 or marks == "'’"):
            digits = re.sub(f"[{marks}]", "", found[2])
            return Decimal(f"{found[1]}{digits}{(found[3] or '').replace(',', '.')}")
    return None


@lru_cache(maxsize=1 << 15)
def parse_exact(text: str) -> Decimal | None:
    """`parse_number`, but None also for a number of more than 15 digits or 8 decimals, which no ledger can hold."""
    number = parse_number(text)
    return number if number is None or len(text) <= _SURELY_EXACT or is_exact(number) else None


def parse_integer(text: str) -> int | None:
    """The whole number that `text` writes in plain digits (a ticket, a deal, an order), or None."""
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(_MOST))):
        return None
    number = int(text)
    return number if number <= _MOST else None


_FIRST_YEAR: Final = 1970
_LAST_YEAR: Final = 2999


def parse_time(text: str) -> datetime | None:
    """The time that `text` writes, year first, in the zone of the platform's server; None where it writes none."""
    if len(text) == len(_SECONDS) and text[10] == " " and text[4] == text[7] == "." and text[13] == text[16] == ":":
        try:  # the form that MetaTrader writes, and the fast way to read it
            return _of_our_time(datetime.fromisoformat(text.replace(".", "-")))
        except ValueError:
            return None
    found = _TIME.fullmatch(text)
    if found is None:
        return None
    year, _, month, day, hour, minute, second, fraction = found.groups()
    try:
        time = datetime(  # noqa: DTZ001 - the zone is the server's, and is bound to the challenge, not to the file
            int(year),
            int(month),
            int(day),
            int(hour),
            int(minute),
            int(second or 0),
            int((fraction or "").ljust(6, "0")),
        )
    except ValueError:
        return None
    return _of_our_time(time)


def _of_our_time(time: datetime) -> datetime | None:
    """The time, where a platform can have written it: others are damage, and no zone can move them."""
    return time if _FIRST_YEAR <= time.year <= _LAST_YEAR else None


def decimals(number: Decimal) -> int:
    """How many decimals `number` was written with."""
    exponent = number.as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0
