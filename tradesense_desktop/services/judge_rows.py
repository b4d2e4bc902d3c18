"""Judge many rows in one command: each settled, recorded and watched, until the challenge takes no more."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tradesense_desktop.domain.adjustment import Adjustment
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.progress import Progress, ProgressReport
from tradesense_desktop.domain.recording import Recorded
from tradesense_desktop.domain.trade import Trade

_ROWS_BETWEEN_RECORDS = 1_000
_ROWS_BETWEEN_REPORTS = 250


@dataclass(frozen=True, slots=True)
class JudgedRows:
    """How many trades and balance operations were recorded, and how many came after the end."""

    trades: int
    adjustments: int
    trades_after_end: int
    adjustments_after_end: int


def judge_rows(
    execution: Execution,
    rows: Iterable[Trade | Adjustment],
    total: int,
    record: Callable[[Recorded], object],
    progress: ProgressReport,
) -> JudgedRows:
    """Carry out rows in order and hand what they leave to `record`, about a thousand rows at a time.

    Rows after the end (a breach, or the target with a freeze) are counted and not sent.
    """
    trades = adjustments = trades_after = adjustments_after = 0
    for index, row in enumerate(rows):
        if isinstance(row, Trade):
            if execution.accepts_rows and execution.execute_trade(row):
                trades += 1
            else:
                trades_after += 1
        elif execution.accepts_rows and execution.adjust_balance(row):
            adjustments += 1
        else:
            adjustments_after += 1
        if index % _ROWS_BETWEEN_REPORTS == 0:
            progress(Progress("Judging and recording", index, total))
            if index % _ROWS_BETWEEN_RECORDS == 0:
                record(execution.drain())
    record(execution.drain())
    progress(Progress("Judging and recording", total, total))
    return JudgedRows(trades, adjustments, trades_after, adjustments_after)
