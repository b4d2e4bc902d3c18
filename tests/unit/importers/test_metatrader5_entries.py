"""Which entry a close closes, and what of its costs it carries: every rule on a made-up report."""

from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.domain.trade import EntryMatch, EntryShare, Side
from tradesense_desktop.importers.errors import StatementRefused
from tradesense_desktop.importers.reconciliation import reconcile
from tradesense_desktop.importers.statement import Statement, StatementTrade

NETTING = "7001 (EUR, Made-Up Server, demo, Netting)"


@pytest.fixture
def report() -> Report:
    """A hedging account with 10,000 paid in."""
    made = Report()
    made.operation("balance", "10000.00")
    return made


@pytest.fixture
def netting() -> Report:
    """A netting account with 10,000 paid in."""
    made = Report(account=NETTING)
    made.operation("balance", "10000.00")
    return made


def share(trade: StatementTrade) -> EntryShare:
    assert trade.entry is not None
    return trade.entry


def reconciled(statement: Statement) -> bool:
    assert statement.initial_balance is not None
    return reconcile(statement, statement.initial_balance).reconciled


def test_a_long_closed_by_a_sell_is_a_buy(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", order=11)
    closing = report.deal("sell", "out", "1.00", "1.10500", "500.00", order=12)
    (trade,) = report.read(tmp_path).trades

    assert trade.number == closing
    assert (trade.side, trade.deal_side) == (Side.BUY, Side.SELL)
    assert (trade.quantity, trade.price) == (Decimal("1.00"), Decimal("1.10500"))
    assert trade.open_price == Decimal("1.10000")
    assert str(trade.opened_at) == "2024-01-08 09:02:00"
    assert (trade.position_id, trade.external_trade_id) == ("11", "12")


def test_partial_closes_share_an_odd_commission_half_even_and_the_last_takes_the_rest(
    report: Report, tmp_path: Path
) -> None:
    report.deal("buy", "in", "1.00", "1.10000", commission="-0.05", swap="-0.01", fee="-0.03")
    report.deal("sell", "out", "0.50", "1.10500", "250.00")
    report.deal("sell", "out", "0.30", "1.10500", "150.00")
    report.deal("sell", "out", "0.20", "1.10500", "100.00")
    statement = report.read(tmp_path)

    # 0.05 × 0.5 = 0.025 → 0.02 (even); of 0.03 left, 0.03 × 0.3 ÷ 0.5 = 0.018 → 0.02; the last one takes 0.01.
    assert [share(trade).commission for trade in statement.trades] == [
        Decimal("-0.02"),
        Decimal("-0.02"),
        Decimal("-0.01"),
    ]
    # 0.01 × 0.5 = 0.005 → 0.00 (even); of 0.01, 0.01 × 0.3 ÷ 0.5 = 0.006 → 0.01; nothing is left.
    assert [share(trade).swap for trade in statement.trades] == [Decimal(0), Decimal("-0.01"), Decimal(0)]
    # 0.03 × 0.5 = 0.015 → 0.02 (even); of 0.01, 0.006 → 0.01; nothing is left.
    assert [share(trade).fee for trade in statement.trades] == [Decimal("-0.02"), Decimal("-0.01"), Decimal(0)]
    assert [trade.realized_pnl for trade in statement.trades] == [
        Decimal("249.96"),
        Decimal("149.96"),
        Decimal("99.99"),
    ]
    assert [trade.commission for trade in statement.trades] == [Decimal("0.04"), Decimal("0.03"), Decimal("0.01")]
    assert statement.open_entry_costs == 0
    assert reconciled(statement)


def test_shares_have_the_decimals_of_the_files_money(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "3.00", "1.10000", commission="-1.00000000")
    report.deal("sell", "out", "1.00", "1.10500", "500.00")
    report.deal("sell", "out", "2.00", "1.10500", "1000.00")

    shares = [share(trade).commission for trade in report.read(tmp_path).trades]

    assert shares == [Decimal("-0.33333333"), Decimal("-0.66666667")]


@pytest.mark.parametrize(("currency", "first"), [("EUR", "-1.75"), ("JPY", "-2")])
def test_a_spreadsheet_that_lost_its_zeros_still_has_cents_where_the_currency_has(
    currency: str, first: str, tmp_path: Path
) -> None:
    report = Report(account=f"7001 ({currency}, Made-Up Server, demo, Hedge)")
    report.operation("balance", "10000")
    report.deal("buy", "in", "2", "1.1", commission="-7")
    report.deal("sell", "out", "0.5", "1.2", "50")
    for deal in report.deals:
        deal[8:13] = [text.partition(".")[0].replace(" ", "") for text in deal[8:13]]
    (trade,) = report.read_xlsx(tmp_path).trades

    assert share(trade).commission == Decimal(first)


def test_the_row_of_positions_decides_before_price_and_age(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", order=11, commission="-1.00")
    report.deal("buy", "in", "1.00", "1.10000", order=12, commission="-2.00")
    report.deal("sell", "out", "1.00", "1.10500", "500.00")
    report.deal("sell", "out", "1.00", "1.10600", "600.00")
    report.position(12, "buy", "1.00", "2024.01.08 09:03:00", "1.10000", "2024.01.08 09:04:00", "1.10500", "500.00")
    report.position(11, "buy", "1.00", "2024.01.08 09:02:00", "1.10000", "2024.01.08 09:05:00", "1.10600", "600.00")
    first, second = report.read(tmp_path).trades

    assert (share(first).match, share(first).commission, first.position_id) == (EntryMatch.POSITION, Decimal(-2), "12")
    assert (share(second).match, share(second).commission, second.position_id) == (
        EntryMatch.POSITION,
        Decimal(-1),
        "11",
    )


def test_equal_rows_of_positions_go_by_lowest_position_to_lowest_deal(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", order=9, commission="-1.00")
    report.deal("buy", "in", "1.00", "1.10000", order=10, commission="-2.00")
    report.deal("sell", "out", "1.00", "1.10500", "500.00", at="2024.01.08 10:00:00")
    report.deal("sell", "out", "1.00", "1.10500", "500.00", at="2024.01.08 10:00:00")
    for position in (10, 9):
        report.position(
            position, "buy", "1.00", "2024.01.08 09:03:00", "1.10000", "2024.01.08 10:00:00", "1.10500", "500.00"
        )
    first, second = report.read(tmp_path).trades

    assert (first.position_id, share(first).commission) == ("9", Decimal(-1))
    assert (second.position_id, share(second).commission) == ("10", Decimal(-2))


def test_of_two_entries_the_one_whose_price_explains_the_profit_is_closed(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", order=11, commission="-3.00")
    report.deal("buy", "in", "1.00", "1.10500", order=12, commission="-4.00")
    report.deal("sell", "out", "1.00", "1.10600", "100.00")
    report.deal("sell", "out", "1.00", "1.10200", "200.00")
    first, second = report.read(tmp_path).trades

    assert (share(first).match, share(first).commission, first.open_price) == (
        EntryMatch.PRICE, Decimal(-4), Decimal("1.10500"),
    )  # fmt: skip
    assert (share(second).match, share(second).commission) == (EntryMatch.PRICE, Decimal(-3))


def test_a_short_is_explained_by_its_price_too(report: Report, tmp_path: Path) -> None:
    report.deal("sell", "in", "0.50", "150.000", order=11, commission="-3.00", symbol="USDJPY")
    report.deal("sell", "in", "0.50", "151.000", order=12, commission="-4.00", symbol="USDJPY")
    report.deal("buy", "out", "0.50", "149.000", "671.14", symbol="USDJPY")
    report.deal("buy", "out", "0.50", "149.000", "335.57", symbol="USDJPY")

    shares = [share(trade) for trade in report.read(tmp_path).trades]

    assert [(found.match, found.commission) for found in shares] == [
        (EntryMatch.PRICE, Decimal(-4)), (EntryMatch.PRICE, Decimal(-3)),
    ]  # fmt: skip


def test_where_no_price_explains_the_profit_the_oldest_entries_go_first(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", order=11, commission="-3.00")
    report.deal("buy", "in", "2.00", "1.10500", order=12, commission="-8.00")
    report.deal("sell", "out", "1.50", "1.10600", "0.00")
    (trade,) = report.read(tmp_path).trades

    assert share(trade).match is EntryMatch.FIFO
    assert share(trade).commission == Decimal(-5)  # all of the first, a quarter of the second
    assert trade.position_id == "11"


def test_a_position_that_is_still_open_is_not_closed_by_age(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", order=11, commission="-3.00")
    report.deal("buy", "in", "2.00", "1.10500", order=12, commission="-8.00")
    report.deal("sell", "out", "1.00", "1.10600", "0.00")
    report.open_position(11, "buy", "1.00", "600.00")
    report.open_position(12, "buy", "1.00", "100.00")
    statement = report.read(tmp_path)

    assert share(statement.trades[0]).commission == Decimal(-4)
    assert statement.trades[0].position_id == "12"
    assert statement.open_entry_costs == Decimal(-7)
    assert statement.open_positions == 2
    assert reconciled(statement)


def test_one_order_filled_by_two_deals_is_one_position(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "0.60", "1.10000", order=11, commission="-0.60")
    report.deal("buy", "in", "0.40", "1.10010", order=11, commission="-0.40")
    report.deal("sell", "out", "1.00", "1.10504", "500.00")
    (trade,) = report.read(tmp_path).trades

    assert share(trade).commission == Decimal(-1)
    assert trade.open_price == Decimal("1.10004")


def test_an_entry_before_the_window_has_no_share(report: Report, tmp_path: Path) -> None:
    report.deal("sell", "out", "1.00", "1.10500", "500.00", commission="-3.00")
    (trade,) = report.read(tmp_path).trades

    assert trade.entry is None
    assert trade.realized_pnl == Decimal(497)
    assert (trade.position_id, trade.opened_at, trade.open_price) == (None, None, None)


def test_the_row_of_positions_tells_that_the_entry_lies_before_the_window(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", order=11, commission="-3.00")
    report.deal("sell", "out", "1.00", "1.10500", "500.00")
    report.position(5, "buy", "1.00", "2023.12.01 00:00:00", "1.08000", "2024.01.08 09:03:00", "1.10500", "500.00")
    statement = report.read(tmp_path)
    (trade,) = statement.trades

    assert trade.entry is None
    assert (trade.position_id, trade.open_price) == ("5", Decimal("1.08000"))
    assert str(trade.opened_at) == "2023-12-01 00:00:00"
    assert statement.open_entry_costs == Decimal(-3)
    assert reconciled(statement)


def test_the_initial_stop_is_that_of_the_opening_order(report: Report, tmp_path: Path) -> None:
    report.order(11, "buy", "1.00 / 1.00", stop="1.09500")
    report.order(12, "buy limit", "1.00 / 0.00", stop="1.01000", state="canceled")
    report.deal("buy", "in", "1.00", "1.10000", order=11)
    report.deal("sell", "out", "1.00", "1.10500", "500.00", order=13)

    assert [share(trade).initial_stop for trade in report.read(tmp_path).trades] == [Decimal("1.09500")]


def test_out_by_makes_each_of_the_two_deals_a_row(report: Report, tmp_path: Path) -> None:
    report.deal("buy", "in", "1.00", "1.10000", order=11, commission="-1.00")
    report.deal("sell", "in", "1.00", "1.10500", order=12, commission="-2.00")
    report.deal("sell", "out by", "1.00", "1.10500", "500.00", order=13)
    report.deal("buy", "out by", "1.00", "1.10500", "0.00", order=13)
    statement = report.read(tmp_path)

    assert [(trade.side, trade.realized_pnl) for trade in statement.trades] == [
        (Side.BUY, Decimal(499)), (Side.SELL, Decimal(-2)),
    ]  # fmt: skip
    assert statement.open_entry_costs == 0


def test_a_netting_account_has_one_pool_a_symbol(netting: Report, tmp_path: Path) -> None:
    netting.deal("buy", "in", "1.00", "1.10000", order=11, commission="-1.00")
    netting.deal("buy", "in", "3.00", "1.10400", order=12, commission="-5.00")
    netting.deal("buy", "in", "1.00", "1.50000", order=13, commission="-9.00", symbol="GBPUSD")
    netting.deal("sell", "out", "2.00", "1.10500", "400.00")
    netting.deal("sell", "out", "2.00", "1.10500", "400.00")
    statement = netting.read(tmp_path)

    assert [share(trade).commission for trade in statement.trades] == [Decimal(-3), Decimal(-3)]
    assert [trade.open_price for trade in statement.trades] == [Decimal("1.10300"), Decimal("1.10300")]
    assert statement.open_entry_costs == Decimal(-9)
    assert reconciled(statement)


def test_in_out_closes_what_was_open_and_opens_the_rest(netting: Report, tmp_path: Path) -> None:
    netting.deal("buy", "in", "1.00", "1.10000", order=11, commission="-1.00")
    netting.deal("sell", "in/out", "3.00", "1.10500", "500.00", order=12, commission="-3.01", fee="-0.30", swap="-0.70")
    netting.deal("buy", "out", "2.00", "1.10400", "200.00", order=13, commission="-2.00")
    statement = netting.read(tmp_path)
    turned, closed = statement.trades

    assert (turned.side, turned.quantity) == (Side.BUY, Decimal("1.00"))
    assert turned.own.commission == Decimal("-1.00")  # a third of 3.01 is 1.0033…
    assert (turned.own.fee, turned.own.swap, turned.own.profit) == (Decimal("-0.10"), Decimal("-0.70"), Decimal(500))
    assert turned.realized_pnl == Decimal("497.20")
    assert (closed.side, closed.quantity) == (Side.SELL, Decimal("2.00"))
    assert share(closed).commission == Decimal("-2.01")
    assert share(closed).fee == Decimal("-0.20")
    assert reconciled(statement)


@pytest.mark.parametrize("account", [NETTING, "7001 (EUR, Made-Up Server, demo)"])
def test_in_out_without_the_volume_before_is_refused(account: str, tmp_path: Path) -> None:
    report = Report(account=account)
    report.operation("balance", "10000.00")
    report.deal("sell", "in/out", "3.00", "1.10500", "500.00")

    with pytest.raises(StatementRefused, match=r"line \d+, column “Direction”: an in/out deal"):
        report.read(tmp_path)


def test_in_out_of_a_position_from_before_the_window_takes_the_volume_of_its_row(
    netting: Report, tmp_path: Path
) -> None:
    netting.deal("sell", "in/out", "3.00", "1.10500", "500.00", commission="-3.00")
    netting.position(5, "buy", "1.00", "2023.12.01 00:00:00", "1.08000", "2024.01.08 09:02:00", "1.10500", "500.00")
    statement = netting.read(tmp_path)

    assert [(trade.quantity, trade.realized_pnl) for trade in statement.trades] == [(Decimal("1.00"), Decimal(499))]
    assert statement.open_entry_costs == Decimal(-2)


def test_a_tester_that_adds_to_a_position_and_closes_it_whole_is_seen_as_netting(tmp_path: Path) -> None:
    report = Report(is_tester=True, has_fee=False)
    report.operation("balance", "10000.00")
    report.deal("buy", "in", "1.00", "1.10000", commission="-1.00")
    report.deal("buy", "in", "1.00", "1.10400", commission="-3.00")
    report.deal("sell", "out", "2.00", "1.10500", "600.00")
    (trade,) = report.read(tmp_path).trades

    assert share(trade).commission == Decimal(-4)
    assert trade.open_price == Decimal("1.10200")


def test_a_thousand_positions_of_one_price_and_volume_are_closed_oldest_first(report: Report, tmp_path: Path) -> None:
    for order in range(1, 1001):
        report.deal("buy", "in", "0.01", "1.10000", order=order, commission=f"-{order}.00")
    for _ in range(1000):
        report.deal("sell", "out", "0.01", "1.20000", "100.00")
    trades = report.read(tmp_path).trades

    assert [trade.position_id for trade in trades] == [str(order) for order in range(1, 1001)]
