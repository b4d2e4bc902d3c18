"""Alerts come back as the domain raised them, and keep what became of them."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from tests.unit.store.ledgers import CLOCK, create_challenge, fixed_uuid
from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus, RiskAlert
from tradesense_desktop.store.challenges import count_open_alerts
from tradesense_desktop.store.errors import AlertUnknown
from tradesense_desktop.store.risk_alerts import insert_alerts, list_alerts, read_alert, write_updated_alerts
from tradesense_desktop.store.users import find_owner
from tradesense_desktop.store.workspace import Workspace


@pytest.fixture
def alert(workspace: Workspace) -> RiskAlert:
    """An alert that is stored and open."""
    challenge = create_challenge(workspace)
    raised = RiskAlert(
        id=fixed_uuid(50),
        challenge_id=challenge.id,
        user_id=challenge.user_id,
        alert_type="HIGH_DAILY_DRAWDOWN",
        severity=AlertSeverity.MEDIUM,
        title="80 % of the daily loss",
        message="Equity 95,900.00 USD",
        alert_data={"floor": "95000", "rule": "daily_loss"},
        recommended_actions="Close positions",
        threshold_breached=Decimal("0.8"),
        created_at=CLOCK,
        updated_at=CLOCK,
        correlation_id=fixed_uuid(51),
        rule_id="daily_loss",
        metadata={},
    )
    workspace.write(lambda transaction: insert_alerts(transaction, [raised]))
    return raised


def test_alert_comes_back_as_it_was_raised(workspace: Workspace, alert: RiskAlert) -> None:
    with workspace.reading() as reading:
        assert read_alert(reading, alert.id) == alert
        assert list_alerts(reading, str(alert.challenge_id)) == (alert,)


def test_open_alerts_are_counted_by_challenge(workspace: Workspace, alert: RiskAlert) -> None:
    workspace.write(lambda transaction: insert_alerts(transaction, [replace(alert, id=fixed_uuid(60))]))

    with workspace.reading() as reading:
        assert count_open_alerts(reading) == {alert.challenge_id: 2}


def test_acknowledged_alert_keeps_who_and_when_and_is_no_longer_open(workspace: Workspace, alert: RiskAlert) -> None:
    with workspace.reading() as reading:
        owner = find_owner(reading)
    assert owner is not None
    moved = alert.moved(AlertStatus.ACKNOWLEDGED, by=owner, at=CLOCK + timedelta(minutes=5))
    workspace.write(lambda transaction: write_updated_alerts(transaction, [moved]))

    with workspace.reading() as reading:
        stored = read_alert(reading, alert.id)
        assert count_open_alerts(reading) == {}
    assert replace(stored, updated_at=moved.updated_at) == moved
    assert stored.updated_at >= stored.created_at


def test_unknown_alert_is_named(workspace: Workspace, alert: RiskAlert) -> None:
    with workspace.reading() as reading, pytest.raises(AlertUnknown, match=fixed_uuid(99)):
        read_alert(reading, fixed_uuid(99))
    with pytest.raises(AlertUnknown, match=fixed_uuid(99)):
        workspace.write(lambda transaction: write_updated_alerts(transaction, [replace(alert, id=fixed_uuid(99))]))
