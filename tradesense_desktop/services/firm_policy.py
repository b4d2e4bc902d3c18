"""Set a policy of a firm on its server; copies learn of it with their next pull."""

from typing import Any

from tradesense_desktop.services.firm_connection import firm_connection
from tradesense_desktop.services.open_workspace import Workspace


def set_policy_in_firm(workspace: Workspace, name: str, value: Any) -> None:
    """Have the server keep it. Raises Forbidden, ServerNeeded and Refused."""
    from tradesense_desktop.server.policies import set_policy

    with firm_connection(workspace, "Setting a policy") as connection:
        set_policy(connection, name, value)
