"""A bell tells each role what is theirs to know, and how much of it is new."""

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from tests.integration.histories import history, imported, written
from tests.people import People, workspace_with_people
from tests.waiting_challenges import waiting_for_next_phase
from tradesense_desktop.domain.alert import AlertSeverity
from tradesense_desktop.domain.payment import PaymentProvider
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.errors import NotSignedIn
from tradesense_desktop.services.handle_alert import acknowledge_alert
from tradesense_desktop.services.open_next_phase import open_next_phase
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_alerts import read_alerts
from tradesense_desktop.services.read_notifications import MOST, NotificationKind, read_notifications
from tradesense_desktop.services.record_payment import record_payment

KIND = NotificationKind


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as made:
        yield made


def brought(handle: Workspace, folder: Path, *profits: str, name: str = "a.html") -> str:
    result = imported(handle, written(folder, history(*profits), name), preset="tradesense")
    assert result.challenge_id is not None
    return result.challenge_id


def told(handle: Workspace) -> list[tuple[NotificationKind, str]]:
    return [(each.kind, each.title) for each in read_notifications(handle).items]


def reached(people: People, folder: Path) -> str:
    return brought(people.trader, folder, *["100.00"] * 8)


def test_a_trader_hears_of_an_alert_until_it_is_acknowledged(people: People, tmp_path: Path) -> None:
    challenge_id = reached(people, tmp_path)

    (only,) = read_notifications(people.trader).items
    assert (only.kind, only.title, only.challenge_id) == (KIND.ALERT, "Profit target reached", challenge_id)
    assert told(people.other) == []
    assert only.alert_id is not None
    acknowledge_alert(people.trader, only.alert_id)
    assert told(people.trader) == []


def test_a_trader_is_told_the_decision_with_its_reason(people: People, tmp_path: Path) -> None:
    challenge_id = reached(people, tmp_path)

    reject_funding(people.admin, challenge_id, reason="One pair only", fails=False)

    decided = read_notifications(people.trader).items[0]
    assert (decided.kind, decided.title, decided.severity) == (
        KIND.FUNDING_DECIDED,
        "Funding not approved",
        AlertSeverity.HIGH,
    )
    assert decided.text == "Your funding was not approved: One pair only. Trading goes on."
    assert decided.challenge_id == challenge_id
    assert told(people.other) == []


def test_a_trader_is_told_of_the_funding_and_of_the_next_phase(people: People, tmp_path: Path) -> None:
    challenge_id = waiting_for_next_phase(people.trader, tmp_path)
    approve_funding(people.admin, challenge_id)
    opened = open_next_phase(people.admin, challenge_id).challenge

    items = read_notifications(people.trader).items[:3]

    assert [(each.kind, each.title) for each in items] == [
        (KIND.PHASE_OPENED, "Next phase opened"),
        (KIND.FUNDING_DECIDED, "Account funded"),
        (KIND.FUNDING_DECIDED, "Funding approved"),
    ]
    assert [each.challenge_id for each in items] == [opened.id, challenge_id, challenge_id]


def test_a_trader_is_told_when_a_payment_moves_without_its_amount(people: People, tmp_path: Path) -> None:
    challenge_id = brought(people.trader, tmp_path, "10.00")
    record_payment(
        people.admin,
        challenge_id,
        amount=Decimal("345.67"),
        currency="EUR",
        provider=PaymentProvider.BANK_TRANSFER,
        reference="R1",
    )

    (payment,) = read_notifications(people.trader).items

    assert (payment.kind, payment.title) == (KIND.PAYMENT, "Payment expected")
    assert payment.challenge_id == challenge_id
    assert "345" not in payment.text + payment.title
    assert told(people.admin) == []


def test_administrators_are_told_what_waits_for_them_until_they_have_approved(people: People, tmp_path: Path) -> None:
    challenge_id = reached(people, tmp_path)

    for who in ("admin", "second_admin", "superadmin"):
        (waiting,) = read_notifications(people.of(who)).items
        assert (waiting.kind, waiting.challenge_id) == (KIND.FUNDING_DUE, challenge_id)
        assert waiting.text == "TradeSense · 10,000 EUR has reached its target and waits for your decision."
    assert told(people.auditor) == []

    approve_funding(people.admin, challenge_id)
    assert told(people.admin) == []


def test_who_reads_alerts_of_others_is_told_of_those_that_matter(people: People, tmp_path: Path) -> None:
    brought(people.trader, tmp_path, "10.00", "-600.00")  # daily limit: CRITICAL
    brought(people.other, tmp_path, "-410.00", name="b.html")  # 80 % of it: MEDIUM

    exceeded = [(KIND.ALERT, read_alerts(people.trader).alerts[0].title)]
    assert told(people.auditor) == exceeded
    assert told(people.admin) == exceeded
    assert told(people.superadmin) == exceeded


def test_high_alerts_are_for_administrators_and_not_for_auditors(people: People, tmp_path: Path) -> None:
    brought(people.trader, tmp_path, "700.00", "-860.00")  # 80 % of the maximum loss, counted from the peak

    (alert,) = read_notifications(people.admin).items

    assert (alert.kind, alert.severity) == (KIND.ALERT, AlertSeverity.HIGH)
    assert told(people.auditor) == []


def test_what_is_newer_than_the_mark_is_unread(people: People, tmp_path: Path) -> None:
    reached(people, tmp_path)
    (alert,) = read_notifications(people.trader).items

    assert read_notifications(people.trader).unread == 1
    assert read_notifications(people.trader, since=alert.at).unread == 0
    assert read_notifications(people.trader, since=alert.at - timedelta(microseconds=1)).unread == 1


def test_the_owner_of_a_workspace_without_accounts_has_a_bell_and_nobody_has_none(
    people: People, tmp_path: Path
) -> None:
    with pytest.raises(NotSignedIn):
        read_notifications(people.nobody)
    workspace = open_workspace(tmp_path / "alone")
    try:
        brought(workspace, tmp_path, *["100.00"] * 8)
        assert told(workspace) == [(KIND.ALERT, "Profit target reached")]
    finally:
        workspace.close()


def test_a_bell_shows_so_many_and_no_more(people: People, tmp_path: Path) -> None:
    challenge_id = brought(people.trader, tmp_path, "10.00")
    for number in range(MOST + 5):
        record_payment(people.admin, challenge_id, amount=Decimal(1), currency="EUR", reference=f"R{number}")

    found = read_notifications(people.trader)

    assert (len(found.items), found.unread) == (MOST, MOST)
    assert [each.at for each in found.items] == sorted((each.at for each in found.items), reverse=True)
