"""MetaTrader 5: the real samples to their own totals, and the same report in every shape, language and encoding."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.importers.metatrader5_reports import CHINESE, ENGLISH, GERMAN, RUSSIAN, Report, read_bytes
from tradesense_desktop.domain.adjustment import AdjustmentKind
from tradesense_desktop.domain.progress import Cancelled, Progress, unwatched
from tradesense_desktop.domain.trade import EntryMatch
from tradesense_desktop.importers.recognise import read_statement
from tradesense_desktop.importers.reconciliation import reconcile
from tradesense_desktop.importers.statement import Statement, StatementFormat

DATA = Path(__file__).resolve().parents[4] / "shared" / "data"


def real(name: str) -> Statement:
    path = DATA / name
    if not path.exists():
        pytest.skip(f"{path} is missing: the shared samples are not on this machine")
    return read_statement(path, unwatched)


def differences(statement: Statement) -> list[tuple[str, object]]:
    assert statement.initial_balance is not None
    lines = reconcile(statement, statement.initial_balance).differences
    return [(line.label, line.difference) for line in lines]


def net(statement: Statement) -> Decimal:
    return sum((trade.realized_pnl for trade in statement.trades), Decimal(0))


def sample() -> Report:
    """A report with a partial close, a cost on each deal, an open position and stated totals."""
    report = Report()
    report.operation("balance", "10000.00")
    report.order(11, "buy", "1.00 / 1.00", stop="1.09000")
    report.deal("buy", "in", "1.00", "1.10000", commission="-3.50", order=11)
    report.deal("sell", "out", "0.40", "1.10500", "200.00", commission="-1.40")
    report.deal("sell", "out", "0.60", "1.10500", "1300.00", commission="-2.10", swap="-0.05")
    report.deal("sell", "in", "0.30", "1.11000", order=12)
    report.open_position(12, "sell", "0.30", "-20.68", swap="-0.56")
    report.stated_net = "1492.95"
    report.stated_trades = (0, 2)
    return report


# The real samples.


@pytest.mark.parametrize(
    ("name", "trades", "expected_net", "initial", "balance", "currency"),
    [
        ("mt5_history_eur_demo.html", 658, "-50.84", "10000", "9949.16", "EUR"),
        ("mt5_history_usd_live.xlsx", 79, "-475.21", "100000", "99524.23", "USD"),
        ("mt5_tester_3macd.xlsx", 2518, "71112.05", "10000", "81112.05", "USD"),
        ("mt5_tester_bbrsi.xlsx", 401, "36877.30", "10000", "46877.30", "USD"),
        ("mt5_tester_grid_9584.xlsx", 9584, "-7301.39", "10000", "2698.61", "USD"),
        ("mt5_tester_utf16.html", 145, "12.48", "3000", "3012.48", "USD"),
    ],
)
def test_a_real_report_arrives_at_its_own_totals(
    name: str, trades: int, expected_net: str, initial: str, balance: str, currency: str
) -> None:
    statement = real(name)

    assert len(statement.trades) == trades
    assert net(statement) == Decimal(expected_net)
    assert statement.initial_balance == Decimal(initial)
    assert statement.stated.trades == trades
    assert statement.stated.net == Decimal(expected_net)
    assert statement.stated.balance == Decimal(balance)
    assert statement.currency == currency
    assert differences(statement) == []
    assert not statement.skipped


def test_the_real_history_of_a_demo_account_names_its_account_and_shows_85_open_positions() -> None:
    statement = real("mt5_history_eur_demo.html")

    assert statement.format is StatementFormat.METATRADER5_HISTORY
    assert statement.source.account == "70358000"
    assert statement.source.server == "MetaQuotes-Demo"
    assert statement.open_positions == 85
    assert statement.open_floating == Decimal("-21.24")
    assert {trade.entry.match for trade in statement.trades if trade.entry} == {EntryMatch.POSITION}


def test_the_real_dividends_are_operations_and_no_trades() -> None:
    statement = real("mt5_history_usd_live.xlsx")

    assert [row.kind for row in statement.operations] == [AdjustmentKind.DIVIDEND] * 22
    assert sum(row.amount for row in statement.operations) == Decimal("-0.56")
    assert all(trade.entry is not None and trade.entry.initial_stop is not None for trade in statement.trades)


@pytest.mark.parametrize("name", ["mt5_tester_bbrsi.xlsx", "mt5_tester_utf16.html"])
def test_each_entry_that_was_found_by_price_explains_the_profit_to_the_cent(name: str) -> None:
    ounces = Decimal(100)
    for trade in real(name).trades:
        assert trade.entry is not None
        assert trade.entry.match is EntryMatch.PRICE
        assert trade.open_price is not None
        move = trade.price - trade.open_price if trade.side == "BUY" else trade.open_price - trade.price
        assert abs(move * trade.quantity * ounces - trade.own.profit) <= Decimal("0.01")


def test_a_real_tester_run_is_named_by_expert_symbol_period_and_deposit() -> None:
    statement = real("mt5_tester_bbrsi.xlsx")

    assert statement.format is StatementFormat.METATRADER5_TESTER
    assert statement.source.run == "BBRSI, XAUUSD.std, M5 (2021.02.26 - 2023.09.15), 10000"


# The same report in every shape.


@pytest.mark.parametrize("labels", [ENGLISH, RUSSIAN, GERMAN, CHINESE], ids=["en", "ru", "de", "zh"])
@pytest.mark.parametrize("is_tester", [False, True], ids=["history", "tester"])
def test_headings_in_any_language_give_the_same_ledger(labels: dict[str, str], is_tester: bool, tmp_path: Path) -> None:
    report = sample()
    report.labels, report.is_tester = labels, is_tester
    statement = report.read(tmp_path)

    assert [trade.realized_pnl for trade in statement.trades] == [Decimal("197.20"), Decimal("1295.75")]
    assert statement.stated.trades == 2
    assert statement.stated.net == Decimal("1492.95")
    assert statement.stated.balance == Decimal("11492.95")
    assert statement.initial_balance == Decimal(10000)
    assert statement.currency == "EUR"
    assert differences(statement) == []


@pytest.mark.parametrize(
    ("labels", "encoding"),
    [
        (ENGLISH, "utf-8"), (ENGLISH, "utf-8-sig"), (ENGLISH, "utf-16"), (ENGLISH, "utf-16-le"), (ENGLISH, "utf-16-be"),
        (RUSSIAN, "cp1251"), (RUSSIAN, "utf-16"), (GERMAN, "cp1252"), (CHINESE, "gbk"), (CHINESE, "utf-8"),
    ],
)  # fmt: skip
def test_a_report_is_the_same_in_every_encoding(labels: dict[str, str], encoding: str, tmp_path: Path) -> None:
    report = sample()
    report.labels = labels

    assert report.read(tmp_path, encoding).trades == report.read(tmp_path).trades


def test_html_and_spreadsheet_of_one_account_are_the_same_statement(tmp_path: Path) -> None:
    html, sheet = sample().read(tmp_path), sample().read_xlsx(tmp_path)

    without_lines = [replace(row, line=0) for row in html.trades]
    assert [replace(row, line=0) for row in sheet.trades] == without_lines
    assert replace(sheet, trades=(), opening_operations=()) == replace(html, trades=(), opening_operations=())


def test_html_and_spreadsheet_of_one_run_have_the_same_source(tmp_path: Path) -> None:
    report = sample()
    report.is_tester, report.has_fee = True, False

    assert report.read(tmp_path).source == report.read_xlsx(tmp_path).source


@pytest.mark.parametrize(("has_fee", "has_cost"), [(True, False), (False, False), (True, True)])
def test_a_column_of_fees_or_costs_more_or_less_changes_nothing(has_fee: bool, has_cost: bool, tmp_path: Path) -> None:
    report = Report(has_fee=has_fee, has_cost=has_cost)
    report.operation("balance", "10000.00")
    report.deal("buy", "in", "1.00", "1.10000", commission="-3.50")
    report.deal("sell", "out", "1.00", "1.10500", "500.00", commission="-3.50", swap="-0.05")

    assert [trade.realized_pnl for trade in report.read(tmp_path).trades] == [Decimal("492.95")]


def test_decimal_commas_are_read_as_decimals(tmp_path: Path) -> None:
    report = sample()
    report.decimal_mark = ","

    statement = report.read(tmp_path)

    assert statement.trades == sample().read(tmp_path).trades
    assert statement.stated.balance == Decimal("11492.95")


def test_a_report_without_a_single_trade_is_a_statement_of_nothing(tmp_path: Path) -> None:
    report = Report()
    report.operation("balance", "10000.00")

    statement = report.read(tmp_path)

    assert statement.trades == ()
    assert statement.initial_balance == Decimal(10000)
    assert differences(statement) == []


def test_a_currency_in_small_letters_is_upper_cased_and_cents_stay_cents(tmp_path: Path) -> None:
    report = Report(account="7001 (usc, Made-Up Server, real, Hedge)")
    report.operation("balance", "10000.00")

    assert report.read(tmp_path).currency == "USC"


def test_an_account_without_a_currency_has_none(tmp_path: Path) -> None:
    report = Report(account="7001")
    report.operation("balance", "10000.00")
    statement = report.read(tmp_path)

    assert statement.currency is None
    assert statement.source.account == "7001"


def test_a_history_without_its_summary_takes_the_balance_under_deals(tmp_path: Path) -> None:
    report = sample()
    report.has_balance_block = False

    assert report.read(tmp_path).stated.balance == Decimal("11492.95")


def test_thousands_of_cancelled_orders_before_the_deals_change_nothing(tmp_path: Path) -> None:
    report = sample()
    for number in range(1000, 6000):
        report.order(number, "buy limit", "0.50 / 0.00", stop="1.00000", state="canceled")

    assert [trade.realized_pnl for trade in report.read(tmp_path).trades] == [Decimal("197.20"), Decimal("1295.75")]


def test_orders_that_wait_are_no_open_positions(tmp_path: Path) -> None:
    report = sample()
    rows = report.html().split("\n")
    at = next(place for place, row in enumerate(rows) if ">Balance:<" in row)
    headings = [
        "Open Time",
        "Order",
        "Symbol",
        "Type",
        "Volume",
        "Price",
        "S / L",
        "T / P",
        "Market Price",
        "State",
        "Comment",
    ]
    waiting = ["2024.01.08 10:00:00", "77", "EURUSD", "buy limit", "0.10", "1.05", "", "", "1.10", "placed", "200011"]
    for texts in (waiting, headings):
        rows.insert(at, f"<tr>{''.join(f'<td>{text}</td>' for text in texts)}</tr>")
    statement = read_bytes("\n".join(rows).encode(), tmp_path)

    assert statement.open_positions == 1
    assert statement.stated.balance == Decimal("11492.95")


def test_cancelling_stops_the_reading(tmp_path: Path) -> None:
    (tmp_path / "report").write_text(sample().html(), encoding="utf-8")
    seen: list[Progress] = []

    def cancel_at_the_third(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        read_statement(tmp_path / "report", cancel_at_the_third)
