"""MetaTrader 4 statements: what is refused and where, how they are recognised, and how large they may be."""

import time
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.importers.metatrader4_reports import RUSSIAN, operation, read_statement, statement_html, trade
from tradesense_desktop.importers.cells import Row
from tradesense_desktop.importers.encoding import decode
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.html_cells import html_rows
from tradesense_desktop.importers.metatrader4_statement import is_metatrader4_statement
from tradesense_desktop.importers.reconciliation import reconcile

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"
PAID_IN = operation(1, "2018.01.01 10:00:00", "5 000.00")
ONE_TRADE = trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.00")


def refusal_of(html: str) -> StatementRefused:
    with pytest.raises(StatementRefused) as refusal:
        read_statement(html)
    return refusal.value


def refusal_of_row(row: str) -> StatementRefused:
    return refusal_of(statement_html([PAID_IN, row], net="100.00", balance="5 100.00"))


@pytest.mark.parametrize(
    ("changes", "column", "reason"),
    [
        ({"close_price": "0.0000"}, "Price", "price “0.0000”"),
        ({"price": "0.0000"}, "Price", "price “0.0000”"),
        ({"price": "-1.1"}, "Price", "price “-1.1”"),
        ({"close_price": "1.1O10"}, "Price", "“1.1O10” is no number"),
        ({"size": "-1.00"}, "Size", "size “-1.00”"),
        ({"size": "x"}, "Size", "“x” is no number"),
        ({"swap": ""}, "Swap", "“” is no number"),
        ({"commission": "1.123456789"}, "Commission", "more digits"),
        ({"item": "&nbsp;"}, "Item", "no symbol"),
        ({"ticket": "99999999999999999999"}, "Ticket", "no number of an order"),
        ({"ticket": "49x"}, "Ticket", "no ticket"),
        ({"ticket": "&nbsp;"}, "Ticket", "no ticket"),
        ({"opened": "2018.02.30 10:00:00"}, "Open Time", "no date and time"),
        ({"closed": "yesterday"}, "Close Time", "no date and time"),
        ({"closed": "2018.01.02 08:59:59"}, "Close Time", "closes before it opens"),
        ({"kind": "short"}, "Type", "“short” is no type"),
        ({"kind": "&nbsp;"}, "Type", "“” is no type"),
        ({"profit": "NaN"}, "Profit", "“NaN” is no number"),
        ({"profit": "1e5"}, "Profit", "“1e5” is no number"),
    ],
)
def test_a_row_that_cannot_be_read_is_refused_with_line_column_and_reason(
    changes: dict[str, str], column: str, reason: str
) -> None:
    fields = {
        "ticket": "2", "opened": "2018.01.02 10:00:00", "kind": "buy", "closed": "2018.01.02 11:00:00", "profit": "1.00",
    }  # fmt: skip
    refusal = refusal_of_row(trade(**{**fields, **changes}))

    assert refusal.line == 6
    assert refusal.column == column
    assert reason in refusal.reason


def test_a_clock_set_back_may_close_a_trade_before_it_opened() -> None:
    row = trade(2, "2018.10.28 03:59:50", "buy", "2018.10.28 03:00:10", "100.00")

    assert len(read_statement(statement_html([PAID_IN, row], net="100.00", balance="5 100.00")).trades) == 1


def test_a_trade_with_a_cell_too_few_is_refused() -> None:
    refusal = refusal_of_row(ONE_TRADE.replace("<td class=mspt nowrap>0.00</td>", "", 1))

    assert (refusal.line, refusal.reason) == (6, "a row of a trade has 13 cells, not 14.")


@pytest.mark.parametrize("cells", [3, 4, 9, 11, 13])
def test_a_trade_of_which_only_the_first_cells_are_left_is_refused(cells: int) -> None:
    end = ONE_TRADE.index("</td>")
    for _ in range(cells - 1):
        end = ONE_TRADE.index("</td>", end + 1)
    refusal = refusal_of_row(ONE_TRADE[:end] + "</td></tr>\n")

    assert (refusal.line, refusal.reason) == (6, f"a row of a trade has {cells} cells, not 14.")


def test_an_operation_with_a_cell_too_many_is_refused() -> None:
    refusal = refusal_of_row(operation(2, "2018.01.02 10:00:00", "1.00</td><td>2.00"))

    assert (refusal.line, refusal.reason) == (6, "a row of the type “balance” has 6 cells, not 5.")


