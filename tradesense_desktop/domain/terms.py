"""Terms: the three percents and the rules that a challenge is opened with, and those of its next phase.

`rules_config.phases` is the list of phases in their order, `phase` the number of this one, from 0. A phase is
`{name, max_daily_drawdown_percent, max_total_drawdown_percent, profit_target_percent, rules}`; what it leaves out
is as in the phase before, and `rules` replaces keys of `rules_config` (null: no such rule).
"""

from dataclasses import dataclass
from typing import Any

from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.errors import PhaseMissing
from tradesense_desktop.domain.money import Fraction, Money, exact
from tradesense_desktop.domain.opening import LONGEST_TYPE
from tradesense_desktop.domain.rule_set import RuleSet

_NOT_INHERITED = frozenset({"source", "server_zone", "payment_required"})


@dataclass(frozen=True, slots=True)
class Terms:
    """What a challenge is opened with: the three percents of its row and its `rules_config`."""

    max_daily_drawdown_percent: Fraction
    max_total_drawdown_percent: Fraction
    profit_target_percent: Fraction
    rules_config: dict[str, Any]

    def rule_set(self, initial_balance: Money) -> RuleSet:
        """The rules for an account of this size. Raises InvalidRules."""
        return RuleSet.from_config(
            self.rules_config,
            initial_balance=initial_balance,
            max_daily_drawdown_percent=self.max_daily_drawdown_percent,
            max_total_drawdown_percent=self.max_total_drawdown_percent,
            profit_target_percent=self.profit_target_percent,
        )


def next_phase_terms(challenge: Challenge) -> Terms:
    """Terms of the phase after that of a FUNDED challenge; the new one begins on a fresh account of the same size.

    The source of the rows and the server's zone are not inherited: the next phase is another account. Nor is it to be
    paid for again, unless its own rules say so. Raises PhaseMissing.
    """
    config = challenge.rules_config
    phases = config.get("phases", [])
    number = config.get("phase", 0) + 1
    if challenge.status is not ChallengeStatus.FUNDED:
        raise PhaseMissing(f"the challenge is {challenge.status}, and a phase is passed only when it is FUNDED")
    if number >= len(phases):
        raise PhaseMissing("the rules name none after this one")
    phase = phases[number]
    rules_config = {key: value for key, value in config.items() if key not in _NOT_INHERITED}
    rules_config.update(phase.get("rules", {}))
    rules_config["phase"] = number
    terms = Terms(
        exact(phase.get("max_daily_drawdown_percent", challenge.max_daily_drawdown_percent)),
        exact(phase.get("max_total_drawdown_percent", challenge.max_total_drawdown_percent)),
        exact(phase.get("profit_target_percent", challenge.profit_target_percent)),
        rules_config,
    )
    terms.rule_set(challenge.initial_balance)
    return terms


def next_phase_type(challenge: Challenge) -> str:
    """`challenge_type` of the next phase: that of this one, with the name of the phase behind it where it fits."""
    config = challenge.rules_config
    phases, number = config.get("phases", []), config.get("phase", 0)
    family = challenge.challenge_type.removesuffix(_suffix(phases, number))
    named = family + _suffix(phases, number + 1)
    return named if len(named) <= LONGEST_TYPE else family


def _suffix(phases: list[dict[str, Any]], number: int) -> str:
    name = str(phases[number].get("name", "")).strip() if number < len(phases) else ""
    return f" · {name}" if name else ""
