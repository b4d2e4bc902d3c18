"""Activity is watched: what is unusual has one alert, whoever looks and however often, and the history agrees."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.histories import history, imported, written
from tests.people import People, id_of, workspace_with_people
from tradesense_desktop.domain.activity import INACTIVE, PROFIT
from tradesense_desktop.domain.activity_thresholds import ActivityThresholds
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.services.activity_thresholds import read_thresholds, set_thresholds
from tradesense_desktop.services.archive_challenge import archive_challenge
from tradesense_desktop.services.errors import NotAllowed, Refused
from tradesense_desktop.services.handle_alert import acknowledge_alert, resolve_alert
from tradesense_desktop.services.import_result import ImportResult
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_alerts import read_alerts
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.replay_challenge import replay_challenge
from tradesense_desktop.services.watch_activity import watch_all, watch_challenge
from tradesense_desktop.store.workspace_settings import write_setting

LAST_TRADE = datetime(2024, 1, 9, tzinfo=UTC)
TWO_WEEKS_LATER = datetime(2024, 1, 24, tzinfo=UTC)
"""Fourteen whole days after the day of the last trade."""


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


@pytest.fixture
def alone(tmp_path: Path) -> Iterator[Workspace]:
    workspace = open_workspace(tmp_path / "alone")
    yield workspace
    workspace.close()


def brought(handle: Workspace, folder: Path, *profits: str, preset: str = "tradesense", name: str = "a.html") -> str:
    return challenge_of(imported(handle, written(folder, history(*profits), name), preset=preset))


def challenge_of(result: ImportResult) -> str:
    assert result.challenge_id is not None
    return result.challenge_id


def rules_of(handle: Workspace, challenge_id: str) -> list[str | None]:
    """The rules of all alerts of a challenge, oldest first; each stands in the history too, and replay agrees."""
    events = read_all_events(handle, challenge_id)
    raised = [event.event_data["alert"] for event in events if event.event_type == EventType.RISK_ALERT_RAISED]
    listed = {alert.id: alert.rule_id for alert in read_alerts(handle).alerts if alert.challenge_id == challenge_id}
    assert {alert["id"]: alert["rule_id"] for alert in raised} == listed
    assert replay_challenge(handle, challenge_id).equals_stored is True
    return [alert["rule_id"] for alert in raised]


def test_an_import_raises_what_is_unusual_in_it_and_a_second_one_adds_nothing(alone: Workspace, tmp_path: Path) -> None:
    file = written(tmp_path, history("600.00", "10.00"))
    first = imported(alone, file, preset="tradesense")
    revision = alone.revision()
    second = imported(alone, file, preset="tradesense")

    assert rules_of(alone, challenge_of(first)) == [PROFIT]
    assert second.trades_added == 0
    assert alone.revision() == revision


def test_a_longer_statement_adds_only_the_crossings_that_it_brings(alone: Workspace, tmp_path: Path) -> None:
    challenge_id = brought(alone, tmp_path, "600.00", "10.00")
    brought(alone, tmp_path, "600.00", "10.00", "20.00", name="b.html")
    assert rules_of(alone, challenge_id) == [PROFIT]

    brought(alone, tmp_path, "600.00", "10.00", "20.00", "-700.00", "600.00", name="d.html")

    assert rules_of(alone, challenge_id).count(PROFIT) == 2


def test_a_ledger_that_nobody_judges_raises_nothing(alone: Workspace, tmp_path: Path) -> None:
    challenge_id = brought(alone, tmp_path, "6000.00", preset="journal")

    assert watch_challenge(alone, challenge_id, now=TWO_WEEKS_LATER) == ()
    assert rules_of(alone, challenge_id) == []


def test_a_refused_import_leaves_no_alert(alone: Workspace, tmp_path: Path) -> None:
    report = history("600.00", "10.00")
    report.stated_net = "611.00"

    with pytest.raises(Refused):
        imported(alone, written(tmp_path, report), preset="tradesense")

    assert read_alerts(alone).alerts == ()


def test_idleness_is_raised_from_its_day_on_once_a_stretch(alone: Workspace, tmp_path: Path) -> None:
    challenge_id = brought(alone, tmp_path, "10.00")

    assert watch_challenge(alone, challenge_id, now=TWO_WEEKS_LATER - timedelta(microseconds=1)) == ()
    (alert,) = watch_challenge(alone, challenge_id, now=TWO_WEEKS_LATER)
    revision = alone.revision()
    assert watch_challenge(alone, challenge_id, now=TWO_WEEKS_LATER + timedelta(days=400)) == ()
    assert watch_all(alone) == ()

    assert alone.revision() == revision
    assert (alert.rule_id, alert.alert_data["key"]) == (INACTIVE, LAST_TRADE.date().isoformat())
    assert rules_of(alone, challenge_id) == [INACTIVE]


def test_an_alert_that_was_handled_is_not_raised_again(people: People, tmp_path: Path) -> None:
    challenge_id = brought(people.trader, tmp_path, "600.00", "10.00")
    (alert,) = read_alerts(people.trader).alerts
    acknowledge_alert(people.trader, alert.id)
    resolve_alert(people.admin, alert.id)

    assert watch_challenge(people.admin, challenge_id, now=LAST_TRADE) == ()
    assert rules_of(people.trader, challenge_id) == [PROFIT]


def test_a_challenge_that_has_failed_is_looked_at_all_the_same(alone: Workspace, tmp_path: Path) -> None:
    set_thresholds(alone, ActivityThresholds(profit_part=None))
    challenge_id = brought(alone, tmp_path, "600.00", "-1500.00")
    assert PROFIT not in rules_of(alone, challenge_id)
    set_thresholds(alone, ActivityThresholds())

    (alert,) = watch_challenge(alone, challenge_id)

    assert alert.rule_id == PROFIT
    assert PROFIT in rules_of(alone, challenge_id)


def test_everybody_is_looked_at_by_an_administrator_and_a_trader_looks_at_the_own(
    people: People, tmp_path: Path
) -> None:
    first = brought(people.trader, tmp_path, "10.00")
    second = brought(people.other, tmp_path, "10.00", name="b.html")
    hidden = imported(people.trader, tmp_path / "a.html", preset="ftmo_2_step")
    archive_challenge(people.trader, challenge_of(hidden))

    own = watch_all(people.trader, now=TWO_WEEKS_LATER)
    others = watch_all(people.admin, now=TWO_WEEKS_LATER)

    assert [alert.challenge_id for alert in own] == [first]
    assert [alert.challenge_id for alert in others] == [second]
    assert [alert.user_id for alert in others] == [id_of(people.other)]


def test_who_may_not_look_is_told_so(people: People, tmp_path: Path) -> None:
    challenge_id = brought(people.trader, tmp_path, "10.00")

    with pytest.raises(NotAllowed):
        watch_challenge(people.auditor, challenge_id)
    with pytest.raises(NotAllowed):
        watch_all(people.auditor)
    with pytest.raises(Refused, match="There is no challenge"):
        watch_challenge(people.other, challenge_id)
    assert rules_of(people.auditor, challenge_id) == []


# Thresholds


def test_thresholds_are_a_policy_that_is_written_down(people: People) -> None:
    wanted = ActivityThresholds(inactive_days=30, size_factor=Decimal("2.5"))

    set_thresholds(people.superadmin, wanted)

    assert read_thresholds(people.trader) == wanted
    (entry,) = [entry for entry in read_audit_log(people.auditor, last=20) if entry.action == "POLICY_SET"]
    assert entry.details["to"]["size_factor"] == "2.5"
    for handle in (people.trader, people.auditor, people.admin):
        with pytest.raises(NotAllowed):
            set_thresholds(handle, ActivityThresholds())


def test_the_owner_of_a_workspace_without_accounts_sets_them(alone: Workspace) -> None:
    set_thresholds(alone, ActivityThresholds(inactive_days=None))

    assert read_thresholds(alone).inactive_days is None


def test_a_setting_that_somebody_broke_is_refused_by_name(alone: Workspace) -> None:
    alone.write(lambda transaction: write_setting(transaction, "alerts.thresholds", {"inactive_days": -1}))

    with pytest.raises(Refused, match="inactive_days"):
        read_thresholds(alone)
