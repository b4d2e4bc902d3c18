"""Words for alerts: severities, statuses, kinds, and what an alert holds, as pairs that a person reads."""

from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from PySide6.QtCore import QT_TRANSLATE_NOOP, QCoreApplication

from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus, AlertType
from tradesense_desktop.services.alert_views import AlertEntry
from tradesense_desktop.ui.formatting.challenges import rule_word
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.theme.tokens import Tone

translate = QCoreApplication.translate

WORST_FIRST: Final = tuple(reversed(AlertSeverity))


def severity_word(severity: AlertSeverity) -> str:
    """How much an alert matters, in a word."""
    return {
        AlertSeverity.CRITICAL: translate("Alerts", "Critical"),
        AlertSeverity.HIGH: translate("Alerts", "High"),
        AlertSeverity.MEDIUM: translate("Alerts", "Medium"),
        AlertSeverity.LOW: translate("Alerts", "Low"),
    }[severity]


def severity_icon(severity: AlertSeverity) -> str:
    """The drawing of a severity: each has its own, so that it is not told by colour alone."""
    return {
        AlertSeverity.CRITICAL: "breach",
        AlertSeverity.HIGH: "warning",
        AlertSeverity.MEDIUM: "alert",
        AlertSeverity.LOW: "note",
    }[severity]


def severity_tone(severity: AlertSeverity) -> Tone:
    """The tone of a severity."""
    tones: dict[AlertSeverity, Tone] = {
        AlertSeverity.CRITICAL: "breach",
        AlertSeverity.HIGH: "warning",
        AlertSeverity.MEDIUM: "text",
        AlertSeverity.LOW: "muted",
    }
    return tones[severity]


def status_word(status: AlertStatus) -> str:
    """What became of an alert."""
    return {
        AlertStatus.ACTIVE: translate("Alerts", "New"),
        AlertStatus.ACKNOWLEDGED: translate("Alerts", "Acknowledged"),
        AlertStatus.RESOLVED: translate("Alerts", "Resolved"),
        AlertStatus.FALSE_POSITIVE: translate("Alerts", "False positive"),
    }[status]


_TYPES: Final = {
    AlertType.HIGH_DAILY_DRAWDOWN: QT_TRANSLATE_NOOP("Alerts", "Daily loss near"),
    AlertType.HIGH_TOTAL_DRAWDOWN: QT_TRANSLATE_NOOP("Alerts", "Maximum loss near"),
    AlertType.DAILY_DRAWDOWN_EXCEEDED: QT_TRANSLATE_NOOP("Alerts", "Daily loss passed"),
    AlertType.TOTAL_DRAWDOWN_EXCEEDED: QT_TRANSLATE_NOOP("Alerts", "Maximum loss passed"),
    AlertType.PROFIT_TARGET_REACHED: QT_TRANSLATE_NOOP("Alerts", "Profit target reached"),
    AlertType.INACTIVE_TRADING: QT_TRANSLATE_NOOP("Alerts", "Inactivity"),
    AlertType.UNUSUAL_ACTIVITY: QT_TRANSLATE_NOOP("Alerts", "Unusual activity"),
    AlertType.RISK_SCORE_SPIKE: QT_TRANSLATE_NOOP("Alerts", "Risk score"),
}


def type_word(alert_type: str) -> str:
    """A kind of alert; the list of kinds is open, so that an unknown one is read out as it is."""
    known = _TYPES.get(AlertType(alert_type)) if alert_type in AlertType.__members__ else None
    return translate("Alerts", str(known)) if known else alert_type.replace("_", " ").capitalize()


def challenge_words(alert: AlertEntry, display: Display) -> str:
    """The challenge of an alert: its rules and its size, which privacy mode hides; empty for one of no challenge."""
    if alert.challenge_type is None or alert.initial_balance is None:
        return ""
    size = display.numbers.short_money(alert.initial_balance, currency=alert.currency or "")
    return f"{alert.challenge_type} · {size}"


_LABELS: Final = {
    "rule": QT_TRANSLATE_NOOP("Alerts", "Rule"),
    "floor": QT_TRANSLATE_NOOP("Alerts", "Floor"),
    "limit": QT_TRANSLATE_NOOP("Alerts", "Limit"),
    "reference": QT_TRANSLATE_NOOP("Alerts", "Measured from"),
    "observed": QT_TRANSLATE_NOOP("Alerts", "Seen in"),
    "observed_value": QT_TRANSLATE_NOOP("Alerts", "Seen"),
    "equity": QT_TRANSLATE_NOOP("Alerts", "Equity"),
    "trade_number": QT_TRANSLATE_NOOP("Alerts", "Trade"),
    "symbol": QT_TRANSLATE_NOOP("Alerts", "Symbol"),
    "quantity": QT_TRANSLATE_NOOP("Alerts", "Quantity"),
    "median": QT_TRANSLATE_NOOP("Alerts", "Usual quantity"),
    "preceding": QT_TRANSLATE_NOOP("Alerts", "Trades compared"),
    "closings": QT_TRANSLATE_NOOP("Alerts", "Closings"),
    "realized_pnl": QT_TRANSLATE_NOOP("Alerts", "Result"),
    "initial_balance": QT_TRANSLATE_NOOP("Alerts", "Initial balance"),
    "days": QT_TRANSLATE_NOOP("Alerts", "Days"),
    "last_trading_date": QT_TRANSLATE_NOOP("Alerts", "Last trading day"),
    "deadline": QT_TRANSLATE_NOOP("Alerts", "Deadline"),
}
_MONEY: Final = frozenset({"floor", "limit", "reference", "observed_value", "equity", "initial_balance"})
_LEFT_OUT: Final = frozenset({"key"})


def data_pairs(alert: AlertEntry, display: Display) -> Iterator[tuple[str, str]]:
    """What an alert holds, as pairs of label and text; amounts are hidden in privacy mode."""
    order = {key: at for at, key in enumerate(_LABELS)}
    for key, value in sorted(alert.alert_data.items(), key=lambda pair: order.get(pair[0], len(order))):
        if key not in _LEFT_OUT and value is not None:
            label = translate("Alerts", str(_LABELS[key])) if key in _LABELS else key.replace("_", " ").capitalize()
            yield label, _value_text(key, value, alert.currency or "", display)


def _value_text(key: str, value: Any, currency: str, display: Display) -> str:
    numbers = display.numbers
    if key == "rule":
        return rule_word(str(value))
    if key == "deadline":
        return display.times.instant(_instant(value)) or str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return numbers.count(value)
    amount = _decimal(value) if isinstance(value, str) else None
    if key == "realized_pnl" and amount is not None:
        return numbers.signed_money(amount, currency=currency)
    if key in _MONEY and amount is not None:
        return numbers.money(amount, currency=currency)
    if amount is not None:
        return numbers.quantity(amount)
    return str(value).replace("_", " ")


def _decimal(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _instant(value: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError:
        return None
