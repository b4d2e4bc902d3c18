from decimal import Decimal
from typing import Any

import pytest

from tradesense_desktop.domain.loss_rule import (
    AmountBase,
    Comparator,
    Evaluation,
    LossRule,
    LossRuleName,
    LossTracker,
    Observed,
    OnPayout,
    Reference,
    Severity,
)


def tracker(**changes: Any) -> LossTracker:
    fields: dict[str, Any] = {
        "name": LossRuleName.MAXIMUM_LOSS,
        "percent": Decimal("0.10"),
        "money": None,
        "amount_base": AmountBase.INITIAL,
        "reference": Reference.INTRADAY_PEAK,
        "observed": Observed.EQUITY,
        "evaluation": Evaluation.INTRADAY,
        "comparator": Comparator.LESS_THAN,
        "severity": Severity.FAIL,
        "lock_offset": None,
        "on_payout": OnPayout.UNCHANGED,
    }
    return LossTracker(LossRule(**(fields | changes)), Decimal(100000))


def test_floor_reached_exactly_is_a_breach_only_for_less_or_equal() -> None:
    strict, touching = tracker(), tracker(comparator=Comparator.LESS_OR_EQUAL)

    assert not strict.breaches(Decimal(90000))
    assert strict.breaches(Decimal("89999.99"))
    assert touching.breaches(Decimal(90000))
    assert not touching.breaches(Decimal("90000.01"))


def test_floor_follows_the_peak_by_a_part_of_the_initial_balance_or_of_the_peak() -> None:
    fixed, relative = tracker(), tracker(amount_base=AmountBase.REFERENCE)
    for each in (fixed, relative):
        each.follow(Decimal(120000), Decimal(120000))
        each.follow(Decimal(110000), Decimal(110000))

    assert fixed.floor == Decimal(110000)
    assert relative.floor == Decimal(108000)


def test_floor_never_rises_above_its_lock() -> None:
    locked = tracker(lock_offset=Decimal(100))
    locked.follow(Decimal(130000), Decimal(130000))

    assert locked.floor == Decimal(100100)


def test_alert_level_is_where_a_fifth_of_the_amount_is_left() -> None:
    assert tracker().alert_level == Decimal(92000)


def test_limit_whose_base_is_zero_is_never_used() -> None:
    empty = tracker(
        name=LossRuleName.DAILY_LOSS,
        reference=Reference.EQUITY,
        amount_base=AmountBase.DAY_START_REFERENCE,
        comparator=Comparator.LESS_OR_EQUAL,
    )
    empty.begin_day(Decimal(0), Decimal(0))

    assert not empty.breaches(Decimal(0))
    assert not empty.follow(Decimal(0), Decimal(0))


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        (Reference.INITIAL, "100000"),
        (Reference.BALANCE, "105000"),
        (Reference.EQUITY, "107000"),
        (Reference.MAX_BALANCE_EQUITY, "107000"),
    ],
)
def test_reference_at_a_reset(reference: Reference, expected: str) -> None:
    daily = tracker(name=LossRuleName.DAILY_LOSS, reference=reference)
    daily.begin_day(Decimal(105000), Decimal(107000))

    assert daily.reference == Decimal(expected)


def test_peak_of_a_daily_rule_begins_anew_and_that_of_a_maximum_rule_stays() -> None:
    references = []
    for name in (LossRuleName.DAILY_LOSS, LossRuleName.MAXIMUM_LOSS):
        each = tracker(name=name)
        each.follow(Decimal(109000), Decimal(100000))
        each.begin_day(Decimal(101000), Decimal(102000))
        references.append(each.reference)

    assert references == [Decimal(102000), Decimal(109000)]


@pytest.mark.parametrize(
    ("on_payout", "floor"),
    [(OnPayout.UNCHANGED, "98000"), (OnPayout.FLOOR_TO_INITIAL, "100000"), (OnPayout.REBASE, "95000")],
)
def test_floor_after_a_payout_of_3000(on_payout: OnPayout, floor: str) -> None:
    paid = tracker(on_payout=on_payout)
    paid.follow(Decimal(108000), Decimal(108000))
    paid.pay_out(Decimal(3000))

    assert paid.floor == Decimal(floor)


def test_tracker_is_taken_up_from_what_it_remembered() -> None:
    before = tracker(on_payout=OnPayout.FLOOR_TO_INITIAL)
    before.follow(Decimal(108000), Decimal(108000))
    before.pay_out(Decimal(3000))
    before.is_alerted = True
    after = tracker(on_payout=OnPayout.FLOOR_TO_INITIAL)
    after.remember(before.as_json())

    assert (
        after.as_json()
        == before.as_json()
        == {
            "reference": "108000",
            "day_reference": "100000",
            "floor_override": "100000",
            "alerted": True,
            "breached": False,
        }
    )
    assert after.floor == before.floor
