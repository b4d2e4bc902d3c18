"""One exchange with the firm's server: send what waits, take what is new, let go of what has come."""

from dataclasses import dataclass
from typing import Final

from tradesense_desktop.domain.progress import ProgressReport, unwatched
from tradesense_desktop.domain.replicated import Quarantine
from tradesense_desktop.domain.server_address import ServerAddress
from tradesense_desktop.server.connection import ServerConnection
from tradesense_desktop.server.devices import register_device
from tradesense_desktop.server.state import read_state
from tradesense_desktop.services.pull_replica import pull_replica
from tradesense_desktop.services.push_commands import push_pending
from tradesense_desktop.store.confirmed_ops import confirm_applied, list_applied
from tradesense_desktop.store.device import read_device_id
from tradesense_desktop.store.device_key import ensure_public_key
from tradesense_desktop.store.workspace import Workspace

_MOST_ROUNDS: Final = 8
"""Of sending and taking: an op that others keep overtaking waits for the next exchange."""


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one exchange did: rows that came, commands that the server took and refused, streams that do not fit."""

    rows: int
    applied: int
    rejected: int
    quarantines: tuple[Quarantine, ...]


def introduce(workspace: Workspace, connection: ServerConnection, address: ServerAddress) -> None:
    """See that the server speaks this program's language, and make this device known to it: once on every connection.

    Nothing is sent to a server of another version. Raises what `read_state` raises, and DeviceRefused.
    """
    read_state(connection, address, is_thorough=False)
    directory = workspace.directory
    register_device(connection, address, read_device_id(directory), ensure_public_key(directory))


def exchange(
    workspace: Workspace,
    connection: ServerConnection,
    address: ServerAddress,
    *,
    is_thorough: bool = False,
    progress: ProgressReport = unwatched,
) -> Exchanged:
    """Send and take until nothing waits; an op is let go by a pull that began after the server had said yes to it.

    Raises what `pull_replica` raises; whatever was done before holds.
    """
    rows = applied = rejected = 0
    quarantines: tuple[Quarantine, ...] = ()
    for _ in range(_MOST_ROUNDS):
        pushed = push_pending(workspace, connection)
        confirmable = list_applied(workspace.directory)
        pulled = pull_replica(workspace, connection, address, is_thorough=is_thorough, progress=progress)
        quarantines = pulled.quarantines
        if confirmable and not quarantines:
            confirm_applied(workspace.directory, confirmable)
        rows, applied, rejected = rows + pulled.rows, applied + pushed.applied, rejected + pushed.rejected
        if not (pushed.stale or pushed.is_more):
            break
    return Exchanged(rows, applied, rejected, quarantines)
