"""The funding queue: what waits, who may decide it, and what was decided."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.people import EMAILS, People, begin_session, id_of, workspace_with_people
from tests.waiting_challenges import waiting_challenge
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.archive_challenge import archive_challenge
from tradesense_desktop.services.decide_funding import approve_funding, reject_funding
from tradesense_desktop.services.errors import NotSignedIn
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.govern_user import change_role
from tradesense_desktop.services.read_funding_queue import FundingRequest, Hindrance, read_decided, read_funding_queue


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


def ids(requests: tuple[FundingRequest, ...]) -> list[str]:
    return [request.summary.challenge.id for request in requests]


def test_queue_is_in_the_order_in_which_targets_were_reached(people: People, tmp_path: Path) -> None:
    late = waiting_challenge(people.trader, tmp_path, "100.00", "100.00", "700.00", account=1)
    early = waiting_challenge(people.other, tmp_path, "900.00", account=2)
    hidden = waiting_challenge(people.trader, tmp_path, "900.00", account=3)
    archive_challenge(people.trader, hidden)

    queue = read_funding_queue(people.admin)

    assert ids(queue) == [early, late]
    assert [request.trader for request in queue] == [EMAILS["other"], EMAILS["trader"]]
    assert [request.reached_at for request in queue] == [
        datetime(2024, 1, 9, 1, 30, tzinfo=UTC),
        datetime(2024, 1, 9, 3, 30, tzinfo=UTC),
    ]
    assert all(request.may_approve and request.may_reject for request in queue)


def test_trader_sees_the_own_and_decides_nothing(people: People, tmp_path: Path) -> None:
    own = waiting_challenge(people.trader, tmp_path, account=1)
    waiting_challenge(people.other, tmp_path, account=2)

    (request,) = read_funding_queue(people.trader)

    assert (request.summary.challenge.id, request.trader, request.hindrance) == (own, EMAILS["trader"], Hindrance.ROLE)
    assert not request.may_reject
    assert len(read_funding_queue(people.auditor)) == 2
    assert {request.hindrance for request in read_funding_queue(people.auditor)} == {Hindrance.ROLE}
    with pytest.raises(NotSignedIn):
        read_funding_queue(people.nobody)


def test_who_has_approved_is_hindered_from_approving_again_and_may_still_reject(people: People, tmp_path: Path) -> None:
    set_funding_policy(people.superadmin, 2)
    waiting_challenge(people.trader, tmp_path)
    approve_funding(people.admin, ids(read_funding_queue(people.admin))[0], comment="Steady")

    (of_admin,), (of_second,) = read_funding_queue(people.admin), read_funding_queue(people.second_admin)

    assert (of_admin.hindrance, of_admin.may_reject) == (Hindrance.APPROVED_ALREADY, True)
    assert (of_second.hindrance, of_second.approvals_needed) == (None, 2)
    assert [(each.by, each.comment, each.approval_number) for each in of_second.approvals] == [
        (EMAILS["admin"], "Steady", 1)
    ]
    (of_trader,) = read_funding_queue(people.trader)
    assert [each.by for each in of_trader.approvals] == ["an administrator"]


def test_approvals_before_a_rejection_no_longer_count(people: People, tmp_path: Path) -> None:
    set_funding_policy(people.superadmin, 2)
    waiting = waiting_challenge(people.trader, tmp_path)
    approve_funding(people.admin, waiting)
    reject_funding(people.second_admin, waiting, reason="One lucky day", fails=False)

    assert read_funding_queue(people.admin) == ()
    (decided,) = read_decided(people.admin)
    assert (decided.decision.outcome, decided.decision.by) == ("BACK_TO_TRADING", EMAILS["second_admin"])


def test_own_challenge_of_somebody_who_became_an_administrator_is_for_others_to_decide(
    people: People, tmp_path: Path
) -> None:
    waiting_challenge(people.trader, tmp_path)
    change_role(people.superadmin, id_of(people.trader), Role.ADMIN)
    promoted = begin_session(people.nobody, id_of(people.trader), Role.ADMIN)

    (request,) = read_funding_queue(promoted)

    assert (request.hindrance, request.may_approve, request.may_reject) == (Hindrance.OWN, False, False)


def test_what_was_decided_is_listed_newest_first_with_who_when_and_why(people: People, tmp_path: Path) -> None:
    first = waiting_challenge(people.trader, tmp_path, account=1)
    second = waiting_challenge(people.other, tmp_path, account=2)
    approve_funding(people.admin, first, comment="Steady")
    reject_funding(people.second_admin, second, reason="Copied trades", fails=True)

    decided = read_decided(people.auditor)

    assert [(each.summary.challenge.id, each.trader, each.decision.outcome, each.decision.by) for each in decided] == [
        (second, EMAILS["other"], "FAILED", EMAILS["second_admin"]),
        (first, EMAILS["trader"], "FUNDED", EMAILS["admin"]),
    ]
    assert [(each.decision.reason, each.decision.comment) for each in decided] == [
        ("Copied trades", ""),
        ("", "Steady"),
    ]
    (of_other,) = read_decided(people.other)
    assert (of_other.decision.by, of_other.decision.reason) == ("an administrator", "Copied trades")
    assert read_decided(people.auditor, since=decided[0].decision.at + timedelta(microseconds=1)) == ()
