"""The sentences of spec/domain.md, asked of the whole program: a made-up statement in, figures worked out by hand."""

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.unit.domain.challenges import after, events_of, kinds_of, opened, trade
from tests.unit.importers import metatrader4_reports as metatrader4
from tests.unit.importers.metatrader5_reports import Report
from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.trade import Side
from tradesense_desktop.domain.verdict import Quality, VerdictStatus
from tradesense_desktop.services.archive_challenge import archive_challenge
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.import_statement import ImportRequest, ImportResult, import_statement
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_challenges import read_challenge, read_challenges
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.read_ledger import read_trades
from tradesense_desktop.services.replay_challenge import replay_challenge

ACCOUNT = "7001 (USD, Made-Up Server, real, Hedge)"
TEN = "2024.01.09 10:00:00"
ELEVEN = "2024.01.09 11:00:00"
NOON = "2024.01.09 12:00:00"
STATE = (
    *("status", "current_balance", "current_equity", "max_equity_ever", "daily_start_equity", "total_pnl"),
    *("daily_max_equity", "daily_min_equity", "adjustments_total", "outside_money", "total_trades", "win_rate"),
    *("ended_at", "failure_reason", "profit_target_reached_at", "trading_date", "rule_state"),
)
"""Columns in which two challenges with the same rows agree."""


@dataclass
class Desk:
    """A workspace and a folder for files; every challenge that an import leaves is replayed and compared."""

    workspace: Workspace
    folder: Path
    files: int = 0

    def bring(self, report: Report | str, **answers: object) -> ImportResult:
        """Import a report; the challenge's row is what its events fold to."""
        self.files += 1
        path = self.folder / f"statement {self.files}.html"
        path.write_text(report if isinstance(report, str) else report.html(), encoding="utf-8")
        result = import_statement(self.workspace, ImportRequest(path=path, **answers))  # type: ignore[arg-type]
        assert result.challenge_id is not None
        assert replay_challenge(self.workspace, result.challenge_id).equals_stored
        return result

    def row(self, result: ImportResult) -> Challenge:
        assert result.challenge_id is not None
        return read_challenge(self.workspace, result.challenge_id).summary.challenge

    def told(self, result: ImportResult, *kinds: EventType) -> list[tuple[str, datetime]]:
        """Kind and time of the events of these kinds, in order."""
        assert result.challenge_id is not None
        events = read_all_events(self.workspace, result.challenge_id)
        return [(event.event_type, event.occurred_at) for event in events if event.event_type in kinds]

    def alerts(self, result: ImportResult) -> list[str]:
        """What the rules raised; what is unusual about the activity (`activity.…`) is told apart."""
        assert result.challenge_id is not None
        events = read_all_events(self.workspace, result.challenge_id)
        alerts = [event.event_data["alert"] for event in events if event.event_type == EventType.RISK_ALERT_RAISED]
        return [alert["alert_type"] for alert in alerts if not alert["rule_id"].startswith("activity.")]

    def times(self, result: ImportResult) -> list[datetime]:
        assert result.challenge_id is not None
        return [row.executed_at for row in read_trades(self.workspace, result.challenge_id)]

    def results(self, result: ImportResult) -> list[tuple[Side, Decimal, Decimal, Decimal]]:
        assert result.challenge_id is not None
        rows = read_trades(self.workspace, result.challenge_id)
        return [(Side(row.side), row.quantity, row.realized_pnl, row.commission) for row in rows]


@pytest.fixture
def desk(workspace: Workspace, tmp_path: Path) -> Desk:
    return Desk(workspace, tmp_path)


def closes(*rows: tuple[str, str], balance: str = "100000.00", account: str = ACCOUNT, more: int = 0) -> Report:
    """A deposit, as many longs as there are `rows` (and `more`), and then their closes: time and profit."""
    report = Report(account=account)
    report.operation("balance", balance)
    for _ in range(len(rows) + more):
        report.deal("buy", "in", "1.00", "1.10000", at="2024.01.08 10:00:00")
    for at, profit in rows:
        report.deal("sell", "out", "1.00", "1.10100", profit, at=at)
    return report


