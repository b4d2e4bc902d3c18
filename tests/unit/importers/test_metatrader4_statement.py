"""MetaTrader 4 statements: real ones, and made-up ones for each trap that no real sample has."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.importers.metatrader4_reports import (
    ENGLISH,
    RUSSIAN,
    operation,
    pending,
    read_statement,
    statement_html,
    trade,
)
from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.importers.reconciliation import reconcile
from tradesense_desktop.importers.statement import Statement, StatementFormat

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
PAID_IN = operation(1, "2018.01.01 10:00:00", "5 000.00")
ONE_TRADE = trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00")


def real(name: str) -> Statement:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is missing: the shared samples are not on this machine")
    return read_statement(path.read_bytes(), name)


def ledger(statement: Statement) -> list[object]:
    """The trades without the lines where they stand."""
    return [replace(row, line=0) for row in statement.trades]


def differences(statement: Statement) -> list[tuple[str, object]]:
    assert statement.initial_balance is not None
    lines = reconcile(statement, statement.initial_balance).differences
    return [(line.label, line.difference) for line in lines]


# The real samples.


@pytest.mark.parametrize("name", ["mt4_detailed_with_comments.htm", "mt4_detailed_plain.htm"])
def test_a_real_statement_arrives_at_its_own_totals(name: str) -> None:
    statement = real(name)

    assert statement.format is StatementFormat.METATRADER4_STATEMENT
    assert len(statement.trades) == 320
    assert len(statement.skipped) == 11
    assert all("pending order" in row.reason for row in statement.skipped)
    assert statement.open_positions == 4
    assert sum(row.realized_pnl for row in statement.trades) == Decimal("-207.27")
    assert statement.initial_balance == Decimal("6000.00")
    assert statement.stated.balance == Decimal("5792.73")
    assert statement.stated.net == Decimal("-207.27")
    assert statement.stated.trades == 320
    assert statement.currency == "USD"
    assert statement.source.account == "20000"
    assert differences(statement) == []


def test_the_real_statement_with_comment_rows_is_the_same_ledger_as_the_one_without() -> None:
    with_comments, plain = real("mt4_detailed_with_comments.htm"), real("mt4_detailed_plain.htm")

    assert ledger(with_comments) == ledger(plain)
    assert with_comments.source == plain.source
    assert with_comments.open_floating == Decimal("-60.77")
    assert plain.open_floating == Decimal("-60.52")


# What a row becomes.


def test_every_column_of_a_trade_is_kept() -> None:
    row = trade(
        "860", "2018.09.27 16:16:17", "sell", "2018.09.27 16:16:58", "-20.00", size="0.50", item="AUDUSD.m",
        price="0.7219", close_price="0.7223", commission="-3.50", taxes="-0.40", swap="-1.10", comment="to #861",
    )  # fmt: skip
    statement = read_statement(statement_html([PAID_IN, row], net="-25.00", balance="4 975.00"))

    (read,) = statement.trades
    assert (read.number, read.symbol, read.side) == (860, "AUDUSD.m", Side.SELL)
    assert (read.quantity, read.price, read.open_price) == (Decimal("0.50"), Decimal("0.7223"), Decimal("0.7219"))
    assert read.closed_at == datetime(2018, 9, 27, 16, 16, 58)  # noqa: DTZ001 - the server's zone is not known yet
    assert read.opened_at == datetime(2018, 9, 27, 16, 16, 17)  # noqa: DTZ001
    assert (read.own.profit, read.own.swap) == (Decimal("-20.00"), Decimal("-1.10"))
    assert (read.own.commission, read.own.fee) == (Decimal("-3.50"), Decimal("-0.40"))
    assert read.realized_pnl == Decimal("-25.00")
    assert read.commission == Decimal("3.90")
    assert (read.position_id, read.external_trade_id, read.entry) == ("860", "860", None)
    assert differences(statement) == []


def test_taxes_belong_to_the_net_result() -> None:
    row = trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00", taxes="-12.34")
    statement = read_statement(statement_html([PAID_IN, row], net="87.66", balance="5 087.66"))

    assert statement.trades[0].realized_pnl == Decimal("87.66")
    assert differences(statement) == []


def test_a_statement_of_a_build_without_taxes_has_one_column_less() -> None:
    row = trade(2, "2018.01.02 10:00", "buy", "2018.01.02 11:00", "100.00", taxes=None, commission="-7.00", swap="1.00")
    statement = read_statement(statement_html([PAID_IN, row], net="94.00", balance="5 094.00", columns=13))

    assert statement.trades[0].own.net == Decimal("94.00")
    assert statement.trades[0].own.fee == Decimal(0)
    assert differences(statement) == []


def test_trades_come_by_closing_time_and_then_by_ticket() -> None:
    rows = [
        trade(9, "2018.01.02 10:00:00", "buy", "2018.01.05 11:00:00", "1.00"),
        trade(100, "2018.01.02 10:00:00", "buy", "2018.01.03 11:00:00", "2.00"),
        trade(20, "2018.01.02 10:00:00", "buy", "2018.01.03 11:00:00", "3.00"),
    ]
    statement = read_statement(statement_html([PAID_IN, *rows], net="6.00", balance="5 006.00"))

    assert [row.number for row in statement.trades] == [20, 100, 9]


def test_identical_fills_under_tickets_of_their_own_are_all_kept() -> None:
    rows = [trade(ticket, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "5.00") for ticket in (2, 3, 4)]
    statement = read_statement(statement_html([PAID_IN, *rows], net="15.00", balance="5 015.00"))

    assert len(statement.trades) == 3
    assert differences(statement) == []


def test_each_part_of_a_partial_close_is_a_row_of_its_own() -> None:
    rows = [
        trade(859, "2018.09.27 16:16:17", "buy", "2018.09.27 16:16:48", "-5.00", size="0.10", comment="to #860"),
        trade(860, "2018.09.27 16:16:17", "buy", "2018.09.27 16:16:58", "-20.00", size="0.50", comment="to #861"),
        trade(861, "2018.09.27 16:16:17", "buy", "2018.09.27 16:17:07", "-70.00", size="1.40", comment="from #860"),
    ]
    statement = read_statement(statement_html([PAID_IN, *rows], net="-95.00", balance="4 905.00", trades=3))

    assert [(row.number, str(row.quantity)) for row in statement.trades] == [
        (859, "0.10"),
        (860, "0.50"),
        (861, "1.40"),
    ]
    assert differences(statement) == []


@pytest.mark.parametrize(
    "comment", ["from #860", "[sl]", "12345", "so: 12.3%/45.6/370.5", "2018.01.02 10:00:00", "buy"]
)
def test_a_comment_row_disturbs_nothing_whatever_it_says(comment: str) -> None:
    row = trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00", comment=comment)
    commented = read_statement(statement_html([PAID_IN, row], net="100.00", balance="5 100.00"))
    plain = read_statement(statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00"))

    assert ledger(commented) == ledger(plain)


@pytest.mark.parametrize("last", ["cancelled", "6985", "1 234.56", "deleted [no money]", "&nbsp;"])
@pytest.mark.parametrize("kind", ["buy limit", "sell limit", "buy stop", "sell stop"])
def test_a_pending_order_is_no_trade_whatever_its_last_cell_says(kind: str, last: str) -> None:
    row = pending(3, "2018.01.02 10:00:00", kind, "2018.01.03 10:00:00", last)
    statement = read_statement(statement_html([PAID_IN, ONE_TRADE, row], net="100.00", balance="5 100.00"))

    assert [row.number for row in statement.trades] == [2]
    assert [(row.number, row.reason) for row in statement.skipped] == [
        ("3", f"pending order ({kind}), deleted or cancelled")
    ]


def test_a_pending_order_in_the_shape_of_a_trade_is_still_none() -> None:
    row = trade(3, "2018.01.02 10:00:00", "buy limit", "2018.01.03 10:00:00", "55.00")
    statement = read_statement(statement_html([PAID_IN, ONE_TRADE, row], net="100.00", balance="5 100.00"))

    assert [row.number for row in statement.trades] == [2]


def test_a_working_order_is_listed_as_such() -> None:
    row = pending(7, "2018.01.02 10:00:00", "sell stop", "&nbsp;", "&nbsp;")
    html = statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00", working_rows=[row])

    assert [row.reason for row in read_statement(html).skipped] == ["pending order (sell stop), still working"]


def test_a_close_by_row_without_lots_and_without_a_result_is_skipped() -> None:
    rows = [
        trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00"),
        trade(
            3, "2018.01.02 10:30:00", "sell", "2018.01.02 11:00:00", "0.00", size="0.00", comment="close hedge by #2"
        ),
    ]
    for stated in (1, 2):
        statement = read_statement(statement_html([PAID_IN, *rows], net="100.00", balance="5 100.00", trades=stated))
        assert [row.number for row in statement.trades] == [2]
        assert [(row.number, row.reason) for row in statement.skipped] == [
            ("3", "closed by another position: 0 lots, no result")
        ]
        assert statement.operations == ()
        assert differences(statement) == []


def test_a_close_by_row_without_lots_but_with_a_result_is_an_adjustment() -> None:
    row = trade(
        3, "2018.01.02 10:30:00", "sell", "2018.01.02 12:00:00", "0.00", size="0.00", swap="-1.25", close_price="0.0000"
    )
    statement = read_statement(statement_html([PAID_IN, ONE_TRADE, row], net="98.75", balance="5 098.75"))

    (adjustment,) = statement.operations
    assert (adjustment.number, adjustment.kind, adjustment.amount) == (3, AdjustmentKind.CORRECTION, Decimal("-1.25"))
    assert adjustment.booked_at == datetime(2018, 1, 2, 12)  # noqa: DTZ001
    assert [row.number for row in statement.trades] == [2]
    assert differences(statement) == []


# Balance operations.


def test_the_initial_balance_is_what_was_paid_in_before_the_first_opening() -> None:
    rows = [
        PAID_IN,
        operation(2, "2018.01.01 12:00:00", "-1 500.00", comment="Withdrawal"),
        pending(3, "2018.01.01 13:00:00", "buy limit", "2018.01.01 14:00:00"),
        operation(4, "2018.01.01 15:00:00", "500.00"),
        trade(5, "2018.01.02 10:00:00", "buy", "2018.01.04 11:00:00", "100.00"),
        operation(6, "2018.01.03 10:00:00", "1 000.00", comment="second deposit"),
        operation(7, "2018.01.05 10:00:00", "-250.00"),
    ]
    statement = read_statement(statement_html(rows, net="100.00", balance="4 850.00"))

    assert statement.initial_balance == Decimal("4000.00")
    assert [(row.number, row.kind, row.amount, row.comment) for row in statement.operations] == [
        (6, AdjustmentKind.DEPOSIT, Decimal("1000.00"), "second deposit"),
        (7, AdjustmentKind.WITHDRAWAL, Decimal("-250.00"), "Deposit"),
    ]
    assert differences(statement) == []


def test_a_position_that_is_still_open_ends_the_time_of_the_initial_balance_too() -> None:
    still_open = trade(2, "2018.01.01 11:00:00", "buy", "", "-9.00")
    later = operation(3, "2018.01.01 12:00:00", "1 000.00")
    html = statement_html(
        [PAID_IN, later, trade(4, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00")],
        net="100.00", balance="6 100.00", open_rows=[still_open],
    )  # fmt: skip
    statement = read_statement(html)

    assert statement.initial_balance == Decimal("5000.00")
    assert [row.number for row in statement.operations] == [3]
    assert (statement.open_positions, statement.open_floating) == (1, Decimal("-9.00"))
    assert differences(statement) == []


def test_a_credit_is_no_part_of_the_initial_balance() -> None:
    rows = [PAID_IN, operation(2, "2018.01.01 11:00:00", "300.00", kind="credit", comment="Bonus"),
            trade(3, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00")]  # fmt: skip
    statement = read_statement(statement_html(rows, net="100.00", balance="5 100.00", credit="300.00"))

    assert statement.initial_balance == Decimal("5000.00")
    assert [(row.kind, row.amount) for row in statement.operations] == [(AdjustmentKind.CREDIT, Decimal("300.00"))]
    assert differences(statement) == []


def test_without_a_payment_before_the_first_opening_the_initial_balance_is_unknown() -> None:
    rows = [ONE_TRADE, operation(3, "2018.01.03 10:00:00", "1 000.00")]
    statement = read_statement(statement_html(rows, net="100.00", balance="6 100.00"))

    assert statement.initial_balance is None
    assert [row.number for row in statement.operations] == [3]


def test_an_operation_of_nothing_is_skipped() -> None:
    row = operation(3, "2018.01.03 10:00:00", "0.00")
    statement = read_statement(statement_html([PAID_IN, ONE_TRADE, row], net="100.00", balance="5 100.00"))

    assert [row.number for row in statement.skipped] == ["3"]
    assert statement.operations == ()


def test_a_balance_below_zero_reconciles() -> None:
    row = trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "-5 250.00")
    statement = read_statement(statement_html([PAID_IN, row], net="-5 250.00", balance="-250.00"))

    assert statement.stated.balance == Decimal("-250.00")
    assert differences(statement) == []


# The file's own totals.


def test_an_edited_profit_shows_as_a_difference() -> None:
    html = statement_html([PAID_IN, ONE_TRADE.replace("100.00", "110.00")], net="100.00", balance="5 100.00", trades=1)

    assert differences(read_statement(html)) == [
        ("Net result of the trades", Decimal("10.00")),
        ("Balance", Decimal("10.00")),
    ]


def test_a_statement_that_is_not_detailed_states_no_number_of_trades() -> None:
    statement = read_statement(statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00"))

    assert (statement.stated.trades, statement.stated.net) == (None, Decimal("100.00"))


def test_in_a_currency_without_decimals_no_drawdown_passes_for_the_number_of_trades() -> None:
    rows = [
        operation(1, "2019.04.04 04:10:11", "200 000"),
        trade(2, "2019.04.04 11:56:57", "buy", "2019.04.04 12:08:41", "40", item="jp225", price="21719",
              close_price="21723", commission="0", taxes="0", swap="-11"),
    ]  # fmt: skip
    html = statement_html(rows, net="29", balance="200 029", trades=1)
    html = html.replace("<b>1.00</b></td><td colspan=2><b>Maximal", "<b>4</b></td><td colspan=2><b>Maximal")
    html = html.replace("9.00 (1.00%)", "9 (1.00%)").replace("1.00% (9.00)", "1.00% (9)")
    assert "<b>4</b></td><td colspan=2><b>Maximal Drawdown:</b></td><td colspan=2><b>9 (1.00%)</b>" in html
    statement = read_statement(html)

    assert statement.stated.trades == 1
    assert (statement.initial_balance, statement.trades[0].price) == (Decimal(200_000), Decimal(21_723))
    assert differences(statement) == []


def test_a_comment_in_place_of_the_leverage_is_no_matter() -> None:
    html = statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00")
    html = html.replace("Leverage: 1:100", "Leverage: <!--LEVERAGE-->")

    assert read_statement(html).currency == "USD"


def test_a_wrong_number_of_trades_shows_as_a_difference() -> None:
    html = statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00", trades=4)

    assert differences(read_statement(html)) == [("Trades", -3)]


# Languages, numbers, encodings.


def test_a_statement_in_another_language_and_code_page_is_the_same_ledger() -> None:
    rows = [PAID_IN, ONE_TRADE, pending(3, "2018.01.02 10:00:00", "buy stop", "2018.01.03 10:00:00")]
    russian = statement_html(rows, net="100.00", balance="5 100.00", trades=1, labels=RUSSIAN, title="Statement: 20000")
    english = statement_html(rows, net="100.00", balance="5 100.00", trades=1, labels=ENGLISH, title="Statement: 20000")
    by_code_page = read_statement(russian.encode("cp1251"))

    assert by_code_page == read_statement(russian.encode("utf-8"))
    assert by_code_page == read_statement(english)
    assert by_code_page.source.account == "20000"


@pytest.mark.parametrize(
    ("money", "profit"),
    [
        ("1 234.56", "-1 234.56"),
        ("1&nbsp;234.56", "-1&nbsp;234.56"),
        ("1\xa0234,56", "-1\xa0234,56"),
        ("1.234,56", "-1.234,56"),
        ("1,234.56", "-1,234.56"),
        ("1234.56", "−1234.56"),
    ],
)
def test_thousands_and_decimals_are_read_as_they_are_written(money: str, profit: str) -> None:
    rows = [
        operation(1, "2018.01.01 10:00:00", money),
        trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", profit, price="1,1000", close_price="1,1010"),
    ]
    statement = read_statement(statement_html(rows, net=profit, balance="0,00"))

    assert statement.initial_balance == Decimal("1234.56")
    assert statement.trades[0].realized_pnl == Decimal("-1234.56")
    assert statement.trades[0].price == Decimal("1.1010")
    assert differences(statement) == []


def test_a_cent_account_keeps_its_unit() -> None:
    html = statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00").replace(
        "Currency: USD", "Currency: usc"
    )

    assert read_statement(html).currency == "USC"


def test_a_file_that_names_no_currency_has_none() -> None:
    html = statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00").replace("Currency: USD", "Currency:")

    assert read_statement(html).currency is None
