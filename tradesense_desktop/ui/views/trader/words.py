"""Words for what the domain names: statuses, rules, qualities, kinds of events."""

from PySide6.QtCore import QCoreApplication

from tradesense_desktop.domain.challenge import Challenge, ChallengeStatus
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.verdict import Quality, Verdict, VerdictStatus
from tradesense_desktop.services.views import ChallengeSummary
from tradesense_desktop.ui.theme.tokens import Tone

translate = QCoreApplication.translate


def account_words(challenge: Challenge) -> str:
    """Whose trades a challenge holds: the account and its server, or a tester's run; empty where nobody knows."""
    source = challenge.rules_config.get("source") or {}
    return " · ".join(str(source[part]) for part in ("account", "server", "run") if source.get(part))


def status_word(summary: ChallengeSummary) -> str:
    """The status of a challenge, as a person says it."""
    challenge = summary.challenge
    if challenge.archived_at is not None:
        return translate("Words", "Archived")
    if summary.is_frozen:
        return translate("Words", "Target reached")
    return {
        ChallengeStatus.PENDING: translate("Words", "Not started"),
        ChallengeStatus.ACTIVE: translate("Words", "Active"),
        ChallengeStatus.FAILED: translate("Words", "Failed"),
        ChallengeStatus.FUNDED: translate("Words", "Funded"),
    }[challenge.status]


def status_tone(summary: ChallengeSummary) -> Tone:
    """The tone of that word."""
    if summary.challenge.status is ChallengeStatus.FAILED:
        return "breach"
    if summary.challenge.status is ChallengeStatus.PENDING or summary.challenge.archived_at is not None:
        return "muted"
    if summary.is_frozen or summary.challenge.status is ChallengeStatus.FUNDED:
        return "profit"
    return "accent"


def verdict_word(verdict: Verdict) -> str:
    """The verdict in as few words as it can be said."""
    return {
        VerdictStatus.PENDING: translate("Words", "Not started"),
        VerdictStatus.WITHIN_LIMITS: translate("Words", "Within all limits"),
        VerdictStatus.TARGET_REACHED: translate("Words", "Target reached"),
        VerdictStatus.FAILED: translate("Words", "Failed"),
        VerdictStatus.FUNDED: translate("Words", "Funded"),
        VerdictStatus.NOT_JUDGED: translate("Words", "Not judged"),
    }[verdict.status]


def verdict_tone(verdict: Verdict) -> Tone:
    """The tone of the verdict."""
    tones: dict[VerdictStatus, Tone] = {
        VerdictStatus.FAILED: "breach",
        VerdictStatus.TARGET_REACHED: "profit",
        VerdictStatus.FUNDED: "profit",
        VerdictStatus.PENDING: "muted",
        VerdictStatus.NOT_JUDGED: "muted",
    }
    return tones.get(verdict.status, "text")


def quality_explanation(quality: Quality) -> str:
    """Why a verdict is as sure as it is, and what would make it surer."""
    return {
        Quality.PROVEN: translate("Words", "Equity samples cover the whole time, open positions included."),
        Quality.ESTIMATED: translate("Words", "Open positions were estimated from the worst excursion of each trade."),
        Quality.CLOSED_TRADES_ONLY: translate(
            "Words",
            "A statement shows results when trades close. A limit that was crossed by an open loss and recovered "
            "before the close cannot be seen in it.",
        ),
    }[quality]


EVENT_ICONS: dict[str, str] = {
    EventType.CHALLENGE_CREATED: "created",
    EventType.CHALLENGE_STATUS_CHANGED: "status",
    EventType.TRADE_EXECUTED: "trade",
    EventType.EQUITY_RECORDED: "equity",
    EventType.BALANCE_ADJUSTED: "adjustment",
    EventType.DAILY_PNL_CALCULATED: "day",
    EventType.RISK_VIOLATION_DETECTED: "breach",
    EventType.PROFIT_TARGET_REACHED: "target",
    EventType.CHALLENGE_FAILED: "breach",
    EventType.FUNDING_APPROVED: "approval",
    EventType.FUNDING_REJECTED: "close",
    EventType.CHALLENGE_FUNDED: "check",
    EventType.RISK_ALERT_RAISED: "alert",
    EventType.RISK_ALERT_UPDATED: "alert",
    EventType.PAYMENT_STATUS_CHANGED: "payment",
    EventType.NOTE_ADDED: "note",
}

_EVENT_TONES: dict[str, Tone] = {
    EventType.RISK_VIOLATION_DETECTED: "breach",
    EventType.CHALLENGE_FAILED: "breach",
    EventType.PROFIT_TARGET_REACHED: "profit",
    EventType.CHALLENGE_FUNDED: "profit",
    EventType.RISK_ALERT_RAISED: "warning",
}


def event_icon(event_type: str) -> str:
    """Icon of a kind of event."""
    return EVENT_ICONS.get(event_type, "note")


def event_tone(event_type: str) -> Tone:
    """Tone of a kind of event: only what decides has a colour."""
    return _EVENT_TONES.get(event_type, "muted")


def event_word(event_type: str) -> str:
    """A kind of event in words."""
    return event_type.replace("_", " ").capitalize()
