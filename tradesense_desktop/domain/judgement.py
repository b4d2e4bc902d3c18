"""What a judgement finds: breaches, crossings and the target, in the order in which rules are judged."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING

from tradesense_desktop.domain.loss_rule import Evaluation, LossRuleName, LossTracker, Observed, Severity
from tradesense_desktop.domain.money import Fraction, Money

if TYPE_CHECKING:
    from tradesense_desktop.domain.challenge_state import ChallengeState


class FindingKind(StrEnum):
    """BREACH ends the challenge, PAUSE pauses trading, CROSSING is 80 % of a limit, TARGET the profit target."""

    BREACH = "breach"
    PAUSE = "pause"
    CROSSING = "crossing"
    TARGET = "target"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found at one instant; `observed_value` is the equity or balance held against `floor`.

    For the target `floor` is the equity that was needed and `limit` the profit asked for.
    """

    kind: FindingKind
    rule: LossRuleName | None
    at: datetime
    floor: Money
    reference: Money
    limit: Money
    percent: Fraction | None
    observed: Observed
    observed_value: Money
    evaluation: Evaluation


def deciding_breach(findings: list[Finding]) -> Finding | None:
    """The failing breach to which one move is attributed: the one with the higher floor, the daily one of equals."""
    return max(
        (each for each in findings if each.kind is FindingKind.BREACH), key=lambda each: each.floor, default=None
    )


def judge(state: "ChallengeState", at: datetime) -> list[Finding]:
    """Judge everything that is judged through the day, the target last; a failing breach leaves no target."""
    findings = judge_losses(state, Evaluation.INTRADAY, at)
    if not any(finding.kind is FindingKind.BREACH for finding in findings) and _is_target_met(state):
        findings.append(_target_finding(state, at))
    return findings


def judge_losses(state: "ChallengeState", evaluation: Evaluation, at: datetime) -> list[Finding]:
    """Judge the loss rules; those that are judged at another time can only be near their limit, not break it."""
    findings: list[Finding] = []
    for tracker in state.trackers:
        observed = state.current_balance if tracker.observes_balance else state.current_equity
        if observed > tracker.alert_level:
            continue
        if tracker.rule.evaluation is evaluation and tracker.breaches(observed):
            if not tracker.is_breached:
                fails = tracker.rule.severity is Severity.FAIL
                kind = FindingKind.BREACH if fails else FindingKind.PAUSE
                findings.append(_loss_finding(kind, tracker, at, observed))
            tracker.is_alerted = tracker.is_breached = True
        elif not tracker.is_alerted:
            findings.append(_loss_finding(FindingKind.CROSSING, tracker, at, observed))
            tracker.is_alerted = True
    return findings


def stands_at_target(state: "ChallengeState") -> bool:
    """Whether a settled state has what the target asks for: the profit, the days and the consistency."""
    target = state.rules.target
    if target is None or state.target_level is None:
        return False
    return (
        _target_observed(state, target.observed) >= state.target_level
        and not (target.positions_closed and state.floating_pnl)
        and state.are_days_met()
        and state.is_consistent()
    )


def _is_target_met(state: "ChallengeState") -> bool:
    return state.profit_target_reached_at is None and not state.awaits_row and stands_at_target(state)


def _target_observed(state: "ChallengeState", observed: Observed) -> Money:
    return state.current_balance if observed is Observed.BALANCE else state.current_equity


def _target_finding(state: "ChallengeState", at: datetime) -> Finding:
    target, level = state.rules.target, state.target_level
    assert target is not None
    assert level is not None
    return Finding(
        FindingKind.TARGET,
        None,
        at,
        level,
        state.initial_balance,
        target.profit,
        None,
        target.observed,
        _target_observed(state, target.observed),
        Evaluation.INTRADAY,
    )


def _loss_finding(kind: FindingKind, tracker: LossTracker, at: datetime, observed: Money) -> Finding:
    rule = tracker.rule
    return Finding(
        kind,
        rule.name,
        at,
        tracker.floor,
        tracker.reference,
        tracker.amount,
        rule.percent,
        rule.observed,
        observed,
        rule.evaluation,
    )