def windowed(trades: int, *, first_deal: int = 0) -> Report:
    """A statement of one account whose trades come an hour apart; rows before `first_deal` are not in its window."""
    report = Report(account=ACCOUNT)
    report.operation("balance", "10000.00")
    results = ("100.00", "-40.00", "500.00", "300.00", "20.00", "-700.00", "5.00")
    for hour, profit in enumerate(results[:trades], 1):
        report.deal("buy", "in", "1.00", "1.10000", at=f"2024.01.09 {hour:02}:00:00")
        report.deal("sell", "out", "1.00", "1.10100", profit, at=f"2024.01.09 {hour:02}:30:00")
    del report.deals[:first_deal]
    return report


def at(day: int, hour: int, minute: int = 0, second: int = 0, *, month: int = 1) -> datetime:
    return datetime(2024, month, day, hour, minute, second, tzinfo=UTC)


# One settlement, one judgement


def test_a_basket_whose_sum_wins_is_not_failed_by_its_first_row(desk: Desk) -> None:
    result = desk.bring(closes((TEN, "-12000.00"), (TEN, "25000.00")), preset="tradesense")

    assert (result.verdict.status, result.verdict.trade_number) == (VerdictStatus.TARGET_REACHED, 2)
    assert result.verdict.equity == Decimal(113_000)
    assert desk.alerts(result) == ["PROFIT_TARGET_REACHED"]


def test_a_basket_that_passes_the_target_on_its_way_and_ends_below_the_floor_fails(desk: Desk) -> None:
    result = desk.bring(closes((TEN, "10000.00"), (TEN, "-16000.00"), (ELEVEN, "5.00")), preset="tradesense")

    row = desk.row(result)
    assert (row.status, row.max_equity_ever, row.current_equity) == (
        ChallengeStatus.FAILED,
        Decimal(100_000),
        Decimal(94_000),
    )
    verdict = result.verdict
    assert (verdict.rule, verdict.trade_number, verdict.floor) == ("daily_loss", 2, Decimal(95_000))
    assert verdict.quality is Quality.CLOSED_TRADES_ONLY
    assert (row.ended_at, result.trades_after_end) == (at(9, 10), 1)


def test_no_row_of_the_deciding_settlement_is_after_the_end(desk: Desk) -> None:
    rows = ((TEN, "-3000.00"), (TEN, "-3000.00"), (TEN, "10.00"), ("2024.01.09 10:00:01", "1.00"))
    result = desk.bring(closes(*rows), preset="tradesense")

    assert (result.trades_added, result.trades_after_end, result.verdict.trade_number) == (3, 1, 3)
    assert desk.row(result).current_equity == Decimal(94_010)
    assert result.reconciled
    assert result.totals.balance == Decimal(94_011)


def test_a_second_before_the_reset_is_judged_by_itself_and_money_from_outside_moves_nothing(desk: Desk) -> None:
    """−4,000 on the first day; at midnight −6,000, a deposit and +1,500 are one settlement: 91,500 of 96,000."""
    report = closes(("2024.01.08 23:59:59", "-4000.00"), ("2024.01.09 00:00:00", "-6000.00"), more=1)
    report.clock -= timedelta(minutes=1)
    report.operation("balance", "50000.00")
    report.deal("sell", "out", "1.00", "1.10100", "1500.00", at="2024.01.09 00:00:00")
    result = desk.bring(report, preset="tradesense")

    row = desk.row(result)
    assert (row.current_equity, row.daily_start_equity, row.outside_money) == (
        Decimal(91_500),
        Decimal(96_000),
        Decimal(50_000),
    )
    assert (row.daily_max_equity, row.daily_min_equity) == (Decimal(96_000), Decimal(91_500))
    assert result.totals.balance == Decimal(141_500)
    assert desk.told(result, EventType.DAILY_PNL_CALCULATED) == [("DAILY_PNL_CALCULATED", at(9, 0))]
    assert desk.alerts(result) == ["HIGH_DAILY_DRAWDOWN", "HIGH_DAILY_DRAWDOWN", "HIGH_TOTAL_DRAWDOWN"]


# Rules


@pytest.mark.parametrize(
    ("result", "status"), [("-5000.00", ChallengeStatus.ACTIVE), ("-5000.01", ChallengeStatus.FAILED)]
)
def test_the_limit_itself_may_be_lost_and_a_cent_more_may_not(desk: Desk, result: str, status: ChallengeStatus) -> None:
    assert desk.row(desk.bring(closes((TEN, result)), preset="tradesense")).status is status


