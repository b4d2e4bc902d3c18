"""Try a firm's server out: a PostgreSQL that is gone afterwards, with a firm of demo people in it."""

from __future__ import annotations

import secrets
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tradesense_desktop.domain.people import Role
from tradesense_desktop.services.errors import refusals

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tradesense_desktop.server.connection import ServerConnection
    from tradesense_desktop.server.throwaway import ThrowawayServer

DATABASE: Final = "firm"
_FIRST: Final = ("sue@demo.example", Role.SUPERADMIN, "Sue, super-administrator")
_CAST: Final = (
    ("tina@demo.example", Role.USER, "Tina, trader"),
    ("aude@demo.example", Role.AUDITOR, "Aude, auditor"),
    ("ada@demo.example", Role.ADMIN, "Ada, administrator"),
    ("ben@demo.example", Role.ADMIN, "Ben, administrator"),
)


@dataclass(frozen=True, slots=True)
class TrialPerson:
    """Somebody of the demo firm; the password is shown once and kept nowhere."""

    title: str
    email: str
    role: Role
    user_id: str
    address: str
    password: str


@dataclass(frozen=True, slots=True)
class TrialServer:
    """A firm's server that runs until the `with` ends."""

    port: int
    people: tuple[TrialPerson, ...]


@contextmanager
def trial_server(parent: Path | None = None) -> Iterator[TrialServer]:
    """Start it, install, let the demo people in and give its trader a few challenges.

    Its temporary folder is made in `parent`, or where such folders belong. Raises Refused where nothing starts.
    """
    from tradesense_desktop.server.installation import install, keep_first_passwords
    from tradesense_desktop.server.throwaway import ThrowawayServer
    from tradesense_desktop.services.stock_trial import stock_trial

    with refusals(), ThrowawayServer(parent) as server:
        server.create_database(DATABASE)
        with server.connect(DATABASE) as connection:
            install(connection)
            people = _let_in(server, connection)
            keep_first_passwords(connection)
        cast = {person.email: person for person in people}
        ada = cast["ada@demo.example"]
        stock_trial(ada.address, ada.password, cast["tina@demo.example"].user_id)
        yield TrialServer(server.port, people)


def _let_in(server: ThrowawayServer, connection: ServerConnection) -> tuple[TrialPerson, ...]:
    """The first super-administrator as an operator enters them; everybody else by her, as in any firm."""
    from tradesense_desktop.domain.server_address import parse_address
    from tradesense_desktop.server.connection import connect
    from tradesense_desktop.server.installation import add_first_superadmin
    from tradesense_desktop.server.people import register_person

    password = _new_password()
    email, role, title = _FIRST
    first = add_first_superadmin(connection, email, password)
    sue = TrialPerson(title, email, role, first.user_id, server.address_of(first.login, DATABASE), password)
    people = []
    with connect(parse_address(sue.address), sue.password) as hers:
        for email, role, title in _CAST:
            password = _new_password()
            added = register_person(hers, email, role, password)
            address = server.address_of(added.login, DATABASE)
            people.append(TrialPerson(title, email, role, added.user_id, address, password))
    return (*people, sue)


def _new_password() -> str:
    return secrets.token_urlsafe(12)
