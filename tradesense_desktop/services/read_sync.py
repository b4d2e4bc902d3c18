"""How a firm's workspace stands, without asking its server."""

from dataclasses import dataclass
from datetime import datetime

from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.replicated import Quarantine
from tradesense_desktop.services.errors import Refused, refusals
from tradesense_desktop.services.open_workspace import Workspace
from tradesense_desktop.store import replica_state
from tradesense_desktop.store.challenges import count_challenges


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """To which server a workspace is bound and as whom, and what of it is here; `connected_at` is aware UTC."""

    address: str
    login: str
    role: Role
    tls: str
    instance: str
    schema_version: str | None
    connected_at: datetime
    is_fetched: bool
    challenges: int
    streams: int
    quarantines: tuple[Quarantine, ...]


def is_fetched(workspace: Workspace) -> bool:
    """Whether the workspace holds a replica that was fetched to its end."""
    with refusals(), workspace.reading() as reading:
        return replica_state.read_state(reading.driver) is not None


def read_sync(workspace: Workspace) -> SyncStatus:
    """How the workspace stands. Raises Refused for one that belongs to no firm."""
    binding = workspace.firm
    if binding is None:
        raise Refused("This workspace belongs to no firm.", "tradesense connect URL")
    with refusals(), workspace.reading() as reading:
        return SyncStatus(
            address=binding.address,
            login=binding.login,
            role=binding.role,
            tls=binding.tls,
            instance=binding.instance,
            schema_version=binding.schema_version,
            connected_at=binding.connected_at,
            is_fetched=replica_state.read_state(reading.driver) is not None,
            challenges=sum(count_challenges(reading).values()),
            streams=len(replica_state.read_cursors(reading.driver)),
            quarantines=replica_state.read_quarantines(reading.driver),
        )
