"""MetaTrader 4 test reports; there is no shared sample, so all files are made up after the platform's layout."""

from datetime import datetime
from decimal import Decimal

import pytest

from tests.unit.importers.metatrader4_reports import html_of_test, read_test_report, step
from tradesense_desktop.domain.trade import EntryMatch, Side
from tradesense_desktop.importers.cells import Row
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.html_cells import html_rows
from tradesense_desktop.importers.metatrader4_tester import is_metatrader4_tester
from tradesense_desktop.importers.reconciliation import reconcile
from tradesense_desktop.importers.statement import Source, Statement, StatementFormat

BOUGHT = step(1, "2018.01.03 18:00", "buy", 1, price="1.1000", stop="1.0950")
CLOSED = step(2, "2018.01.03 19:00", "t/p", 1, price="1.1010", result=("100.00", "10100.00"))


def differences(statement: Statement) -> list[tuple[str, object]]:
    assert statement.initial_balance is not None
    lines = reconcile(statement, statement.initial_balance).differences
    return [(line.label, line.difference) for line in lines]


def refusal_of(html: str) -> StatementRefused:
    with pytest.raises(StatementRefused) as refusal:
        read_test_report(html)
    return refusal.value


def test_a_closed_order_is_a_trade_with_everything_the_report_tells() -> None:
    statement = read_test_report(html_of_test([BOUGHT, CLOSED], net="100.00", trades=1))

    (read,) = statement.trades
    assert statement.format is StatementFormat.METATRADER4_TESTER
    assert (read.number, read.symbol, read.side, read.quantity) == (2, "EURUSD", Side.BUY, Decimal("1.00"))
    assert (read.open_price, read.price) == (Decimal("1.1000"), Decimal("1.1010"))
    assert read.opened_at == datetime(2018, 1, 3, 18)  # noqa: DTZ001 - the server's zone is not known yet
    assert read.closed_at == datetime(2018, 1, 3, 19)  # noqa: DTZ001
    assert (read.realized_pnl, read.own.profit, read.commission) == (Decimal("100.00"), Decimal("100.00"), Decimal(0))
    assert (read.position_id, read.external_trade_id) == ("1", "1")
    assert read.entry is not None
    assert (read.entry.match, read.entry.initial_stop) == (EntryMatch.POSITION, Decimal("1.0950"))
    assert differences(statement) == []


def test_the_head_tells_deposit_totals_and_run_and_no_currency() -> None:
    statement = read_test_report(html_of_test([BOUGHT, CLOSED], net="100.00", trades=1))

    assert statement.initial_balance == Decimal("10000.00")
    assert (statement.stated.trades, statement.stated.net) == (1, Decimal("100.00"))
    assert statement.stated.balance == Decimal("10100.00")
    assert statement.currency is None
    assert statement.source == Source(
        family="metatrader4_tester", run="Grid, EURUSD, H1 2018.01.01 - 2018.04.28, 10000"
    )


@pytest.mark.parametrize("kind", ["close", "close at stop", "s/l", "t/p", "close by"])
def test_every_way_of_closing_closes(kind: str) -> None:
    closed = step(2, "2018.01.03 19:00", kind, 1, result=("-7.00", "9993.00"))
    statement = read_test_report(html_of_test([BOUGHT, closed], net="-7.00", trades=1))

    assert [row.realized_pnl for row in statement.trades] == [Decimal("-7.00")]
    assert differences(statement) == []


def test_a_triggered_pending_order_is_opened_by_its_own_row() -> None:
    rows = [
        step(1, "2018.01.02 00:01", "sell stop", 1, price="1.3427", stop="1.3500"),
        step(2, "2018.01.02 00:01", "buy limit", 2, price="1.2000"),
        step(3, "2018.01.02 09:00", "sell", 1, price="1.3426", stop="1.3480"),
        step(4, "2018.01.02 09:30", "modify", 1, price="1.3426", stop="1.3400"),
        step(5, "2018.01.02 10:00", "s/l", 1, price="1.3400", result=("26.00", "10026.00")),
        step(6, "2018.01.03 00:00", "delete", 2, price="1.2000"),
    ]
    statement = read_test_report(html_of_test(rows, net="26.00", trades=1))

    (read,) = statement.trades
    assert (read.side, read.open_price, read.price) == (Side.SELL, Decimal("1.3426"), Decimal("1.3400"))
    assert read.entry is not None
    assert read.entry.initial_stop == Decimal("1.3480")
    assert [(row.number, row.reason) for row in statement.skipped] == [("6", "pending order, deleted")]


