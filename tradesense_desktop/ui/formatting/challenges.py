"""What challenges, their rules and their verdicts are called, wherever they are shown."""

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from tradesense_desktop.domain.verdict import Quality
from tradesense_desktop.services.views import ChallengeSummary
from tradesense_desktop.ui.formatting.numbers import NumberFormat

translate = QCoreApplication.translate


def challenge_name(summary: ChallengeSummary, numbers: NumberFormat) -> str:
    """What a challenge is called: its rules and its size, which privacy mode hides."""
    challenge = summary.challenge
    return f"{challenge.challenge_type} · {numbers.short_money(challenge.initial_balance, currency=challenge.currency)}"


def quality_word(quality: Quality) -> str:
    """What a verdict rests on."""
    return {
        Quality.PROVEN: translate("Words", "proven"),
        Quality.ESTIMATED: translate("Words", "estimated"),
        Quality.CLOSED_TRADES_ONLY: translate("Words", "closed trades only"),
    }[quality]


_RULES = {
    "daily_loss": QT_TRANSLATE_NOOP("Words", "daily loss"),
    "daily_drawdown": QT_TRANSLATE_NOOP("Words", "daily loss"),
    "maximum_loss": QT_TRANSLATE_NOOP("Words", "maximum loss"),
    "total_drawdown": QT_TRANSLATE_NOOP("Words", "maximum loss"),
    "profit_target": QT_TRANSLATE_NOOP("Words", "profit target"),
    "trading_days": QT_TRANSLATE_NOOP("Words", "trading days"),
    "min_trading_days": QT_TRANSLATE_NOOP("Words", "trading days"),
    "consistency": QT_TRANSLATE_NOOP("Words", "consistency"),
    "inactivity": QT_TRANSLATE_NOOP("Words", "inactivity"),
    "max_duration": QT_TRANSLATE_NOOP("Words", "time limit"),
}


def rule_word(rule: str | None) -> str:
    """The name of a rule; the part after a dot says how it is computed and is left out."""
    if rule is None:
        return ""
    name = rule.partition(".")[0]
    return translate("Words", str(_RULES.get(name, name.replace("_", " "))))
