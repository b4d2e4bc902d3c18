"""Presets: rule sets with a name, as `resources/presets/*.toml` state them, each edition with its effective date.

A file holds `name`, `title`, `summary`, `rule_page`, `checked` (a date) and one or more `[[editions]]`, each with
`effective_from` (a date), the three percents, and `rules`, a table as rule_set.py describes it. Amounts of money
that depend on the size of the account are `{ by_initial_balance = { "50000" = "2000" } }`.
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from tradesense_desktop.domain.errors import InvalidRules, UnknownPreset
from tradesense_desktop.domain.money import Fraction, Money, decimal_text, exact
from tradesense_desktop.domain.terms import Terms


@dataclass(frozen=True, slots=True)
class Edition:
    """The rules of a preset from a day on."""

    effective_from: date
    percents: tuple[Fraction, Fraction, Fraction]
    rules: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Preset:
    """A named rule set; `editions` are in the order of their dates."""

    name: str
    title: str
    summary: str
    rule_page: str
    checked: date
    editions: tuple[Edition, ...]

    @classmethod
    def from_toml(cls, text: str) -> "Preset":
        """Read one preset file. Raises InvalidRules where it is not one."""
        try:
            document = tomllib.loads(text)
            editions = sorted((_edition(each) for each in document["editions"]), key=lambda each: each.effective_from)
            preset = cls(
                name=document["name"],
                title=document["title"],
                summary=document["summary"],
                rule_page=document["rule_page"],
                checked=document["checked"],
                editions=tuple(editions),
            )
        except (tomllib.TOMLDecodeError, KeyError, TypeError) as broken:
            raise InvalidRules("preset", f"the file cannot be read ({broken})") from None
        if not preset.editions:
            raise InvalidRules("preset", "the file has no edition")
        return preset

    def edition_on(self, day: date | None) -> Edition:
        """The edition that held on a day: the newest not after it, the first where all are; the newest for None."""
        if day is None:
            return self.editions[-1]
        return next((each for each in reversed(self.editions) if each.effective_from <= day), self.editions[0])

    def terms(self, initial_balance: Money, *, on: date | None = None) -> Terms:
        """What a challenge of this size is opened with. Raises InvalidRules where the preset has no such size."""
        edition = self.edition_on(on)
        config: dict[str, Any] = {
            "preset": self.name,
            "version": edition.effective_from.isoformat(),
            "rule_page": self.rule_page,
            "checked": self.checked.isoformat(),
            **_sized(edition.rules, initial_balance, "rules"),
        }
        terms = Terms(*edition.percents, config)
        terms.rule_set(initial_balance)
        return terms


def find_preset(presets: Iterable[Preset], name: str) -> Preset:
    """The preset of that name. Raises UnknownPreset, which names the known ones."""
    by_name = {preset.name: preset for preset in presets}
    if name not in by_name:
        raise UnknownPreset(name, sorted(by_name))
    return by_name[name]


def _edition(table: Mapping[str, Any]) -> Edition:
    percents = (
        exact(table["max_daily_drawdown_percent"]),
        exact(table["max_total_drawdown_percent"]),
        exact(table["profit_target_percent"]),
    )
    return Edition(table["effective_from"], percents, table.get("rules", {}))


def _sized(value: Any, initial_balance: Money, path: str) -> Any:
    """`value` with every amount by size replaced by the one for this size, and null written as null."""
    if isinstance(value, Mapping):
        by_size = value.get("by_initial_balance")
        if by_size is not None:
            size = decimal_text(initial_balance)
            if size not in by_size:
                raise InvalidRules(path, f"there are rules for accounts of {', '.join(by_size)}, not of {size}")
            return by_size[size]
        return {
            key: None if item == "none" else _sized(item, initial_balance, f"{path}.{key}")
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_sized(item, initial_balance, path) for item in value]
    return value
