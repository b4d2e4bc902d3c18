"""Damaged reports: a flipped bit, a lost piece, two rows that changed places.

Whatever happens to a file, it is refused, or its differing totals are told, or it gives the amounts of the whole one.
"""

import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.importers.metatrader5_reports import Report, read_bytes, zip_of
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.reconciliation import reconcile
from tradesense_desktop.importers.statement import Statement

NET, TRADES, BALANCE = Decimal("286.37"), 4, Decimal("10284.37")


def report() -> Report:
    made = Report()
    made.operation("balance", "10000.00")
    made.order(11, "buy", "1.00 / 1.00", stop="1.09000")
    made.deal("buy", "in", "1.00", "1.10000", order=11, commission="-3.51")
    made.deal("sell", "in", "0.50", "1.10200", order=12, commission="-1.75", fee="-0.20")
    made.operation("dividend", "-2.00")
    made.deal("sell", "out", "0.40", "1.10500", "200.00", commission="-1.40", order=13)
    made.deal("buy", "out", "0.50", "1.10600", "-200.00", commission="-1.75", order=14)
    made.deal("sell", "out", "0.60", "1.10500", "300.00", commission="-2.10", swap="-0.55", order=15)
    made.deal("sell", "out", "0.10", "1.20000", "-2.37", order=16, symbol="GBPUSD")
    made.position(12, "sell", "0.50", "2024.01.08 09:03:00", "1.10200", "2024.01.08 09:06:00", "1.10600", "-200.00")
    made.stated_net, made.stated_trades = str(NET), (1, 3)
    return made


FILES = {
    "utf-8": report().html().encode(),
    "utf-16": report().html().encode("utf-16"),
    "xlsx": report().xlsx(),
}
with zipfile.ZipFile(io.BytesIO(FILES["xlsx"])) as _archive:
    PARTS = {name: _archive.read(name) for name in _archive.namelist()}


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        yield Path(name)


def assert_refused_or_told_or_whole(data: bytes, folder: Path) -> None:
    try:
        statement: Statement = read_bytes(data, folder)
    except StatementRefused:
        return
    if statement.initial_balance is None:
        return  # the import asks for it
    found = reconcile(statement, statement.initial_balance)
    if found.reconciled:
        # A letter of a symbol that changed parts a close from its entry: the entry's costs then stand apart, none is lost.
        assert found.net + statement.open_entry_costs == NET
        assert len(statement.trades) == TRADES
        assert found.balance == BALANCE


@pytest.mark.parametrize("name", FILES)
def test_the_undamaged_file_is_whole(name: str, folder: Path) -> None:
    statement = read_bytes(FILES[name], folder)
    assert statement.initial_balance == Decimal(10000)
    assert reconcile(statement, statement.initial_balance).reconciled
    assert_refused_or_told_or_whole(FILES[name], folder)


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_flipped_bit_gives_no_wrong_amount_in_silence(name: str, folder: Path, data: st.DataObject) -> None:
    damaged = bytearray(FILES[name])
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] ^= 1 << data.draw(st.integers(0, 7))

    assert_refused_or_told_or_whole(bytes(damaged), folder)


@pytest.mark.parametrize("part", [part for part in PARTS if "sheet1" in part or "sharedStrings" in part])
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_flipped_bit_inside_the_spreadsheet_gives_no_wrong_amount_in_silence(
    part: str, folder: Path, data: st.DataObject
) -> None:
    damaged = bytearray(PARTS[part])
    place = data.draw(st.integers(0, len(damaged) - 1))
    damaged[place] ^= 1 << data.draw(st.integers(0, 7))

    assert_refused_or_told_or_whole(zip_of(PARTS | {part: bytes(damaged)}), folder)


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_file_cut_off_is_refused_or_whole(name: str, folder: Path, data: st.DataObject) -> None:
    whole = FILES[name]

    assert_refused_or_told_or_whole(whole[: data.draw(st.integers(0, len(whole)))], folder)


@pytest.mark.parametrize("name", FILES)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_a_lost_piece_gives_no_wrong_amount_in_silence(name: str, folder: Path, data: st.DataObject) -> None:
    whole = FILES[name]
    start = data.draw(st.integers(0, len(whole)))
    end = data.draw(st.integers(start, min(len(whole), start + 400)))

    assert_refused_or_told_or_whole(whole[:start] + whole[end:], folder)


@given(junk=st.binary(max_size=300), name=st.sampled_from(sorted(FILES)), at=st.integers(0, 3000))
@settings(max_examples=150, deadline=None)
def test_junk_in_the_middle_gives_no_wrong_amount_in_silence(junk: bytes, name: str, at: int, folder: Path) -> None:
    whole = FILES[name]

    assert_refused_or_told_or_whole(whole[:at] + junk + whole[at:], folder)
