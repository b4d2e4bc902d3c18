"""A replica that is fetched whole: it equals what the person may see on the server, wherever the fetching was stopped."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import SERVER_KINDS, Servers
from tests.firm_server import FirmPerson, FirmServer, firm_server
from tests.sync.firm_histories import LOSING, WINNING, local_history, put_history
from tests.sync.replica_equality import assert_replica_equals
from tradesense_desktop.server.addresses import parse_address
from tradesense_desktop.server.connection import connect
from tradesense_desktop.services.first_pull import Fetched, fetch_replica
from tradesense_desktop.store.replica_file import take_place

pytestmark = pytest.mark.postgresql


@pytest.fixture(scope="module", params=SERVER_KINDS)
def firm(request: pytest.FixtureRequest, servers: Servers) -> Iterator[FirmServer]:
    with firm_server(servers, request.param) as server:
        yield server


@pytest.fixture(scope="module")
def traders(firm: FirmServer, tmp_path_factory: pytest.TempPathFactory) -> list[FirmPerson]:
    """Two traders with three histories, one of which has failed."""
    people = [firm.add_person(), firm.add_person()]
    folder = tmp_path_factory.mktemp("histories")
    histories = [(people[0], WINNING), (people[0], LOSING), (people[1], WINNING)]
    with closing(firm.connect()) as connection:
        for number, (person, profits) in enumerate(histories):
            put_history(connection, local_history(folder / str(number), person, *profits))
    return people


def fetched(firm: FirmServer, person: FirmPerson, folder: Path) -> Fetched:
    address = parse_address(firm.url_of(person))
    with connect(address, person.password) as connection:
        result = fetch_replica(folder, connection, address)
    take_place(folder)
    return result


@pytest.mark.usefixtures("traders")
@pytest.mark.parametrize("role", ["AUDITOR", "ADMIN", "SUPERADMIN"])
def test_staff_get_everything_row_by_row(firm: FirmServer, tmp_path: Path, role: str) -> None:
    person = firm.add_person(role)

    fetched(firm, person, tmp_path)

    assert assert_replica_equals(firm, person, tmp_path) >= 3


def test_a_trader_gets_the_own_rows_and_nobody_elses(
    firm: FirmServer, traders: list[FirmPerson], tmp_path: Path
) -> None:
    fetched(firm, traders[0], tmp_path)

    assert assert_replica_equals(firm, traders[0], tmp_path) == 2
