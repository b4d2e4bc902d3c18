"""The evidence for a funding: what an administrator looks at beside the checklist."""

from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.loss_rule import LossRuleName, Observed
from tradesense_desktop.domain.money import ZERO, Fraction, Money, quotient
from tradesense_desktop.domain.verdict import Quality
from tradesense_desktop.domain.worst_use import LimitUse, WorstUse
from tradesense_desktop.services.views import ChallengeSummary, LedgerRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingEvidence:
    """How a challenge came to its target.

    `deciding_trade` is the ledger row that decided, None where no trade did; `observed` is what the target looks at
    (balance or equity), against `target`. `worst_daily_loss` and `worst_maximum_loss` are the worst use of the two
    limits, None where nothing of one was used or there is none; they and `violations` reach as far as the history
    held. `best_day_share` is the best day's part of the profit, None without a profit, `best_day_allowed` None without
    such a rule. `events` and `head_hash` say where the chain ends.
    """

    deciding_trade: LedgerRow | None
    observed: Money
    target: Money | None
    worst_daily_loss: LimitUse | None
    worst_maximum_loss: LimitUse | None
    trading_days: int
    required_trading_days: int
    best_day_share: Fraction | None
    best_day_allowed: Fraction | None
    quality: Quality
    open_alerts: int
    violations: int
    events: int
    head_hash: str


class Onlooker:
    """Collects from the replay what the row does not tell; its `watch` is a Watch of check_history."""

    def __init__(self) -> None:
        self.worst = WorstUse()
        self.violations = 0

    def watch(self, state: ChallengeState, event_type: str, sequence_number: int, at: datetime) -> None:
        """Look at the state after an event."""
        self.worst.note(state, event_type, sequence_number, at)
        if event_type == EventType.RISK_VIOLATION_DETECTED:
            self.violations += 1


def evidence_of(
    summary: ChallengeSummary,
    state: ChallengeState,
    onlooker: Onlooker,
    *,
    deciding_trade: LedgerRow | None,
    events: int,
    head_hash: str,
) -> FundingEvidence:
    """The evidence, from the row, its state, and what was seen in the replay."""
    target = state.rules.target
    looks_at_balance = target is not None and target.observed is Observed.BALANCE
    return FundingEvidence(
        deciding_trade=deciding_trade,
        observed=state.current_balance if looks_at_balance else state.current_equity,
        target=state.target_level,
        worst_daily_loss=onlooker.worst.of(LossRuleName.DAILY_LOSS),
        worst_maximum_loss=onlooker.worst.of(LossRuleName.MAXIMUM_LOSS),
        trading_days=state.trading_days(),
        required_trading_days=state.rules.min_trading_days,
        best_day_share=_best_day_share(state),
        best_day_allowed=state.rules.best_day_share,
        quality=summary.verdict.quality,
        open_alerts=summary.open_alerts,
        violations=onlooker.violations,
        events=events,
        head_hash=head_hash,
    )


def _best_day_share(state: ChallengeState) -> Fraction | None:
    total = state.total_pnl + state.adjustments_total
    return quotient(max(state.best_day, state.day_result), total) if total > ZERO else None
