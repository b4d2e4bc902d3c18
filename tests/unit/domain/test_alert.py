import pytest

from tests.unit.domain.challenges import ADMIN, CHALLENGE, COMMAND, OWNER, RECORDED_AT, after, only, opened, trade
from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus, RiskAlert
from tradesense_desktop.domain.errors import AlertClosed
from tradesense_desktop.domain.event import EventType

LATER = RECORDED_AT.replace(hour=7)


def raised() -> RiskAlert:
    execution = opened()
    execution.execute_trade(trade(1, "-4500"))
    (alert,) = execution.drain().alerts
    return alert


def test_alert_of_a_rule_holds_what_a_person_needs() -> None:
    alert = raised()

    assert (alert.challenge_id, alert.user_id, alert.correlation_id) == (CHALLENGE, OWNER, COMMAND)
    assert (alert.rule_id, alert.severity, alert.status) == ("daily_loss", AlertSeverity.MEDIUM, AlertStatus.ACTIVE)
    assert str(alert.threshold_breached) == "0.8"
    assert alert.title == "Daily loss limit: 80 % used"
    assert alert.message == "500.00 USD may still be lost before the floor of 95000.00 USD."
    assert alert.alert_data == {
        "rule": "daily_loss",
        "floor": "95000",
        "limit": "5000",
        "reference": "100000",
        "observed": "equity",
        "observed_value": "95500",
    }
    assert alert.as_json()["created_at"] == "2026-11-23T06:00:00.000000Z"
    assert alert.as_json()["threshold_breached"] == "0.8"


def test_alert_is_acknowledged_and_then_resolved() -> None:
    seen = raised().moved(AlertStatus.ACKNOWLEDGED, by=ADMIN, at=LATER)
    done = seen.moved(AlertStatus.RESOLVED, by=OWNER, at=LATER)

    assert (seen.acknowledged_at, seen.acknowledged_by, seen.resolved_at) == (LATER, ADMIN, None)
    assert (done.acknowledged_by, done.resolved_at, done.resolved_by) == (ADMIN, LATER, OWNER)


@pytest.mark.parametrize("end", [AlertStatus.RESOLVED, AlertStatus.FALSE_POSITIVE])
def test_alert_that_is_closed_stays_closed(end: AlertStatus) -> None:
    closed = raised().moved(end, by=ADMIN, at=LATER)

    with pytest.raises(AlertClosed):
        closed.moved(AlertStatus.ACKNOWLEDGED, by=ADMIN, at=LATER)


@pytest.mark.parametrize("status", [AlertStatus.ACTIVE, AlertStatus.ACKNOWLEDGED])
def test_alert_does_not_go_back_or_stand_still(status: AlertStatus) -> None:
    seen = raised().moved(AlertStatus.ACKNOWLEDGED, by=ADMIN, at=LATER)

    with pytest.raises(AlertClosed):
        seen.moved(status, by=ADMIN, at=LATER)


def test_alerts_may_be_raised_and_handled_after_the_end() -> None:
    execution = opened()
    execution.execute_trade(trade(1, "-6000"))
    execution.drain()
    row = execution.snapshot()

    alert = execution.raise_alert(
        "RISK_SCORE_SPIKE", AlertSeverity.LOW, title="Look", message="at this", alert_data={}, at=after(days=1)
    )
    execution.update_alert(alert, AlertStatus.FALSE_POSITIVE, actor_id=ADMIN, at=LATER, comment="nothing")

    recorded = execution.drain()
    assert recorded.alerts == [alert]
    assert recorded.updated_alerts[0].status is AlertStatus.FALSE_POSITIVE
    updated = only(recorded.events, EventType.RISK_ALERT_UPDATED)
    assert updated.event_data == {
        "alert_id": alert.id,
        "from": "ACTIVE",
        "to": "FALSE_POSITIVE",
        "actor_id": ADMIN,
        "comment": "nothing",
        "at": "2026-11-23T07:00:00.000000Z",
    }
    assert execution.snapshot() == row
