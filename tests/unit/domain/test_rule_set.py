from decimal import Decimal
from typing import Any

import pytest

from tradesense_desktop.domain.errors import InvalidRules, UnknownZone
from tradesense_desktop.domain.loss_rule import AmountBase, Comparator, Evaluation, Reference, Severity
from tradesense_desktop.domain.rule_set import ProfitableDays, RuleSet, TargetRule


def rule_set(**config: Any) -> RuleSet:
    return RuleSet.from_config(
        config,
        initial_balance=Decimal(50000),
        max_daily_drawdown_percent=Decimal("0.05"),
        max_total_drawdown_percent=Decimal("0.10"),
        profit_target_percent=Decimal("0.08"),
    )


def test_empty_config_is_the_default_rule_set() -> None:
    rules = rule_set()

    assert rules.is_judged
    assert rules.freezes_on_target
    assert rules.reset.text == "UTC 00:00"
    daily, maximum = rules.loss_rules
    assert (daily.percent, daily.amount_base, daily.reference) == (
        Decimal("0.05"),
        AmountBase.DAY_START_REFERENCE,
        Reference.EQUITY,
    )
    assert (maximum.percent, maximum.amount_base, maximum.reference) == (
        Decimal("0.10"),
        AmountBase.REFERENCE,
        Reference.INTRADAY_PEAK,
    )
    assert {rule.comparator for rule in rules.loss_rules} == {Comparator.LESS_THAN}
    assert {rule.severity for rule in rules.loss_rules} == {Severity.FAIL}
    assert {rule.evaluation for rule in rules.loss_rules} == {Evaluation.INTRADAY}
    assert rules.target is not None
    assert rules.target.profit == Decimal(4000)
    assert rules.approvals == 1


def test_rules_that_do_not_judge_have_neither_limits_nor_target_nor_freeze() -> None:
    rules = rule_set(judge=False)

    assert rules.loss_rules == ()
    assert rules.target is None
    assert not rules.freezes_on_target


def test_every_key_is_read() -> None:
    rules = rule_set(
        reset="Europe/Prague 00:00",
        daily_loss=None,
        maximum_loss={
            "amount": {"money": "2000"},
            "reference": "highest_eod_balance",
            "comparator": "le",
            "evaluation": "end_of_day",
            "severity": "pause_until_reset",
            "lock_at": {"offset": "100"},
            "on_payout": "floor_to_initial",
        },
        target={"amount": {"percent": "0.08"}, "observed": "balance", "positions_closed": True},
        min_trading_days=4,
        min_day_profit={"money": "50"},
        min_profitable_days={"days": 3, "minimum": {"percent": "0.005"}},
        consistency={"best_day_share": "0.4"},
        max_duration_days=30,
        inactivity_days=14,
        profit_split="0.8",
        approvals=2,
        payment_required=True,
        phase=1,
        phases=[{"name": "a"}, {"name": "b"}],
        source={"family": "metatrader5"},
        server_zone="America/New_York+7h",
    )

    (maximum,) = rules.loss_rules
    assert (maximum.money, maximum.percent, maximum.lock_offset) == (Decimal(2000), None, Decimal(100))
    assert isinstance(rules.target, TargetRule)
    assert rules.target.positions_closed
    assert rules.min_trading_days == 4
    assert rules.min_day_profit == Decimal(50)
    assert rules.min_profitable_days == ProfitableDays(3, Decimal(250))
    assert rules.best_day_share == Decimal("0.4")
    assert (rules.max_duration_days, rules.inactivity_days) == (30, 14)
    assert (rules.profit_split, rules.approvals, rules.needs_payment) == (Decimal("0.8"), 2, True)
    assert (rules.phase, len(rules.phases)) == (1, 2)


@pytest.mark.parametrize(
    ("config", "path"),
    [
        ({"dayly_loss": {}}, "dayly_loss"),
        ({"judge": "no"}, "judge"),
        ({"reset": 7}, "reset"),
        ({"daily_loss": 5}, "daily_loss"),
        ({"daily_loss": {"amount": {"percent": "0.05", "money": "1"}}}, "daily_loss.amount"),
        ({"daily_loss": {"amount": {"percent": "0.04"}}}, "daily_loss.amount"),
        ({"daily_loss": {"amount": {"money": "0"}}}, "daily_loss.amount.money"),
        ({"daily_loss": {"amount": {"money": 0.5}}}, "daily_loss.amount.money"),
        ({"daily_loss": {"amount": {"money": "1e400"}}}, "daily_loss.amount.money"),
        ({"daily_loss": {"reference": "yesterday"}}, "daily_loss.reference"),
        ({"maximum_loss": {"lock_at": {}}}, "maximum_loss.lock_at"),
        ({"maximum_loss": {"lock": None}}, "maximum_loss.lock"),
        ({"target": {"amount": {"percent": "0.09"}}}, "target.amount"),
        ({"target": []}, "target"),
        ({"min_trading_days": 0}, "min_trading_days"),
        ({"min_trading_days": True}, "min_trading_days"),
        ({"min_profitable_days": {"days": 3}}, "min_profitable_days"),
        ({"consistency": {"best_day_share": "1.5"}}, "consistency.best_day_share"),
        ({"approvals": "2"}, "approvals"),
        ({"phases": ["a"]}, "phases"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_with_its_place(config: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidRules) as refusal:
        rule_set(**config)

    assert refusal.value.path == path


def test_unknown_reset_zone_is_refused() -> None:
    with pytest.raises(UnknownZone):
        rule_set(reset="Nowhere 00:00")
