from decimal import Decimal

from tests.unit.domain.challenges import ADMIN, MONDAY, after, opened, opened_under, trade
from tradesense_desktop.domain.limits import limits, limits_after_reset, verdict
from tradesense_desktop.domain.verdict import LossLimit, ProfitTarget, Quality, VerdictStatus


def test_limits_say_floor_room_and_use() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "4000"))
    execution.execute_trade(trade(2, "-1500", after(minutes=1)))

    found = limits(execution.snapshot())
    assert found.daily_loss == LossLimit(
        "daily_loss", Decimal("0.05"), Decimal(95000), Decimal(100000), Decimal(7500), Decimal("-0.5")
    )
    assert found.maximum_loss == LossLimit(
        "maximum_loss",
        Decimal("0.10"),
        Decimal(93600),
        Decimal(104000),
        Decimal(8900),
        Decimal("0.14423077"),
    )
    assert found.target == ProfitTarget(Decimal("0.08"), Decimal(108000), Decimal(5500), Decimal("0.3125"))
    assert (found.trading_days, found.required_trading_days) == (1, 0)


def test_account_that_nobody_judges_has_no_limits() -> None:
    execution = opened_under("journal")
    execution.execute_trade(trade(1, "4000"))

    found = limits(execution.snapshot())
    assert (found.daily_loss, found.maximum_loss, found.target) == (None, None, None)
    assert verdict(execution.snapshot()).status is VerdictStatus.NOT_JUDGED


def test_challenge_that_has_not_started_is_pending() -> None:
    found = verdict(opened().snapshot())

    assert (found.status, found.sentence) == (VerdictStatus.PENDING, "The challenge starts with its first trade.")


def test_challenge_within_its_limits_says_how_much_may_be_lost() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-1000"))

    found = verdict(execution.snapshot())
    assert found.status is VerdictStatus.WITHIN_LIMITS
    assert found.sentence == "Within all limits: 4000.00 USD may still be lost before the daily loss limit."
    assert found.quality is Quality.CLOSED_TRADES_ONLY


def test_verdict_on_a_failed_challenge_names_rule_trade_floor_and_equity() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "10"))
    execution.execute_trade(trade(2, "-6000", after(minutes=1)))

    found = verdict(execution.snapshot())
    assert (found.status, found.rule, found.trade_number) == (VerdictStatus.FAILED, "daily_loss", 2)
    assert (found.at, found.floor, found.equity) == (after(minutes=1), Decimal(95000), Decimal(94010))
    assert found.sentence == "Failed: daily loss limit of 5 % broken: equity 94010.00, floor 95000.00."


def test_verdict_on_a_reached_target_waits_for_the_decision() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "8000"))

    found = verdict(execution.snapshot())
    assert (found.status, found.rule, found.trade_number, found.at) == (
        VerdictStatus.TARGET_REACHED,
        "profit_target",
        1,
        MONDAY,
    )
    assert found.sentence == "The profit target is reached; the challenge waits for the funding decision."


def test_verdict_on_a_funded_challenge() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "8000"))
    execution.approve(approver_id=ADMIN, at=after(days=1))

    assert verdict(execution.snapshot()).status is VerdictStatus.FUNDED


def test_verdict_on_a_challenge_that_a_person_ended_names_no_rule() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "10"))
    execution.fail(actor_id=ADMIN, reason="Second account", at=after(days=1))

    found = verdict(execution.snapshot())
    assert (found.status, found.rule, found.at) == (VerdictStatus.FAILED, None, after(days=1))
    assert found.sentence == "Failed: Second account."


def test_limit_in_money_is_shown_as_its_part_of_the_initial_balance() -> None:
    execution = opened_under("topstep", "50000")
    found = limits(execution.snapshot()).maximum_loss

    assert found is not None
    assert (found.limit, found.floor) == (Decimal("0.04"), Decimal(48000))


def test_paused_challenge_says_so() -> None:
    execution = opened_under("apex_end_of_day", "50000")
    execution.execute_trade(trade(1, "-1000"))

    assert verdict(execution.snapshot()).sentence == "Trading is paused until the next reset."


def test_reset_can_take_room_away_while_nothing_moves() -> None:
    execution = opened_under("ftmo_2_step", "200000")
    execution.execute_trade(trade(1, "4000"))
    execution.record_equity(Decimal(191000), after(minutes=1))

    row = execution.snapshot()
    forecast = limits_after_reset(row)
    assert forecast is not None
    assert forecast.daily_loss is not None
    assert forecast.daily_loss.room == Decimal(-3000)
    assert limits(row).daily_loss != forecast.daily_loss


def test_reset_is_not_forecast_before_the_start_nor_after_the_end() -> None:
    pending, failed = opened(), opened()
    failed.execute_trade(trade(1, "-6000"))

    assert limits_after_reset(pending.snapshot()) is None
    assert limits_after_reset(failed.snapshot()) is None
