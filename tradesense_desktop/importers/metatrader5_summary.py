"""What a MetaTrader 5 report says outside its tables, found by shape: account, tester settings, stated totals."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from typing import Final

from tradesense_desktop.domain.money import ZERO, Money, decimal_text
from tradesense_desktop.importers.numbers import parse_number

_ACCOUNT: Final = re.compile(r"(\d{1,20})(?: ?\((.{1,200})\))?", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Za-z]{3,5}")
_LEVERAGE: Final = re.compile(r"1 ?: ?\d{1,6}", re.ASCII)
_COUNT_WITH_PERCENT: Final = re.compile(r"(\d[\d ]*) ?\( ?-?[\d.,]+ ?%\)", re.ASCII)
_LABEL_AND_VALUE: Final = 2
_MOST_CHARACTERS: Final = 200
_PAIRS_OF_A_RESULT_ROW: Final = 3
_PAIRS_OF_A_BALANCE_ROW: Final = (1, 2)


class Bookkeeping(Enum):
    """Whether each position stands alone or a symbol has one position."""

    HEDGING = "hedging"
    NETTING = "netting"


@dataclass(frozen=True, slots=True)
class Account:
    """The account of a history; what the report does not name is None."""

    number: str
    currency: str | None
    server: str | None
    bookkeeping: Bookkeeping | None


@dataclass(frozen=True, slots=True)
class Run:
    """The settings of a tester's run."""

    expert: str
    symbol: str
    period: str
    currency: str | None
    deposit: Money

    @property
    def text(self) -> str:
        """What names the run: the same in HTML and XLSX."""
        return ", ".join((self.expert, self.symbol, self.period, decimal_text(self.deposit)))


def find_account(head: Sequence[Sequence[str]]) -> Account | None:
    """The account in the rows above the first table.

    It is the value that is a number with details in parentheses (currency first, where it is stated), else the first
    value that is only a number.
    """
    found = [match for row in _pairs_of(head) for _, value in row if (match := _ACCOUNT.fullmatch(value)) is not None]
    if not found:
        return None
    match = min(found, key=_rank)
    details = [detail.strip() for detail in match[2].split(",")] if match[2] else []
    currency = details[0].upper() if details and _CURRENCY.fullmatch(details[0]) is not None else None
    rest = details[1:] if currency is not None else details
    bookkeeping = next((kept for detail in rest if (kept := _bookkeeping(detail)) is not None), None)
    return Account(match[1], currency, rest[0] if rest else None, bookkeeping)


def find_run(head: Sequence[Sequence[str]]) -> Run | None:
    """A tester's settings, or None where the rows are no tester's.

    The leverage (1:100) has the deposit before it and the currency before that; expert, symbol and period are the
    first three labelled values.
    """
    values = [row[1] for row in head if len(row) == _LABEL_AND_VALUE]
    for place, value in enumerate(values):
        deposit = parse_number(values[place - 1]) if place else None
        if deposit is not None and place > _PAIRS_OF_A_RESULT_ROW and _LEVERAGE.fullmatch(value) is not None:
            currency = values[place - 2]
            stated = currency.upper() if _CURRENCY.fullmatch(currency) is not None else None
            expert, symbol, period = (text[:_MOST_CHARACTERS] for text in values[:3])
            return Run(expert, symbol, period, stated, deposit)
    return None


def find_net(rows: Sequence[Sequence[str]], *, is_tester: bool) -> Money | None:
    """Total net profit: the number that is the sum of a gain and a loss beside it (histories) or below it (testers).

    Where no number is such a sum, a total was edited or is wrong: then it is the first one that stands before a gain
    and a loss, so that the comparison with the rows shows the difference.
    """
    triples: list[tuple[Decimal, Decimal, Decimal]] = []
    firsts: list[Decimal | None] = []
    for pairs in _pairs_of(rows):
        numbers = [parse_number(value) for _, value in pairs]
        known = [number for number in numbers if number is not None]
        if len(pairs) == len(known) == _PAIRS_OF_A_RESULT_ROW:
            triples.append((known[0], known[1], known[2]))
        firsts.append(numbers[0])
    if is_tester:
        for net, gain, loss in zip(firsts, firsts[1:], firsts[2:], strict=False):
            if net is not None and gain is not None and loss is not None:
                triples.append((net, gain, loss))
    candidates = [(net, gain, loss) for net, gain, loss in triples if gain >= ZERO >= loss]
    sums = (net for net, gain, loss in candidates if net == gain + loss)
    return next(sums, candidates[0][0] if candidates else None)


def find_trades(rows: Sequence[Sequence[str]]) -> int | None:
    """Total trades: the count that is the sum of the two counts with percents beside it (short and long).

    Where none is, one was edited or is wrong: then it is the first of them, to be compared with the rows.
    """
    counted: list[tuple[int, int]] = []
    for pairs in _pairs_of(rows):
        if len(pairs) == _PAIRS_OF_A_RESULT_ROW:
            total = parse_number(pairs[0][1])
            parts = [_COUNT_WITH_PERCENT.fullmatch(value) for _, value in pairs[1:]]
            counts = [int(part[1].replace(" ", "")) for part in parts if part is not None]
            if total is not None and total == int(total) and len(counts) == len(parts):
                counted.append((int(total), sum(counts)))
    sums = (total for total, parts_together in counted if total == parts_together)
    return next(sums, counted[0][0] if counted else None)


def find_balance(tail: Sequence[Sequence[str]]) -> Money | None:
    """The balance of the account: the first of the labelled numbers in the block below a history's tables."""
    values: list[Decimal] = []
    for pairs in _pairs_of(tail):
        value = parse_number(pairs[0][1])
        if value is None or len(pairs) not in _PAIRS_OF_A_BALANCE_ROW or parse_number(pairs[0][0]) is not None:
            break
        values.append(value)
    return values[0] if len(values) >= len(("balance", "credit", "floating")) else None


def _pairs_of(rows: Sequence[Sequence[str]]) -> Iterator[list[tuple[str, str]]]:
    for row in rows:
        if len(row) >= _LABEL_AND_VALUE and len(row) % 2 == 0:
            yield list(zip(row[::2], row[1::2], strict=True))


def _rank(match: re.Match[str]) -> int:
    """Lowest for what looks most like an account; a person's name can be a number, too."""
    if not match[2]:
        return 2
    return 0 if _CURRENCY.fullmatch(match[2].partition(",")[0].strip()) is not None else 1


def _bookkeeping(detail: str) -> Bookkeeping | None:
    word = detail.casefold()
    if word.startswith(("hedg", "хедж")):
        return Bookkeeping.HEDGING
    return Bookkeeping.NETTING if word.startswith(("netting", "exchange", "нетт")) else None
