"""Prepare the firm's server: everything that a firm needs in an empty PostgreSQL, and its first person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tradesense_desktop.domain.account import check_new_password, checked_email, normal_password
from tradesense_desktop.services.administer_server import administering
from tradesense_desktop.services.errors import refusals
from tradesense_desktop.services.password_hash import most_common_passwords

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradesense_desktop.server.installation import Installed


@dataclass(frozen=True, slots=True)
class FirstPerson:
    """The firm's first super-administrator: `address` is what they give to `tradesense connect`."""

    email: str
    user_id: str
    login: str
    address: str


@dataclass(frozen=True, slots=True)
class PreparedServer:
    """A server that is a firm's now; `first` is None where nobody was to be entered."""

    database: str
    schema_version: str
    was_there: bool
    first: FirstPerson | None


def prepare_server(
    url: str, password: Callable[[], str], *, email: str | None = None, new_password: Callable[[], str] | None = None
) -> PreparedServer:
    """Install, again where it is installed, and enter the first super-administrator where `email` names one.

    Raises Refused with the reason, ServerNeeded (exit code 4) where the server cannot be reached.
    """
    from dataclasses import replace

    from tradesense_desktop.domain.server_address import parse_address
    from tradesense_desktop.server.installation import add_first_superadmin, install

    with refusals():
        address = parse_address(url)
        checked = None if email is None else checked_email(email)
        chosen = ""
        if checked is not None:
            assert new_password is not None
            chosen = new_password()
            check_new_password(chosen, checked, most_common_passwords())
    with administering(url, password, "Preparing a server") as connection:
        installed = install(connection)
        first = None
        if checked is not None:
            added = add_first_superadmin(connection, checked, normal_password(chosen))
            first = FirstPerson(checked, added.user_id, added.login, replace(address, login=added.login).url)
    return _prepared(installed, first)


def migrate_server(url: str, password: Callable[[], str]) -> PreparedServer:
    """Bring a firm's server to this program's state. Raises as `prepare_server`."""
    from tradesense_desktop.server.installation import migrate

    with administering(url, password, "Bringing a server up to date") as connection:
        return _prepared(migrate(connection), None)


def _prepared(installed: Installed, first: FirstPerson | None) -> PreparedServer:
    return PreparedServer(installed.database, installed.schema_version, installed.was_there, first)
