"""A connection to the firm's server as whoever acts, for what only the server can do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tradesense_desktop.services.errors import Forbidden, NotSignedIn, ServerNeeded, refusals
from tradesense_desktop.store.firm_binding import FirmBinding

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tradesense_desktop.domain.server_address import ServerAddress
    from tradesense_desktop.server.connection import ServerConnection
    from tradesense_desktop.services.open_workspace import Workspace


def binding_of(workspace: Workspace) -> FirmBinding:
    """To which server, and as whom, the workspace is bound; asked of a firm's workspace only."""
    assert workspace.firm is not None
    return workspace.firm


def address_of(binding: FirmBinding) -> ServerAddress:
    """Where the server is, and with which login."""
    from tradesense_desktop.domain.server_address import parse_address

    return parse_address(binding.address, binding.tls)


@contextmanager
def firm_connection(workspace: Workspace, what: str) -> Iterator[ServerConnection]:
    """A connection as whoever acts through `workspace`; `what` says in a sentence's beginning what it is for.

    Raises NotSignedIn, ServerNeeded (exit code 4) where the server cannot be reached, and Refused with the server's
    own sentence for what it does not do.
    """
    from tradesense_desktop.server.connection import connect
    from tradesense_desktop.server.errors import ServerUnreachable
    from tradesense_desktop.server.people import GoverningRefused, people_refusals

    session = workspace.firm_session
    if session is None:
        raise NotSignedIn
    with refusals():
        address = address_of(binding_of(workspace))
        try:
            with connect(address, session.password) as connection, people_refusals(connection, address):
                yield connection
        except ServerUnreachable as failure:
            raise ServerNeeded(what, str(failure)) from failure
        except GoverningRefused as refusal:
            if refusal.is_forbidden:
                raise Forbidden(str(refusal)) from refusal
            raise
