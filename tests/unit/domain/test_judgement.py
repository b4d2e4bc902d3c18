from decimal import Decimal

from tests.unit.domain.challenges import MONDAY
from tradesense_desktop.domain.judgement import Finding, FindingKind, deciding_breach
from tradesense_desktop.domain.loss_rule import Evaluation, LossRuleName, Observed


def finding(kind: FindingKind, rule: LossRuleName, floor: str) -> Finding:
    zero = Decimal(0)
    return Finding(kind, rule, MONDAY, Decimal(floor), zero, zero, None, Observed.EQUITY, zero, Evaluation.INTRADAY)


def test_breach_is_attributed_to_the_higher_floor() -> None:
    daily = finding(FindingKind.BREACH, LossRuleName.DAILY_LOSS, "90000")
    maximum = finding(FindingKind.BREACH, LossRuleName.MAXIMUM_LOSS, "91000")

    assert deciding_breach([daily, maximum]) is maximum


def test_breach_of_equal_floors_is_the_daily_one() -> None:
    daily = finding(FindingKind.BREACH, LossRuleName.DAILY_LOSS, "90000")
    maximum = finding(FindingKind.BREACH, LossRuleName.MAXIMUM_LOSS, "90000.0")

    assert deciding_breach([daily, maximum]) is daily


def test_crossing_and_pause_decide_nothing() -> None:
    assert deciding_breach([finding(FindingKind.CROSSING, LossRuleName.DAILY_LOSS, "1")]) is None
    assert deciding_breach([finding(FindingKind.PAUSE, LossRuleName.DAILY_LOSS, "1")]) is None
