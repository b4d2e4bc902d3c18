"""`tradesense alerts` as a person or a script runs it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.histories import history, imported, written
from tests.people import PASSWORD, People, workspace_with_people
from tests.unit.cli.test_payment import Line

PROFIT, TARGET = "One trade made much of the profit", "Profit target reached"


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        imported(made.trader, written(tmp_path, history("10.00", "900.00"), "a.html"), preset="tradesense")
        imported(made.other, written(tmp_path, history("20.00"), "b.html"), preset="tradesense")
        yield made


@pytest.fixture
def line(people: People, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Line:
    assert people.trader.actor is not None
    monkeypatch.setenv("TRADESENSE_PASSWORD", PASSWORD)
    return Line(tmp_path, capsys)


def test_alerts_are_listed_as_a_table_and_as_a_document(line: Line) -> None:
    table = line.done("trader", "alerts", "list")
    page = line.read("trader", "alerts", "list")

    assert [alert["title"] for alert in page["alerts"]] == [PROFIT, TARGET]
    assert page["by_severity"] == {"CRITICAL": 0, "HIGH": 0, "MEDIUM": 1, "LOW": 1}
    assert table.splitlines()[0].split()[:3] == ["id", "raised", "(UTC)"]
    assert PROFIT in table.splitlines()[1]
    assert table.splitlines()[-1] == "In all: 1 MEDIUM, 1 LOW."


def test_filters_pages_and_groups(line: Line) -> None:
    (low,) = line.read("admin", "alerts", "list", "--severity", "low", "--status", "active")["alerts"]
    first = line.read("admin", "alerts", "list", "--limit", 1)
    rest = line.read("admin", "alerts", "list", "--after", first["next_after"])
    (group,) = line.read("admin", "alerts", "list", "--group", "--challenge", low["challenge_id"][:35])["groups"]

    assert low["title"] == TARGET
    assert [alert["title"] for alert in first["alerts"] + rest["alerts"]] == [PROFIT, TARGET]
    assert [alert["title"] for alert in group["alerts"]] == [PROFIT, TARGET]
    assert f"2 raised, 2 open, worst MEDIUM, command {group['correlation_id']}" in line.done(
        "admin", "alerts", "list", "--group"
    )
    assert "There are more: --after" in line.done("admin", "alerts", "list", "--limit", 1)
    assert line.done("other", "alerts", "list") == "No alerts here.\n"


def test_from_the_check_to_the_end_of_an_alert(line: Line) -> None:
    (raised,) = line.read("other", "alerts", "check")
    assert raised["alert_type"] == "INACTIVE_TRADING"
    assert line.done("other", "alerts", "check", raised["challenge_id"]) == "Nothing new.\n"

    said = line.done("other", "alerts", "acknowledge", raised["id"], "--comment", "On holiday.")
    resolved = line.read("admin", "alerts", "resolve", raised["id"])

    assert said == f"Alert {raised['id']} is ACKNOWLEDGED: No trade for 14 days.\n"
    assert resolved["status"] == "RESOLVED"
    assert "already resolved by ada@example.org at" in line.refusal(
        "superadmin", "alerts", "false-positive", raised["id"]
    )


@pytest.mark.parametrize(
    ("who", "command"),
    [
        ("trader", "resolve"),
        ("trader", "false-positive"),
        ("auditor", "acknowledge"),
        ("auditor", "resolve"),
        ("auditor", "false-positive"),
    ],
)
def test_what_a_role_may_not_do_exits_with_five(line: Line, who: str, command: str) -> None:
    alert_id = line.read(who, "alerts", "list")["alerts"][0]["id"]

    assert "may not" in line.refusal(who, "alerts", command, alert_id, code=5)
    assert "may not" in line.refusal("auditor", "alerts", "check", code=5)


def test_another_traders_alert_is_not_found(line: Line) -> None:
    alert_id = line.read("trader", "alerts", "list")["alerts"][0]["id"]

    assert "There is no alert" in line.refusal("other", "alerts", "acknowledge", alert_id)


def test_thresholds_are_shown_set_and_turned_off(line: Line) -> None:
    changed = line.read(
        "superadmin", "alerts", "thresholds", "--inactive-days", 0, "--size-factor", "2.5", "--closings", 30
    )

    assert changed == {
        "inactive_days": None,
        "size_factor": "2.5",
        "size_trades": 20,
        "closings_a_minute": 30,
        "profit_part": "0.05",
    }
    assert line.read("trader", "alerts", "thresholds") == changed
    assert "Days without a trade" in line.done("auditor", "alerts", "thresholds")
    assert "off" in line.done("auditor", "alerts", "thresholds")
    assert json.loads(line.done("other", "alerts", "check", "--json")) == []


def test_thresholds_are_refused_in_a_sentence(line: Line) -> None:
    assert "may not set the policies" in line.refusal("admin", "alerts", "thresholds", "--size-trades", 30, code=5)
    assert "“size_trades” lies outside 2 to 50" in line.refusal(
        "superadmin", "alerts", "thresholds", "--size-trades", 99
    )
    code, _, complaint = line.run("superadmin", "alerts", "thresholds", "--size-factor", "much")
    assert code == 2
    assert "is not a decimal" in complaint
