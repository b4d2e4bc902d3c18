"""What follows from a judgement: violations, the end, the target, alerts, each as events with their causes."""

from datetime import datetime
from typing import Any, Final

from tradesense_desktop.domain import narration
from tradesense_desktop.domain.alert import AlertSeverity, AlertType, RiskAlert
from tradesense_desktop.domain.challenge_state import ChallengeState
from tradesense_desktop.domain.deadline import Deadline
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.domain.instant import instant_text
from tradesense_desktop.domain.judgement import Finding, FindingKind, deciding_breach
from tradesense_desktop.domain.loss_rule import LossRule, LossRuleName, Severity
from tradesense_desktop.domain.money import Fraction, decimal_text
from tradesense_desktop.domain.observation import quality_of
from tradesense_desktop.domain.plain_text import keepable
from tradesense_desktop.domain.recording import Recording

PROFIT_TARGET: Final = "profit_target"
_CROSSING_PART: Final = Fraction("0.8")
_EXCEEDED: Final = {
    LossRuleName.DAILY_LOSS: AlertType.DAILY_DRAWDOWN_EXCEEDED,
    LossRuleName.MAXIMUM_LOSS: AlertType.TOTAL_DRAWDOWN_EXCEEDED,
}
_HIGH: Final = {
    LossRuleName.DAILY_LOSS: (AlertType.HIGH_DAILY_DRAWDOWN, AlertSeverity.MEDIUM),
    LossRuleName.MAXIMUM_LOSS: (AlertType.HIGH_TOTAL_DRAWDOWN, AlertSeverity.HIGH),
}


def decision_of(event_data: dict[str, Any]) -> dict[str, Any]:
    """What the row remembers of the violation or the target that decided, from the data of its event."""
    return {
        key: event_data[key]
        for key in ("rule", "severity", "at", "trade_number", "floor", "equity", "observed_value", "quality")
    }


def record_findings(
    recording: Recording,
    state: ChallengeState,
    findings: list[Finding],
    *,
    cause: str | None,
    trade_number: int | None,
) -> None:
    """Record what a judgement found, until the challenge has ended.

    `cause` is the event that was judged; `trade_number` is the ledger row that decides, None where no trade does.
    A move through two failing floors is one breach, that of the higher floor.
    """
    pauses = [each for each in findings if each.kind is FindingKind.PAUSE]
    breach = deciding_breach(findings)
    for finding in pauses:
        _record_violation(recording, state, finding, cause, trade_number)
    if breach is not None:
        rule = _rule(state, breach)
        violation = _record_violation(recording, state, breach, cause, trade_number, is_end=True)
        record_failure(
            recording,
            state,
            rule=rule.name.value,
            reason=narration.failure_reason(breach, rule),
            at=breach.at,
            cause=violation,
            actor_id=None,
        )
        _raise_exceeded(recording, breach, rule, violation)
        return
    for finding in findings:
        if finding.kind is FindingKind.CROSSING:
            _raise_crossing(recording, finding, _rule(state, finding), cause)
        elif finding.kind is FindingKind.TARGET:
            _record_target(recording, state, finding, cause, trade_number)


def record_failure(
    recording: Recording,
    state: ChallengeState,
    *,
    rule: str,
    reason: str,
    at: datetime,
    cause: str | None,
    actor_id: str | None,
) -> str:
    """Record CHALLENGE_FAILED and end the challenge; `at` becomes ended_at."""
    state.fail(reason, at)
    data = {
        "from": "ACTIVE",
        "to": "FAILED",
        "rule": rule,
        "failure_reason": reason,
        "ended_at": instant_text(at),
        "equity": decimal_text(state.current_equity),
        "balance": decimal_text(state.current_balance),
        "actor_id": actor_id,
    }
    sentences = narration.challenge_failed(reason, state.current_equity, recording.currency)
    return recording.emit(EventType.CHALLENGE_FAILED, data, at, sentences, cause)


def record_deadline(recording: Recording, state: ChallengeState, deadline: Deadline, at: datetime) -> None:
    """Record that a limit in days is passed: the violation and the end, both at `at`."""
    data = {
        "rule": deadline.rule,
        "rule_version": state.rules.version,
        "preset": state.rules.preset,
        "severity": Severity.FAIL.value,
        "limit": str(deadline.days),
        "at": instant_text(at),
        "trade_number": None,
        "floor": None,
        "equity": decimal_text(state.current_equity),
        "balance": decimal_text(state.current_balance),
        "observed_value": None,
        "quality": quality_of(state, at).value,
    }
    sentences = narration.deadline_violation(deadline.rule, deadline.days, at)
    state.breached(decision_of(data))
    violation = recording.emit(EventType.RISK_VIOLATION_DETECTED, data, at, sentences, None)
    record_failure(
        recording,
        state,
        rule=deadline.rule,
        reason=sentences[1].rstrip("."),
        at=at,
        cause=violation,
        actor_id=None,
    )
    if deadline.rule == "inactivity_days":
        raise_alert(
            recording,
            AlertType.INACTIVE_TRADING,
            AlertSeverity.HIGH,
            title="Inactivity limit passed",
            message=sentences[1],
            alert_data={"rule": deadline.rule, "days": deadline.days, "deadline": instant_text(deadline.at)},
            at=at,
            cause=violation,
            rule_id=deadline.rule,
        )


