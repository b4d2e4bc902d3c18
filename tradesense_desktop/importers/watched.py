"""Loops over rows that report how far they are, and so can be stopped."""

from collections.abc import Iterator, Sequence
from typing import Final, TypeVar

from tradesense_desktop.domain.progress import Progress, ProgressReport

_ROWS_A_REPORT: Final = 400

Item = TypeVar("Item")


def watched(rows: Sequence[Item], stage: str, progress: ProgressReport) -> Iterator[Item]:
    """Each of `rows`, with a report of `stage` before the first and after every few hundred."""
    for done, row in enumerate(rows):
        if done % _ROWS_A_REPORT == 0:
            progress(Progress(stage, done, len(rows)))
        yield row


def drained(rows: list[Item], stage: str, progress: ProgressReport) -> Iterator[Item]:
    """As `watched`, and empties `rows`: a long list is not held beside what is made of it.

    Fewer objects at a time also keep the pauses of Python's garbage collector short.
    """
    total = len(rows)
    rows.reverse()
    while rows:
        if (total - len(rows)) % _ROWS_A_REPORT == 0:
            progress(Progress(stage, total - len(rows), total))
        yield rows.pop()
