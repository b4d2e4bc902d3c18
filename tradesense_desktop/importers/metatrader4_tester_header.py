"""What a MetaTrader 4 test report says above its rows: what was tested, with how much, and the totals."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from tradesense_desktop.domain.money import Money
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.metatrader4_cells import exact_number_or_none, quoted
from tradesense_desktop.importers.numbers import parse_integer

_TIME_FRAME: Final = re.compile(r"\(([A-Z]{1,2}\d{1,5})\)", re.ASCII)
_TESTED_DAYS: Final = re.compile(r"\((\d{4}\.\d\d\.\d\d) ?- ?(\d{4}\.\d\d\.\d\d)\)", re.ASCII)
_CELLS_OF_A_PAIR: Final = 2
_CELLS_OF_THREE_PAIRS: Final = 6
_LONGEST_SYMBOL: Final = 64
_SYMBOL_ROW, _PERIOD_ROW = 0, 1
_DEPOSIT_GROUP, _TRADES_GROUP = 1, 2
_NET_ROW: Final = 1


@dataclass(frozen=True, slots=True)
class TesterHeader:
    """`period` is the time frame and the tested days where the file shows them so, else its own text."""

    symbol: str
    period: str
    deposit: Money
    net: Money
    trades: int


def read_tester_header(file_name: str, rows: Sequence[tuple[str, ...]]) -> TesterHeader:
    """The header in the rows above the steps, found by shape: labels may be in any language.

    The first pairs are symbol, period, model and parameters. Rows of three pairs stand in groups, parted by rows of
    one cell: bars and quality; deposit, then net profit with gross profit and loss, and ratios; numbers of trades.
    """
    pairs = [cells for cells in rows if len(cells) == _CELLS_OF_A_PAIR]
    groups = [list(group) for full, group in groupby(rows, key=_has_three_pairs) if full]
    if len(pairs) <= _PERIOD_ROW or len(groups) <= _TRADES_GROUP or len(groups[_DEPOSIT_GROUP]) <= _NET_ROW:
        raise StatementRefused(file_name, "the report of the test has no readable head (symbol, deposit, totals).")
    symbol = pairs[_SYMBOL_ROW][1].split(" (", maxsplit=1)[0].strip()
    if not symbol or len(symbol) > _LONGEST_SYMBOL:
        raise StatementRefused(file_name, f"{quoted(symbol)} in the head is no symbol.")
    deposit = exact_number_or_none(groups[_DEPOSIT_GROUP][0][1])
    net = exact_number_or_none(groups[_DEPOSIT_GROUP][_NET_ROW][1])
    trades = parse_integer(groups[_TRADES_GROUP][0][1])
    if deposit is None or deposit <= 0 or net is None or trades is None:
        raise StatementRefused(file_name, "the initial deposit, the net profit or the number of trades is no number.")
    return TesterHeader(symbol, _period(pairs[_PERIOD_ROW][1]), deposit, net, trades)


def _has_three_pairs(cells: tuple[str, ...]) -> bool:
    return len(cells) == _CELLS_OF_THREE_PAIRS


def _period(text: str) -> str:
    """The same run is named alike whatever language the terminal spoke."""
    frame, days = _TIME_FRAME.search(text), _TESTED_DAYS.search(text)
    return f"{frame[1]} {days[1]} - {days[2]}" if frame is not None and days is not None else text
