"""The totals that a MetaTrader 4 statement states itself, found by shape, whatever their labels are called."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from tradesense_desktop.domain.money import Money
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.metatrader4_cells import exact_number_or_none
from tradesense_desktop.importers.numbers import parse_integer
from tradesense_desktop.importers.statement import StatedTotals

_COLON: Final = re.compile("[:：]")  # the second one is Chinese
_CELLS_OF_THREE_PAIRS: Final = 6
_COUNT_AND_PERCENTAGE: Final = re.compile(r"\d[\d ]* \(.*%\)", re.ASCII)
_BALANCE_ROW: Final = 1
_NET_PROFIT_ROW: Final = 2


@dataclass(frozen=True, slots=True)
class Summary:
    """Closed result and balance; in a detailed report the number of trades too."""

    net: Money
    balance: Money
    trades: int | None

    def stated(self, *, trades: int, zero_lot_rows: int) -> StatedTotals:
        """The totals for a file of which `trades` were read.

        Builds differ in whether they count a close-by row of 0 lots as a trade; where that alone explains the
        difference the count proves nothing and is left out.
        """
        counted = None if self.trades == trades + zero_lot_rows and zero_lot_rows else self.trades
        return StatedTotals(trades=counted, net=self.net, balance=self.balance)


def read_summary(file_name: str, labels: Sequence[tuple[int, tuple[str, ...]]]) -> Summary:
    """The summary among the rows of labels and values, each with the number of tables that began before it.

    “Closed P/L” is the first pair after the first table. Of the rows of three pairs, after the tables, the first
    holds closed and floating result and margin, the second balance, equity and free margin, the third (detailed
    reports) gross profit, gross loss and total net profit. The number of trades stands beside two counts with their
    percentages (of short and of long positions); beside the absolute drawdown, which in a currency without decimals
    is a whole number too, stands one only.
    """
    closed = [cells[1] for tables, cells in labels if tables == 1 and len(cells) == len(("label", "value"))]
    rows = [cells for _, cells in labels if len(cells) == _CELLS_OF_THREE_PAIRS]
    money = [cells for cells in rows if exact_number_or_none(cells[1]) is not None and _is_value(cells[3])]
    if not closed or len(money) <= _BALANCE_ROW:
        raise StatementRefused(
            file_name, "the statement breaks off: its summary (closed result, balance) is missing at the end."
        )
    net = exact_number_or_none(closed[0])
    balance = exact_number_or_none(money[_BALANCE_ROW][1])
    if net is None or balance is None:
        raise StatementRefused(file_name, "the closed result or the balance in the summary is no number.")
    counts = [parse_integer(cells[1].replace(" ", "")) for cells in rows if _has_counts(cells)]
    return Summary(net, balance, counts[0] if counts else None)


def _has_counts(cells: tuple[str, ...]) -> bool:
    return all(_COUNT_AND_PERCENTAGE.fullmatch(cells[place]) is not None for place in (3, 5))


def value_after_colon(text: str) -> str:
    """The value of “Account: 20000”."""
    return _COLON.split(text, maxsplit=1)[-1].strip()


def _is_value(text: str) -> bool:
    return exact_number_or_none(text) is not None
