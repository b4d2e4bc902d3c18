from dataclasses import replace
from decimal import Decimal

import pytest

from tests.unit.domain.challenges import ADMIN, after, opened, opened_under, trade
from tradesense_desktop.domain.errors import PhaseMissing
from tradesense_desktop.domain.execution import Execution
from tradesense_desktop.domain.terms import next_phase_terms, next_phase_type


def funded(execution: Execution) -> Execution:
    for day, result in enumerate(("4000", "4000", "4000", "1")):
        execution.execute_trade(trade(day, result, after(days=day)))
    execution.approve(approver_id=ADMIN, at=after(days=9))
    return execution


def test_next_phase_has_its_own_target_and_the_same_limits() -> None:
    terms = next_phase_terms(funded(opened_under("ftmo_2_step")).snapshot())

    assert terms.profit_target_percent == Decimal("0.05")
    assert terms.max_daily_drawdown_percent == Decimal("0.05")
    assert terms.rules_config["phase"] == 1
    target = terms.rule_set(Decimal(100000)).target
    assert target is not None
    assert target.profit == Decimal(5000)


def test_last_phase_of_ftmo_has_neither_target_nor_minimum_days() -> None:
    second = opened_under("ftmo_2_step", terms=next_phase_terms(funded(opened_under("ftmo_2_step")).snapshot()))
    terms = next_phase_terms(funded(second).snapshot())
    rules = terms.rule_set(Decimal(100000))

    assert (rules.phase, rules.target, rules.min_trading_days) == (2, None, 0)


def test_next_phase_is_another_account_and_inherits_no_source() -> None:
    execution = opened(phases=[{"name": "a"}, {"name": "b"}], source={"family": "metatrader5"}, server_zone="UTC")
    execution.execute_trade(trade(1, "8000"))
    execution.approve(approver_id=ADMIN, at=after(days=1))

    terms = next_phase_terms(execution.snapshot())
    assert "source" not in terms.rules_config
    assert "server_zone" not in terms.rules_config


def test_next_phase_is_not_paid_for_again_unless_its_rules_say_so() -> None:
    phases = [{"name": "a"}, {"name": "b"}, {"name": "c", "rules": {"payment_required": True}}]
    first = opened(phases=phases, payment_required=True)
    first.execute_trade(trade(1, "8000"))
    first.approve(approver_id=ADMIN, at=after(days=1))
    second = opened(phases=phases, phase=1, payment_required=True)
    second.execute_trade(trade(1, "8000"))
    second.approve(approver_id=ADMIN, at=after(days=1))

    assert "payment_required" not in next_phase_terms(first.snapshot()).rules_config
    assert next_phase_terms(second.snapshot()).rules_config["payment_required"] is True


def test_type_of_the_next_phase_bears_its_name_where_there_is_one_and_it_fits() -> None:
    first = funded(opened_under("ftmo_2_step")).snapshot()
    second = replace(first, challenge_type="FTMO · Verification", rules_config={**first.rules_config, "phase": 1})
    nameless = replace(first, rules_config={"phases": [{}, {}]})
    long = replace(first, challenge_type="x" * 45)

    assert next_phase_type(first) == "ftmo_2_step · Verification"
    assert next_phase_type(second) == "FTMO · FTMO Account"
    assert next_phase_type(nameless) == "ftmo_2_step"
    assert next_phase_type(long) == "x" * 45


def test_phase_is_opened_only_by_a_funded_challenge_and_only_where_there_is_one() -> None:
    active = opened(phases=[{"name": "a"}, {"name": "b"}])
    alone = opened()
    alone.execute_trade(trade(1, "8000"))
    alone.approve(approver_id=ADMIN, at=after(days=1))

    with pytest.raises(PhaseMissing, match="the challenge is PENDING"):
        next_phase_terms(active.snapshot())
    with pytest.raises(PhaseMissing, match="name none after this one"):
        next_phase_terms(alone.snapshot())
