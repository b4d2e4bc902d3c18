"""Alerts are handled: by whom it is allowed, once, with who and when, and whoever comes second is told who was first."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.histories import history, imported, written
from tests.people import EMAILS, People, id_of, workspace_with_people
from tradesense_desktop.domain.alert import AlertStatus, RiskAlert
from tradesense_desktop.domain.commands import AcknowledgeAlert, HandleAlert, ResolveAlert
from tradesense_desktop.domain.event import EventType
from tradesense_desktop.services.errors import NotAllowed, NotSignedIn, Refused, SignedOut
from tradesense_desktop.services.handle_alert import (
    AlertHandledBefore,
    acknowledge_alert,
    dismiss_alert,
    handle_alert,
    resolve_alert,
)
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_alerts import read_alerts
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.replay_challenge import replay_challenge

Handle = Callable[..., RiskAlert]


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


@pytest.fixture
def alert_id(people: People, tmp_path: Path) -> str:
    """An open alert on the trader's challenge."""
    imported(people.trader, written(tmp_path, history("600.00", "10.00")), preset="tradesense")
    (alert,) = read_alerts(people.trader).alerts
    return alert.id


def challenge_of(people: People) -> str:
    challenge_id = read_alerts(people.auditor).alerts[0].challenge_id
    assert challenge_id is not None
    return challenge_id


def updates(people: People) -> list[tuple[str, str, str, str]]:
    """From, to, who and comment of every RISK_ALERT_UPDATED; replay agrees with the row."""
    challenge_id = challenge_of(people)
    assert replay_challenge(people.auditor, challenge_id).equals_stored is True
    return [
        (data["from"], data["to"], data["actor_id"], data["comment"])
        for data in (
            event.event_data
            for event in read_all_events(people.auditor, challenge_id)
            if event.event_type == EventType.RISK_ALERT_UPDATED
        )
    ]


def test_an_alert_goes_from_its_trader_to_an_administrator(people: People, alert_id: str) -> None:
    trader, admin = id_of(people.trader), id_of(people.admin)

    seen = acknowledge_alert(people.trader, alert_id, comment="I look at it.")
    closed = resolve_alert(people.admin, alert_id)

    assert (seen.status, seen.acknowledged_by) == (AlertStatus.ACKNOWLEDGED, trader)
    assert (closed.status, closed.acknowledged_by, closed.resolved_by) == (AlertStatus.RESOLVED, trader, admin)
    assert updates(people) == [
        ("ACTIVE", "ACKNOWLEDGED", trader, "I look at it."),
        ("ACKNOWLEDGED", "RESOLVED", admin, ""),
    ]
    (entry,) = read_alerts(people.admin).alerts
    assert (entry.acknowledged_by, entry.resolved_by) == (EMAILS["trader"], EMAILS["admin"])


@pytest.mark.parametrize("who", ["admin", "second_admin", "superadmin"])
@pytest.mark.parametrize(
    ("handle", "status"),
    [
        (acknowledge_alert, AlertStatus.ACKNOWLEDGED),
        (resolve_alert, AlertStatus.RESOLVED),
        (dismiss_alert, AlertStatus.FALSE_POSITIVE),
    ],
)
def test_administrators_handle_any_alert(
    people: People, alert_id: str, who: str, handle: Handle, status: AlertStatus
) -> None:
    assert handle(people.of(who), alert_id).status is status
    assert updates(people) == [("ACTIVE", status.value, id_of(people.of(who)), "")]


@pytest.mark.parametrize(
    ("who", "handle", "refusal"),
    [
        ("trader", resolve_alert, NotAllowed),
        ("trader", dismiss_alert, NotAllowed),
        ("auditor", acknowledge_alert, NotAllowed),
        ("auditor", resolve_alert, NotAllowed),
        ("auditor", dismiss_alert, NotAllowed),
        ("other", acknowledge_alert, Refused),
        ("other", resolve_alert, Refused),
        ("nobody", acknowledge_alert, NotSignedIn),
    ],
)
def test_others_do_not(people: People, alert_id: str, who: str, handle: Handle, refusal: type[Refused]) -> None:
    with pytest.raises(refusal):
        handle(people.of(who), alert_id)

    assert updates(people) == []
    assert read_alerts(people.auditor).alerts[0].status is AlertStatus.ACTIVE


