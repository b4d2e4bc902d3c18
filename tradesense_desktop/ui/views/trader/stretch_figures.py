"""What a brushed stretch of time made: exact figures over its trades, for a background thread."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tradesense_desktop.domain.money import ZERO, Money
from tradesense_desktop.domain.progress import Progress, ProgressReport
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_ledger import read_ledger_page

_ROWS_A_PAGE: Final = 1000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of time: the sequence numbers of its trades, both included, and the resets that bound trading days.

    `resets` are POSIX seconds, ascending; a stretch without a trade has a `last` before its `first`.
    """

    start: datetime
    end: datetime
    first: int
    last: int
    resets: Sequence[float]


@dataclass(frozen=True, slots=True)
class StretchFigures:
    """Figures of a stretch, from the first to the last of its trades.

    `result` is what its trades made, money paid in or out aside; `deepest` the farthest that this result fell from
    its own highest, zero or less; `days` the trading days on which a trade was closed.
    """

    start: datetime
    end: datetime
    trades: int
    won: int
    days: int
    result: Money
    deepest: Money


def read_stretch(workspace: Workspace, challenge_id: str, stretch: Stretch, progress: ProgressReport) -> StretchFigures:
    """Figures of the trades of a stretch. Raises Cancelled from `progress`."""
    first, last = stretch.first, stretch.last
    won, result, highest, deepest = 0, ZERO, ZERO, ZERO
    days: set[int] = set()
    for begun in range(first, last + 1, _ROWS_A_PAGE):
        progress(Progress("Reading the stretch", begun - first, last + 1 - first))
        for row in read_ledger_page(workspace, challenge_id, range(begun, min(begun + _ROWS_A_PAGE, last + 1))):
            result += row.realized_pnl
            won += row.realized_pnl > 0
            highest = max(highest, result)
            deepest = min(deepest, result - highest)
            days.add(bisect_right(stretch.resets, row.executed_at.timestamp()))
    return StretchFigures(stretch.start, stretch.end, max(0, last + 1 - first), won, len(days), result, deepest)
