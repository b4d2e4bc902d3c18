"""What the funding queue, its record and the phases cost: each is found by an index that holds little else."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.people import People, workspace_with_people
from tests.unit.store.query_plans import plan_of
from tests.waiting_challenges import waiting_challenge
from tradesense_desktop.services.decide_funding import approve_funding
from tradesense_desktop.store import funding_log, funding_queue, phases
from tradesense_desktop.store.funding_log import list_final_decisions, read_decisions
from tradesense_desktop.store.funding_queue import list_waiting
from tradesense_desktop.store.phases import find_next_phase
from tradesense_desktop.store.workspace import Workspace


def plan_of_text(workspace: Workspace, sql: str, *parameters: str | None) -> str:
    with workspace.reading() as reading:
        return "\n".join(row[3] for row in reading.driver.execute(f"EXPLAIN QUERY PLAN {sql}", parameters))


def test_queue_is_read_from_its_own_index_in_its_order(workspace: Workspace) -> None:
    plan = plan_of_text(workspace, funding_queue.WAITING, None)

    assert "USING INDEX idx_challenges_funding_queue" in plan
    # The index gives the order; only those of one moment are sorted by their ids.
    assert "USE TEMP B-TREE FOR ORDER BY" not in plan.splitlines()


@pytest.mark.parametrize(
    ("statement", "parameters"),
    [
        (funding_log.OF_CHALLENGES, (json.dumps(["x"]),)),
        (funding_log.NEWEST, ("2026-01-01 00:00:00.000000", None, None)),
    ],
    ids=["of_challenges", "newest"],
)
def test_decisions_are_found_by_their_kind(
    workspace: Workspace, statement: str, parameters: tuple[str | None, ...]
) -> None:
    plan = plan_of_text(workspace, statement, *parameters)

    assert "USING INDEX idx_challenge_events_type (event_type=?)" in plan
    assert "SCAN challenge_events" not in plan
    assert "SCAN event" not in plan


def test_next_phase_is_found_by_the_challenge_before_it(workspace: Workspace) -> None:
    with workspace.reading() as reading:
        plan = plan_of(reading, phases.NEXT_PHASE, challenge_id="x")
        assert find_next_phase(reading, "x") is None

    assert "USING INDEX idx_challenges_previous_challenge_id" in plan


@pytest.fixture
def people(tmp_path: Path) -> Iterator[People]:
    with workspace_with_people(tmp_path / "workspace") as found:
        yield found


def test_decisions_are_read_for_the_challenges_asked_for_alone(people: People, tmp_path: Path) -> None:
    first = waiting_challenge(people.trader, tmp_path, account=1)
    second = waiting_challenge(people.trader, tmp_path, account=2)
    third = waiting_challenge(people.trader, tmp_path, account=3)
    for challenge_id in (first, second):
        approve_funding(people.admin, challenge_id)

    with people.auditor.reading() as reading:
        assert [each.id for each in list_waiting(reading)] == [third]
        assert set(read_decisions(reading, [first, third])) == {first}
        assert read_decisions(reading, []) == {}
        (newest,) = list_final_decisions(reading, since=read_decisions(reading, [first])[first][0].recorded_at, limit=1)
        assert newest.challenge_id == second
