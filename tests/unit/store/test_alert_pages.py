"""Lists of alerts: filtered, newest first, page by page without a gap or a repetition, each found by an index."""

from datetime import timedelta

import pytest

from tests.unit.store.ledgers import CLOCK, create_challenge, fixed_uuid
from tests.unit.store.query_plans import plan_of
from tradesense_desktop.domain.alert import AlertSeverity, AlertStatus, RiskAlert
from tradesense_desktop.store.alert_pages import (
    AlertFilter,
    ListedAlert,
    count_by_severity,
    filter_parameters,
    list_alert_ids,
    list_alert_page,
    list_correlated,
    page_statement,
)
from tradesense_desktop.store.risk_alerts import insert_alerts
from tradesense_desktop.store.workspace import Workspace

ACTIVE = frozenset({AlertStatus.ACTIVE})
EVERY = AlertFilter()


@pytest.fixture
def owner_id(workspace: Workspace) -> str:
    """Whose challenges 1 and 2 are; 24 alerts lie on them, four of each minute."""
    first, second = create_challenge(workspace, 1), create_challenge(workspace, 2)
    alerts = [
        RiskAlert(
            id=fixed_uuid(1_000 + (number * 7) % 24),
            challenge_id=(first, second)[number % 2].id,
            user_id=first.user_id,
            alert_type=("HIGH_DAILY_DRAWDOWN", "UNUSUAL_ACTIVITY", "INACTIVE_TRADING")[number % 3],
            severity=list(AlertSeverity)[number % 4],
            title=f"Alert {number}",
            message="50 % of it" if number == 5 else "All of it",
            alert_data={"number": number},
            created_at=CLOCK + timedelta(minutes=number // 4),
            updated_at=CLOCK + timedelta(minutes=number // 4),
            correlation_id=None if number == 0 else fixed_uuid(2_000 + number // 6),
            metadata={},
        )
        for number in range(24)
    ]
    workspace.write(lambda transaction: insert_alerts(transaction, alerts))
    assert first.user_id is not None
    return first.user_id


def numbers(alerts: tuple[ListedAlert, ...]) -> list[int]:
    return [alert.alert_data["number"] for alert in alerts]


def all_pages(workspace: Workspace, which: AlertFilter, count: int) -> list[ListedAlert]:
    found: list[ListedAlert] = []
    with workspace.reading() as reading:
        while page := list_alert_page(reading, which, after_id=found[-1].id if found else None, count=count):
            found += page
    return found


@pytest.mark.parametrize("count", [1, 3, 5, 24])
def test_pages_hold_every_alert_once_newest_first(workspace: Workspace, owner_id: str, count: int) -> None:
    found = all_pages(workspace, AlertFilter(owner_id=owner_id), count)

    assert len({alert.id for alert in found}) == len(found) == 24
    assert [(alert.created_at, alert.id) for alert in found] == sorted(
        ((alert.created_at, alert.id) for alert in found), reverse=True
    )
    assert found == all_pages(workspace, EVERY, count)


@pytest.mark.usefixtures("owner_id")
def test_a_row_that_plain_sql_wrote_without_a_fraction_is_listed_once(workspace: Workspace) -> None:
    by_hand = fixed_uuid(1)
    workspace.write(
        lambda transaction: transaction.driver.execute(
            "INSERT INTO risk_alerts (id, challenge_id, alert_type, severity, title, message, alert_data, created_at, updated_at)"
            " VALUES (?, ?, 'X', 'LOW', 'By hand', '', '{\"number\": 99}', '2025-06-01 06:02:00', '2025-06-01 06:02:00')",
            (by_hand, fixed_uuid(1)),
        )
    )

    found = all_pages(workspace, EVERY, 1)

    assert [alert.id for alert in found].count(by_hand) == 1
    assert len(found) == 25


@pytest.mark.parametrize(
    ("which", "expected"),
    [
        (AlertFilter(severities=frozenset({AlertSeverity.CRITICAL})), {3, 7, 11, 15, 19, 23}),
        (AlertFilter(alert_types=frozenset({"UNUSUAL_ACTIVITY"}), challenge_id=fixed_uuid(2)), {1, 7, 13, 19}),
        (AlertFilter(statuses=ACTIVE, severities=frozenset({AlertSeverity.LOW})), {0, 4, 8, 12, 16, 20}),
        (AlertFilter(statuses=frozenset({AlertStatus.RESOLVED})), set()),
        (AlertFilter(text="50 %"), {5}),
        (AlertFilter(text="ALERT 2"), {2, 20, 21, 22, 23}),
        (AlertFilter(text="%"), {5}),
        (AlertFilter(owner_id=fixed_uuid(77)), set()),
    ],
)
@pytest.mark.usefixtures("owner_id")
def test_filters_keep_what_they_say_and_counts_agree(
    workspace: Workspace, which: AlertFilter, expected: set[int]
) -> None:
    assert {alert.alert_data["number"] for alert in all_pages(workspace, which, 4)} == expected
    with workspace.reading() as reading:
        assert sum(count_by_severity(reading, which).values()) == len(expected)


@pytest.mark.usefixtures("owner_id")
def test_an_alert_is_listed_with_the_terms_of_its_challenge(workspace: Workspace) -> None:
    with workspace.reading() as reading:
        (alert,) = list_alert_page(reading, EVERY, after_id=None, count=1)

    assert (alert.challenge_type, alert.initial_balance, alert.currency) == ("test", 1_000_000, "USD")


@pytest.mark.usefixtures("owner_id")
def test_what_one_command_raised_is_found_together_within_the_filter(workspace: Workspace) -> None:
    with workspace.reading() as reading:
        together = list_correlated(reading, EVERY, [fixed_uuid(2_001)])
        critical = list_correlated(
            reading, AlertFilter(severities=frozenset({AlertSeverity.CRITICAL})), [fixed_uuid(2_001)]
        )
        assert list_correlated(reading, EVERY, []) == ()

    assert sorted(numbers(together)) == [6, 7, 8, 9, 10, 11]
    assert sorted(numbers(critical)) == [7, 11]


def test_an_id_is_found_by_its_beginning_among_the_own(workspace: Workspace, owner_id: str) -> None:
    whole = fixed_uuid(1_001)
    with workspace.reading() as reading:
        assert list_alert_ids(reading, whole, owner_id=owner_id, count=2) == (whole,)
        assert len(list_alert_ids(reading, "0000", owner_id=None, count=2)) == 2
        assert list_alert_ids(reading, whole, owner_id=fixed_uuid(77), count=2) == ()
        assert list_alert_ids(reading, "z%", owner_id=None, count=2) == ()


@pytest.mark.parametrize(
    ("which", "index"),
    [
        (EVERY, "idx_risk_alerts_created_at (created_at<?)"),
        (AlertFilter(text="a"), "idx_risk_alerts_created_at (created_at<?)"),
        (
            AlertFilter(severities=frozenset({AlertSeverity.HIGH}), alert_types=frozenset({"X"})),
            "idx_risk_alerts_created_at (created_at<?)",
        ),
        (AlertFilter(statuses=frozenset({AlertStatus.RESOLVED})), "idx_risk_alerts_created_at (created_at<?)"),
        (AlertFilter(statuses=ACTIVE), "idx_risk_alerts_status (status=?)"),
        (AlertFilter(owner_id="x"), "idx_risk_alerts_user_id (user_id=?)"),
        (AlertFilter(owner_id="x", statuses=ACTIVE), "idx_risk_alerts_user_id (user_id=?)"),
        (AlertFilter(owner_id="x", challenge_id="y"), "idx_risk_alerts_challenge_id (challenge_id=?)"),
    ],
)
@pytest.mark.parametrize("is_continued", [False, True])
def test_each_list_is_found_by_its_index(
    workspace: Workspace, which: AlertFilter, index: str, is_continued: bool
) -> None:
    statement = page_statement(which, is_continued=is_continued)
    with workspace.reading() as reading:
        plan = plan_of(reading, statement, **filter_parameters(which), count=10, after_id="x")

    assert f"SEARCH risk_alerts USING INDEX {index}" in plan
    assert "SCAN risk_alerts" not in plan
    if "created_at" in index:
        assert "TEMP B-TREE FOR ORDER BY" not in plan
