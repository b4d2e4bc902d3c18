"""Reconciliation: what a file states against what its rows give."""

from datetime import datetime
from decimal import Decimal

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.money import ZERO
from tradesense_desktop.domain.trade import DealResult, Side
from tradesense_desktop.importers.reconciliation import Reconciliation, reconcile
from tradesense_desktop.importers.statement import (
    Source,
    StatedTotals,
    Statement,
    StatementFormat,
    StatementOperation,
    StatementTrade,
)

NOON = datetime(2018, 1, 2, 12)  # noqa: DTZ001 - a server's time
THOUSAND = Decimal(1000)


def trade(number: int, net: str) -> StatementTrade:
    return StatementTrade(
        number=number, line=number, symbol="EURUSD", side=Side.BUY, quantity=Decimal(1), price=Decimal("1.1"),
        closed_at=NOON, own=DealResult(Decimal(net), ZERO, ZERO, ZERO), realized_pnl=Decimal(net), commission=ZERO,
        deal_side=None, entry=None, position_id=None, external_trade_id=None, opened_at=None, open_price=None,
    )  # fmt: skip


def operation(number: int, kind: AdjustmentKind, amount: str) -> StatementOperation:
    return StatementOperation(number=number, line=number, kind=kind, amount=Decimal(amount), booked_at=NOON, comment="")


def reconciled(
    *rows: StatementTrade | StatementOperation,
    net: str | None = None,
    balance: str | None = None,
    trades: int | None = None,
    open_entry_costs: str = "0",
    tolerance: str = "0",
) -> Reconciliation:
    statement = Statement(
        format=StatementFormat.METATRADER4_STATEMENT,
        source=Source("metatrader4"),
        currency="USD",
        initial_balance=THOUSAND,
        trades=tuple(row for row in rows if isinstance(row, StatementTrade)),
        operations=tuple(row for row in rows if isinstance(row, StatementOperation)),
        stated=StatedTotals(
            trades, None if net is None else Decimal(net), None if balance is None else Decimal(balance)
        ),
        skipped=(),
        open_positions=0,
        open_floating=ZERO,
        open_entry_costs=Decimal(open_entry_costs),
        rounding_tolerance=Decimal(tolerance),
        title="",
    )
    return reconcile(statement, THOUSAND)


def differences(found: Reconciliation) -> dict[str, object]:
    return {line.label: line.difference for line in found.differences}


def test_rows_that_give_what_the_file_states_leave_no_difference() -> None:
    found = reconciled(trade(1, "10.50"), trade(2, "-3.25"), net="7.25", balance="1007.25", trades=2)

    assert found.reconciled
    assert (found.net, found.balance) == (Decimal("7.25"), Decimal("1007.25"))


def test_a_missing_row_shows_in_every_total() -> None:
    found = reconciled(trade(1, "10.50"), net="7.25", balance="1007.25", trades=2)

    assert not found.reconciled
    assert differences(found) == {
        "Trades": -1,
        "Net result of the trades": Decimal("3.25"),
        "Balance": Decimal("3.25"),
    }


def test_a_total_that_the_file_does_not_state_is_compared_with_nothing() -> None:
    found = reconciled(trade(1, "10.50"))

    assert found.reconciled
    assert {line.stated for line in found.lines} == {None}


def test_a_difference_within_the_rounding_of_the_rows_is_none_and_a_cent_beyond_is_one() -> None:
    assert reconciled(trade(1, "10.50"), net="10.52", balance="1010.48", tolerance="0.02").reconciled
    assert differences(reconciled(trade(1, "10.50"), net="10.53", tolerance="0.02")) == {
        "Net result of the trades": Decimal("-0.03")
    }


def test_a_wrong_number_of_trades_is_never_rounding() -> None:
    assert differences(reconciled(trade(1, "1"), trades=2, tolerance="5")) == {"Trades": -1}


def test_results_and_payments_without_a_trade_are_part_of_the_balance_only() -> None:
    found = reconciled(
        trade(1, "10"),
        operation(2, AdjustmentKind.DIVIDEND, "-0.56"),
        operation(3, AdjustmentKind.DEPOSIT, "500"),
        operation(4, AdjustmentKind.WITHDRAWAL, "-200"),
        net="10",
        balance="1309.44",
        trades=1,
    )

    assert found.reconciled
    assert {line.label: line.found for line in found.lines if line.stated is None} == {
        "Initial balance": THOUSAND,
        "Results without a trade": Decimal("-0.56"),
        "Paid in and out": Decimal(300),
    }


def test_a_credit_may_stand_in_the_balance_or_beside_it() -> None:
    for balance in ("1310", "1010"):
        found = reconciled(trade(1, "10"), operation(2, AdjustmentKind.CREDIT, "300"), balance=balance)
        assert found.reconciled
        assert found.balance == Decimal(balance)
        beside = [line.found for line in found.lines if line.label == "Credit kept beside the balance"]
        assert beside == ([Decimal(-300)] if balance == "1010" else [])
    assert not reconciled(trade(1, "10"), operation(2, AdjustmentKind.CREDIT, "300"), balance="1160").reconciled


def test_a_correction_may_count_in_the_net_result_and_other_results_never_do() -> None:
    for net in ("10", "8.75"):
        assert reconciled(trade(1, "10"), operation(2, AdjustmentKind.CORRECTION, "-1.25"), net=net).reconciled
    assert not reconciled(trade(1, "10"), operation(2, AdjustmentKind.DIVIDEND, "-1.25"), net="8.75").reconciled


def test_costs_of_open_positions_are_in_the_balance_and_may_count_in_the_net_result() -> None:
    for net in ("10", "6.50"):
        assert reconciled(trade(1, "10"), net=net, balance="1006.50", open_entry_costs="-3.50").reconciled


def test_what_a_floor_at_zero_gives_is_a_line_and_no_difference() -> None:
    found = reconciled(trade(1, "-1250"), trade(2, "100"), net="-1150", balance="-150")

    assert found.reconciled
    assert (found.lines[-1].label, found.lines[-1].found) == ("Given by the floor at zero", Decimal(250))