@pytest.mark.parametrize("stop", ["0.0000", ""])
def test_a_stop_that_was_never_set_is_none(stop: str) -> None:
    rows = [step(1, "2018.01.03 18:00", "buy", 1, stop=stop), CLOSED]
    read = read_test_report(html_of_test(rows, net="100.00", trades=1)).trades[0]

    assert read.entry is not None
    assert read.entry.initial_stop is None


def test_what_a_partial_close_leaves_goes_on_under_the_next_number() -> None:
    rows = [
        step(1, "2018.01.03 18:00", "sell", 1, size="0.30", price="1.2000"),
        step(2, "2018.01.03 19:00", "close", 1, size="0.10", price="1.1990", result=("10.00", "10010.00")),
        step(3, "2018.01.03 20:00", "close", 2, size="0.20", price="1.1980", result=("40.00", "10050.00")),
    ]
    statement = read_test_report(html_of_test(rows, net="50.00", trades=2))

    assert [(row.number, row.side, row.quantity, row.open_price, row.position_id) for row in statement.trades] == [
        (2, Side.SELL, Decimal("0.10"), Decimal("1.2000"), "1"),
        (3, Side.SELL, Decimal("0.20"), Decimal("1.2000"), "2"),
    ]
    assert statement.open_positions == 0
    assert differences(statement) == []


def test_what_a_partial_close_leaves_may_keep_its_number_or_be_named_once_more() -> None:
    opened = step(1, "2018.01.03 18:00", "sell", 1, size="0.30", price="1.2000")
    first = step(2, "2018.01.03 19:00", "close", 1, size="0.10", result=("10.00", "10010.00"))
    same_number = [opened, first, step(3, "2018.01.03 20:00", "close", 1, size="0.20", result=("40.00", "10050.00"))]
    named_again = [
        opened,
        first,
        step(3, "2018.01.03 19:00", "sell", 2, size="0.20", price="1.2000"),
        step(4, "2018.01.03 20:00", "close", 2, size="0.20", result=("40.00", "10050.00")),
    ]
    for rows in (same_number, named_again):
        statement = read_test_report(html_of_test(rows, net="50.00", trades=2))
        assert [row.quantity for row in statement.trades] == [Decimal("0.10"), Decimal("0.20")]
        assert statement.trades[1].opened_at == datetime(2018, 1, 3, 18)  # noqa: DTZ001
        assert statement.open_positions == 0


def test_an_order_opened_after_a_partial_close_under_the_next_number_is_its_own() -> None:
    rows = [
        step(1, "2018.01.03 18:00", "sell", 1, size="0.30", price="1.2000"),
        step(2, "2018.01.03 19:00", "close", 1, size="0.10", result=("10.00", "10010.00")),
        step(3, "2018.01.03 19:30", "buy", 2, size="0.50", price="1.1000"),
        step(4, "2018.01.03 20:00", "close", 2, size="0.50", result=("5.00", "10015.00")),
        step(5, "2018.01.03 21:00", "close", 1, size="0.20", result=("40.00", "10055.00")),
    ]
    statement = read_test_report(html_of_test(rows, net="55.00", trades=3))

    assert [(row.side, row.quantity) for row in statement.trades] == [
        (Side.SELL, Decimal("0.10")),
        (Side.BUY, Decimal("0.50")),
        (Side.SELL, Decimal("0.20")),
    ]