@pytest.mark.parametrize(
    ("result", "reached"), [("8000.00", VerdictStatus.TARGET_REACHED), ("7999.99", VerdictStatus.WITHIN_LIMITS)]
)
def test_the_target_is_reached_at_the_target(desk: Desk, result: str, reached: VerdictStatus) -> None:
    assert desk.bring(closes((TEN, result)), preset="tradesense").verdict.status is reached


@pytest.mark.parametrize(
    ("rows", "rule", "floor"),
    [
        # A new day: floors 103,000 − 5 % = 97,850 and 103,000 − 10 % = 92,700.
        (((TEN, "3000.00"), ("2024.01.10 10:00:00", "-20000.00")), "daily_loss", "97850"),
        # The same day: floors 100,000 − 5 % = 95,000 and 107,900 − 10 % = 97,110.
        (((TEN, "7900.00"), (ELEVEN, "-12900.01")), "maximum_loss", "97110"),
    ],
)
def test_a_move_through_both_floors_breaks_the_higher_one(
    desk: Desk, rows: tuple[tuple[str, str], ...], rule: str, floor: str
) -> None:
    result = desk.bring(closes(*rows), preset="tradesense")

    assert (result.verdict.rule, result.verdict.floor) == (rule, Decimal(floor))
    told = desk.told(result, EventType.RISK_VIOLATION_DETECTED, EventType.CHALLENGE_FAILED)
    assert [kind for kind, _ in told] == ["RISK_VIOLATION_DETECTED", "CHALLENGE_FAILED"]
    assert desk.alerts(result)[-1].endswith("_EXCEEDED")
    assert len(desk.alerts(result)) == 1


def test_an_alert_comes_at_80_percent_once_a_crossing(desk: Desk) -> None:
    """−4,000 is 80 % of 5,000; −0.01 more is the same crossing; +0.02 ends it and −0.01 begins another."""
    rows = [(f"2024.01.09 {10 + hour}:00:00", each) for hour, each in enumerate(("-4000.00", "-0.01", "0.02", "-0.01"))]
    assert desk.alerts(desk.bring(closes(*rows), preset="tradesense")) == ["HIGH_DAILY_DRAWDOWN"] * 2


def test_percents_of_four_decimals_are_compared_without_rounding() -> None:
    """3.33 % of 99,999.99 is 3,329.999667, so the floor is 96,669.990333: a cent decides."""
    for result, kinds in (
        ("-3329.99", []),
        ("-3330.00", [EventType.RISK_VIOLATION_DETECTED, EventType.CHALLENGE_FAILED]),
    ):
        execution = opened("99999.99", daily_percent="0.0333", total_percent="0.9999")
        execution.execute_trade(trade(1, result))
        events = events_of(execution)
        ends = (EventType.RISK_VIOLATION_DETECTED, EventType.CHALLENGE_FAILED)
        assert [kind for kind in kinds_of(events) if kind in ends] == kinds


def test_a_floating_loss_that_closes_is_counted_once() -> None:
    execution = opened("100000")
    execution.execute_trade(trade(1, "0"))
    execution.record_equity(Decimal(98_000), after(hours=1))
    execution.execute_trade(trade(2, "-2000", after(hours=2)))

    row = execution.snapshot()
    assert (row.current_balance, row.current_equity) == (Decimal(98_000), Decimal(98_000))


# Balance operations


def test_a_dividend_can_break_a_limit_and_no_trade_then_decided(desk: Desk) -> None:
    report = closes((TEN, "-4000.00"), more=1)
    report.operation("dividend", "-1000.01", direction="in")
    report.deal("sell", "out", "1.00", "1.10100", "1.00", at=NOON)
    result = desk.bring(report, preset="tradesense")

    row = desk.row(result)
    assert (row.status, row.adjustments_total, row.total_pnl) == (
        ChallengeStatus.FAILED,
        Decimal("-1000.01"),
        Decimal(-4_000),
    )
    assert (result.verdict.rule, result.verdict.trade_number, result.verdict.at) == ("daily_loss", None, at(9, 10, 1))
    assert (row.total_trades, row.win_rate, result.trades_after_end) == (1, Decimal(0), 1)


