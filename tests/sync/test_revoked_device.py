"""A computer that the firm takes out of use: it is told so, its commands stay on it, and the server has none of them."""

from contextlib import closing

import pytest

from tests.sync.firm_office import FirmOffice
from tests.sync.simulator import Simulator
from tests.sync.test_restore import note, notes_on_server, state_of
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.store.outbox import OpState


def test_a_device_that_was_revoked_while_it_was_offline_sends_nothing_more(office: FirmOffice) -> None:
    simulator, lost, other = Simulator.of(office, 0), office.desktops["tina-2"], office.desktops["tina"]
    command_id = note(lost, office.challenges[0], "of the lost one")
    simulator.revoke_device()

    for _ in range(2):
        with pytest.raises(Refused, match=r"The server takes no commands from this device: it was revoked"):
            lost.sync()

    assert state_of(lost, command_id) is OpState.QUEUED
    note(other, office.challenges[0], "of the other")
    simulator.come_to_rest().check()
    assert notes_on_server(office) == ["of the other"]


def test_a_device_that_was_revoked_cannot_be_fetched_anew(office: FirmOffice) -> None:
    lost = office.desktops["tina-2"]
    Simulator.of(office, 0).revoke_device()

    with pytest.raises(Refused, match=r"The server takes no commands from this device"):
        lost.rebuild()

    assert lost.ops() == ()


def test_an_account_that_was_closed_says_so_and_keeps_what_waits(office: FirmOffice) -> None:
    tina = office.desktops["tina"]
    command_id = note(tina, office.challenges[0], "of tina")
    with closing(office.firm.connect_as(office.firm.superadmin)) as connection:
        connection.execute("SELECT ts_api.govern_person(%s, 'suspend', NULL, 'A reason.')", [tina.person.id])

    with pytest.raises(Refused):
        tina.sync()

    assert state_of(tina, command_id) is OpState.QUEUED
    Simulator.of(office, 0).come_to_rest().check()
    assert notes_on_server(office) == ["of tina"]
