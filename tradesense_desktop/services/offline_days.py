"""For how many days this computer lets somebody into a firm's workspace without its server."""

from tradesense_desktop.domain.offline_sign_in import MOST_DAYS
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.services.permission import acting
from tradesense_desktop.store import offline_verifier

_LOCAL = "A workspace of your own needs no server to sign in; the days are those of a firm's workspace."


def read_offline_days(workspace: Workspace) -> int:
    """How many days it is after the last sign-in with the server. Raises Refused in a local workspace."""
    acting(workspace)
    _check_firm(workspace)
    with refusals():
        return offline_verifier.read_offline_days(workspace.directory)


def set_offline_days(workspace: Workspace, days: int) -> int:
    """Set it for this computer, from 0 (never without the server) to 90."""
    acting(workspace)
    _check_firm(workspace)
    if not 0 <= days <= MOST_DAYS:
        raise Refused(f"Without the server one may sign in for 0 to {MOST_DAYS} days, not {days}.")
    with refusals():
        offline_verifier.write_offline_days(workspace.directory, days)
    return days


def _check_firm(workspace: Workspace) -> None:
    if workspace.firm is None:
        raise Refused(_LOCAL)
