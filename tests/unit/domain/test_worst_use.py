from decimal import Decimal
from typing import Any

from tests.unit.domain.challenges import after, events_of, opened, trade
from tradesense_desktop.domain.event import Event
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.loss_rule import LossRuleName
from tradesense_desktop.domain.replay import Replayer
from tradesense_desktop.domain.worst_use import WorstUse

END_OF_DAY = {"evaluation": "end_of_day"}


def traded(*results: tuple[str, dict[str, float]], **rules_config: Any) -> Execution:
    """A challenge of 100,000 with trades of these results, so much time after the first."""
    execution = opened(**rules_config)
    for number, (result, later) in enumerate(results, 1):
        execution.execute_trade(trade(number, result, after(**later)))
    return execution


def watched(events: list[Event]) -> WorstUse:
    replayer, worst = Replayer(), WorstUse()
    for event in events:
        replayer.apply(
            event.event_type, event.event_data, challenge_id=event.challenge_id, recorded_at=event.recorded_at
        )
        worst.note(replayer.state, event.event_type, event.sequence_number, event.occurred_at)
    return worst


def test_worst_use_is_the_largest_part_of_the_limit_that_was_lost() -> None:
    worst = watched(events_of(traded(("-1000", {}), ("-1500", {"minutes": 1}), ("4000", {"minutes": 2}))))

    daily, total = worst.of(LossRuleName.DAILY_LOSS), worst.of(LossRuleName.MAXIMUM_LOSS)
    assert daily is not None
    assert total is not None
    assert (daily.lost, daily.amount, daily.used) == (Decimal(2500), Decimal(5000), Decimal("0.5"))
    assert (daily.observed, daily.floor, daily.at) == (Decimal(97500), Decimal(95000), after(minutes=1))
    assert total.used == Decimal("0.25")


def test_daily_limit_begins_anew_each_day_and_the_worst_day_stays() -> None:
    worst = watched(events_of(traded(("-2000", {}), ("-490", {"days": 1}), ("10", {"days": 2}))))

    daily, total = worst.of(LossRuleName.DAILY_LOSS), worst.of(LossRuleName.MAXIMUM_LOSS)
    assert daily is not None
    assert total is not None
    assert (daily.used, daily.at) == (Decimal("0.4"), after())
    assert (total.lost, total.at) == (Decimal(2490), after(days=1))


def test_settlement_is_looked_at_after_its_last_row() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-3000", last_of_time=False))
    execution.execute_trade(trade(2, "2500"))

    daily = watched(events_of(execution)).of(LossRuleName.DAILY_LOSS)

    assert daily is not None
    assert daily.lost == Decimal(500)


def test_limit_that_is_judged_at_the_close_is_looked_at_there() -> None:
    within = watched(events_of(traded(("-4000", {}), ("3000", {"minutes": 1}), daily_loss=END_OF_DAY)))
    closed = watched(
        events_of(traded(("-4000", {}), ("3000", {"minutes": 1}), ("10", {"days": 1}), daily_loss=END_OF_DAY))
    )

    assert within.of(LossRuleName.DAILY_LOSS) is None
    use = closed.of(LossRuleName.DAILY_LOSS)
    assert use is not None
    assert (use.lost, use.at) == (Decimal(1000), after(minutes=1))


def test_nothing_of_a_limit_is_used_without_a_loss() -> None:
    worst = watched(events_of(traded(("100", {}), ("200", {"minutes": 1}))))

    assert worst.of(LossRuleName.DAILY_LOSS) is None
    assert worst.of(LossRuleName.MAXIMUM_LOSS) is None
