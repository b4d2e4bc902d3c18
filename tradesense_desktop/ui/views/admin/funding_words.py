"""Words of the funding queue: outcomes, points of the checklist, what hinders somebody."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from tradesense_desktop.domain.funding import ChecklistItem
from tradesense_desktop.domain.funding_decision import FundingOutcome
from tradesense_desktop.services.read_decisions import ToldDecision
from tradesense_desktop.services.read_funding_queue import Hindrance
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.theme.tokens import Tone

translate = QCoreApplication.translate

_POINTS = {
    "target": QT_TRANSLATE_NOOP("Funding", "Profit target reached"),
    "days": QT_TRANSLATE_NOOP("Funding", "Trading days met"),
    "consistency": QT_TRANSLATE_NOOP("Funding", "Consistency met"),
    "violation": QT_TRANSLATE_NOOP("Funding", "No violation"),
    "payment": QT_TRANSLATE_NOOP("Funding", "Payment received"),
    "chain": QT_TRANSLATE_NOOP("Funding", "History verified"),
}

_HINDRANCES = {
    Hindrance.NOT_WAITING: QT_TRANSLATE_NOOP("Funding", "Nothing waits for a decision here."),
    Hindrance.ROLE: QT_TRANSLATE_NOOP("Funding", "Your role reads this and decides nothing."),
    Hindrance.OWN: QT_TRANSLATE_NOOP("Funding", "This is your own challenge; somebody else has to decide."),
    Hindrance.APPROVED_ALREADY: QT_TRANSLATE_NOOP(
        "Funding", "You have approved it already; another person has to give the next approval."
    ),
}


def point_word(item: ChecklistItem) -> str:
    """A point of the checklist."""
    return translate("Funding", str(_POINTS.get(item.key, item.label)))


def met_word(item: ChecklistItem) -> str:
    """Whether a point is met; the data does not always tell."""
    if item.is_met is None:
        return translate("Funding", "not known")
    return translate("Funding", "yes") if item.is_met else translate("Funding", "no")


def met_sign(item: ChecklistItem) -> tuple[str, Tone]:
    """Drawing and tone of a point."""
    if item.is_met is None:
        return "question", "muted"
    return ("check", "profit") if item.is_met else ("breach", "breach")


def outcome_word(outcome: FundingOutcome) -> str:
    """What came of a decision, in a word or two."""
    return {
        FundingOutcome.APPROVED: translate("Funding", "Approved"),
        FundingOutcome.FUNDED: translate("Funding", "Funded"),
        FundingOutcome.FAILED: translate("Funding", "Failed"),
        FundingOutcome.BACK_TO_TRADING: translate("Funding", "Trading on"),
    }[outcome]


def outcome_sign(outcome: FundingOutcome) -> tuple[str, Tone]:
    """Drawing and tone of an outcome."""
    signs: dict[FundingOutcome, tuple[str, Tone]] = {
        FundingOutcome.APPROVED: ("approval", "muted"),
        FundingOutcome.FUNDED: ("check", "profit"),
        FundingOutcome.FAILED: ("breach", "breach"),
        FundingOutcome.BACK_TO_TRADING: ("back", "warning"),
    }
    return signs[outcome]


def hindrance_sentence(hindrance: Hindrance) -> str:
    """Why somebody may not decide."""
    return translate("Funding", str(_HINDRANCES[hindrance]))


def decision_sentence(decision: ToldDecision, display: Display) -> str:
    """Who decided what, when, and why or with which comment."""
    numbers = display.numbers
    at = display.times.minute(decision.at)
    zone = display.times.zone_name()
    if decision.outcome in (FundingOutcome.APPROVED, FundingOutcome.FUNDED):
        said = translate("Funding", "Approval {n} of {m} by {who}, {at} {zone}").format(
            n=numbers.count(decision.approval_number or 0),
            m=numbers.count(decision.approvals_needed or 0),
            who=decision.by,
            at=at,
            zone=zone,
        )
        return f"{said}: {decision.comment}" if decision.comment else said
    rejected = (
        translate("Funding", "Rejected by {who}, {at} {zone}, the challenge fails: {reason}")
        if decision.outcome is FundingOutcome.FAILED
        else translate("Funding", "Rejected by {who}, {at} {zone}, trading goes on: {reason}")
    )
    return rejected.format(who=decision.by, at=at, zone=zone, reason=decision.reason)