def test_a_swap_booked_by_closing_and_opening_again_keeps_the_side() -> None:
    rows = [
        step(1, "2018.01.02 09:00", "sell", 1, price="1.3546", stop="1.3600"),
        step(2, "2018.01.03 00:00", "swap close", 1, price="1.3500", result=("46.00", "10046.00")),
        step(3, "2018.01.03 00:00", "swap open", 2, price="1.350091"),
        step(4, "2018.01.03 00:03", "s/l", 2, price="1.3520", result=("-19.09", "10026.91")),
    ]
    for counted in (1, 2):
        statement = read_test_report(html_of_test(rows, net="26.91", trades=counted))
        assert [row.side for row in statement.trades] == [Side.SELL, Side.SELL]
        assert statement.trades[1].open_price == Decimal("1.350091")
        assert statement.trades[1].entry is not None
        assert statement.trades[1].entry.initial_stop == Decimal("1.3600")
        assert differences(statement) == []


def test_rows_of_one_minute_stay_in_the_order_of_the_run() -> None:
    rows = [step(n, "2018.01.03 18:00", "buy", n) for n in (1, 2, 3)]
    rows += [
        step(4 + place, "2018.01.03 19:00", "close", order, result=(f"{order}.00", f"{balance}.00"))
        for place, (order, balance) in enumerate([(3, 10003), (2, 10005), (1, 10006)])
    ]
    statement = read_test_report(html_of_test(rows, net="6.00", trades=3))

    assert [row.position_id for row in statement.trades] == ["3", "2", "1"]


def test_rows_rounded_each_on_its_own_reconcile() -> None:
    rows, balance = [], Decimal("10000.00")
    for order in range(1, 101):  # each trade makes 0.104: shown as 0.10, while the balance shows the sum rounded
        shown = (balance + Decimal("0.104") * order).quantize(Decimal("0.01"))
        rows += [
            step(2 * order - 1, "2018.01.03 18:00", "buy", order),
            step(2 * order, "2018.01.03 18:01", "close", order, result=("0.10", str(shown))),
        ]
    statement = read_test_report(html_of_test(rows, net="10.40", trades=100))

    assert sum(row.realized_pnl for row in statement.trades) == Decimal("10.00")
    assert statement.rounding_tolerance == Decimal("0.41")
    assert differences(statement) == []


def test_rows_rounded_to_whole_yen_reconcile() -> None:
    rows = []
    for order, balance in enumerate(("100011", "100021", "100032"), start=1):  # each makes 10.5
        rows += [
            step(2 * order - 1, "2018.01.03 18:00", "buy", order),
            step(2 * order, "2018.01.03 18:01", "close", order, result=("10", balance)),
        ]
    statement = read_test_report(html_of_test(rows, net="32", trades=3, deposit="100000"))

    assert statement.rounding_tolerance == Decimal(3)
    assert differences(statement) == []


def test_rounding_hides_no_edited_row() -> None:
    edited = step(2, "2018.01.03 19:00", "t/p", 1, price="1.1010", result=("105.00", "10100.00"))
    statement = read_test_report(html_of_test([BOUGHT, edited], net="100.00", trades=1))

    assert differences(statement) == [("Net result of the trades", Decimal("5.00")), ("Balance", Decimal("5.00"))]


def test_exact_rows_leave_nothing_to_rounding() -> None:
    assert read_test_report(html_of_test([BOUGHT, CLOSED], net="100.00", trades=1)).rounding_tolerance == Decimal(0)


def test_a_position_that_never_closes_is_shown_as_open() -> None:
    rows = [BOUGHT, CLOSED, step(3, "2018.01.04 10:00", "buy", 2)]

    assert read_test_report(html_of_test(rows, net="100.00", trades=1)).open_positions == 1


def test_a_row_of_an_unknown_kind_that_books_nothing_is_listed() -> None:
    rows = [step(1, "2018.01.03 10:00", "expired", 9), BOUGHT.replace("<td>1</td><td class=msdate>", "<td>2</td><td class=msdate>"),
            CLOSED.replace("<td>2</td><td class=msdate>", "<td>3</td><td class=msdate>")]  # fmt: skip
    statement = read_test_report(html_of_test(rows, net="100.00", trades=1))

    assert [row.reason for row in statement.skipped] == ["“expired” books nothing"]
    assert len(statement.trades) == 1


