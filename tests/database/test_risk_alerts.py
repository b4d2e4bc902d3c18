"""The table risk_alerts: severity, and who did what when."""

from typing import Any

import pytest

from tests.both_databases import Database, accepted, refusal, value
from tests.database.rows import add_alert, add_challenge, add_user, alert_columns, insert_refusal, new_id

STATES = ["ACTIVE", "ACKNOWLEDGED", "RESOLVED", "FALSE_POSITIVE"]
LEGAL = {
    ("ACTIVE", "ACKNOWLEDGED"),
    ("ACTIVE", "RESOLVED"),
    ("ACTIVE", "FALSE_POSITIVE"),
    ("ACKNOWLEDGED", "RESOLVED"),
    ("ACKNOWLEDGED", "FALSE_POSITIVE"),
}
ACKNOWLEDGE = "acknowledged_at = CURRENT_TIMESTAMP, acknowledged_by = user_id"
RESOLVE = "resolved_at = CURRENT_TIMESTAMP, resolved_by = user_id"


def move_statement(state: str) -> str:
    """An UPDATE to `state` with who and when."""
    parts = [f"status = '{state}'"]
    if state == "ACKNOWLEDGED":
        parts.append(ACKNOWLEDGE)
    if state in {"RESOLVED", "FALSE_POSITIVE"}:
        parts.append(RESOLVE)
    return f"UPDATE risk_alerts SET {', '.join(parts)} WHERE id = ?"


def alert_in(database: Database, state: str) -> str:
    alert = add_alert(database, add_challenge(database))
    if state != "ACTIVE":
        assert database.changed(move_statement(state), alert) == 1
    return alert


def test_alert_of_the_fewest_columns_gets_the_defaults(both: Database) -> None:
    challenge, user = add_challenge(both), add_user(both)
    both.execute(
        "INSERT INTO risk_alerts (challenge_id, user_id, alert_type, severity, title, message)"
        " VALUES (?, ?, 'UNUSUAL_ACTIVITY', 'LOW', 'Unusual', 'Many trades at night.')",
        challenge,
        user,
    )

    ((status, *who_and_when),) = both.execute(
        "SELECT status, acknowledged_at, acknowledged_by, resolved_at, resolved_by FROM risk_alerts"
    )
    ((created_at, updated_at),) = both.execute("SELECT created_at, updated_at FROM risk_alerts")

    assert status == "ACTIVE"
    assert who_and_when == [None] * 4
    assert updated_at >= created_at


@pytest.mark.parametrize("severity", ["LOW", "MEDIUM", "HIGH", "CRITICAL"])
def test_every_severity_is_accepted(both: Database, severity: str) -> None:
    add_alert(both, add_challenge(both), severity=severity)


@pytest.mark.parametrize(
    "alert_type",
    [
        "HIGH_DAILY_DRAWDOWN",
        "HIGH_TOTAL_DRAWDOWN",
        "TOTAL_DRAWDOWN_EXCEEDED",
        "DAILY_DRAWDOWN_EXCEEDED",
        "PROFIT_TARGET_REACHED",
        "INACTIVE_TRADING",
        "UNUSUAL_ACTIVITY",
        "RISK_SCORE_SPIKE",
        "SOMETHING_NEW",
    ],
)
def test_list_of_alert_types_is_open(both: Database, alert_type: str) -> None:
    add_alert(both, add_challenge(both), alert_type=alert_type)


@pytest.mark.parametrize(
    "changed",
    [
        {"severity": ""},
        {"severity": "low"},
        {"severity": "FATAL"},
        {"severity": None},
        {"alert_type": ""},
        {"alert_type": " \t"},
        {"alert_type": None},
        {"status": ""},
        {"status": "active"},
        {"status": "CLOSED"},
        {"status": None},
        {"title": None},
        {"message": None},
        {"alert_data": "{"},
        {"status": "ACKNOWLEDGED"},
        {"status": "RESOLVED"},
        {"status": "FALSE_POSITIVE"},
    ],
    ids=str,
)
def test_impossible_rows_are_refused(both: Database, changed: dict[str, Any]) -> None:
    columns = alert_columns(add_challenge(both), add_user(both), **changed)

    assert insert_refusal(both, "risk_alerts", columns).kind in {"check", "not null", "type", "trigger"}


@pytest.mark.parametrize("column", ["challenge_id", "user_id", "acknowledged_by", "resolved_by"])
def test_what_an_alert_refers_to_must_exist(both: Database, column: str) -> None:
    columns = alert_columns(add_challenge(both), add_user(both)) | {column: new_id()}
    if column == "acknowledged_by":
        columns |= {"status": "ACKNOWLEDGED", "acknowledged_at": "2026-01-05 10:00:00"}
    if column == "resolved_by":
        columns |= {"status": "RESOLVED", "resolved_at": "2026-01-05 10:00:00"}

    assert insert_refusal(both, "risk_alerts", columns).kind in {"foreign key", "trigger"}


@pytest.mark.parametrize("column", ["acknowledged_by", "resolved_by"])
def test_who_handles_an_alert_must_exist(both: Database, column: str) -> None:
    alert = alert_in(both, "ACTIVE")
    state, moment = ("ACKNOWLEDGED", "acknowledged_at") if column == "acknowledged_by" else ("RESOLVED", "resolved_at")

    found = refusal(
        both,
        f"UPDATE risk_alerts SET status = '{state}', {moment} = CURRENT_TIMESTAMP, {column} = ? WHERE id = ?",
        new_id(),
        alert,
    )

    assert found.kind == "foreign key"


@pytest.mark.parametrize("old", STATES)
@pytest.mark.parametrize("new", STATES)
def test_only_the_legal_moves_are_made(both: Database, old: str, new: str) -> None:
    alert = alert_in(both, old)
    if (old, new) in LEGAL:
        accepted(both, move_statement(new), alert)
    elif old != new:
        assert refusal(both, move_statement(new), alert).kind in {"trigger", "check"}


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE risk_alerts SET status = 'ACKNOWLEDGED' WHERE id = ?",
        "UPDATE risk_alerts SET status = 'ACKNOWLEDGED', acknowledged_at = CURRENT_TIMESTAMP WHERE id = ?",
        "UPDATE risk_alerts SET status = 'ACKNOWLEDGED', acknowledged_by = user_id WHERE id = ?",
        "UPDATE risk_alerts SET status = 'RESOLVED' WHERE id = ?",
        "UPDATE risk_alerts SET status = 'RESOLVED', resolved_at = CURRENT_TIMESTAMP WHERE id = ?",
        "UPDATE risk_alerts SET status = 'FALSE_POSITIVE', resolved_by = user_id WHERE id = ?",
    ],
)
def test_each_state_says_who_and_when(both: Database, statement: str) -> None:
    assert refusal(both, statement, alert_in(both, "ACTIVE")).kind == "check"


def test_resolving_an_acknowledged_alert_keeps_who_acknowledged_it(both: Database) -> None:
    alert = alert_in(both, "ACKNOWLEDGED")
    statement = (
        f"UPDATE risk_alerts SET status = 'RESOLVED', {RESOLVE}, acknowledged_at = NULL, acknowledged_by = NULL"
        " WHERE id = ?"
    )

    refusal(both, statement, alert)
    both.execute(move_statement("RESOLVED"), alert)
    assert value(both, "SELECT acknowledged_by FROM risk_alerts WHERE id = ?", alert) is not None