def test_an_alert_of_another_trader_does_not_exist(people: People, alert_id: str) -> None:
    with pytest.raises(Refused, match=f"There is no alert {alert_id}"):
        acknowledge_alert(people.other, alert_id)


def test_the_second_person_is_told_who_was_first_and_when(people: People, alert_id: str) -> None:
    first = resolve_alert(people.admin, alert_id)

    with pytest.raises(AlertHandledBefore) as refused:
        dismiss_alert(people.second_admin, alert_id)

    assert first.resolved_at is not None
    assert refused.value.sentence == (
        f"The alert was already resolved by {EMAILS['admin']} at {first.resolved_at:%Y-%m-%d %H:%M:%S} UTC."
    )
    with pytest.raises(AlertHandledBefore, match="already resolved by you at"):
        acknowledge_alert(people.admin, alert_id)
    with pytest.raises(AlertHandledBefore, match="already resolved by an administrator at"):
        acknowledge_alert(people.trader, alert_id)
    assert len(updates(people)) == 1


def test_acknowledging_twice_is_told_and_dismissing_after_it_is_done(people: People, alert_id: str) -> None:
    acknowledge_alert(people.trader, alert_id)

    with pytest.raises(AlertHandledBefore, match="already acknowledged by"):
        acknowledge_alert(people.admin, alert_id)
    assert dismiss_alert(people.admin, alert_id).status is AlertStatus.FALSE_POSITIVE
    with pytest.raises(AlertHandledBefore, match="already marked as a false positive by you"):
        resolve_alert(people.admin, alert_id)


def command(people: People, alert_id: str, handle: Workspace, kind: type[HandleAlert]) -> HandleAlert:
    return kind(
        command_id=str(uuid4()),
        actor_id=id_of(handle),
        issued_at=datetime.now(UTC),
        challenge_id=challenge_of(people),
        alert_id=alert_id,
    )


def test_the_same_command_again_changes_nothing(people: People, alert_id: str) -> None:
    same = command(people, alert_id, people.admin, ResolveAlert)

    first = handle_alert(people.admin, same)
    revision = people.nobody.revision()

    assert handle_alert(people.admin, same) == first
    assert people.nobody.revision() == revision
    assert len(updates(people)) == 1


def test_a_command_of_somebody_else_or_on_another_challenge_is_refused(people: People, alert_id: str) -> None:
    of_the_other = command(people, alert_id, people.second_admin, ResolveAlert)
    elsewhere = replace(command(people, alert_id, people.admin, AcknowledgeAlert), challenge_id=str(uuid4()))

    with pytest.raises(SignedOut):
        handle_alert(people.admin, of_the_other)
    with pytest.raises(Refused, match="There is no alert"):
        handle_alert(people.admin, elsewhere)
    assert updates(people) == []


def test_a_comment_that_cannot_be_kept_is_refused_and_nothing_is_done(people: People, alert_id: str) -> None:
    with pytest.raises(Refused, match="The comment has characters"):
        resolve_alert(people.admin, alert_id, comment="a\x00b")

    assert updates(people) == []
    assert read_alerts(people.admin).alerts[0].may_close


def test_an_alert_of_no_challenge_is_shown_and_cannot_be_handled(people: People, alert_id: str) -> None:
    stray = str(uuid4())
    people.admin.write(
        lambda transaction: transaction.driver.execute(
            "INSERT INTO risk_alerts (id, alert_type, severity, title, message) VALUES (?, 'X', 'LOW', 'By hand', '')",
            (stray,),
        )
    )

    shown = {entry.id: entry for entry in read_alerts(people.admin).alerts}
    assert (shown[stray].may_acknowledge, shown[stray].may_close) == (False, False)
    assert shown[alert_id].may_close
    with pytest.raises(Refused, match="belongs to no challenge"):
        resolve_alert(people.admin, stray)
    with pytest.raises(Refused, match="There is no alert"):
        acknowledge_alert(people.trader, stray)
