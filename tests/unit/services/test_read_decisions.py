"""Decisions as they are told: to staff by address, to the trader by role, to others not at all."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import EMAILS, People, workspace_with_people
from tests.waiting_challenges import waiting_challenge
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.errors import NotSignedIn, Refused
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.read_decisions import read_decisions


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


@pytest.fixture
def decided(people: People, tmp_path: Path) -> str:
    """A challenge that one person approved and another rejected."""
    set_funding_policy(people.superadmin, 2)
    challenge_id = waiting_challenge(people.trader, tmp_path)
    approve_funding(people.admin, challenge_id, comment="Steady")
    reject_funding(people.superadmin, challenge_id, reason="One lucky day", fails=False)
    return challenge_id


def test_trader_reads_the_reason_and_the_role_of_who_decided(people: People, decided: str) -> None:
    approval, rejection = read_decisions(people.trader, decided)

    assert (approval.by, approval.comment, approval.outcome) == ("an administrator", "Steady", "APPROVED")
    assert (rejection.by, rejection.reason, rejection.outcome) == (
        "a super-administrator",
        "One lucky day",
        "BACK_TO_TRADING",
    )
    assert approval.at < rejection.at


@pytest.mark.parametrize("name", ["auditor", "admin", "second_admin", "superadmin"])
def test_staff_reads_who_decided(people: People, decided: str, name: str) -> None:
    assert [each.by for each in read_decisions(people.of(name), decided)] == [EMAILS["admin"], EMAILS["superadmin"]]


def test_others_read_nothing_of_it(people: People, decided: str) -> None:
    with pytest.raises(Refused, match="no challenge"):
        read_decisions(people.other, decided)
    with pytest.raises(NotSignedIn):
        read_decisions(people.nobody, decided)


def test_challenge_without_a_decision_has_none(people: People, tmp_path: Path) -> None:
    assert read_decisions(people.trader, waiting_challenge(people.trader, tmp_path)) == ()
