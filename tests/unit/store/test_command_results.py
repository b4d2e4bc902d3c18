"""A command is carried out once; its first result is what everybody is told."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.store.ledgers import CLOCK, create, create_challenge, fixed_uuid
from tradesense_desktop.store.command_results import CommandResult, find_command_result, record_command_result
from tradesense_desktop.store.drivers import driver_of
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.users import find_owner
from tradesense_desktop.store.workspace import Workspace, open_workspace


def _result(command_id: str, **result: object) -> CommandResult:
    return CommandResult(
        command_id=command_id,
        command_type="CreateChallenge",
        actor_id=None,
        challenge_id=None,
        issued_at=CLOCK,
        recorded_at=datetime(2025, 6, 1, 6, 0, 0, 123456, tzinfo=UTC),
        result=result,
    )


def test_result_comes_back_as_it_was_recorded(workspace: Workspace) -> None:
    challenge = create_challenge(workspace)
    with workspace.reading() as reading:
        owner = find_owner(reading)
    recorded = CommandResult(
        command_id=fixed_uuid(7),
        command_type="ImportStatement",
        actor_id=owner,
        challenge_id=challenge.id,
        issued_at=CLOCK,
        recorded_at=CLOCK,
        result={"trades_added": 3, "net": "-12.50", "notes": ["Währung"], "nothing": None},
    )
    workspace.write(lambda transaction: record_command_result(transaction, recorded))

    with workspace.reading() as reading:
        assert find_command_result(reading, fixed_uuid(7)) == recorded
        assert find_command_result(reading, fixed_uuid(8)) is None


def test_second_result_of_a_command_is_refused_by_the_store(workspace: Workspace) -> None:
    workspace.write(lambda transaction: record_command_result(transaction, _result(fixed_uuid(7), first="1")))

    with pytest.raises(driver_of(workspace.path).module.IntegrityError):
        workspace.write(lambda transaction: record_command_result(transaction, _result(fixed_uuid(7), second="2")))

    with workspace.reading() as reading:
        found = find_command_result(reading, fixed_uuid(7))
    assert found is not None
    assert found.result == {"first": "1"}


def test_same_command_from_two_windows_is_carried_out_once(directory: Path) -> None:
    carried_out: list[str] = []

    def once(window: str, transaction: Transaction) -> str:
        found = find_command_result(transaction, fixed_uuid(7))
        if found is not None:
            return str(found.result["by"])
        carried_out.append(window)
        create(transaction, 1)
        record_command_result(transaction, _result(fixed_uuid(7), by=window))
        return window

    with open_workspace(directory) as left, open_workspace(directory) as right:
        sent = [
            window.submit(lambda transaction, name=name: once(name, transaction))  # type: ignore[misc]
            for name, window in [("left", left), ("right", right)] * 3
        ]
        answers = {future.result() for future in sent}

    assert len(carried_out) == 1
    assert answers == set(carried_out)
