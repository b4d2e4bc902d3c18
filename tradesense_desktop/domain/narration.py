"""Sentences of the events: the first of each pair is for an auditor, the second for the trader."""

from datetime import date, datetime
from typing import Final

from tradesense_desktop.domain.adjustment import Adjustment, AdjustmentKind
from tradesense_desktop.domain.judgement import Finding
from tradesense_desktop.domain.loss_rule import Comparator, Evaluation, LossRule
from tradesense_desktop.domain.money import Fraction, Money, decimal_text, money_text, signed_money_text
from tradesense_desktop.domain.trade import Trade

RULE_WORDS: Final = {
    "daily_loss": "daily loss limit",
    "maximum_loss": "maximum loss limit",
    "profit_target": "profit target",
    "max_duration_days": "time limit",
    "inactivity_days": "inactivity limit",
    "manual": "decision of an administrator",
    "funding": "funding decision",
}
"""What a rule is called in a sentence, by its name."""


def percent_text(fraction: Fraction) -> str:
    """0.05 as `5 %`."""
    return f"{decimal_text(fraction * 100)} %"


def trade_executed(trade: Trade, equity: Money, currency: str) -> tuple[str, str]:
    """Sentences of TRADE_EXECUTED."""
    pnl = signed_money_text(trade.realized_pnl)
    what = f"{trade.side.value} {decimal_text(trade.quantity)} {trade.symbol}"
    after = money_text(equity)
    return (
        f"Trade executed: {what} @ {trade.price:f}, {pnl}, equity {after}",
        f"{what} closed at {trade.price:f}: {pnl} {currency}. Your equity is {after} {currency}.",
    )


def challenge_created(challenge_type: str, initial_balance: Money, currency: str, preset: str) -> tuple[str, str]:
    """Sentences of CHALLENGE_CREATED."""
    balance = f"{money_text(initial_balance)} {currency}"
    return (
        f"Challenge created: {challenge_type}, initial balance {balance}, rules {preset}",
        f"Your challenge {challenge_type} is open with {balance}. It starts with the first trade.",
    )


def challenge_started(at: datetime, trading_date: date) -> tuple[str, str]:
    """Sentences of CHALLENGE_STATUS_CHANGED from PENDING to ACTIVE."""
    return (
        f"Status changed: PENDING to ACTIVE at {_moment(at)}, trading day {trading_date}",
        f"Your challenge started on {_moment(at)}.",
    )


def equity_recorded(equity: Money, floating: Money, currency: str) -> tuple[str, str]:
    """Sentences of EQUITY_RECORDED."""
    return (
        f"Equity recorded: {money_text(equity)}, floating {signed_money_text(floating)}",
        f"Your equity was seen at {money_text(equity)} {currency}, {signed_money_text(floating)} of it open.",
    )


def balance_adjusted(adjustment: Adjustment, equity: Money, currency: str) -> tuple[str, str]:
    """Sentences of BALANCE_ADJUSTED."""
    amount = signed_money_text(adjustment.amount)
    kind = adjustment.kind.value
    if adjustment.kind.is_outside_money:
        return (
            f"Balance adjusted: {kind} {amount} from outside, equity stays {money_text(equity)}",
            f"{kind.capitalize()} of {amount} {currency}: money from outside is no result of the challenge.",
        )
    what = "Payout" if adjustment.kind is AdjustmentKind.PAYOUT else kind.capitalize()
    return (
        f"Balance adjusted: {kind} {amount}, equity {money_text(equity)}",
        f"{what} of {amount} {currency}. Your equity is {money_text(equity)} {currency}.",
    )


def day_closed(trading_date: date, result: Money, trades: int, end: Money, currency: str) -> tuple[str, str]:
    """Sentences of DAILY_PNL_CALCULATED."""
    count = f"{trades} trade{'' if trades == 1 else 's'}"
    return (
        f"Day closed: {trading_date}, {signed_money_text(result)}, {count}, equity {money_text(end)}",
        f"{trading_date}: {signed_money_text(result)} {currency} with {count}.",
    )


def rule_in_words(rule: LossRule) -> str:
    """The rule as a person would say it: `daily loss limit of 5 %`."""
    amount = percent_text(rule.percent) if rule.percent is not None else money_text(rule.money or Money(0))
    return f"{RULE_WORDS[rule.name]} of {amount}"


def loss_violation(finding: Finding, rule: LossRule, currency: str) -> tuple[str, str]:
    """Sentences of RISK_VIOLATION_DETECTED for a loss rule."""
    observed = money_text(finding.observed_value)
    floor = money_text(finding.floor)
    relation = "is below" if rule.comparator is Comparator.LESS_THAN else "is at or below"
    when = " at the close of the day" if finding.evaluation is Evaluation.END_OF_DAY else ""
    words, seen = rule_in_words(rule), f"{finding.observed} {observed}"
    computed = f"reference {money_text(finding.reference)}, limit {money_text(finding.limit)}"
    return (
        f"Risk violation: {words} broken{when}, {seen} {relation} the floor {floor} ({computed})",
        f"The {words} was broken{when}: {seen} {currency} {relation} the floor of {floor} {currency}.",
    )


def deadline_violation(rule: str, days: int, deadline: datetime) -> tuple[str, str]:
    """Sentences of RISK_VIOLATION_DETECTED for a limit in days."""
    word = RULE_WORDS[rule]
    return (
        f"Risk violation: {word} of {days} days passed at {_moment(deadline)}",
        f"The {word} of {days} days ran out on {_moment(deadline)}.",
    )


def challenge_failed(reason: str, equity: Money, currency: str) -> tuple[str, str]:
    """Sentences of CHALLENGE_FAILED."""
    return (
        f"Challenge failed: {reason}, equity {money_text(equity)}",
        f"Your challenge has ended: {reason}. Your equity at the end was {money_text(equity)} {currency}.",
    )


def failure_reason(finding: Finding, rule: LossRule) -> str:
    """What stands in `failure_reason` for a breach."""
    return (
        f"{rule_in_words(rule)} broken: {finding.observed} {money_text(finding.observed_value)}, "
        f"floor {money_text(finding.floor)}"
    )


def target_reached(finding: Finding, currency: str, freezes: bool) -> tuple[str, str]:
    """Sentences of PROFIT_TARGET_REACHED."""
    observed, needed = money_text(finding.observed_value), money_text(finding.floor)
    waits = " The challenge now waits for the funding decision." if freezes else ""
    return (
        f"Profit target reached: {finding.observed} {observed} of {needed} needed",
        f"You reached the profit target with {observed} {currency}.{waits}",
    )


def loss_alert(finding: Finding, rule: LossRule, exceeded: bool, currency: str) -> tuple[str, str]:
    """Title and message of an alert about a loss rule."""
    word = RULE_WORDS[rule.name].capitalize()
    observed, floor = money_text(finding.observed_value), money_text(finding.floor)
    if exceeded:
        seen = finding.observed.capitalize()
        return f"{word} exceeded", f"{seen} {observed} {currency}, floor {floor} {currency}"
    room = money_text(finding.observed_value - finding.floor)
    return (
        f"{word}: 80 % used",
        f"{room} {currency} may still be lost before the floor of {floor} {currency}.",
    )


def alert_raised(alert_type: str, severity: str, title: str, message: str) -> tuple[str, str]:
    """Sentences of RISK_ALERT_RAISED."""
    return f"Alert raised: {alert_type} {severity}: {title}", f"{title}. {message}"


def _moment(instant: datetime) -> str:
    return f"{instant:%Y-%m-%d %H:%M:%S} UTC"
