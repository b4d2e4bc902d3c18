"""Loops that report how far they are."""

import pytest

from tradesense_desktop.domain.progress import Cancelled, Progress, unwatched
from tradesense_desktop.importers.watched import drained, watched


def test_rows_come_in_their_order_and_a_drained_list_is_empty_afterwards() -> None:
    rows = list(range(1000))

    assert list(watched(rows, "Reading", unwatched)) == list(range(1000))
    assert list(drained(rows, "Reading", unwatched)) == list(range(1000))
    assert rows == []


def test_both_report_before_the_first_row_and_every_four_hundred() -> None:
    for loop in (watched, drained):
        seen: list[Progress] = []
        for _ in loop(list(range(1000)), "Reading", seen.append):
            pass
        assert seen == [Progress("Reading", 0, 1000), Progress("Reading", 400, 1000), Progress("Reading", 800, 1000)]


def test_cancelling_ends_the_loop() -> None:
    def cancel(_: Progress) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        next(watched([1], "Reading", cancel))
