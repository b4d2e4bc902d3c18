"""The next phase: once, for the same trader, on the terms of its phase."""

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from tests.integration.histories import history, imported, written
from tests.people import People, begin_session, id_of, workspace_with_people
from tests.waiting_challenges import account_text, waiting_challenge, waiting_for_next_phase
from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.archive_challenge import archive_challenge
from tradesense_desktop.services.decide_funding import approve_funding
from tradesense_desktop.services.errors import NotAllowed, Refused
from tradesense_desktop.services.funding_policy import set_funding_policy
from tradesense_desktop.services.govern_user import change_role
from tradesense_desktop.services.open_next_phase import open_next_phase
from tradesense_desktop.services.read_audit_log import read_audit_log
from tradesense_desktop.services.read_challenges import read_challenges
from tradesense_desktop.services.read_events import read_all_events
from tradesense_desktop.services.replay_challenge import replay_challenge


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


@pytest.fixture
def passed(people: People, tmp_path: Path) -> str:
    """A challenge of two approvals whose first phase is FUNDED."""
    set_funding_policy(people.superadmin, 2)
    challenge_id = waiting_for_next_phase(people.trader, tmp_path)
    approve_funding(people.admin, challenge_id)
    assert approve_funding(people.second_admin, challenge_id).status == "FUNDED"
    set_funding_policy(people.superadmin, 1)
    return challenge_id


def test_next_phase_is_a_new_challenge_of_the_same_trader_on_the_terms_of_its_phase(
    people: People, passed: str
) -> None:
    opened = open_next_phase(people.admin, passed)

    challenge = opened.challenge
    assert opened.is_new
    assert (challenge.user_id, challenge.status, challenge.previous_challenge_id) == (
        id_of(people.trader),
        "PENDING",
        passed,
    )
    assert (challenge.challenge_type, challenge.profit_target_percent) == (
        "FTMO 2-Step · Verification",
        Decimal("0.05"),
    )
    assert (challenge.rules_config["phase"], challenge.rules_config["approvals"]) == (1, 2)
    assert not {"source", "server_zone"} & set(challenge.rules_config)
    (created,) = read_all_events(people.trader, challenge.id)
    assert created.event_data["previous_challenge_id"] == passed
    assert replay_challenge(people.trader, challenge.id).equals_stored is True
    entry = read_audit_log(people.admin, last=1)[0]
    assert (entry.action, entry.target_id, entry.details) == (
        "NEXT_PHASE_OPENED",
        challenge.id,
        {"previous_challenge_id": passed, "phase": 1},
    )


def test_next_phase_is_opened_once_whoever_asks_again(people: People, passed: str) -> None:
    command_id = str(uuid4())
    first = open_next_phase(people.admin, passed, command_id=command_id)

    for handle, again in ((people.admin, command_id), (people.second_admin, str(uuid4()))):
        second = open_next_phase(handle, passed, command_id=again)
        assert (second.is_new, second.challenge) == (False, first.challenge)
    assert len(read_challenges(people.trader)) == 2


def test_next_phase_that_was_archived_as_a_mistake_can_be_opened_anew(people: People, passed: str) -> None:
    mistaken = open_next_phase(people.admin, passed).challenge
    archive_challenge(people.trader, mistaken.id)

    opened = open_next_phase(people.admin, passed)

    assert (opened.is_new, opened.challenge.id != mistaken.id) == (True, True)


def test_trader_imports_another_account_into_the_next_phase_and_passes_it(
    people: People, passed: str, tmp_path: Path
) -> None:
    phase = open_next_phase(people.admin, passed).challenge
    report = history("100.00", "-50.00", account=account_text(8002))

    result = imported(people.trader, written(tmp_path, report, "second.html"), challenge_id=phase.id)

    assert (result.challenge_id, result.trades_added, result.status) == (phase.id, 2, "ACTIVE")
    assert replay_challenge(people.trader, phase.id).equals_stored is True


def test_phases_end_with_the_last_one(people: People, passed: str, tmp_path: Path) -> None:
    phase = open_next_phase(people.admin, passed).challenge

    with pytest.raises(Refused, match="the challenge is PENDING, and a phase is passed only when it is FUNDED"):
        open_next_phase(people.admin, phase.id)
    alone = waiting_challenge(people.trader, tmp_path, account=9003)
    approve_funding(people.admin, alone)
    with pytest.raises(Refused, match="the rules name none after this one"):
        open_next_phase(people.admin, alone)


@pytest.mark.parametrize("name", ["trader", "auditor"])
def test_next_phase_is_opened_by_administrators(people: People, passed: str, name: str) -> None:
    with pytest.raises(NotAllowed):
        open_next_phase(people.of(name), passed)
    with pytest.raises(Refused, match="no challenge"):
        open_next_phase(people.other, passed)


def test_nobody_opens_the_own_next_phase(people: People, passed: str) -> None:
    change_role(people.superadmin, id_of(people.trader), Role.ADMIN)
    promoted = begin_session(people.nobody, id_of(people.trader), Role.ADMIN)

    with pytest.raises(NotAllowed, match="your own"):
        open_next_phase(promoted, passed)