def test_credit_before_the_first_trade_starts_nothing_and_a_dividend_does(desk: Desk) -> None:
    report = Report(account=ACCOUNT)
    report.operation("credit", "500.00")
    report.operation("balance", "10000.00")
    report.operation("dividend", "-3.00", direction="in")
    report.deal("buy", "in", "1.00", "1.10000", at="2024.01.09 01:00:00")
    report.operation("balance", "2000.00")
    report.deal("sell", "out", "1.00", "1.10100", "100.00", at="2024.01.09 01:30:00")
    report.operation("balance", "-700.00")
    report.operation("charge", "-10.00")
    report.operation("interest", "1.00")
    result = desk.bring(report)

    row = desk.row(result)
    assert (row.initial_balance, row.outside_money, row.adjustments_total) == (
        Decimal(10_000),
        Decimal(1_800),
        Decimal(-12),
    )
    assert (row.current_balance, row.current_equity, row.max_equity_ever) == (
        Decimal(10_088),
        Decimal(10_088),
        Decimal(10_097),
    )
    assert (row.started_at, row.trading_date) == (at(8, 9, 3), date(2024, 1, 9))
    assert result.totals.balance == Decimal(11_888)
    assert [kind for kind, _ in desk.told(result, *EventType)] == [
        "CHALLENGE_CREATED",
        "BALANCE_ADJUSTED",
        "CHALLENGE_STATUS_CHANGED",
        "BALANCE_ADJUSTED",
        "DAILY_PNL_CALCULATED",
        "BALANCE_ADJUSTED",
        "TRADE_EXECUTED",
        *["BALANCE_ADJUSTED"] * 3,
    ]


def test_the_initial_balance_is_what_was_paid_in_net_of_withdrawals_before_the_first_opening(desk: Desk) -> None:
    report = Report(account=ACCOUNT)
    for amount in ("10000.00", "-10000.00", "3000.00"):
        report.operation("balance", amount)
    report.deal("buy", "in", "1.00", "1.10000")
    report.deal("sell", "out", "1.00", "1.10100", "100.00")
    row = desk.row(desk.bring(report))

    assert (row.initial_balance, row.current_balance, row.outside_money) == (Decimal(3_000), Decimal(3_100), Decimal(0))


def test_a_balance_never_falls_below_zero_and_later_profits_count_from_there(desk: Desk) -> None:
    result = desk.bring(closes((TEN, "-100500.00"), (ELEVEN, "200.00")))

    row = desk.row(result)
    assert (row.current_balance, row.total_pnl) == (Decimal(200), Decimal(-100_300))
    assert result.totals.balance == Decimal(-300)
    assert [line.found for line in result.reconciliation if "floor" in line.label] == [Decimal(500)]
    assert result.reconciled


def test_metatrader_4_credit_close_by_and_withdrawal_are_what_they_are(desk: Desk) -> None:
    hour = "2024.01.03 10:00:00"
    result = desk.bring(
        metatrader4.statement_html(
            [
                metatrader4.operation(1, "2024.01.01 09:00:00", "10 000.00"),
                metatrader4.operation(9, "2024.01.01 09:00:00", "500.00", kind="credit"),
                metatrader4.trade(2, "2024.01.02 10:00:00", "buy", "2024.01.02 11:00:00", "100.00"),
                metatrader4.operation(5, "2024.01.02 12:00:00", "-2 000.00"),
                metatrader4.operation(6, "2024.01.02 13:00:00", "3 000.00"),
                metatrader4.trade(7, hour, "sell", "2024.01.03 11:00:00", "0.00", size="0.00", swap="-1.50"),
                metatrader4.trade(8, hour, "buy", "2024.01.03 11:00:00", "0.00", size="0.00"),
                metatrader4.pending(10, hour, "buy limit", "2024.01.03 11:00:00", last="12.00"),
            ],
            net="98.50",
            balance="11 098.50",
        )
    )

    row = desk.row(result)
    assert (row.current_balance, row.outside_money, row.adjustments_total) == (
        Decimal("10098.50"),
        Decimal(1_500),
        Decimal("-1.50"),
    )
    assert (row.total_trades, result.reconciled) == (1, True)
    assert [each.number for each in result.skipped] == ["8", "10"]


# Entry costs


