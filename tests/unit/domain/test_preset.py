from datetime import date
from decimal import Decimal

import pytest

from tests.unit.domain.challenges import ROOT, preset
from tradesense_desktop.domain.errors import InvalidRules, UnknownPreset
from tradesense_desktop.domain.preset import Preset, find_preset

FILES = sorted((ROOT / "resources" / "presets").glob("*.toml"))
TWO_EDITIONS = """
name = "firm"
title = "Firm"
summary = "A firm."
rule_page = "https://example.com/rules"
checked = 2026-10-04

[[editions]]
effective_from = 2026-03-01
max_daily_drawdown_percent = "0.05"
max_total_drawdown_percent = "0.10"
profit_target_percent = "0.08"
rules = { min_trading_days = 4 }

[[editions]]
effective_from = 2024-01-01
max_daily_drawdown_percent = "0.05"
max_total_drawdown_percent = "0.12"
profit_target_percent = "0.10"
rules = { max_duration_days = 30, daily_loss = "none" }
"""


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_shipped_preset_is_valid_and_names_its_rule_page_and_day(path: object) -> None:
    found = preset(getattr(path, "stem", ""))

    assert found.name == getattr(path, "stem", "")
    assert found.checked >= date(2026, 10, 4)
    assert found.rule_page.startswith(("https://", "TradeSense's own"))
    terms = found.terms(Decimal(50000))
    assert terms.rules_config["preset"] == found.name
    assert terms.rules_config["version"] == found.editions[-1].effective_from.isoformat()


def test_default_preset_says_what_the_default_rules_are() -> None:
    terms = preset("tradesense").terms(Decimal(10000))

    assert (
        terms.max_daily_drawdown_percent,
        terms.max_total_drawdown_percent,
        terms.profit_target_percent,
    ) == (Decimal("0.05"), Decimal("0.10"), Decimal("0.08"))
    rules = terms.rule_set(Decimal(10000))
    bare = type(terms)(Decimal("0.05"), Decimal("0.10"), Decimal("0.08"), {}).rule_set(Decimal(10000))
    assert (rules.loss_rules, rules.target, rules.reset.text) == (bare.loss_rules, bare.target, bare.reset.text)
    assert rules.freezes_on_target == bare.freezes_on_target


def test_journal_judges_nothing() -> None:
    rules = preset("journal").terms(Decimal(1)).rule_set(Decimal(1))

    assert (rules.is_judged, rules.freezes_on_target) == (False, False)


@pytest.mark.parametrize(
    ("day", "effective_from"),
    [
        (date(2026, 3, 1), date(2026, 3, 1)),
        (date(2026, 2, 28), date(2024, 1, 1)),
        (date(2020, 1, 1), date(2024, 1, 1)),
        (None, date(2026, 3, 1)),
    ],
)
def test_edition_that_held_on_a_day(day: date | None, effective_from: date) -> None:
    assert Preset.from_toml(TWO_EDITIONS).edition_on(day).effective_from == effective_from


def test_none_in_a_preset_is_no_such_rule() -> None:
    config = Preset.from_toml(TWO_EDITIONS).terms(Decimal(10000), on=date(2025, 1, 1)).rules_config

    assert config["daily_loss"] is None
    assert config["version"] == "2024-01-01"


def test_size_that_a_firm_does_not_offer_is_refused_with_those_it_does() -> None:
    with pytest.raises(InvalidRules, match="50000, 100000, 150000, not of 60000"):
        preset("topstep").terms(Decimal(60000))


def test_unknown_preset_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UnknownPreset, match="there are journal, tradesense"):
        find_preset([preset("tradesense"), preset("journal")], "ftmo")
    assert find_preset([preset("journal")], "journal").name == "journal"


@pytest.mark.parametrize("text", ["", "name = ", 'name = "x"', TWO_EDITIONS.split("[[", maxsplit=1)[0]])
def test_file_that_is_no_preset_is_refused(text: str) -> None:
    with pytest.raises(InvalidRules):
        Preset.from_toml(text)
