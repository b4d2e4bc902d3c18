"""Administer the firm's server: a connection as whoever may, and what only a superuser does with it."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from tradesense_desktop.server.supervision import IdleSession, ServerStatus, end_idle_sessions, server_status
from tradesense_desktop.services.errors import ServerNeeded, refusals

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tradesense_desktop.server.connection import ServerConnection

__all__ = ["IdleSession", "ServerStatus", "administering", "begin_epoch", "examine_server", "watch_server"]


@contextmanager
def administering(url: str, password: Callable[[], str], what: str) -> Iterator[ServerConnection]:
    """A connection to the server at `url`; `password` is asked where one is needed; `what` begins a sentence.

    Raises Refused, and ServerNeeded (exit code 4) where the server cannot be reached.
    """
    from tradesense_desktop.domain.server_address import parse_address
    from tradesense_desktop.server.connection import connect, translated
    from tradesense_desktop.server.errors import ServerUnreachable

    with refusals():
        address = parse_address(url)
        # Whoever comes through the folder of a socket is known to PostgreSQL by the operating system.
        secret = "" if address.is_socket else password()
        try:
            with connect(address, secret) as connection, translated(address):
                yield connection
        except ServerUnreachable as failure:
            raise ServerNeeded(what, str(failure)) from failure


def examine_server(url: str, password: Callable[[], str]) -> ServerStatus:
    """What the server is and who is on it. Raises Refused and ServerNeeded."""
    with administering(url, password, "Looking at the server") as connection:
        return server_status(connection)


def begin_epoch(url: str, password: Callable[[], str]) -> int:
    """Tell every replica that the server was restored from a backup; how many streams begin anew."""
    from tradesense_desktop.server.installation import new_epoch

    with administering(url, password, "A new epoch") as connection:
        return new_epoch(connection)


def watch_server(
    url: str, password: Callable[[], str], on_ended: Callable[[IdleSession], None], pause: Callable[[], bool]
) -> None:
    """End sessions that stand within a transaction and do nothing, again and again until `pause` answers False."""
    from tradesense_desktop.server.installation import check_installed

    with administering(url, password, "Watching the server") as connection:
        check_installed(connection)
        while True:
            for session in end_idle_sessions(connection):
                on_ended(session)
            if not pause():
                return
