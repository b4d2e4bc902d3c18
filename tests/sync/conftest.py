"""The firm that the tests of faults share: made once a run, and put back for each test."""

from collections.abc import Iterator

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import firm_server
from tests.sync.firm_office import FirmOffice, firm_office
from tests.sync.ops import Firm


@pytest.fixture(scope="session")
def kept_office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FirmOffice]:
    """An office with a desktop for everybody but otis, and a second one for tina; closed, to begin again from."""
    desktops = {"ada": "ada", "ben": "ben", "aude": "aude", "tina": "tina", "tina-2": "tina"}
    with firm_office(tmp_path_factory.mktemp("office"), desktops=desktops) as office:
        office.keep()
        yield office


@pytest.fixture
def office(kept_office: FirmOffice) -> Iterator[FirmOffice]:
    """The office as it was in the beginning, open."""
    kept_office.begin_again()
    yield kept_office
    kept_office.close()


@pytest.fixture(scope="module", params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[Firm]:
    """A firm with a device for everybody, on each server that there is; each test makes challenges of its own."""
    with firm_server(servers, request.param) as server:
        firm = Firm.of(server)
        yield firm
        firm.close()
