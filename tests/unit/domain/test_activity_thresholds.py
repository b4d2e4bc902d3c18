"""Thresholds are kept as JSON, read as they were, and refused where they say something impossible."""

from decimal import Decimal
from typing import Any

import pytest

from tradesense_desktop.domain.activity_thresholds import DEFAULT, ActivityThresholds, InvalidThreshold


def test_what_is_kept_is_read_as_it_was() -> None:
    thresholds = ActivityThresholds(
        inactive_days=21, size_factor=Decimal("3.5"), size_trades=10, closings_a_minute=None, profit_part=Decimal("0.1")
    )

    kept = thresholds.as_json()

    assert kept == {
        "inactive_days": 21,
        "size_factor": "3.5",
        "size_trades": 10,
        "closings_a_minute": None,
        "profit_part": "0.1",
    }
    assert ActivityThresholds.from_json(kept) == thresholds


def test_what_a_setting_does_not_name_is_as_at_first() -> None:
    assert ActivityThresholds.from_json(None) == DEFAULT == ActivityThresholds.from_json({})
    assert ActivityThresholds.from_json({"inactive_days": 30}) == ActivityThresholds(inactive_days=30)


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ([], "“alerts.thresholds” is no object"),
        ({"shoe_size": 43}, "“shoe_size” is none that there is"),
        ({"inactive_days": 0}, "“inactive_days” lies outside 1 to 3650"),
        ({"inactive_days": True}, "“inactive_days” is no whole number"),
        ({"inactive_days": "14"}, "“inactive_days” is no whole number"),
        ({"size_trades": None}, "“size_trades” is no whole number"),
        ({"size_trades": 51}, "“size_trades” lies outside 2 to 50"),
        ({"closings_a_minute": 1}, "“closings_a_minute” lies outside"),
        ({"size_factor": 5}, "“size_factor” is no decimal written as a text"),
        ({"size_factor": "NaN"}, "“size_factor” is no decimal"),
        ({"size_factor": "1"}, "“size_factor” lies outside 1.1 to 1000"),
        ({"profit_part": "0.123456789"}, "“profit_part” is no decimal"),
        ({"profit_part": "-0.05"}, "“profit_part” lies outside"),
    ],
)
def test_the_impossible_is_refused_by_name(value: Any, sentence: str) -> None:
    with pytest.raises(InvalidThreshold, match=sentence):
        ActivityThresholds.from_json(value)
