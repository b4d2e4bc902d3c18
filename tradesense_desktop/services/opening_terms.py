"""The terms of a challenge that is being opened: its preset, and what this workspace asks of every judged one."""

from dataclasses import replace
from datetime import date
from typing import Final

from tradesense_desktop.domain.money import Money
from tradesense_desktop.domain.preset import Preset
from tradesense_desktop.domain.terms import Terms
from tradesense_desktop.store.transaction import Reading
from tradesense_desktop.store.workspace_settings import read_setting

APPROVALS_SETTING: Final = "funding.approvals"
"""How many different people have to approve a funding; a challenge keeps the number that held when it was opened."""


def opening_terms(reading: Reading, preset: Preset, initial_balance: Money, *, on: date) -> Terms:
    """The terms as of a day, with the approvals that the workspace asks for. Raises InvalidRules."""
    terms = preset.terms(initial_balance, on=on)
    approvals = read_setting(reading, APPROVALS_SETTING)
    if isinstance(approvals, int) and approvals > 1 and terms.rule_set(initial_balance).is_judged:
        return replace(terms, rules_config={**terms.rules_config, "approvals": approvals})
    return terms
