"""A network that swallows everything and tells nobody: work goes on, and stopping does not wait for it."""

import threading

import pytest

from tests.sync.faults import BlackHole, Fault, FaultSource, Way
from tests.sync.firm_office import FirmOffice
from tests.sync.simulator import Simulator
from tests.sync.test_restore import note, state_of
from tradesense_desktop.services.sync_workspace import FirmSync
from tradesense_desktop.store.outbox import OpState


def announced(fault: Fault, drawn: threading.Event) -> FaultSource:
    """The same fault for every connection; says when the first was made."""

    def source() -> Fault:
        drawn.set()
        return fault

    return source


@pytest.mark.parametrize(
    "fault",
    [BlackHole(Way.TO_CLIENT, 400), BlackHole(Way.TO_CLIENT, 3000)],
    ids=["while signing in", "in an answer"],
)
def test_commands_are_given_while_the_server_is_silent_and_the_thread_can_be_stopped(
    office: FirmOffice, fault: BlackHole
) -> None:
    ada = office.desktops["ada"]
    is_made = threading.Event()
    office.proxy.faults = announced(fault, is_made)
    sync = FirmSync(ada.workspace)
    sync.start()
    try:
        assert is_made.wait(60)
        command_id = note(ada, office.challenges[0], "of silence")
        sync.wake()
    finally:
        sync.stop()

    assert state_of(ada, command_id) in {OpState.QUEUED, OpState.SENT}
    office.proxy.cut_all()
    Simulator.of(office, 0).come_to_rest().check()
    assert state_of(ada, command_id) is OpState.CONFIRMED