def test_an_odd_cent_of_an_entry_goes_to_the_close_that_empties_it(desk: Desk) -> None:
    """−0.08 over three closes of one lot: −0.03 (0.02667), −0.02 (0.025, half-even), −0.03 (what is left)."""
    report = Report(account=ACCOUNT)
    report.operation("balance", "10000.00")
    report.deal("buy", "in", "3.00", "1.10000", commission="-0.08")
    for _ in range(3):
        report.deal("sell", "out", "1.00", "1.10100", "100.00", swap="-0.10")

    assert desk.results(desk.bring(report)) == [
        (Side.BUY, Decimal(1), Decimal("99.87"), Decimal("0.03")),
        (Side.BUY, Decimal(1), Decimal("99.88"), Decimal("0.02")),
        (Side.BUY, Decimal(1), Decimal("99.87"), Decimal("0.03")),
    ]


def test_a_deal_that_turns_a_position_round_is_one_row_of_what_it_closed(desk: Desk) -> None:
    """One lot of the three closes: 50 − 0.30 swap − 1 of the entry − 1 of its own 3; the turned two cost 2 + 2."""
    report = Report(account="7002 (USD, Made-Up Server, real, Netting)")
    report.operation("balance", "10000.00")
    report.deal("buy", "in", "1.00", "1.10000", commission="-1.00")
    report.deal("sell", "in/out", "3.00", "1.10100", "50.00", commission="-3.00", swap="-0.30")
    report.deal("buy", "out", "2.00", "1.10000", "10.00", commission="-2.00")

    assert desk.results(desk.bring(report)) == [
        (Side.BUY, Decimal(1), Decimal("47.70"), Decimal(2)),
        (Side.SELL, Decimal(2), Decimal(6), Decimal(4)),
    ]


def test_costs_of_an_open_position_are_in_the_files_balance_and_in_no_row(desk: Desk) -> None:
    report = closes((TEN, "100.00"))
    report.deal("buy", "in", "2.00", "1.25000", commission="-3.00", symbol="GBPUSD")
    result = desk.bring(report)

    assert (desk.row(result).current_balance, result.totals.balance) == (Decimal(100_100), Decimal(100_097))
    assert result.reconciled


# Amounts and currencies


def test_cent_units_and_currencies_without_cents_are_taken_as_they_stand(desk: Desk) -> None:
    cents = desk.bring(closes((TEN, "250.00"), account="7003 (usc, Made-Up Server, real, Hedge)"))
    yen = desk.bring(closes((TEN, "5001"), balance="1000000", account="7004 (JPY, Made-Up Server, real, Hedge)"))

    assert (cents.currency, desk.row(cents).current_balance) == ("USC", Decimal(100_250))
    assert (yen.currency, desk.row(yen).current_balance) == ("JPY", Decimal(1_005_001))


def test_fifteen_digits_are_kept_and_sixteen_are_refused_with_their_place(desk: Desk) -> None:
    rich = desk.bring(closes((TEN, "-9999999999999.98"), balance="9999999999999.99"))
    assert (desk.row(rich).current_balance, desk.row(rich).total_pnl) == (Decimal("0.01"), Decimal("-9999999999999.98"))

    with pytest.raises(Refused, match=r"line \d+, column “Profit”: “99999999999999\.99” is no exact decimal"):
        desk.bring(closes((TEN, "99999999999999.99"), account="7005 (USD, Made-Up Server, real, Hedge)"))


# Days and zones


def test_the_repeated_hour_of_a_server_is_read_first_and_nothing_goes_backwards(desk: Desk) -> None:
    """Helsinki leaves summer time on 2024-10-27 at 04:00 (UTC+3), which is 03:00 again (UTC+2)."""
    hours = ("02:59:59", "03:00:00", "03:59:59", "04:00:00")
    result = desk.bring(closes(*((f"2024.10.27 {hour}", "1.00") for hour in hours)), timezone="Europe/Helsinki")

    assert desk.times(result) == [
        at(26, 23, 59, 59, month=10),
        at(27, 0, month=10),
        at(27, 0, 59, 59, month=10),
        at(27, 2, month=10),
    ]


def test_a_server_on_the_close_of_new_york_changes_with_new_york(desk: Desk) -> None:
    """New York goes to summer time on 2024-03-10: its 17:00 is 22:00 UTC before and 21:00 UTC after."""
    rows = (("2024.03.09 00:00:00", "1.00"), ("2024.03.10 08:59:59", "1.00"), ("2024.03.11 00:00:00", "1.00"))
    result = desk.bring(closes(*rows), timezone="America/New_York+7h")

    assert desk.times(result) == [at(8, 22, month=3), at(10, 6, 59, 59, month=3), at(10, 21, month=3)]


