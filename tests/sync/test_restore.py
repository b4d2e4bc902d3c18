"""A server that is set back to an older backup: replicas are fetched anew, and what it forgot waits for a click."""

from contextlib import closing
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from tests.sync.desktops import Desktop
from tests.sync.firm_office import FirmOffice
from tests.sync.simulator import Simulator
from tradesense_desktop.domain.commands import AddNote
from tradesense_desktop.server.installation import new_epoch
from tradesense_desktop.services.resolve_refused import discard, do_again
from tradesense_desktop.services.run_command import run_command
from tradesense_desktop.store.outbox import OpState


def note(desktop: Desktop, challenge_id: str, text: str) -> str:
    """Write a note down; the id of the command."""
    command = AddNote(
        command_id=str(uuid4()),
        actor_id=desktop.person.id,
        issued_at=datetime.now(UTC),
        challenge_id=challenge_id,
        text=text,
    )
    run_command(desktop.workspace, command)
    return command.command_id


def state_of(desktop: Desktop, command_id: str) -> OpState:
    (state,) = (op.state for op in desktop.ops() if op.command_id == command_id)
    return state


def back_up(office: FirmOffice) -> None:
    office.copy_database(office.firm.database, f"{office.firm.database}_backup")


def restore(office: FirmOffice, *, with_new_epoch: bool) -> None:
    office.copy_database(f"{office.firm.database}_backup", office.firm.database)
    with closing(office.cluster.connect("postgres", autocommit=True)) as connection:
        connection.execute(f'DROP DATABASE "{office.firm.database}_backup" WITH (FORCE)')
    if with_new_epoch:
        with office.operator() as operator:
            new_epoch(operator)


def notes_on_server(office: FirmOffice) -> list[str]:
    with office.operator() as operator:
        return sorted(
            text
            for (text,) in operator.execute(
                "SELECT event_data ->> 'text' FROM challenge_events WHERE event_data ->> 'text' LIKE 'of %'"
            )
        )


@pytest.mark.parametrize("with_new_epoch", [True, False])
def test_what_the_backup_does_not_hold_waits_for_a_click_and_comes_back_once(
    office: FirmOffice, with_new_epoch: bool
) -> None:
    ada, ben, challenge_id = office.desktops["ada"], office.desktops["ben"], office.challenges[0]
    before = note(ada, challenge_id, "of before")
    ada.sync()
    ben.sync()
    back_up(office)
    lost = [note(ada, challenge_id, f"of after {number}") for number in range(3)]
    ada.sync()
    forgotten = note(ben, office.challenges[1], "of ben")
    ben.sync()
    ada.sync()
    waiting = note(ada, office.challenges[1], "of offline")
    restore(office, with_new_epoch=with_new_epoch)

    for desktop in office.desktops.values():
        desktop.sync_or_rebuild()

    assert notes_on_server(office).count("of before") == 1
    assert state_of(ada, before) is OpState.CONFIRMED
    assert [state_of(ada, command_id) for command_id in lost] == [OpState.HELD] * 3
    assert state_of(ben, forgotten) is OpState.HELD
    assert not [text for text in notes_on_server(office) if text.startswith("of after")]

    for command_id in lost:
        (op_id,) = (op.id for op in ada.ops() if op.command_id == command_id)
        do_again(ada.workspace, op_id)
    (op_id,) = (op.id for op in ben.ops() if op.command_id == forgotten)
    discard(ben.workspace, op_id)
    Simulator.of(office, 0).come_to_rest().check()

    assert notes_on_server(office) == ["of after 0", "of after 1", "of after 2", "of before", "of offline"]
    assert state_of(ada, waiting) is OpState.CONFIRMED


def test_a_reply_that_was_lost_before_the_restore_is_held_too(office: FirmOffice) -> None:
    from tests.sync.faults import LoseReply, one_after_another
    from tradesense_desktop.services.errors import Refused

    ada = office.desktops["ada"]
    back_up(office)
    command_id = note(ada, office.challenges[0], "of doubt")
    office.proxy.faults = one_after_another(*(LoseReply("COMMIT", number) for number in (1, 2, 3)))
    for _ in range(3):
        try:
            ada.sync()
        except Refused:
            continue
    restore(office, with_new_epoch=True)

    ada.sync_or_rebuild()

    if state_of(ada, command_id) is OpState.HELD:
        (op_id,) = (op.id for op in ada.ops() if op.command_id == command_id)
        do_again(ada.workspace, op_id)
    Simulator.of(office, 0).come_to_rest().check()
    assert notes_on_server(office) == ["of doubt"]
