"""Pages of the ledger are what a plain SELECT gives, in every order, and are found through the named indexes."""

import itertools
import random
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import text

from tests.unit.store.ledgers import create_challenge
from tests.unit.store.query_plans import plan_of
from tradesense_desktop.domain.progress import Cancelled, Progress
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.store import ledger_pages
from tradesense_desktop.store.errors import ColumnUnknown
from tradesense_desktop.store.event_log import stream_events
from tradesense_desktop.store.ledger_pages import (
    LedgerEntry,
    LedgerFilter,
    LedgerOrder,
    count_trades,
    list_symbols,
    read_ledger_page,
    select_ledger,
)
from tradesense_desktop.store.transaction import Reading
from tradesense_desktop.store.workspace import Workspace, open_workspace

COUNT = 400
COLUMNS = list(LedgerEntry.__dataclass_fields__)


@pytest.fixture(scope="module")
def ledger(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, str]]:
    """A workspace with the ledger under test between two others."""
    directory = tmp_path_factory.mktemp("ledger") / "workspace"
    with open_workspace(directory) as workspace:
        create_challenge(workspace, 1, count=50)
        challenge = create_challenge(workspace, 2, count=COUNT)
        create_challenge(workspace, 3, count=50)
        yield workspace, challenge.id


@pytest.fixture
def reading(ledger: tuple[Workspace, str]) -> Iterator[Reading]:
    """A reading of that workspace."""
    with ledger[0].reading() as opened:
        yield opened


@pytest.fixture
def challenge_id(ledger: tuple[Workspace, str]) -> str:
    """The challenge under test."""
    return ledger[1]


def _plain_rows(reading: Reading, challenge_id: str) -> list[dict[str, Any]]:
    rows = reading.core.execute(text("SELECT * FROM trades WHERE challenge_id = :id"), {"id": challenge_id}).mappings()
    return [dict(row) for row in rows]


def _equities(reading: Reading, challenge_id: str) -> dict[int, Decimal]:
    return {
        event.event_data["trade"]["sequence_number"]: Decimal(event.event_data["equity_after"])
        for event in stream_events(reading, challenge_id)
        if event.event_type == "TRADE_EXECUTED"
    }


def test_count_is_the_number_of_rows(reading: Reading, challenge_id: str) -> None:
    assert count_trades(reading, challenge_id) == len(_plain_rows(reading, challenge_id)) == COUNT
    assert count_trades(reading, "nobody") == 0


def test_page_by_numbers_is_a_plain_select_with_the_equity_after_each_trade(
    reading: Reading, challenge_id: str
) -> None:
    page = read_ledger_page(reading, challenge_id, range(101, 201))
    equities = _equities(reading, challenge_id)
    plain = {row["sequence_number"]: row for row in _plain_rows(reading, challenge_id)}

    assert [row.sequence_number for row in page] == list(range(101, 201))
    for row in page:
        stored = plain[row.sequence_number]
        assert row.equity == equities[row.sequence_number]
        assert (row.trade_id, row.symbol, row.side) == (stored["trade_id"], stored["symbol"], Side(stored["side"]))
        assert row.realized_pnl == Decimal(f"{stored['realized_pnl']:.15g}")
        assert row.executed_at.isoformat(" ", "microseconds")[:26] == stored["executed_at"]
        assert (row.opened_at is None) == (stored["opened_at"] is None)


def test_page_by_list_keeps_the_order_of_the_list(reading: Reading, challenge_id: str) -> None:
    numbers = random.Random(5).sample(range(1, COUNT + 1), 60)

    page = read_ledger_page(reading, challenge_id, numbers)

    assert [row.sequence_number for row in page] == numbers
    whole = {row.sequence_number: row for row in read_ledger_page(reading, challenge_id, range(1, COUNT + 1))}
    assert all(row == whole[row.sequence_number] for row in page)


def test_numbers_that_do_not_exist_are_left_out(reading: Reading, challenge_id: str) -> None:
    assert read_ledger_page(reading, challenge_id, []) == ()
    assert read_ledger_page(reading, challenge_id, [COUNT + 5, COUNT + 9]) == ()
    assert [row.sequence_number for row in read_ledger_page(reading, challenge_id, range(COUNT - 1, COUNT + 9))] == [
        COUNT - 1,
        COUNT,
    ]


def test_everything_in_its_own_order_needs_no_list(reading: Reading, challenge_id: str) -> None:
    assert select_ledger(reading, challenge_id) is None