def test_days_of_23_and_25_hours_end_at_the_firms_midnight(desk: Desk) -> None:
    """Prague: 2024-03-31 lasts from 23:00 to 22:00 UTC, 2024-10-27 from 22:00 to 23:00 UTC."""
    times = ("03.30 23:30:00", "03.31 21:59:59", "03.31 22:00:00", "10.26 22:00:00", "10.27 22:59:59", "10.27 23:00:00")
    result = desk.bring(closes(*((f"2024.{each}", "1.00") for each in times)), preset="ftmo_2_step")

    assert result.challenge_id is not None
    days = [
        (event.event_data["trading_date"], event.occurred_at, event.event_data["trades"])
        for event in read_all_events(desk.workspace, result.challenge_id)
        if event.event_type == EventType.DAILY_PNL_CALCULATED
    ]
    assert days == [
        ("2024-03-31", at(31, 22, month=3), 2),
        ("2024-04-01", at(1, 22, month=4), 1),
        ("2024-10-27", at(27, 23, month=10), 2),
    ]


# A challenge and its statements


def test_a_longer_statement_adds_nothing_to_a_frozen_challenge_and_raises_no_alert(desk: Desk) -> None:
    first = desk.bring(windowed(4), preset="tradesense")
    version = desk.row(first).version
    longer = desk.bring(windowed(7), preset="tradesense")

    assert (longer.challenge_id, longer.trades_added, longer.trades_after_end) == (first.challenge_id, 0, 3)
    assert desk.row(longer).version == version
    assert desk.alerts(longer) == ["PROFIT_TARGET_REACHED"]
    assert longer.totals.balance == Decimal(10_185)


def test_the_same_file_under_journal_gives_the_whole_ledger_beside_the_judged_one(desk: Desk) -> None:
    judged = desk.bring(windowed(7), preset="tradesense")
    whole = desk.bring(windowed(7))

    assert judged.challenge_id != whole.challenge_id
    assert (judged.trades_added, whole.trades_added) == (4, 7)
    assert desk.row(whole).current_balance == Decimal(10_185)
    assert len(read_challenges(desk.workspace)) == 2


def test_a_window_that_overlaps_what_is_recorded_adds_only_what_follows(desk: Desk) -> None:
    """The second statement begins with the close of the third trade, whose entry lies before its window."""
    desk.bring(windowed(2))
    result = desk.bring(windowed(7, first_deal=6))

    assert (result.trades_read, result.trades_added) == (5, 5)
    assert desk.row(result).current_balance == Decimal(10_185)
    assert desk.bring(windowed(7)).trades_added == 0


def test_a_window_after_rows_that_no_statement_brought_is_refused_whole(desk: Desk) -> None:
    first = desk.bring(windowed(2))
    with pytest.raises(Refused, match="missing"):
        desk.bring(windowed(7, first_deal=9))
    assert desk.row(first).total_trades == 2


def test_a_window_of_metatrader_4_counts_from_what_the_ledger_held_before_it(desk: Desk) -> None:
    """Its statement states no balance before its first row: 10,100 before #3."""

    def closed(ticket: int, profit: str) -> str:
        day = f"2024.01.{ticket:02}"
        return metatrader4.trade(ticket, f"{day} 10:00:00", "buy", f"{day} 11:00:00", profit)

    paid = metatrader4.operation(1, "2024.01.01 09:00:00", "10 000.00")
    first = [paid, closed(2, "100.00"), closed(3, "-30.00")]
    desk.bring(metatrader4.statement_html(first, net="70.00", balance="10 070.00"))
    window = [closed(3, "-30.00"), closed(4, "20.00")]
    result = desk.bring(metatrader4.statement_html(window, net="-10.00", balance="10 090.00"))

    assert (result.trades_read, result.trades_added, result.reconciled) == (2, 1, True)
    assert desk.row(result).current_balance == Decimal(10_090)


def test_a_share_of_entry_costs_that_a_window_does_not_show_is_a_line_and_the_recorded_row_stands(desk: Desk) -> None:
    report = Report(account=ACCOUNT)
    report.operation("balance", "10000.00")
    for profit in ("100.00", "50.00"):
        report.deal("buy", "in", "1.00", "1.10000", commission="-3.00")
        report.deal("sell", "out", "1.00", "1.10100", profit)
        if profit == "100.00":
            desk.bring(report)
    del report.deals[:2]
    result = desk.bring(report)

    assert [row[2] for row in desk.results(result)] == [Decimal(97), Decimal(47)]
    assert [line.found for line in result.reconciliation if line.label == "Entry costs recorded otherwise"] == [
        Decimal(-3)
    ]
    assert result.reconciled


