"""The funding policy: who sets it, and which challenges it holds for."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest

from tests.people import People, workspace_with_people
from tests.waiting_challenges import waiting_challenge
from tradesense_desktop.services.errors import NotAllowed, NotSignedIn, Refused
from tradesense_desktop.services.funding_policy import read_funding_policy, set_funding_policy
from tradesense_desktop.services.open_challenge import open_challenge
from tradesense_desktop.services.open_workspace import open_workspace
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_funding_queue import read_funding_queue


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


def test_policy_holds_for_challenges_that_are_opened_from_then_on(people: People, tmp_path: Path) -> None:
    waiting_challenge(people.trader, tmp_path, account=1)
    assert set_funding_policy(people.superadmin, 3) == 3
    waiting_challenge(people.trader, tmp_path, account=2)
    opened = open_challenge(people.trader, preset="tradesense", initial_balance=Decimal(5000))

    assert [request.approvals_needed for request in read_funding_queue(people.admin)] == [1, 3]
    assert opened.rules_config["approvals"] == 3


def test_policy_that_is_set_stands_in_the_audit_log_once(people: People) -> None:
    for _ in range(2):
        set_funding_policy(people.superadmin, 2)

    entries = [entry for entry in read_audit_log(people.superadmin, last=100) if entry.action == "POLICY_SET"]
    assert [entry.details for entry in entries] == [{"name": "funding.approvals", "from": 1, "to": 2}]
    assert read_funding_policy(people.trader) == 2


@pytest.mark.parametrize("name", ["trader", "auditor", "admin"])
def test_policy_is_set_by_super_administrators(people: People, name: str) -> None:
    with pytest.raises(NotAllowed):
        set_funding_policy(people.of(name), 2)
    assert read_funding_policy(people.of(name)) == 1


@pytest.mark.parametrize("approvals", [0, 10, -1])
def test_number_out_of_bounds_is_refused(people: People, approvals: int) -> None:
    with pytest.raises(Refused, match="1 to 9 approvals"):
        set_funding_policy(people.superadmin, approvals)


def test_policy_is_read_by_whoever_has_signed_in(people: People) -> None:
    with pytest.raises(NotSignedIn):
        read_funding_policy(people.nobody)


def test_owner_of_a_workspace_without_accounts_sets_the_own_policy(tmp_path: Path) -> None:
    workspace = open_workspace(tmp_path / "alone")
    try:
        assert set_funding_policy(workspace, 2) == read_funding_policy(workspace) == 2
    finally:
        workspace.close()
