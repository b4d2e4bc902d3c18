"""People of a firm: registered and governed on its server, by whoever acts; nothing of it waits in this computer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from tradesense_desktop.domain.account import check_new_password, checked_email
from tradesense_desktop.domain.errors import ReasonMissing
from tradesense_desktop.domain.people import Role, User
from tradesense_desktop.domain.permissions import Right
from tradesense_desktop.domain.plain_text import keepable
from tradesense_desktop.services.errors import NotInFirm, Refused, refusals
from tradesense_desktop.services.firm_connection import address_of, binding_of, firm_connection
from tradesense_desktop.services.password_hash import most_common_passwords
from tradesense_desktop.services.permission import require

if TYPE_CHECKING:
    from tradesense_desktop.server.connection import ServerConnection
    from tradesense_desktop.services.open_workspace import Workspace


@dataclass(frozen=True, slots=True)
class FirmRegistration:
    """An account that was made on the server, and the address with which its owner connects: it holds no password."""

    user: User
    url: str


def register_in_firm(
    workspace: Workspace, *, email: str, password: str, role: Role = Role.USER, is_verified: bool = True
) -> FirmRegistration:
    """Make an account on the server with a first password, which its owner has to change.

    It is in this copy with the next pull. Raises NotAllowed, ServerNeeded and Refused.
    """
    from tradesense_desktop.server.people import register_person

    require(workspace, Right.REGISTER_TRADER if role is Role.USER else Right.REGISTER_STAFF)
    with refusals():
        if not is_verified:
            raise NotInFirm("Registering somebody who is kept out", "register them, and suspend them with a reason")
        address = checked_email(email)
        check_new_password(password, address, most_common_passwords())
    with firm_connection(workspace, "Registering somebody") as connection:
        made = register_person(connection, address, role, password)
        user = _as_it_is_now(connection, made.user_id)
    return FirmRegistration(user, replace(address_of(binding_of(workspace)), login=made.login).url)


def govern_in_firm(
    workspace: Workspace, right: Right, user_id: str, act: str, *, value: str | None = None, reason: str | None = None
) -> User:
    """Have the server suspend, readmit, verify or delete somebody, or give them the role `value`.

    Their login follows at once; this copy with the next pull. Raises NotAllowed, Forbidden, ServerNeeded and Refused.
    """
    from tradesense_desktop.server.people import govern_person

    require(workspace, right)
    with refusals():
        if reason is not None and not reason.strip():
            raise ReasonMissing("This change of an account")
        if reason is not None:
            keepable(reason, "The reason")
    with firm_connection(workspace, "Changing an account") as connection:
        govern_person(connection, user_id, act, value=value, reason=None if reason is None else reason.strip())
        return _as_it_is_now(connection, user_id)


def _as_it_is_now(connection: ServerConnection, user_id: str) -> User:
    from tradesense_desktop.server.people import read_server_person

    user = read_server_person(connection, user_id)
    if user is None:
        raise Refused("It is done, and the server does not show the account any more; synchronise to see.")
    return user