@pytest.mark.parametrize("zone", ["localtime", "posixrules", "Factory", "right/UTC", "UTC+15h", "+07:00", "../UTC"])
def test_a_zone_that_is_another_on_another_machine_or_none_is_refused(desk: Desk, zone: str) -> None:
    with pytest.raises(Refused, match="is not a time zone"):
        desk.bring(closes((TEN, "1.00")), timezone=zone)


def test_an_archived_challenge_takes_no_rows_and_the_file_goes_into_a_new_one(desk: Desk) -> None:
    first = desk.bring(windowed(2))
    assert first.challenge_id is not None
    archive_challenge(desk.workspace, first.challenge_id)

    with pytest.raises(Refused):
        desk.bring(windowed(4), challenge_id=first.challenge_id)
    assert desk.row(first).total_trades == 2
    second = desk.bring(windowed(4))
    assert (second.trades_added, second.challenge_id == first.challenge_id) == (4, False)


def test_a_statement_without_a_closed_trade_makes_no_challenge(desk: Desk) -> None:
    report = Report(account=ACCOUNT)
    report.operation("balance", "10000.00")
    report.deal("buy", "in", "1.00", "1.10000", commission="-3.00")
    with pytest.raises(Refused, match="no closed trade"):
        desk.bring(report)
    assert read_challenges(desk.workspace, include_archived=True) == ()


def test_a_known_row_is_done_already_also_after_the_end(desk: Desk) -> None:
    desk.bring(closes((TEN, "-6000.00"), (ELEVEN, "1.00")), preset="tradesense")
    again = desk.bring(closes((TEN, "-6000.00"), (ELEVEN, "1.00")), preset="tradesense")

    assert (again.trades_added, again.trades_after_end, again.verdict.trade_number) == (0, 1, 1)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("preset", ["journal", "tradesense"])
def test_a_statement_that_grows_leaves_what_the_whole_one_leaves(desk: Desk, seed: int, preset: str) -> None:
    """Entries, closes and balance operations by chance, often several of one second; cut between two times."""
    chance = random.Random(seed)
    report = Report(account=ACCOUNT)
    report.operation("balance", "10000.00")
    time, held = datetime(2024, 1, 9, 1), 0  # noqa: DTZ001 - a server's time
    for _ in range(40):
        time += timedelta(seconds=chance.choice((0, 0, 1, 3_600, 40_000)))
        at_this = f"{time:%Y.%m.%d %H:%M:%S}"
        cost = f"-{chance.randrange(4)}.{chance.randrange(100):02}"
        if held == 0 or chance.random() < 0.45:
            report.deal("buy", "in", "1.00", "1.10000", commission=cost, at=at_this)
            held += 1
        elif chance.random() < 0.8:
            profit = f"{chance.randrange(-300, 320)}.{chance.randrange(100):02}"
            report.deal("sell", "out", "1.00", "1.10100", profit, commission=cost, at=at_this)
            held -= 1
        else:
            report.clock = time - timedelta(minutes=1)
            amount = f"{chance.randrange(-50, 60)}.{chance.randrange(1, 100):02}"
            report.operation(chance.choice(("dividend", "balance", "charge", "credit")), amount)
    deals, paid = report.deals, report.balance
    first_close = next(place for place, deal in enumerate(deals) if deal[4] == "out")
    cuts = [place for place in range(first_close + 1, len(deals)) if deals[place][0] != deals[place - 1][0]]
    grown: ImportResult | None = None
    for cut in (*sorted(chance.sample(cuts, 2)), len(deals)):
        report.deals = deals[:cut]
        report.balance = Decimal(deals[cut - 1][-2].replace(" ", ""))
        grown = desk.bring(report, preset=preset)
    assert grown is not None
    assert report.balance == paid

    # Another account is another challenge: the same rows, all at once.
    report.account = "7009 (USD, Made-Up Server, real, Hedge)"
    whole = desk.bring(report, preset=preset)

    step_by_step, at_once = desk.row(grown), desk.row(whole)
    assert [getattr(step_by_step, name) for name in STATE] == [getattr(at_once, name) for name in STATE]
    assert grown.verdict == whole.verdict
