import json
from decimal import Decimal

from tests.unit.domain.challenges import MONDAY, after, opened, trade
from tradesense_desktop.domain.state_record import moved_columns, rule_state, rules_of, state_of


def test_rule_state_of_a_challenge_under_the_default_rules() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "300", opened_at=after(days=-3)))
    execution.execute_trade(trade(2, "-100", after(days=1)))

    assert execution.snapshot().rule_state == {
        "wins": 1,
        "losses": 1,
        "last_row_at": "2026-03-03T10:00:00.000000Z",
        "settled_peak": None,
        "payouts": "0",
        "day": {"trades": 1, "result": "-100", "start_balance": "100300", "start_equity": "100300"},
        "days": {"traded": {"first": "2026-02-27", "bits": "11"}, "earned": None, "profitable": 0, "best": "300"},
        "highest_closed_balance": "100300",
        "highest_end_of_day_balance": "100300",
        "rules": {
            "daily_loss": {
                "reference": "100300",
                "day_reference": "100300",
                "floor_override": None,
                "alerted": False,
                "breached": False,
            },
            "maximum_loss": {
                "reference": "100300",
                "day_reference": "100300",
                "floor_override": None,
                "alerted": False,
                "breached": False,
            },
        },
        "samples": {"count": 0, "last_at": None, "largest_gap_seconds": 0},
        "approvals": [],
        "frozen_alert_on": None,
        "awaits_row": False,
        "decision": None,
    }


def test_row_and_state_stand_for_each_other() -> None:
    execution = opened(reset="Europe/Prague 00:00", inactivity_days=30)
    execution.execute_trade(trade(1, "300"))
    execution.record_equity(Decimal(99000), after(minutes=1))
    execution.execute_trade(trade(2, "-100", after(minutes=2), last_of_time=False))
    row = execution.snapshot()
    state = state_of(row)

    assert moved_columns(state) == {name: getattr(row, name) for name in moved_columns(state)}
    assert rule_state(state) == json.loads(json.dumps(row.rule_state))
    assert (state.is_settled, state.peak) == (False, Decimal(100300))


def test_row_without_rule_state_stands_for_a_challenge_that_nothing_has_moved() -> None:
    row = opened().snapshot()
    state = state_of(type(row)(**{name: getattr(row, name) for name in row.__dataclass_fields__} | {"rule_state": {}}))

    assert rule_state(state) == row.rule_state
    assert rules_of(row).preset == "tradesense"


def test_average_and_win_rate_are_rounded_half_even_to_eight_decimals() -> None:
    execution = opened(judge=False)
    for number, result in enumerate(("1", "1", "-1")):
        execution.execute_trade(trade(number, result, MONDAY))

    row = execution.snapshot()
    assert (row.win_rate, row.avg_trade_pnl) == (Decimal("0.66666667"), Decimal("0.33333333"))