def _sort_key(value: Any, column: str) -> Any:
    return (len(value), value) if column in {"trade_id", "external_trade_id", "position_id"} else value


@pytest.mark.parametrize(("column", "descending"), list(itertools.product(COLUMNS, [False, True])))
def test_order_by_any_column_is_that_of_its_values_with_absent_ones_last(
    reading: Reading, challenge_id: str, column: str, descending: bool
) -> None:
    if (column, descending) == ("sequence_number", False):
        return
    equities = _equities(reading, challenge_id)
    rows = [{**row, "equity": equities[row["sequence_number"]]} for row in _plain_rows(reading, challenge_id)]
    present = [row for row in rows if row[column] is not None]
    absent = [row for row in rows if row[column] is None]
    present.sort(key=lambda row: (_sort_key(row[column], column), row["sequence_number"]), reverse=descending)
    absent.sort(key=lambda row: row["sequence_number"], reverse=descending)

    selected = select_ledger(reading, challenge_id, order=LedgerOrder(column, descending))

    assert selected is not None
    assert list(selected) == [row["sequence_number"] for row in present + absent]


@pytest.mark.parametrize(
    "which",
    [
        LedgerFilter(symbol="EURUSD"),
        LedgerFilter(side=Side.SELL),
        LedgerFilter(symbol="US100.cash", side=Side.BUY),
        LedgerFilter(text="usd"),
        LedgerFilter(text="5003"),
        LedgerFilter(text="X12"),
        LedgerFilter(text="%"),
        LedgerFilter(text="_"),
        LedgerFilter(text="'; DROP TABLE trades; --"),
        LedgerFilter(symbol="EURUSD", side=Side.SELL, text="1"),
        LedgerFilter(symbol="NOSUCH"),
    ],
)
def test_filter_chooses_what_it_says(reading: Reading, challenge_id: str, which: LedgerFilter) -> None:
    def is_chosen(row: dict[str, Any]) -> bool:
        searched = [row["symbol"], row["trade_id"], row["external_trade_id"], row["position_id"]]
        return (
            (which.symbol is None or row["symbol"] == which.symbol)
            and (which.side is None or row["side"] == which.side.value)
            and (not which.text or any(which.text.lower() in (field or "").lower() for field in searched))
        )

    selected = select_ledger(reading, challenge_id, which)

    assert selected is not None
    assert list(selected) == sorted(
        row["sequence_number"] for row in _plain_rows(reading, challenge_id) if is_chosen(row)
    )


def test_symbols_are_listed_once_each(reading: Reading, challenge_id: str) -> None:
    assert list_symbols(reading, challenge_id) == ("BTCUSD", "EURUSD", "GBPUSD", "US100.cash", "XAUUSD")


def test_order_by_a_column_that_is_none_is_refused(reading: Reading, challenge_id: str) -> None:
    with pytest.raises(ColumnUnknown, match="no column “metadata”"):
        select_ledger(reading, challenge_id, order=LedgerOrder("metadata"))


def test_selection_can_be_cancelled(ledger: tuple[Workspace, str]) -> None:
    def refuse(progress: Progress) -> None:
        raise Cancelled

    workspace, challenge_id = ledger
    with pytest.raises(Cancelled), workspace.reading(refuse, "Sorting") as reading:
        select_ledger(reading, challenge_id, order=LedgerOrder("price"))


def test_page_by_numbers_is_found_through_both_named_indexes(reading: Reading) -> None:
    plan = plan_of(reading, ledger_pages._RANGE, challenge_id="c", first=1, last=256)

    assert "idx_trades_challenge_sequence_lock" in plan
    assert "idx_events_trade_executed" in plan
    assert "SCAN" not in plan
    assert "TEMP B-TREE" not in plan


def test_page_by_list_is_found_through_both_named_indexes(reading: Reading) -> None:
    plan = plan_of(reading, ledger_pages._LISTED, challenge_id="c", numbers="[3, 1]")

    assert "SEARCH trades USING INDEX idx_trades_challenge_sequence_lock (challenge_id=? AND sequence_number=?)" in plan
    assert "idx_events_trade_executed (challenge_id=? AND <expr>=?)" in plan
    assert "SCAN wanted VIRTUAL TABLE" in plan


def test_count_looks_at_one_row(reading: Reading) -> None:
    plan = plan_of(reading, ledger_pages._LAST, challenge_id="c")

    assert "SEARCH trades USING COVERING INDEX idx_trades_challenge_sequence_lock (challenge_id=?)" in plan
