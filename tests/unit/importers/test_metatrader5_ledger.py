"""Balance operations, rows that stand twice, and what is refused: on made-up reports."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.importers.metatrader5_reports import Report, read_bytes
from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.reconciliation import reconcile
from tradesense_desktop.importers.statement import Statement


@pytest.fixture
def report() -> Report:
    """A hedging account with 10,000 paid in."""
    made = Report()
    made.operation("balance", "10000.00")
    return made


def trade(report: Report, profit: str = "100.00") -> None:
    report.deal("buy", "in", "1.00", "1.10000")
    report.deal("sell", "out", "1.00", "1.10100", profit)


def operations(statement: Statement) -> list[tuple[AdjustmentKind, Decimal]]:
    return [(row.kind, row.amount) for row in statement.operations]


def differences(statement: Statement) -> list[str]:
    assert statement.initial_balance is not None
    return [line.label for line in reconcile(statement, statement.initial_balance).differences]


def test_deposits_and_withdrawals_before_the_first_trade_are_the_initial_balance(
    report: Report, tmp_path: Path
) -> None:
    report.operation("balance", "5000.00")
    report.operation("balance", "-2000.00")
    trade(report)
    statement = report.read(tmp_path)

    assert statement.initial_balance == Decimal(13000)
    assert statement.operations == ()
    assert differences(statement) == []


def test_a_deposit_and_a_withdrawal_after_the_first_trade_are_outside_money(report: Report, tmp_path: Path) -> None:
    trade(report)
    report.operation("balance", "500.00", comment="top-up")
    report.operation("balance", "-300.00", comment="payout")
    statement = report.read(tmp_path)

    assert statement.initial_balance == Decimal(10000)
    assert operations(statement) == [
        (AdjustmentKind.DEPOSIT, Decimal(500)), (AdjustmentKind.WITHDRAWAL, Decimal(-300)),
    ]  # fmt: skip
    assert [row.comment for row in statement.operations] == ["top-up", "payout"]
    assert differences(statement) == []


@pytest.mark.parametrize("moves", [True, False], ids=["in the balance", "beside the balance"])
def test_credit_is_no_part_of_the_initial_balance(moves: bool, report: Report, tmp_path: Path) -> None:
    report.operation("credit", "1000.00", moves=moves)
    trade(report)
    statement = report.read(tmp_path)

    assert statement.initial_balance == Decimal(10000)
    assert operations(statement) == [(AdjustmentKind.CREDIT, Decimal(1000))]
    assert differences(statement) == []


def test_credit_beside_the_balance_in_the_very_first_row_leaves_the_balance_before_it_at_nothing(
    tmp_path: Path,
) -> None:
    report = Report()
    report.operation("credit", "1000.00", moves=False)
    report.operation("balance", "10000.00")
    trade(report)

    assert report.read(tmp_path).initial_balance == Decimal(10000)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("correction", AdjustmentKind.CORRECTION), ("bonus", AdjustmentKind.BONUS), ("charge", AdjustmentKind.CHARGE),
        ("interest", AdjustmentKind.INTEREST), ("commission", AdjustmentKind.COMMISSION),
        ("daily commission", AdjustmentKind.COMMISSION), ("monthly commission", AdjustmentKind.COMMISSION),
        ("agent", AdjustmentKind.AGENT), ("daily agent", AdjustmentKind.AGENT), ("tax", AdjustmentKind.TAX),
        ("dividend", AdjustmentKind.DIVIDEND), ("franked dividend", AdjustmentKind.DIVIDEND),
        ("Correction", AdjustmentKind.CORRECTION),
    ],
)  # fmt: skip
def test_every_other_type_is_a_result_without_a_trade(
    written: str, kind: AdjustmentKind, report: Report, tmp_path: Path
) -> None:
    trade(report)
    report.operation(written, "-12.34", direction="in")
    statement = report.read(tmp_path)

    assert operations(statement) == [(kind, Decimal("-12.34"))]
    assert len(statement.trades) == 1
    assert differences(statement) == []


def test_an_unknown_type_is_refused_and_named(report: Report, tmp_path: Path) -> None:
    report.operation("gift", "1.00")

    with pytest.raises(StatementRefused, match=r"report, line \d+, column “Type”: “gift” is no type of a deal"):
        report.read(tmp_path)


def test_a_cancelled_deal_without_a_result_is_skipped_and_one_with_a_result_is_a_correction(
    report: Report, tmp_path: Path
) -> None:
    cancelled = report.operation("buy canceled", "0.00")
    report.operation("sell canceled", "-5.00")
    statement = report.read(tmp_path)

    assert [(row.number, row.reason) for row in statement.skipped] == [(str(cancelled), "a cancelled deal")]
    assert operations(statement) == [(AdjustmentKind.CORRECTION, Decimal(-5))]


def test_an_operation_that_moves_no_money_is_listed_as_skipped(report: Report, tmp_path: Path) -> None:
    report.operation("dividend", "0.00")
    statement = report.read(tmp_path)

    assert [row.reason for row in statement.skipped] == ["“dividend” that moves no money"]
    assert statement.operations == ()


def test_a_balance_below_zero_is_read_as_it_stands(report: Report, tmp_path: Path) -> None:
    trade(report, profit="-10250.00")
    report.operation("correction", "250.00")
    statement = report.read(tmp_path)

    assert [row.realized_pnl for row in statement.trades] == [Decimal(-10250)]
    assert operations(statement) == [(AdjustmentKind.CORRECTION, Decimal(250))]
    assert differences(statement) == []


def test_without_a_deposit_the_balance_before_the_first_row_is_the_initial_one(tmp_path: Path) -> None:
    report = Report(balance=Decimal("12345.67"))
    trade(report)
    statement = report.read(tmp_path)

    assert statement.initial_balance == Decimal("12345.67")
    assert differences(statement) == []


def test_a_window_that_begins_with_a_withdrawal_counts_from_what_was_there(tmp_path: Path) -> None:
    report = Report(balance=Decimal("10000.00"))
    report.operation("balance", "-500.00")
    trade(report)
    statement = report.read(tmp_path)

    assert statement.initial_balance == Decimal(9500)
    assert differences(statement) == []


def test_a_history_of_nothing_but_a_loss_has_no_initial_balance(tmp_path: Path) -> None:
    report = Report()
    report.deal("sell", "out", "1.00", "1.10000", "-5.00")

    assert report.read(tmp_path).initial_balance is None


def test_the_costs_of_positions_that_are_still_open_are_in_the_files_balance(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", commission="-7.00")
    statement = report.read(tmp_path)

    assert statement.open_entry_costs == Decimal(-7)
    assert statement.open_positions == 1
    assert statement.trades == ()
    assert differences(statement) == []


def test_a_row_edited_by_hand_shows_as_a_difference(report: Report, tmp_path: Path) -> None:
    trade(report)
    report.stated_net, report.stated_trades = "100.00", (0, 1)
    closing = report.deals[-1]
    closing[closing.index("100.00")] = "900.00"

    assert differences(report.read(tmp_path)) == ["Net result of the trades", "Balance"]


def test_rows_are_ordered_by_time_and_then_by_number(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", at="2024.01.09 10:00:00", number=9)
    report.deal("buy", "in", "1.00", "1.10000", at="2024.01.09 10:00:00", number=8)
    report.deal("sell", "out", "1.00", "1.10100", "2.00", at="2024.01.09 11:00:00", number=100)
    report.deal("sell", "out", "1.00", "1.10100", "1.00", at="2024.01.09 11:00:00", number=99)

    assert [row.number for row in report.read(tmp_path).trades] == [99, 100]


def test_the_same_row_twice_counts_once_and_is_listed(report: Report, tmp_path: Path) -> None:
    trade(report)
    report.deals.append(list(report.deals[-1]))
    statement = report.read(tmp_path)

    assert len(statement.trades) == 1
    assert [row.reason.startswith("the same row as in line") for row in statement.skipped] == [True]


def test_one_number_with_two_contents_is_refused(report: Report, tmp_path: Path) -> None:
    trade(report)
    report.deal("sell", "out", "1.00", "1.10200", "3.00", number=3)

    with pytest.raises(StatementRefused, match="column “Deal”: the deal 3 stands twice, with differing content"):
        report.read(tmp_path)


@pytest.mark.parametrize(
    ("place", "text", "column", "why"),
    [
        (0, "2024.13.08 09:03:00", "Time", "is no time"),
        (2, "", "Symbol", "is no symbol"),
        (2, "X" * 65, "Symbol", "is no symbol"),
        (3, "bay", "Type", "is no type of a deal"),
        (4, "inn", "Direction", "is no direction of a deal"),
        (4, "", "Direction", "the empty cell is no direction of a deal"),
        (5, "0.00", "Volume", "is no number above zero"),
        (5, "-1.00", "Volume", "is no number above zero"),
        (6, "0.00000", "Price", "is no number above zero"),
        (6, "1.1O1", "Price", "is no number above zero"),
        (6, "1.1000000001", "Price", "is no number above zero"),
        (8, "1,2,3", "Commission", "is no exact decimal"),
        (11, "1234567890123456.00", "Profit", "is no exact decimal"),
        (11, "", "Profit", "the empty cell is no amount"),
        (11, "NaN", "Profit", "is no exact decimal"),
        (12, "∞", "Balance", "is no exact decimal"),
    ],
)
def test_a_cell_that_cannot_be_read_is_refused_with_line_and_column(
    place: int, text: str, column: str, why: str, report: Report, tmp_path: Path
) -> None:
    trade(report)
    report.deals[-1][place] = text

    with pytest.raises(StatementRefused, match=rf"report, line 17, column “{column}”: .*{why}"):
        report.read(tmp_path)


@pytest.mark.parametrize("place", [0, 1])
def test_a_row_of_a_table_with_a_broken_beginning_is_never_left_out_in_silence(
    place: int, report: Report, tmp_path: Path
) -> None:
    trade(report)
    report.deals[-1][place] = "?"

    with pytest.raises(StatementRefused, match=r"line \d+, column “(Time|Deal)”"):
        report.read(tmp_path)


def test_an_entry_with_a_profit_of_its_own_is_refused(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", "5.00")

    with pytest.raises(StatementRefused, match="opens a position has a profit of its own"):
        report.read(tmp_path)


def test_a_report_of_open_positions_only_is_refused_with_advice(tmp_path: Path) -> None:
    report = Report()
    report.open_position(11, "buy", "1.00", "5.00")
    only_open = "\n".join(line for line in report.html().split("\n") if ">Deal<" not in line)

    with pytest.raises(StatementRefused, match="a report of open positions only; it has no history"):
        read_bytes(only_open.encode(), tmp_path)


def test_a_report_without_its_deals_is_refused(report: Report, tmp_path: Path) -> None:
    trade(report)
    report.position(2, "buy", "1.00", "2024.01.08 09:02:00", "1.1", "2024.01.08 09:03:00", "1.101", "100.00")
    report.deals.clear()

    with pytest.raises(StatementRefused, match="the report has no table of deals"):
        report.read(tmp_path)
