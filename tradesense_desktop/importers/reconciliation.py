"""Reconciliation: a file's own totals against the sum of what was read from it."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import chain

from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.money import ZERO, Money
from tradesense_desktop.importers.statement import Statement, StatementOperation, StatementTrade


@dataclass(frozen=True, slots=True)
class ReconciliationLine:
    """One line: what the rows give, what the file states (None where it states nothing), and how far apart they are."""

    label: str
    found: Money | int
    stated: Money | int | None
    difference: Money | int | None


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """The whole comparison; `net` and `balance` are the file's, recomputed from its rows.

    `ledger_balance` is what a ledger of all its rows comes to, money from outside included and no floor applied.
    """

    net: Money
    balance: Money
    ledger_balance: Money
    lines: tuple[ReconciliationLine, ...]
    differences: tuple[ReconciliationLine, ...]

    @property
    def reconciled(self) -> bool:
        """Whether every total that the file states is reached."""
        return not self.differences


def reconcile(statement: Statement, initial_balance: Money) -> Reconciliation:
    """Compare the totals that `statement` states with its rows; money of both in the account's currency."""
    net = sum((trade.realized_pnl for trade in statement.trades), ZERO)
    results = sum((row.amount for row in statement.operations if not row.kind.is_outside_money), ZERO)
    outside = sum((row.amount for row in statement.operations if row.kind.is_outside_money), ZERO)
    balance = initial_balance + net + results + outside + statement.open_entry_costs
    stated = statement.stated
    tolerance = statement.rounding_tolerance
    lines = [
        _compare("Trades", len(statement.trades), stated.trades, ZERO),
        # Platforms differ in whether the costs of positions that are still open belong to the net result, and
        # MetaTrader 4 counts the result of a close-by row of 0 lots, which is a correction here.
        _compare(
            "Net result of the trades",
            net,
            stated.net,
            tolerance,
            or_else=(net + statement.open_entry_costs, net + _sum_of(statement, AdjustmentKind.CORRECTION)),
        ),
        ReconciliationLine("Initial balance", initial_balance, None, None),
    ]
    for label, amount in (
        ("Results without a trade", results),
        ("Paid in and out", outside),
        ("Costs of open positions", statement.open_entry_costs),
    ):
        if amount:
            lines.append(ReconciliationLine(label, amount, None, None))
    credit = _sum_of(statement, AdjustmentKind.CREDIT)
    if credit and stated.balance is not None and abs(balance - credit - stated.balance) <= tolerance:
        lines.append(ReconciliationLine("Credit kept beside the balance", -credit, None, None))
        balance -= credit
    lines.append(_compare("Balance", balance, stated.balance, tolerance))
    given = given_by_floor(statement, initial_balance)
    if given:
        lines.append(ReconciliationLine("Given by the floor at zero", given, None, None))
    ledger_balance = initial_balance + net + results + outside
    return Reconciliation(net, balance, ledger_balance, tuple(lines), tuple(line for line in lines if line.difference))


def given_by_floor(statement: Statement, initial_balance: Money) -> Money:
    """What a balance that never falls below zero gives more than the file's own running balance has."""
    rows: chain[StatementTrade | StatementOperation] = chain(
        statement.trades, (row for row in statement.operations if not row.kind.is_outside_money)
    )
    balance, given = initial_balance, ZERO
    for row in sorted(rows, key=_place):
        balance += row.realized_pnl if isinstance(row, StatementTrade) else row.amount
        if balance < ZERO:
            given -= balance
            balance = ZERO
    return given


def _place(row: StatementTrade | StatementOperation) -> tuple[datetime, int]:
    return (row.closed_at if isinstance(row, StatementTrade) else row.booked_at, row.number)


def _sum_of(statement: Statement, kind: AdjustmentKind) -> Money:
    return sum((row.amount for row in statement.operations if row.kind is kind), ZERO)


def _compare(
    label: str, found: Money | int, stated: Money | int | None, tolerance: Money, *, or_else: tuple[Money, ...] = ()
) -> ReconciliationLine:
    if stated is None:
        return ReconciliationLine(label, found, None, None)
    if abs(Decimal(found) - stated) > tolerance:
        found = next((other for other in or_else if abs(other - stated) <= tolerance), found)
    difference = found - stated
    return ReconciliationLine(
        label, found, stated, difference if abs(Decimal(difference)) > tolerance else type(found)(0)
    )
