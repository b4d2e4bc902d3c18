"""For whom an administrator of a firm opens a challenge or imports a statement."""

import click

from tradesense_desktop.services.errors import Refused
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.read_users import find_person

owner_option = click.option(
    "--for", "owner", metavar="EMAIL", help="Whose challenge it is; in a firm's workspace, where traders open none."
)


def named_owner(workspace: Workspace, owner: str | None) -> str | None:
    """The id of the trader who is named; None where nobody is. Raises Refused in a local workspace, and NotFound."""
    if owner is None:
        return None
    if not workspace.is_firm:
        raise Refused("In a workspace of your own every challenge is that of whoever acts; leave out --for.")
    return find_person(workspace, owner).id
