"""Examine a funding: the automatic checklist, each point with what it rests on, and the evidence at a glance."""

from dataclasses import dataclass
from typing import Final

from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.funding import ChecklistItem, funding_checklist
from tradesense_desktop.domain.loss_rule import Observed
from tradesense_desktop.domain.money import money_text
from tradesense_desktop.domain.narration import percent_text
from tradesense_desktop.domain.payment import PaymentStatus
from tradesense_desktop.domain.progress import ProgressReport, unwatched
from tradesense_desktop.domain.state_record import state_of
from tradesense_desktop.services.challenge_origin import is_demo
from tradesense_desktop.services.check_history import HistoryCheck, walk_history
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.funding_evidence import FundingEvidence, Onlooker, evidence_of
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting, check_visible
from tradesense_desktop.services.read_challenges import summary_of
from tradesense_desktop.services.read_decisions import ToldDecision, told
from tradesense_desktop.services.read_funding_queue import FundingRequest, funding_request
from tradesense_desktop.services.read_ledger import read_ledger_page
from tradesense_desktop.services.read_users import read_names
from tradesense_desktop.store import funding_log
from tradesense_desktop.store.challenges import count_open_alerts, read_challenge
from tradesense_desktop.store.event_log import read_head
from tradesense_desktop.store.payments import PaymentFilter, has_successful_payment, list_payments
from tradesense_desktop.store.transaction import Reading

_PAYMENT_WORDS: Final = {
    PaymentStatus.PENDING: "is awaited",
    PaymentStatus.PROCESSING: "is under way",
    PaymentStatus.SUCCESS: "has succeeded",
    PaymentStatus.FAILED: "has failed",
    PaymentStatus.CANCELLED: "was cancelled",
    PaymentStatus.REFUNDED: "was given back",
}


@dataclass(frozen=True, slots=True)
class CheckedItem:
    """A point of the checklist and the sentence that says what it rests on."""

    item: ChecklistItem
    evidence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FundingExamination:
    """A funding in full, as of event `seen_sequence_number`, which a decision can name."""

    request: FundingRequest
    checklist: tuple[CheckedItem, ...]
    evidence: FundingEvidence
    history: HistoryCheck
    decisions: tuple[ToldDecision, ...]
    seen_sequence_number: int


def examine_funding(
    workspace: Workspace, challenge_id: str, *, progress: ProgressReport = unwatched
) -> FundingExamination:
    """One funding in full, waiting or decided; its history is really checked, which `progress` may cancel.

    Raises NotSignedIn, and Refused for a challenge that is not seen.
    """
    with refusals(), workspace.reading() as reading:
        check_visible(reading, workspace, challenge_id)
        challenge = read_challenge(reading, challenge_id)
        state = state_of(challenge)
        names = read_names(workspace)
        alerts = count_open_alerts(reading).get(challenge_id, 0)
        summary = summary_of(challenge, alerts, is_demo(workspace.directory))
        decisions = funding_log.read_decisions(reading, [challenge_id]).get(challenge_id, ())
        onlooker = Onlooker()
        history = walk_history(reading, challenge_id, progress, onlooker.watch)
        head = read_head(reading, challenge_id)
        number = summary.verdict.trade_number
        rows = () if number is None else read_ledger_page(workspace, challenge_id, [number])
        evidence = evidence_of(
            summary,
            state,
            onlooker,
            deciding_trade=rows[0] if rows else None,
            events=head.sequence_number,
            head_hash=head.hash,
        )
        is_paid, payment_words = _payment(reading, challenge_id, is_needed=state.rules.needs_payment)
        words = {
            "target": _target_words(state, evidence, challenge.currency),
            "days": _days_words(state),
            "consistency": _consistency_words(evidence),
            "violation": _violation_words(state, evidence),
            "payment": payment_words,
            "chain": _history_words(history),
        }
        checklist = funding_checklist(state, is_paid=is_paid, is_verified=history.is_whole)
        return FundingExamination(
            request=funding_request(summary, decisions, names, acting(workspace)),
            checklist=tuple(CheckedItem(item, words[item.key]) for item in checklist),
            evidence=evidence,
            history=history,
            decisions=tuple(told(decision, names) for decision in decisions),
            seen_sequence_number=head.sequence_number,
        )


def _payment(reading: Reading, challenge_id: str, *, is_needed: bool) -> tuple[bool | None, str]:
    """Whether the challenge is paid for, None where that was never asked; and the sentence."""
    if has_successful_payment(reading, challenge_id):
        return True, "A payment for the challenge has succeeded."
    newest = list_payments(reading, PaymentFilter(challenge_id=challenge_id), limit=1)
    if newest:
        return False, f"No payment has succeeded; the newest one {_PAYMENT_WORDS[newest[0].status]}."
    if is_needed:
        return False, "The rules ask for a payment, and none is recorded."
    return None, "The rules ask for no payment, and none is recorded."


def _target_words(state: ChallengeState, evidence: FundingEvidence, currency: str) -> str:
    target = state.rules.target
    if target is None or evidence.target is None:
        return "The rules have no profit target."
    what = "Balance" if target.observed is Observed.BALANCE else "Equity"
    stands = f"{what} {money_text(evidence.observed)} {currency} of {money_text(evidence.target)} {currency} needed"
    at = state.profit_target_reached_at
    return f"{stands}." if at is None else f"{stands}, reached at {at:%Y-%m-%d %H:%M:%S} UTC."


def _days_words(state: ChallengeState) -> str:
    done, needed = state.trading_days(), state.rules.min_trading_days
    words = f"{_counted(done, 'trading day')} of {needed} needed" if needed else f"{_counted(done, 'trading day')}"
    profitable = state.rules.min_profitable_days
    if profitable is None:
        return f"{words}." if needed else f"{words}; the rules ask for no number of them."
    return f"{words}, {_counted(state.days_in_profit(), 'profitable day')} of {profitable.days} needed."


def _consistency_words(evidence: FundingEvidence) -> str:
    if evidence.best_day_allowed is None:
        return "The rules ask for no consistency."
    allowed = percent_text(evidence.best_day_allowed)
    if evidence.best_day_share is None:
        return f"There is no profit that a best day could be a part of; {allowed} is allowed."
    return f"The best day made {evidence.best_day_share:.1%} of the profit; {allowed} is allowed."


def _violation_words(state: ChallengeState, evidence: FundingEvidence) -> str:
    if state.is_broken:
        return f"The challenge has failed: {state.failure_reason}."
    if any(tracker.is_breached for tracker in state.trackers):
        return "Trading is paused until the next reset."
    if evidence.violations:
        return f"{_counted(evidence.violations, 'violation')} in the history, none of them open."
    return "The history holds no violation."


def _history_words(history: HistoryCheck) -> str:
    if history.finding is not None:
        return history.finding.sentence
    return (
        f"{_counted(history.events, 'event')} and {_counted(history.trades, 'trade')} hold together; the last hash is "
        f"{history.head_hash[:16]}…"
    )


def _counted(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"
