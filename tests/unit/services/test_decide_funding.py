"""Funding decisions: by whom, once, with a reason, and what a frozen challenge refuses meanwhile."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from tests.integration.histories import history, imported, written
from tests.people import EMAILS, People, begin_session, id_of, workspace_with_people
from tests.unit.services.test_run_command import trade
from tests.waiting_challenges import waiting_challenge
from tradesense_desktop.domain.challenge import Challenge
from tradesense_desktop.domain.commands import AddNote, ExecuteTrade
from tradesense_desktop.domain.funding_decision import FundingOutcome
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.archive_challenge import archive_challenge
from tradesense_desktop.services.decide_funding import (
    FundingAlreadyDecided,
    FundingArchived,
    FundingChangedSince,
    approve_funding,
    reject_funding,
)
from tradesense_desktop.services.errors import NotAllowed, Refused
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.govern_user import change_role
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_challenges import read_challenge
from tradesense_desktop.services.read_decisions import read_decisions
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.replay_challenge import replay_challenge
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.store.transaction import Transaction

LATER = datetime(2024, 1, 9, 12, tzinfo=UTC)


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


@pytest.fixture
def waiting(people: People, tmp_path: Path) -> str:
    return waiting_challenge(people.trader, tmp_path)


def needing_two(people: People, folder: Path) -> str:
    """Id of a challenge that was opened when the policy asked for two approvals, and waits."""
    set_funding_policy(people.superadmin, 2)
    return waiting_challenge(people.trader, folder)


def row(people: People, challenge_id: str) -> Challenge:
    return read_challenge(people.auditor, challenge_id).summary.challenge


def kinds(people: People, challenge_id: str) -> list[str]:
    return [event.event_type for event in read_all_events(people.auditor, challenge_id)]


def sent(handle: Workspace, challenge_id: str, number: int, profit: str, at: datetime = LATER) -> ExecuteTrade:
    return ExecuteTrade(
        command_id=str(uuid4()),
        actor_id=id_of(handle),
        issued_at=datetime.now(UTC),
        challenge_id=challenge_id,
        trade=trade(number, profit, at),
    )


def test_approval_funds_the_challenge_and_stands_in_the_log_of_its_maker(people: People, waiting: str) -> None:
    after = approve_funding(people.admin, waiting, comment=" Steady. ")

    assert (after.status, after.funded_at is not None) == ("FUNDED", True)
    assert kinds(people, waiting)[-2:] == ["FUNDING_APPROVED", "CHALLENGE_FUNDED"]
    approval = read_all_events(people.auditor, waiting)[-2]
    assert (approval.event_data["approver_id"], approval.event_data["comment"]) == (id_of(people.admin), "Steady.")
    assert replay_challenge(people.auditor, waiting).equals_stored is True
    entry = read_audit_log(people.admin, last=1)[0]
    assert (entry.action, entry.actor_id, entry.target_id) == ("FUNDING_APPROVED", id_of(people.admin), waiting)
    assert entry.details == {"outcome": "FUNDED", "event": approval.sequence_number, "approval": 1, "needed": 1}


@pytest.mark.parametrize(
    ("fails", "status", "outcome"), [(True, "FAILED", "FAILED"), (False, "ACTIVE", "BACK_TO_TRADING")]
)
def test_rejection_keeps_its_reason_and_does_what_it_says(
    people: People, waiting: str, fails: bool, status: str, outcome: str
) -> None:
    after = reject_funding(people.admin, waiting, reason="Copied trades", fails=fails)

    assert (after.status, after.profit_target_reached_at is None) == (status, not fails)
    assert after.failure_reason == ("Copied trades" if fails else None)
    (told,) = read_decisions(people.trader, waiting)
    assert (told.outcome, told.reason, told.by) == (outcome, "Copied trades", "an administrator")
    assert replay_challenge(people.auditor, waiting).equals_stored is True
    entry = read_audit_log(people.admin, last=1)[0]
    assert (entry.action, entry.details["outcome"]) == ("FUNDING_REJECTED", outcome)
    assert "Copied" not in str(entry.details)


def test_rejection_without_a_reason_is_refused_and_writes_nothing(people: People, waiting: str) -> None:
    before = (row(people, waiting), kinds(people, waiting), len(read_audit_log(people.admin, last=100)))

    with pytest.raises(Refused, match="needs a reason"):
        reject_funding(people.admin, waiting, reason="  ", fails=True)

    assert (row(people, waiting), kinds(people, waiting), len(read_audit_log(people.admin, last=100))) == before


def test_nobody_decides_about_the_own_challenge_whatever_they_have_become(people: People, waiting: str) -> None:
    change_role(people.superadmin, id_of(people.trader), Role.ADMIN)
    promoted = begin_session(people.nobody, id_of(people.trader), Role.ADMIN)

    for decide in (
        lambda: approve_funding(promoted, waiting),
        lambda: reject_funding(promoted, waiting, reason="No", fails=False),
    ):
        with pytest.raises(NotAllowed, match="your own"):
            decide()
    assert row(people, waiting).status == "ACTIVE"


@pytest.mark.parametrize("name", ["trader", "auditor"])
def test_traders_and_auditors_decide_nothing(people: People, waiting: str, name: str) -> None:
    with pytest.raises(NotAllowed):
        approve_funding(people.of(name), waiting)
    with pytest.raises(NotAllowed):
        reject_funding(people.of(name), waiting, reason="No", fails=True)
    with pytest.raises(Refused, match="no challenge"):
        approve_funding(people.other, waiting)


def test_two_approvals_come_from_two_people(people: People, tmp_path: Path) -> None:
    waiting = needing_two(people, tmp_path)

    assert approve_funding(people.admin, waiting).status == "ACTIVE"
    with pytest.raises(Refused, match="You have approved this funding already"):
        approve_funding(people.admin, waiting)
    assert approve_funding(people.superadmin, waiting).status == "FUNDED"

    decisions = read_decisions(people.auditor, waiting)
    assert [(each.outcome, each.by, each.approval_number) for each in decisions] == [
        (FundingOutcome.APPROVED, EMAILS["admin"], 1),
        (FundingOutcome.FUNDED, EMAILS["superadmin"], 2),
    ]


def test_after_a_rejection_the_target_has_to_be_reached_and_approved_anew(people: People, tmp_path: Path) -> None:
    waiting = needing_two(people, tmp_path)
    approve_funding(people.admin, waiting)
    reject_funding(people.second_admin, waiting, reason="One lucky day", fails=False)
    run_command(people.trader, sent(people.trader, waiting, 901, "-10.00"))

    assert row(people, waiting).profit_target_reached_at == LATER
    assert approve_funding(people.second_admin, waiting).status == "ACTIVE"
    assert approve_funding(people.admin, waiting).status == "FUNDED"
    assert replay_challenge(people.auditor, waiting).equals_stored is True


def test_who_comes_second_is_told_who_decided_and_when(people: People, waiting: str) -> None:
    reject_funding(people.admin, waiting, reason="Copied trades", fails=True)
    at = read_decisions(people.auditor, waiting)[0].at

    with pytest.raises(FundingAlreadyDecided) as told:
        approve_funding(people.second_admin, waiting)

    assert (told.value.by, told.value.at, told.value.outcome) == (EMAILS["admin"], at, FundingOutcome.FAILED)
    assert told.value.sentence == (
        f"Already decided by {EMAILS['admin']} at {at:%Y-%m-%d %H:%M:%S} UTC: rejected, the challenge has failed."
    )


def test_challenge_that_went_back_to_trading_and_failed_there_was_decided_by_nobody(
    people: People, waiting: str
) -> None:
    reject_funding(people.admin, waiting, reason="One lucky day", fails=False)
    with pytest.raises(FundingAlreadyDecided, match="trading goes on"):
        approve_funding(people.second_admin, waiting)

    run_command(people.trader, sent(people.trader, waiting, 901, "-5000.00"))

    with pytest.raises(Refused, match="There is nothing to decide: the challenge is FAILED"):
        approve_funding(people.second_admin, waiting)


def test_same_command_twice_is_one_decision(people: People, waiting: str) -> None:
    command_id = str(uuid4())
    first = approve_funding(people.admin, waiting, command_id=command_id)
    events = kinds(people, waiting)

    assert approve_funding(people.admin, waiting, command_id=command_id) == first
    assert kinds(people, waiting) == events


def test_decision_on_what_has_changed_since_it_was_seen_is_refused(people: People, waiting: str) -> None:
    seen = len(kinds(people, waiting))
    run_command(
        people.second_admin,
        AddNote(
            command_id=str(uuid4()),
            actor_id=id_of(people.second_admin),
            issued_at=datetime.now(UTC),
            challenge_id=waiting,
            text="The trader called.",
        ),
    )

    for decide in (
        lambda: approve_funding(people.admin, waiting, seen_sequence_number=seen),
        lambda: reject_funding(people.admin, waiting, reason="No", fails=True, seen_sequence_number=seen),
    ):
        with pytest.raises(FundingChangedSince, match=f"as of event {seen}, and there are {seen + 1}"):
            decide()
    assert approve_funding(people.admin, waiting, seen_sequence_number=seen + 1).status == "FUNDED"


def test_archived_challenge_waits_for_nobody(people: People, waiting: str) -> None:
    archive_challenge(people.trader, waiting)

    with pytest.raises(FundingArchived, match="is archived"):
        approve_funding(people.admin, waiting)


def test_trade_sent_to_a_frozen_challenge_is_refused_with_one_alert_a_day(people: People, waiting: str) -> None:
    before = kinds(people, waiting)
    for number, at in ((901, LATER), (902, LATER), (903, LATER + timedelta(days=1))):
        with pytest.raises(Refused, match="frozen until it is decided"):
            run_command(people.trader, sent(people.trader, waiting, number, "1.00", at))

    assert kinds(people, waiting)[len(before) :] == ["RISK_ALERT_RAISED"] * 2
    assert row(people, waiting).total_trades == 3


def test_longer_statement_of_a_frozen_challenge_counts_what_lies_after_the_end(
    people: People, waiting: str, tmp_path: Path
) -> None:
    before = kinds(people, waiting)

    result = imported(
        people.trader,
        written(tmp_path, history("-100.00", "400.00", "600.00", "5.00", "-7.00"), "longer.html"),
        challenge_id=waiting,
    )

    assert (result.trades_added, result.trades_after_end) == (0, 2)
    assert kinds(people, waiting) == before


def test_owner_of_a_workspace_without_accounts_has_nobody_to_ask(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "alone")
    try:
        waiting = waiting_challenge(workspace, tmp_path)
        with pytest.raises(NotAllowed, match="A trader may not decide about funding"):
            approve_funding(workspace, waiting)
    finally:
        workspace.close()


# Plain SQL on the connection of an administrator

FUND = (
    "UPDATE challenges SET status = 'FUNDED', funded_at = profit_target_reached_at,"
    " ended_at = profit_target_reached_at WHERE id = :id"
)
APPROVE = (
    "INSERT INTO challenge_events (challenge_id, event_type, sequence_number, event_data, occurred_at)"
    " SELECT :id, 'FUNDING_APPROVED', max(sequence_number) + 1, json_object('approver_id', :approver),"
    " '2026-01-01 00:00:00' FROM challenge_events WHERE challenge_id = :id"
)


def execute(handle: Workspace, sql: str, **values: Any) -> None:
    def change(transaction: Transaction) -> None:
        transaction.core.execute(text(sql), values)

    handle.write(change)


def test_plain_sql_of_an_administrator_funds_nothing_that_nobody_approved(people: People, tmp_path: Path) -> None:
    waiting = needing_two(people, tmp_path)
    with pytest.raises(DatabaseError, match="only when enough people other than its owner have approved it"):
        execute(people.admin, FUND, id=waiting)
    approve_funding(people.second_admin, waiting)
    with pytest.raises(DatabaseError, match="only when enough people other than its owner have approved it"):
        execute(people.admin, FUND, id=waiting)

    assert row(people, waiting).status == "ACTIVE"


def test_plain_sql_of_an_administrator_forges_nobodys_approval(people: People, tmp_path: Path) -> None:
    waiting = needing_two(people, tmp_path)
    ben = id_of(people.second_admin)
    for approver in (ben, ben.upper(), f" {ben}", id_of(people.admin).upper(), id_of(people.trader)):
        with pytest.raises(DatabaseError, match="Nobody decides in the name of another"):
            execute(people.admin, APPROVE, id=waiting, approver=approver)
    for terms in ("rules_config = json_set(rules_config, '$.approvals', 1)", "user_id = :admin"):
        with pytest.raises(DatabaseError, match="terms of a challenge never change"):
            execute(
                people.admin, f"UPDATE challenges SET {terms} WHERE id = :id", id=waiting, admin=id_of(people.admin)
            )

    assert read_decisions(people.auditor, waiting) == ()


def test_own_approvals_by_plain_sql_count_as_one_person(people: People, tmp_path: Path) -> None:
    waiting = needing_two(people, tmp_path)
    for _ in range(2):
        execute(people.admin, APPROVE, id=waiting, approver=id_of(people.admin))

    with pytest.raises(DatabaseError, match="enough people"):
        execute(people.admin, FUND, id=waiting)
    # An event that does not say what was decided breaks no screen.
    assert read_decisions(people.trader, waiting) == ()
