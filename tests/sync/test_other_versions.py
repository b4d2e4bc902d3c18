"""A server of another version than the desktop: it is said which side has to be renewed, and nothing is sent there."""

import pytest

from tests.sync.firm_office import FirmOffice
from tests.sync.simulator import Simulator
from tests.sync.test_restore import note, notes_on_server, state_of
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.store.outbox import OpState

NEWER = "INSERT INTO public.schema_version (version) VALUES ('9.0')"
OLDER = "UPDATE ts_private.installation SET api_version = 0"


@pytest.mark.parametrize(
    ("change", "sentence"),
    [(NEWER, "install the newest TradeSense Desktop"), (OLDER, "tradesense server migrate")],
    ids=["newer", "older"],
)
def test_nothing_is_sent_to_a_server_of_another_version_and_all_goes_on_afterwards(
    office: FirmOffice, change: str, sentence: str
) -> None:
    ada = office.desktops["ada"]
    command_id = note(ada, office.challenges[0], "of ada")
    with office.operator() as operator:
        operator.execute(change)

        with pytest.raises(Refused, match=sentence):
            ada.sync()

        assert state_of(ada, command_id) is OpState.QUEUED
        assert notes_on_server(office) == []
        operator.execute("DELETE FROM public.schema_version WHERE version = '9.0'")
        operator.execute("UPDATE ts_private.installation SET api_version = 1")
    Simulator.of(office, 0).come_to_rest().check()
    assert notes_on_server(office) == ["of ada"]
