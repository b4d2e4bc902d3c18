"""Two processes handle one alert at the same moment: one is first, and the other is told who was."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.histories import history, imported, written
from tests.people import EMAILS, People, workspace_with_people
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.services.read_alerts import read_alerts
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.replay_challenge import replay_challenge

ROUNDS = 5
HANDLES = """
import sys
from pathlib import Path
from tradesense_desktop.domain.people import Actor, Role
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.handle_alert import dismiss_alert, resolve_alert
from tradesense_desktop.services.open_workspace import open_workspace
directory, verb, user_id, session_id = sys.argv[1:]
workspace = open_workspace(Path(directory))
admin = workspace.acting_as(Actor(user_id, Role.ADMIN, session_id))
handle = {"resolve": resolve_alert, "dismiss": dismiss_alert}[verb]
print("ready", flush=True)
for line in sys.stdin:
    try:
        print(handle(admin, line.strip()).status.value, flush=True)
    except Refused as refusal:
        print(refusal.sentence, flush=True)
workspace.close()
"""
"""Handles each alert that is named to it, and says what became of it, or why nothing did."""


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


def process(directory: Path, verb: str, people: People, who: str) -> "subprocess.Popen[str]":
    actor = people.of(who).actor
    assert actor is not None
    assert actor.session_id is not None
    return subprocess.Popen(
        [sys.executable, "-c", HANDLES, str(directory), verb, actor.user_id, actor.session_id],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_of_two_at_once_one_wins_and_the_other_is_told_who_was_first(people: People, tmp_path: Path) -> None:
    profits = ["510.00", "-505.00"] * ROUNDS
    imported(people.trader, written(tmp_path, history(*profits)), preset="tradesense")
    alerts = [alert for alert in read_alerts(people.admin).alerts if alert.rule_id == "activity.trade_profit"]
    assert len(alerts) == ROUNDS
    running = [
        process(tmp_path / "workspace", "resolve", people, "admin"),
        process(tmp_path / "workspace", "dismiss", people, "second_admin"),
    ]
    try:
        for each in running:
            assert each.stdout is not None
            assert each.stdout.readline() == "ready\n", each.communicate()[1]
        for alert in alerts:
            for each in running:
                assert each.stdin is not None
                each.stdin.write(alert.id + "\n")
                each.stdin.flush()
            said = [each.stdout.readline().strip() for each in running if each.stdout is not None]
            (won,) = [answer for answer in said if answer in {"RESOLVED", "FALSE_POSITIVE"}]
            (lost,) = [answer for answer in said if answer != won]
            first = EMAILS["admin" if won == "RESOLVED" else "second_admin"]
            word = "resolved" if won == "RESOLVED" else "marked as a false positive"
            assert lost.startswith(f"The alert was already {word} by {first} at ")
        for each in running:
            output, complaint = each.communicate(timeout=60)
            assert (each.returncode, output, complaint) == (0, "", "")
    finally:
        for each in running:
            each.kill()
            each.communicate()

    challenge_id = alerts[0].challenge_id
    assert challenge_id is not None
    events = read_all_events(people.auditor, challenge_id)
    assert sum(event.event_type == EventType.RISK_ALERT_UPDATED for event in events) == len(alerts)
    assert replay_challenge(people.auditor, challenge_id).equals_stored is True
