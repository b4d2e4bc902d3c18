"""Damaged reports of MetaTrader 4: never a traceback, never another amount without a difference that shows."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.unit.importers.metatrader4_reports import (
    html_of_test,
    operation,
    pending,
    read_statement,
    read_test_report,
    statement_html,
    step,
    trade,
)
from tradesense_desktop.domain.money import Money
from tradesense_desktop.importers.encoding import decode
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.reconciliation import reconcile
from tradesense_desktop.importers.statement import Statement

STATEMENT = statement_html(
    [
        operation(1, "2018.01.01 10:00:00", "5 000.00"),
        pending(2, "2018.01.01 11:00:00", "buy limit", "2018.01.01 12:00:00", "6985"),
        trade(
            3, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00",
            comment="@1|made.up", swap="-1.20", commission="-3.00",
        ),
        trade(4, "2018.01.02 10:00:00", "sell", "2018.01.03 11:00:00", "-55.10", size="0.50"),
        trade(5, "2018.01.02 10:00:00", "sell", "2018.01.03 11:00:00", "0.00", size="0.00"),
        operation(6, "2018.01.04 10:00:00", "-200.00"),
    ],
    net="40.70", balance="4 840.70", trades=2, open_rows=[trade(7, "2018.01.04 10:00:00", "buy", "", "9.00")],
).encode()  # fmt: skip
TEST_REPORT = html_of_test(
    [
        step(1, "2018.01.03 18:00", "sell", 1, size="0.30", price="1.2000"),
        step(2, "2018.01.03 19:00", "close", 1, size="0.10", result=("10.00", "10010.00")),
        step(3, "2018.01.03 19:00", "buy stop", 3, size="0.20", price="1.2000"),
        step(4, "2018.01.03 20:00", "s/l", 2, size="0.20", result=("40.00", "10050.00")),
    ],
    net="50.00", trades=2,
).encode()  # fmt: skip


def read_test_bytes(data: bytes) -> Statement:
    return read_test_report(decode(data))


REPORTS = [
    pytest.param(STATEMENT, read_statement, id="statement"),
    pytest.param(TEST_REPORT, read_test_bytes, id="test report"),
]


def amounts(statement: Statement) -> list[Money | None]:
    booked = [row.realized_pnl for row in statement.trades] + [row.amount for row in statement.operations]
    return [statement.initial_balance, *sorted(booked)]


def outcome(read: Callable[[bytes], Statement], data: bytes) -> Statement | StatementRefused:
    try:
        return read(data)
    except StatementRefused as refusal:
        return refusal


@pytest.mark.parametrize(("data", "read"), REPORTS)
@given(st.data())
@settings(deadline=None, max_examples=400)
def test_one_wrong_byte_is_refused_or_shows_or_changes_no_amount(
    data: bytes, read: Callable[[bytes], Statement], draw: st.DataObject
) -> None:
    place = draw.draw(st.integers(0, len(data) - 1))
    byte = draw.draw(st.integers(0, 255) | st.sampled_from(list(b"0123456789 .-<>\"'")))
    whole = read(data)
    damaged = outcome(read, data[:place] + bytes([byte]) + data[place + 1 :])
    if isinstance(damaged, StatementRefused):
        assert str(damaged).endswith(".")
        return
    if damaged.initial_balance is None or reconcile(damaged, damaged.initial_balance).differences:
        return
    allowed = damaged.rounding_tolerance
    assert len(damaged.trades) == len(whole.trades)
    for found, expected in zip(amounts(damaged), amounts(whole), strict=True):
        assert found is not None
        assert expected is not None
        assert abs(found - expected) <= allowed


@pytest.mark.parametrize(("data", "read"), REPORTS)
@given(
    edits=st.lists(
        st.tuples(
            st.integers(0, 8_000),
            st.integers(0, 60),
            st.binary(max_size=40) | st.sampled_from([b"<td>", b"</tr>", b"<tr>"]),
        ),
        min_size=1,
        max_size=6,
    )
)
@settings(deadline=None, max_examples=300)
def test_no_damage_makes_a_traceback(
    data: bytes, read: Callable[[bytes], Statement], edits: list[tuple[int, int, bytes]]
) -> None:
    for place, removed, put in edits:
        data = data[:place] + put + data[place + removed :]
    damaged = outcome(read, data)
    if isinstance(damaged, StatementRefused):
        assert damaged.file_name
        assert damaged.reason
        return
    for row in damaged.trades:
        assert row.quantity > 0
        assert row.price > 0
        assert row.symbol