def test_labels_in_another_language_and_other_spacing_are_the_same_run() -> None:
    english = html_of_test([BOUGHT, CLOSED], net="100.00", trades=1)
    french = english
    for word, other in {
        "Symbol<": "Symbole<", "Period<": "Période <", "Model<": "Modele <", "Initial deposit": "Dépot initial",
        "Total net profit": "Profit total net", "Total trades": "Total des Trades", "1 Hour (H1)": "1 Heure (H1)",
        "<td>Time</td><td>Type</td>": "<td>Heure</td><td>Transaction</td>", "Balance<": "Solde<",
    }.items():  # fmt: skip
        assert word in french
        french = french.replace(word, other)

    assert read_test_report(french) == read_test_report(english)


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (step(2, "2018.01.03 19:00", "close", 7, result=("1.00", "10001.00")), "Order", "no row before it opens it"),
        (
            step(2, "2018.01.03 19:00", "close", 1, size="1.01", result=("1.00", "10001.00")),
            "Size",
            "of a position of 1.00",
        ),
        (step(2, "2018.01.03 19:00", "close", 1, size="0.00", result=("1.00", "10001.00")), "Size", "“0.00” is closed"),
        (
            step(2, "2018.01.03 19:00", "close", 1, price="0.0000", result=("1.00", "10001.00")),
            "Price",
            "price “0.0000”",
        ),
        (step(2, "2018.01.03 19:00", "close", 1, result=("l.00", "10001.00")), "&Profit", "“l.00” is no number"),
        (step(2, "2018.01.03 19:00", "close", 1), "&Profit", "no profit and no balance"),
        (step(2, "2018.01.03 17:59", "close", 1, result=("1.00", "10001.00")), "Time", "closes before it opens"),
        (step(2, "2018.13.03 19:00", "close", 1, result=("1.00", "10001.00")), "Time", "no date and time"),
        (step(2, "2018.01.03 19:00", "so", 1, result=("1.00", "10001.00")), "Type", "“so” is no way of closing"),
        (step(2, "2018.01.03 19:00", "swap open", 2), "Type", "opens again what no row before it closed"),
        (step(1, "2018.01.03 19:00", "close", 1, result=("1.00", "10001.00")), "#", "row 1 comes after row 1"),
        (step(2, "2018.01.03 19:00", "buy", 2, size="-1.00"), "Size", "size “-1.00”"),
    ],
)
def test_a_row_that_cannot_be_right_is_refused_with_line_and_column(row: str, column: str, reason: str) -> None:
    refusal = refusal_of(html_of_test([BOUGHT, row], net="1.00", trades=1))

    assert refusal.line == 21
    assert refusal.column == column
    assert reason in refusal.reason


def test_a_report_that_breaks_off_before_its_rows_is_refused() -> None:
    html = html_of_test([BOUGHT, CLOSED], net="100.00", trades=1)

    assert "breaks off before its table of trades" in refusal_of(html[: html.index("<img")]).reason


def test_a_test_without_a_trade_says_so() -> None:
    assert (
        refusal_of(html_of_test([], net="0.00", trades=0)).reason
        == "there is no closed trade in the report of the test."
    )


def test_a_report_without_a_readable_head_is_refused() -> None:
    html = html_of_test([BOUGHT, CLOSED], net="100.00", trades=1)

    assert "no readable head" in refusal_of(html.replace("<td>Total net profit</td>", "")).reason
    assert "is no number" in refusal_of(html.replace("<td>10000.00</td>", "<td>ten</td>")).reason


def test_every_truncation_is_refused() -> None:
    html = html_of_test([BOUGHT, CLOSED], net="100.00", trades=1)
    whole = read_test_report(html)
    for length in range(len(html)):
        try:
            read = read_test_report(html[:length])
        except StatementRefused:
            continue
        assert read == whole, f"cut after {length} characters"


def first_rows(html: str) -> list[Row]:
    return list(html_rows(html, "report.htm"))


def test_a_test_report_is_recognised_by_its_title_or_by_its_first_step() -> None:
    rows = first_rows(html_of_test([BOUGHT, CLOSED], net="100.00", trades=1))

    assert is_metatrader4_tester("Strategy Tester: Grid", [])
    assert is_metatrader4_tester("", rows)
    assert not is_metatrader4_tester("Strategy Tester Report", first_rows("<table><tr><td>1</td></tr></table>"))
