"""Alerts are read: the own by a trader, all by staff; filtered, counted, in pages, and gathered by what raised them."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.histories import history, imported, written
from tests.people import EMAILS, People, workspace_with_people
from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus
from tradesense_desktop.services.errors import NotFound, NotSignedIn, Refused
from tradesense_desktop.services.handle_alert import acknowledge_alert
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_alerts import WhichAlerts, find_alert, read_alert_groups, read_alerts


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    """The trader has a challenge that reached its target by one trade, the other one has one that failed."""
    with workspace_with_people(tmp_path / "workspace") as made:
        imported(made.trader, written(tmp_path, history("10.00", "900.00"), "a.html"), preset="tradesense")
        imported(made.other, written(tmp_path, history("20.00", "-600.00"), "b.html"), preset="tradesense")
        yield made


def titles(handle: Workspace, which: WhichAlerts | None = None) -> list[str]:
    return [entry.title for entry in read_alerts(handle, which or WhichAlerts()).alerts]


PROFIT, TARGET = "One trade made much of the profit", "Profit target reached"


def test_a_trader_sees_the_own_and_staff_everybodys(people: People) -> None:
    own, others = titles(people.trader), titles(people.other)

    assert own == [PROFIT, TARGET]
    assert len(others) == 1
    for who in ("auditor", "admin", "superadmin"):
        assert titles(people.of(who)) == [*others, *own]
    with pytest.raises(NotSignedIn):
        read_alerts(people.nobody)


def test_people_are_named_as_whoever_looks_may_know_them(people: People) -> None:
    acknowledge_alert(people.admin, read_alerts(people.other).alerts[0].id)

    assert read_alerts(people.auditor).alerts[0].owner_name == EMAILS["other"]
    assert read_alerts(people.auditor).alerts[0].acknowledged_by == EMAILS["admin"]
    assert read_alerts(people.other).alerts[0].acknowledged_by == "an administrator"


@pytest.mark.parametrize(
    ("who", "expected"),
    [("trader", (True, False)), ("auditor", (False, False)), ("admin", (True, True)), ("superadmin", (True, True))],
)
def test_an_entry_says_what_can_be_done_with_it(people: People, who: str, expected: tuple[bool, bool]) -> None:
    entry = read_alerts(people.of(who), WhichAlerts(text=TARGET)).alerts[0]

    assert (entry.may_acknowledge, entry.may_close) == expected
    assert entry.challenge_name == "TradeSense · 10,000 EUR"


def test_filters_and_counts(people: People) -> None:
    medium = WhichAlerts(severities=frozenset({AlertSeverity.MEDIUM}))
    page = read_alerts(people.trader, medium)

    assert [entry.title for entry in page.alerts] == [PROFIT]
    assert dict(page.by_severity) == {
        AlertSeverity.CRITICAL: 0, AlertSeverity.HIGH: 0, AlertSeverity.MEDIUM: 1, AlertSeverity.LOW: 1,
    }  # fmt: skip
    assert list(page.by_severity) == list(reversed(AlertSeverity))
    assert titles(people.admin, WhichAlerts(alert_types=frozenset({"PROFIT_TARGET_REACHED"}))) == [TARGET]
    assert titles(people.admin, WhichAlerts(statuses=frozenset({AlertStatus.RESOLVED}))) == []
    assert titles(people.admin, WhichAlerts(text="  PROFIT TARGET ")) == [TARGET]
    assert titles(people.admin, WhichAlerts(challenge_id=read_alerts(people.trader).alerts[0].challenge_id)) == [
        PROFIT,
        TARGET,
    ]


def test_another_traders_challenge_is_no_way_to_their_alerts(people: People) -> None:
    challenge_id = read_alerts(people.trader).alerts[0].challenge_id

    assert titles(people.other, WhichAlerts(challenge_id=challenge_id)) == []


def test_pages_follow_each_other(people: People) -> None:
    whole = read_alerts(people.admin)
    first = read_alerts(people.admin, limit=2)
    second = read_alerts(people.admin, after=first.next_after, limit=2)

    assert whole.next_after is None
    assert (*first.alerts, *second.alerts) == whole.alerts
    assert (len(first.alerts), second.next_after) == (2, None)


def test_what_one_import_raised_stands_together_on_the_page_of_its_newest(people: People) -> None:
    whole = read_alert_groups(people.admin)
    pages = []
    after = None
    while True:
        page = read_alert_groups(people.admin, after=after, limit=1)
        pages.append([[alert.title for alert in group.alerts] for group in page.groups])
        after = page.next_after
        if after is None:
            break

    assert [[alert.title for alert in group.alerts] for group in whole.groups][1] == [PROFIT, TARGET]
    assert pages[1:] == [[[PROFIT, TARGET]], []]
    group = whole.groups[1]
    assert (group.severity, group.open_count) == (AlertSeverity.MEDIUM, 2)
    assert {alert.correlation_id for alert in group.alerts} == {group.correlation_id}


def test_an_alert_is_found_by_the_beginning_of_its_id(people: People) -> None:
    (theirs,) = read_alerts(people.other).alerts

    assert find_alert(people.other, theirs.id.upper()) == theirs.id
    assert find_alert(people.admin, theirs.id[:35]) == theirs.id
    with pytest.raises(NotFound, match="There is no alert"):
        find_alert(people.trader, theirs.id)
    with pytest.raises(NotFound):
        find_alert(people.admin, theirs.id[:3])
    with pytest.raises(Refused, match="Several alerts begin with"):
        find_alert(people.admin, theirs.id[:4])