def raise_alert(
    recording: Recording,
    alert_type: str,
    severity: AlertSeverity,
    *,
    title: str,
    message: str,
    alert_data: dict[str, Any],
    at: datetime,
    cause: str | None,
    rule_id: str | None = None,
    threshold: Fraction | None = None,
    recommended_actions: str | None = None,
) -> RiskAlert:
    """Record a new alert and its RISK_ALERT_RAISED."""
    keepable(title, "The title of the alert")
    keepable(message, "The message of the alert")
    created_at = max(recording.recorded_at, at)
    alert = RiskAlert(
        id=recording.new_id(),
        challenge_id=recording.challenge_id,
        user_id=recording.user_id,
        alert_type=alert_type,
        severity=severity,
        title=title,
        message=message,
        alert_data=alert_data,
        recommended_actions=recommended_actions,
        threshold_breached=threshold,
        created_at=created_at,
        updated_at=created_at,
        correlation_id=recording.command_id,
        rule_id=rule_id,
        metadata={},
    )
    recording.alerts.append(alert)
    sentences = narration.alert_raised(alert_type, severity, title, message)
    recording.emit(EventType.RISK_ALERT_RAISED, {"alert": alert.as_json()}, at, sentences, cause)
    return alert


def _rule(state: ChallengeState, finding: Finding) -> LossRule:
    assert finding.rule is not None
    tracker = state.tracker(finding.rule)
    assert tracker is not None
    return tracker.rule


def _finding_data(state: ChallengeState, finding: Finding) -> dict[str, Any]:
    return {
        "preset": state.rules.preset,
        "rule_version": state.rules.version,
        "percent": None if finding.percent is None else decimal_text(finding.percent),
        "limit": decimal_text(finding.limit),
        "reference": decimal_text(finding.reference),
        "floor": decimal_text(finding.floor),
        "observed": finding.observed.value,
        "observed_value": decimal_text(finding.observed_value),
        "equity": decimal_text(state.current_equity),
        "balance": decimal_text(state.current_balance),
        "at": instant_text(finding.at),
        "quality": quality_of(state, finding.at).value,
    }


def _record_violation(
    recording: Recording,
    state: ChallengeState,
    finding: Finding,
    cause: str | None,
    trade_number: int | None,
    *,
    is_end: bool = False,
) -> str:
    rule = _rule(state, finding)
    data = {
        **_finding_data(state, finding),
        "rule": rule.name.value,
        "severity": rule.severity.value,
        "amount_base": rule.amount_base.value,
        "reference_kind": rule.reference.value,
        "evaluation": rule.evaluation.value,
        "comparator": rule.comparator.value,
        "trade_number": trade_number,
    }
    state.breached(decision_of(data))
    sentences = narration.loss_violation(finding, rule, recording.currency)
    violation = recording.emit(EventType.RISK_VIOLATION_DETECTED, data, finding.at, sentences, cause)
    if not is_end:
        _raise_exceeded(recording, finding, rule, violation)
    return violation


def _record_target(
    recording: Recording,
    state: ChallengeState,
    finding: Finding,
    cause: str | None,
    trade_number: int | None,
) -> None:
    data = {
        **_finding_data(state, finding),
        "rule": PROFIT_TARGET,
        "severity": None,
        "trade_number": trade_number,
        "trading_days": state.trading_days(),
        "reached_at": instant_text(finding.at),
    }
    state.reach_target(decision_of(data), finding.at)
    sentences = narration.target_reached(finding, recording.currency, state.rules.freezes_on_target)
    reached = recording.emit(EventType.PROFIT_TARGET_REACHED, data, finding.at, sentences, cause)
    raise_alert(
        recording,
        AlertType.PROFIT_TARGET_REACHED,
        AlertSeverity.LOW,
        title="Profit target reached",
        message=sentences[1],
        alert_data={"rule": PROFIT_TARGET, "trade_number": trade_number, "equity": data["equity"]},
        at=finding.at,
        cause=reached,
        rule_id=PROFIT_TARGET,
    )


def _raise_exceeded(recording: Recording, finding: Finding, rule: LossRule, cause: str) -> None:
    title, message = narration.loss_alert(finding, rule, exceeded=True, currency=recording.currency)
    raise_alert(
        recording,
        _EXCEEDED[rule.name],
        AlertSeverity.CRITICAL,
        title=title,
        message=message,
        alert_data=_alert_data(finding, rule),
        at=finding.at,
        cause=cause,
        rule_id=rule.name.value,
        threshold=rule.percent,
    )


def _raise_crossing(recording: Recording, finding: Finding, rule: LossRule, cause: str | None) -> None:
    alert_type, severity = _HIGH[rule.name]
    title, message = narration.loss_alert(finding, rule, exceeded=False, currency=recording.currency)
    raise_alert(
        recording,
        alert_type,
        severity,
        title=title,
        message=message,
        alert_data=_alert_data(finding, rule),
        at=finding.at,
        cause=cause,
        rule_id=rule.name.value,
        threshold=_CROSSING_PART,
    )


def _alert_data(finding: Finding, rule: LossRule) -> dict[str, Any]:
    return {
        "rule": rule.name.value,
        "floor": decimal_text(finding.floor),
        "limit": decimal_text(finding.limit),
        "reference": decimal_text(finding.reference),
        "observed": finding.observed.value,
        "observed_value": decimal_text(finding.observed_value),
    }
