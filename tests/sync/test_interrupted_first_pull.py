"""The first pull, and a rebuild, cut wherever one likes: the next try goes on, and what was there stays till all is there."""

import pytest

from tests.sync.desktops import Desktop, url_through
from tests.sync.faults import CutAt, LoseReply, Way, one_after_another
from tests.sync.firm_office import FirmOffice
from tests.sync.invariants import replica_state
from tests.sync.simulator import Simulator
from tests.sync.test_disk_full import record_trades
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.read_challenges import read_challenges

CUTS = (
    *(CutAt(Way.TO_CLIENT, byte) for byte in (10, 600, 1500, 3000, 6000, 12_000, 25_000, 50_000, 100_000)),
    *(CutAt(Way.TO_SERVER, byte) for byte in (10, 600, 1500, 3000)),
    *(LoseReply("COPY", occurrence) for occurrence in (1, 3, 6)),
)


@pytest.fixture
def busy_office(office: FirmOffice) -> FirmOffice:
    """The office with some hundred trades of tina's on the server."""
    record_trades(office.desktops["ada"], office.challenges[0], 300)
    office.desktops["ada"].sync()
    return office


def test_a_first_pull_that_is_cut_goes_on_and_comes_to_all(busy_office: FirmOffice) -> None:
    office, person = busy_office, busy_office.people["otis"]
    aude = office.people["aude"]
    for name, whose, password in (
        ("otis", person, person.password),
        ("aude-2", aude, office.desktops["aude"].password),
    ):
        desktop = Desktop(
            office.folder / "now" / name, whose, url_through(office.proxy, whose, office.firm.database), password
        )
        for cut in CUTS:
            office.proxy.faults = one_after_another(cut)
            try:
                desktop.connect()
            except Refused:
                continue
            break
        else:
            desktop.connect()
        office.desktops[name] = desktop

    assert office.proxy.struck.total() > 3
    Simulator.of(office, 0).come_to_rest().check()


def test_a_rebuild_that_is_cut_leaves_the_replica_that_was_there(busy_office: FirmOffice) -> None:
    office, tina = busy_office, busy_office.desktops["tina"]
    before = replica_state(tina.directory)
    for cut in CUTS:
        office.proxy.faults = one_after_another(cut)
        try:
            tina.rebuild()
        except Refused:
            assert replica_state(tina.directory) == before
            assert len(read_challenges(tina.workspace)) == 2
            continue
        break

    assert office.proxy.struck.total() > 0
    Simulator.of(office, 0).come_to_rest().check()