def test_one_ticket_with_two_contents_is_refused() -> None:
    other = trade(2, "2018.01.02 10:00:00", "buy", "2018.01.02 11:00:00", "100.01")
    refusal = refusal_of(statement_html([PAID_IN, ONE_TRADE, other], net="100.00", balance="5 100.00"))

    assert refusal.reason == "ticket 2 stands in line 6 with another content."


def test_one_row_that_stands_in_the_file_twice_counts_once() -> None:
    html = statement_html([PAID_IN, ONE_TRADE, ONE_TRADE], net="100.00", balance="5 100.00")
    statement = read_statement(html)

    assert len(statement.trades) == 1
    assert [row.reason for row in statement.skipped] == ["the same row stands in the file twice"]
    assert statement.initial_balance is not None
    assert reconcile(statement, statement.initial_balance).reconciled


def test_a_report_of_open_positions_only_says_so() -> None:
    html = statement_html(
        [PAID_IN], net="0.00", balance="5 000.00", open_rows=[trade(2, "2018.01.02 10:00:00", "buy", "", "1.00")]
    )

    assert refusal_of(html).reason == "the report shows open positions only (1), no closed trade: it has no history."


def test_a_statement_without_any_transaction_says_so() -> None:
    assert (
        refusal_of(statement_html([], net="0.00", balance="0.00")).reason == "there is no closed trade in the report."
    )


def test_every_truncation_is_refused() -> None:
    html = statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00", trades=1)
    whole = read_statement(html)
    for length in range(len(html)):
        try:
            read = read_statement(html[:length])
        except StatementRefused:
            continue
        assert read == whole, f"cut after {length} characters"
        assert "</table" in html[:length]


def test_a_file_with_a_foreign_table_is_refused() -> None:
    cells = "".join(f"<td>{letter}</td>" for letter in "abcdefghijkl")

    assert (
        "columns of the closed trades"
        in refusal_of(f"<title>Statement: 1</title><table><tr>{cells}</tr></table>").reason
    )


def test_an_order_before_any_heading_is_refused() -> None:
    assert "before the headings" in refusal_of(f"<title>Statement: 1</title><table>{ONE_TRADE}</table>").reason


# Recognition.


def first_rows(html: str) -> list[Row]:
    return list(html_rows(html, "statement.htm"))


def test_a_statement_is_recognised_by_its_title_or_by_its_columns() -> None:
    english = first_rows(statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00"))
    russian = first_rows(statement_html([PAID_IN, ONE_TRADE], net="100.00", balance="5 100.00", labels=RUSSIAN))

    assert is_metatrader4_statement("Statement: 20000 - Made Up", [])
    assert is_metatrader4_statement("Отчет", russian)
    assert is_metatrader4_statement("", english)
    assert not is_metatrader4_statement("A page", first_rows("<table><tr><td>a</td><td>b</td></tr></table>"))


@pytest.mark.parametrize("name", ["mt5_history_eur_demo.html", "mt5_tester_utf16.html"])
def test_a_real_report_of_metatrader_5_is_not_taken_for_a_statement(name: str) -> None:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is missing: the shared samples are not on this machine")

    assert not is_metatrader4_statement("Trade History Report", first_rows(decode(path.read_bytes())))


# Size.


def test_two_hundred_thousand_trades_are_read_in_seconds() -> None:
    rows = [
        trade(
            ticket, "2018.01.02 10:00:00", "buy", f"2018.02.{1 + ticket // 10_000:02} 11:{ticket // 100 % 60:02}:{ticket % 60:02}",
            f"{ticket % 7 - 3}.{ticket % 100:02}",
        )
        for ticket in range(2, 200_002)
    ]  # fmt: skip
    cents = sum(int(f"{ticket % 7 - 3}.{ticket % 100:02}".replace(".", "")) for ticket in range(2, 200_002))
    net = f"{Decimal(cents).scaleb(-2)}"
    html = statement_html([PAID_IN, *rows], net=net, balance=f"{Decimal(net) + 5000}", trades=200_000)
    started = time.thread_time()
    statement = read_statement(html)
    seconds = time.thread_time() - started

    assert len(statement.trades) == 200_000
    assert seconds < 30, "processor time of this thread: about 5 s on two busy cores"
