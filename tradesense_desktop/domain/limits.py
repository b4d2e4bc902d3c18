"""Where a challenge stands: the room left under each limit, and the verdict."""

from datetime import timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Final

from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.instant import parse_instant
from tradesense_desktop.domain.loss_rule import LossRuleName, LossTracker, Observed
from tradesense_desktop.domain.money import ZERO, money_text, quotient
from tradesense_desktop.domain.narration import RULE_WORDS
from tradesense_desktop.domain.observation import quality_of
from tradesense_desktop.domain.state_record import state_of
from tradesense_desktop.domain.verdict import Limits, LossLimit, ProfitTarget, Quality, Verdict, VerdictStatus

_CENT: Final = Decimal("0.01")
"""A room is told rounded down: nobody is promised what is not there."""


def limits(challenge: Challenge) -> Limits:
    """Every limit of a stored challenge as it stands."""
    return limits_of(state_of(challenge))


def limits_of(state: ChallengeState) -> Limits:
    """Every limit as it stands in a state."""
    return Limits(
        daily_loss=_loss_limit(state, LossRuleName.DAILY_LOSS),
        maximum_loss=_loss_limit(state, LossRuleName.MAXIMUM_LOSS),
        target=_target(state),
        trading_days=state.trading_days(),
        required_trading_days=state.rules.min_trading_days,
    )


def limits_after_reset(challenge: Challenge) -> Limits | None:
    """Every limit as it will stand after the next reset if nothing moves until then; None without an open day.

    Room that is zero or less says that the reset itself will break the rule.
    """
    state = state_of(challenge)
    if state.trading_date is None or state.status.is_end:
        return None
    state.close_day(state.trading_date + timedelta(days=1))
    return limits_of(state)


def verdict(challenge: Challenge) -> Verdict:
    """The judgement on a stored challenge as of its last event."""
    return verdict_of(challenge, state_of(challenge))


def verdict_of(challenge: Challenge, state: ChallengeState) -> Verdict:
    """The judgement on a challenge whose row stands for `state`."""
    if not state.rules.is_judged:
        return _plain(VerdictStatus.NOT_JUDGED, state, "This account is recorded and not judged.")
    if state.status is ChallengeStatus.PENDING:
        return _plain(VerdictStatus.PENDING, state, "The challenge starts with its first trade.")
    if state.status is ChallengeStatus.FAILED:
        return _ended(state, VerdictStatus.FAILED, f"Failed: {challenge.failure_reason}.")
    if state.status is ChallengeStatus.FUNDED:
        return _ended(state, VerdictStatus.FUNDED, "Funded: the profit target was reached and the funding approved.")
    if state.profit_target_reached_at is not None:
        waits = "; the challenge waits for the funding decision" if state.is_frozen else ""
        return _ended(state, VerdictStatus.TARGET_REACHED, f"The profit target is reached{waits}.")
    return _plain(VerdictStatus.WITHIN_LIMITS, state, _standing(state, challenge.currency))


def _loss_limit(state: ChallengeState, name: LossRuleName) -> LossLimit | None:
    tracker = state.tracker(name)
    if tracker is None:
        return None
    observed = state.current_balance if tracker.observes_balance else state.current_equity
    room = observed - tracker.floor
    used = quotient(tracker.amount - room, tracker.amount) if tracker.amount > ZERO else ZERO
    fraction = tracker.rule.percent
    if fraction is None:
        fraction = quotient(tracker.amount, state.initial_balance)
    return LossLimit(name.value, fraction, tracker.floor, tracker.base, room, used)


def _target(state: ChallengeState) -> ProfitTarget | None:
    target, level = state.rules.target, state.target_level
    if target is None or level is None:
        return None
    observed = state.current_balance if target.observed is Observed.BALANCE else state.current_equity
    made = observed - state.initial_balance
    progress = quotient(made, target.profit) if target.profit > ZERO else ZERO
    fraction = quotient(target.profit, state.initial_balance)
    return ProfitTarget(fraction, level, max(ZERO, level - observed), progress)


def _quality(state: ChallengeState) -> Quality:
    return Quality.CLOSED_TRADES_ONLY if state.last_row_at is None else quality_of(state, state.last_row_at)


def _plain(status: VerdictStatus, state: ChallengeState, sentence: str) -> Verdict:
    return Verdict(status, None, None, None, None, None, _quality(state), sentence)


def _ended(state: ChallengeState, status: VerdictStatus, sentence: str) -> Verdict:
    decision = state.decision
    if decision is None or (status is VerdictStatus.FAILED and decision["severity"] is None):
        # Ended by a person: no rule decided, and the reason is in the sentence.
        return Verdict(status, None, state.ended_at, None, None, state.current_equity, _quality(state), sentence)
    return Verdict(
        status,
        decision["rule"],
        parse_instant(decision["at"]),
        decision["trade_number"],
        _decimal(decision["floor"]),
        _decimal(decision["equity"]),
        Quality(decision["quality"]),
        sentence,
    )


def _decimal(text: Any) -> Decimal | None:
    return None if text is None else Decimal(text)


def _standing(state: ChallengeState, currency: str) -> str:
    tightest: LossTracker | None = max(state.trackers, key=lambda each: each.floor, default=None)
    if tightest is None:
        return "Within all limits."
    if any(tracker.is_breached for tracker in state.trackers):
        return "Trading is paused until the next reset."
    room = (state.current_balance if tightest.observes_balance else state.current_equity) - tightest.floor
    return (
        f"Within all limits: {money_text(room.quantize(_CENT, ROUND_FLOOR))} {currency} may still be lost before the "
        f"{RULE_WORDS[tightest.rule.name]}."
    )
