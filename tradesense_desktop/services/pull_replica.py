"""Take what is new on the firm's server: looked for in one round trip, applied in one transaction."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from tradesense_desktop.domain.people import Role
from tradesense_desktop.domain.progress import ProgressReport, unwatched
from tradesense_desktop.domain.replicated import FIRM_STREAM, Cursor, Quarantine, ReplicaSource, StreamUnsound
from tradesense_desktop.domain.server_address import ServerAddress
from tradesense_desktop.server.connection import ServerConnection
from tradesense_desktop.server.errors import RebuildNeeded
from tradesense_desktop.server.live import channel_of
from tradesense_desktop.server.pull import snapshot
from tradesense_desktop.server.pulled import take
from tradesense_desktop.server.state import ServerState, read_mark, read_state
from tradesense_desktop.store import replica_state
from tradesense_desktop.store.authority import Acting, Authority
from tradesense_desktop.store.replica import Applied, apply_pull
from tradesense_desktop.store.replica_state import ReplicaState
from tradesense_desktop.store.transaction import Transaction
from tradesense_desktop.store.workspace import Workspace

Write = Callable[[ReplicaSource, ReplicaState, Sequence[Quarantine]], Applied]


@dataclass(frozen=True, slots=True)
class PullOutcome:
    """Rows that are new or another here, and the streams of which nothing is taken."""

    rows: int
    quarantines: tuple[Quarantine, ...]


def pull_replica(
    workspace: Workspace,
    connection: ServerConnection,
    address: ServerAddress,
    *,
    is_thorough: bool = False,
    progress: ProgressReport = unwatched,
) -> PullOutcome:
    """Bring the replica to what the server has now. With nothing new it is one round trip and no write.

    Thorough, the last entry of every stream is compared and streams in quarantine are tried again; otherwise that is
    left to news. Raises RebuildNeeded, ServerUnreachable and what else `read_state` raises.
    """
    with workspace.reading() as reading:
        held = replica_state.read_state(reading.driver)
        quarantines = replica_state.read_quarantines(reading.driver)
    if held is None:
        raise RebuildNeeded("there is none yet")
    if is_thorough:
        found = read_state(connection, address, is_thorough=True)
        check_same(held, found)
        is_new = bool(quarantines) or not is_at(held.mark, found.mark)
    else:
        is_new = not is_at(held.mark, read_mark(connection, address))
    if not is_new:
        return PullOutcome(0, quarantines)
    with workspace.reading() as reading:
        cursors = replica_state.read_cursors(reading.driver)

    def write(source: ReplicaSource, state: ReplicaState, left_out: Sequence[Quarantine]) -> Applied:
        def change(transaction: Transaction) -> Applied:
            return apply_pull(transaction.driver, source, state, left_out, progress)

        return workspace.write(change, Acting(Authority.PULL))

    return pull(connection, address, held, cursors, write, is_thorough=is_thorough)


def pull(
    connection: ServerConnection,
    address: ServerAddress,
    held: ReplicaState,
    cursors: Sequence[Cursor],
    write: Write,
    *,
    is_thorough: bool,
    quarantines: Sequence[Quarantine] = (),
) -> PullOutcome:
    """Hand what has come after `cursors` to `write`, again without a stream that proves unsound."""
    left_out = {quarantine.stream_id: quarantine for quarantine in quarantines}
    while True:
        try:
            return _attempt(connection, address, held, cursors, write, is_thorough, left_out)
        except StreamUnsound as unsound:
            if unsound.stream_id in left_out:
                raise
            left_out[unsound.stream_id] = Quarantine(unsound.stream_id, str(unsound), unsound.is_alarm)


def _attempt(  # noqa: PLR0917 - one pull, under all that `pull` knows
    connection: ServerConnection,
    address: ServerAddress,
    held: ReplicaState,
    cursors: Sequence[Cursor],
    write: Write,
    is_thorough: bool,
    left_out: dict[str, Quarantine],
) -> PullOutcome:
    quarantines = tuple(left_out.values())
    with snapshot(connection, address, is_thorough=is_thorough) as moment:
        check_same(held, moment.state)
        advances = tuple(
            advance
            for advance in moment.advances(cursors, is_thorough=is_thorough)
            if advance.stream_id not in left_out
        )
        source = take(moment, advances)
        if not source.is_held:
            return PullOutcome(write(source, state_of(moment.state), quarantines).rows, quarantines)
    return PullOutcome(write(source, state_of(moment.state), quarantines).rows, quarantines)


def state_of(found: ServerState) -> ReplicaState:
    """What a replica of this moment says of itself."""
    return ReplicaState(found.instance, found.user_id, found.role, found.mark)


def check_same(held: ReplicaState, found: ServerState) -> None:
    """Raise RebuildNeeded where the server, the person or the role is another than the replica's."""
    if held.instance != found.instance:
        raise RebuildNeeded("another server answers at the address")
    if held.user_id != found.user_id:
        raise RebuildNeeded("the login belongs to somebody else now")
    if held.role is not found.role:
        raise RebuildNeeded("your role has changed, and with it what you may see")


def is_at(held_mark: str, found_mark: str) -> bool:
    """Whether a replica with this mark has all that the server's mark stands for; a quick mark is a beginning."""
    return held_mark == found_mark or held_mark.startswith(found_mark + ":")


def own_channel(workspace: Workspace) -> str | None:
    """Where the server tells of news for whoever the replica belongs to: staff hear of everything."""
    with workspace.reading() as reading:
        held = replica_state.read_state(reading.driver)
        epochs = {cursor.stream_id: cursor.epoch for cursor in replica_state.read_cursors(reading.driver)}
    if held is None:
        return None
    epoch = epochs.get(held.user_id if held.role is Role.USER else FIRM_STREAM)
    return None if epoch is None else channel_of(epoch)
