from datetime import date
from decimal import Decimal

from tests.unit.domain.challenges import MONDAY, adjustment, trade
from tradesense_desktop.domain import narration
from tradesense_desktop.domain.adjustment import AdjustmentKind


def test_percent_is_written_without_trailing_zeros() -> None:
    assert narration.percent_text(Decimal("0.0500")) == "5 %"
    assert narration.percent_text(Decimal("0.125")) == "12.5 %"


def test_loss_is_told_with_its_sign_and_the_price_as_it_was_sent() -> None:
    auditor, trader = narration.trade_executed(trade(1, "-12.5"), Decimal("99987.5"), "EUR")

    assert auditor == "Trade executed: BUY 10000 EURUSD @ 1.0850, -12.50, equity 99987.50"
    assert trader == "BUY 10000 EURUSD closed at 1.0850: -12.50 EUR. Your equity is 99987.50 EUR."


def test_day_is_told_with_its_count() -> None:
    one = narration.day_closed(date(2026, 3, 2), Decimal(10), 1, Decimal(10010), "USD")
    none = narration.day_closed(date(2026, 3, 2), Decimal(0), 0, Decimal(10010), "USD")

    assert one == (
        "Day closed: 2026-03-02, +10.00, 1 trade, equity 10010.00",
        "2026-03-02: +10.00 USD with 1 trade.",
    )
    assert none[1] == "2026-03-02: 0.00 USD with 0 trades."


def test_start_is_told_with_the_trading_day() -> None:
    assert narration.challenge_started(MONDAY, date(2026, 3, 2)) == (
        "Status changed: PENDING to ACTIVE at 2026-03-02 10:00:00 UTC, trading day 2026-03-02",
        "Your challenge started on 2026-03-02 10:00:00 UTC.",
    )


def test_payout_and_deposit_are_told_apart() -> None:
    payout = narration.balance_adjusted(adjustment(1, AdjustmentKind.PAYOUT, "-500"), Decimal(99500), "USD")
    deposit = narration.balance_adjusted(adjustment(1, AdjustmentKind.DEPOSIT, "500"), Decimal(99500), "USD")

    assert payout[1] == "Payout of -500.00 USD. Your equity is 99500.00 USD."
    assert deposit[1] == "Deposit of +500.00 USD: money from outside is no result of the challenge."
