"""A firm's replica on this computer, made and opened as the program makes and opens one."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from tests.firm_server import FirmPerson, FirmServer
from tradesense_desktop.domain.server_address import ServerAddress, parse_address
from tradesense_desktop.server.connection import connect
from tradesense_desktop.services.connect_firm import connect_firm
from tradesense_desktop.services.open_workspace import Workspace, open_workspace
from tradesense_desktop.services.pull_replica import PullOutcome, pull_replica


def address_of(firm: FirmServer, person: FirmPerson) -> ServerAddress:
    return parse_address(firm.url_of(person))


@contextmanager
def replica(firm: FirmServer, person: FirmPerson, folder: Path) -> Iterator[Workspace]:
    """The workspace of `person` in `folder`, connected and open."""
    connect_firm(folder, firm.url_of(person), person.password)
    with open_workspace(folder) as workspace:
        yield workspace


def pulled(firm: FirmServer, person: FirmPerson, workspace: Workspace, **how: Any) -> PullOutcome:
    """One pull on a connection of its own."""
    address = address_of(firm, person)
    with closing(connect(address, person.password)) as connection:
        return pull_replica(workspace, connection, address, **how)
