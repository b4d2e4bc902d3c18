"""Keep a firm's workspace and its server together: once, or for as long as somebody works, in a thread of its own."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from tradesense_desktop.domain.progress import ProgressReport, unwatched
from tradesense_desktop.services.connect_firm import rebuild
from tradesense_desktop.services.errors import NotSignedIn, Refused, ServerNeeded, refusals
from tradesense_desktop.services.firm_connection import address_of
from tradesense_desktop.store.errors import WorkspaceClosed

if TYPE_CHECKING:
    from collections.abc import Callable

    from tradesense_desktop.domain.replicated import Quarantine
    from tradesense_desktop.domain.server_address import ServerAddress
    from tradesense_desktop.server.connection import ServerConnection
    from tradesense_desktop.server.live import Listener
    from tradesense_desktop.services.exchange import Exchanged
    from tradesense_desktop.services.open_workspace import Workspace

__all__ = ["FirmSync", "Phase", "RebuildWanted", "SyncOutcome", "SyncState", "rebuild", "sync_once"]

_SECONDS_BETWEEN_LOOKS: Final = 30.0
_FIRST_DELAY_SECONDS: Final = 1.0
_LONGEST_DELAY_SECONDS: Final = 300.0
_SECONDS_AFTER_REFUSAL: Final = 300.0
"""A password that is wrong, a server that is too old: trying again at once would only make the account wait."""
_LONGEST_EXCHANGE_SECONDS: Final = 600.0
"""What swallows everything and closes nothing ends here at the latest."""
_JITTER: Final = (0.8, 1.2)
_SYNCHRONISING: Final = "Synchronising"


class RebuildWanted(Refused):
    """The replica has to be fetched anew (`rebuild`), for which the workspace is closed."""


class Phase(StrEnum):
    """How a firm's workspace stands to its server."""

    OFFLINE = "offline"
    SYNCING = "syncing"
    CONNECTED = "connected"
    ATTENTION = "attention"
    REBUILD = "rebuild"


@dataclass(frozen=True, slots=True)
class SyncOutcome:
    """What one synchronisation did; `pending` waits still, `refused` waits for a person. `at` is aware UTC."""

    rows: int
    applied: int
    rejected: int
    pending: int
    refused: int
    quarantines: tuple[Quarantine, ...]
    at: datetime


@dataclass(frozen=True, slots=True)
class SyncState:
    """How things stand now, in a sentence; `last_sync_at` is aware UTC, None before the first time."""

    phase: Phase
    sentence: str
    last_sync_at: datetime | None
    pending: int
    refused: int


def sync_once(workspace: Workspace, password: str | None = None, progress: ProgressReport = unwatched) -> SyncOutcome:
    """Send what waits, take what is new, compare the last entry of every stream; whoever signed in, or `password`.

    Raises ServerNeeded (exit code 4) where the server cannot be reached, RebuildWanted, and Refused.
    """
    from tradesense_desktop.services.exchange import exchange, introduce

    with _refusals(), _connected(workspace, password) as (connection, address):
        introduce(workspace, connection, address)
        return _outcome(workspace, exchange(workspace, connection, address, is_thorough=True, progress=progress))


def _outcome(workspace: Workspace, done: Exchanged) -> SyncOutcome:
    from tradesense_desktop.services.read_pending import count_pending

    waiting = count_pending(workspace)
    return SyncOutcome(
        done.rows, done.applied, done.rejected, waiting.pending, waiting.refused, done.quarantines, datetime.now(UTC)
    )


@contextlib.contextmanager
def _connected(workspace: Workspace, password: str | None) -> Iterator[tuple[ServerConnection, ServerAddress]]:
    from tradesense_desktop.server.connection import connect

    address = _address(workspace)
    with closing(connect(address, _password(workspace, password))) as connection:
        yield connection, address


def _address(workspace: Workspace) -> ServerAddress:
    if workspace.firm is None:
        raise Refused("This workspace belongs to no firm; there is nothing to synchronise.", "tradesense connect URL")
    return address_of(workspace.firm)


def _password(workspace: Workspace, given: str | None) -> str:
    """The password of whoever signed in, which may have been changed since; else the one that was given."""
    if workspace.firm_session is not None:
        return workspace.firm_session.password
    if given is None:
        raise NotSignedIn
    return given


@contextlib.contextmanager
def _refusals() -> Iterator[None]:
    from tradesense_desktop.server.errors import RebuildNeeded, ServerUnreachable

    with refusals():
        try:
            yield
        except ServerUnreachable as failure:
            raise ServerNeeded(_SYNCHRONISING, str(failure)) from failure
        except RebuildNeeded as needed:
            raise RebuildWanted(str(needed), "tradesense sync") from needed


class FirmSync:
    """Synchronises in a thread of its own: when told of news, when woken, and every half minute.

    `tell` is called from that thread after every change of `state`. Nothing here waits for the server but the thread;
    `stop` cuts what it waits for.
    """

    def __init__(
        self, workspace: Workspace, password: str | None = None, tell: Callable[[SyncState], object] | None = None
    ) -> None:
        self._workspace: Final = workspace
        self._password: Final = password
        self._tell: Final = tell
        self._news: Final = threading.Event()
        self._stopping: Final = threading.Event()
        self._guard: Final = threading.Lock()
        self._state = SyncState(Phase.OFFLINE, "Not connected yet.", None, 0, 0)
        self._connection: ServerConnection | None = None
        self._listener: Listener | None = None
        self._thread: Final = threading.Thread(target=self._work, name="firm sync", daemon=True)

    def start(self) -> None:
        """Begin; returns at once."""
        self._thread.start()

    def wake(self) -> None:
        """Synchronise now rather than later: something was done here, or a person asked."""
        self._news.set()

    def stop(self) -> None:
        """End the thread and wait for it; what was under way is cut and done again the next time."""
        from tradesense_desktop.server.connection import abort

        self._stopping.set()
        self._news.set()
        connection = self._connection
        if connection is not None:
            abort(connection)
        if self._thread.ident is not None:
            self._thread.join()

    def state(self) -> SyncState:
        """How things stand; never waits."""
        with self._guard:
            return self._state

    def _work(self) -> None:
        failures = 0
        try:
            while not self._stopping.is_set():
                self._news.clear()
                delay = self._round(failures)
                failures = failures + 1 if self.state().phase is Phase.OFFLINE else 0
                self._news.wait(delay * random.uniform(*_JITTER))  # noqa: S311 - spreads rivals, guards nothing
        except WorkspaceClosed:
            return
        finally:
            self._disconnect()

    def _round(self, failures: int) -> float:
        """Synchronise once; after how many seconds to do it again."""
        from tradesense_desktop.server.errors import ServerUnreachable

        self._set(Phase.SYNCING, "Synchronising with the server.")
        try:
            with _refusals():
                outcome = self._exchange()
        except RebuildWanted as wanted:
            self._disconnect()
            self._set(Phase.REBUILD, wanted.sentence)
            return _SECONDS_AFTER_REFUSAL
        except ServerNeeded as needed:
            self._disconnect()
            cause = needed.__cause__
            self._set(Phase.OFFLINE, str(cause) if isinstance(cause, ServerUnreachable) else needed.sentence)
            return float(min(_FIRST_DELAY_SECONDS * 2**failures, _LONGEST_DELAY_SECONDS))
        except Refused as refused:
            self._disconnect()
            if isinstance(refused.__cause__, WorkspaceClosed):
                raise refused.__cause__ from None
            self._set(Phase.ATTENTION, refused.sentence)
            return _SECONDS_AFTER_REFUSAL
        self._show(outcome)
        return _SECONDS_BETWEEN_LOOKS

    def _exchange(self) -> SyncOutcome:
        from tradesense_desktop.server.connection import answered_within, connect
        from tradesense_desktop.services.exchange import exchange, introduce

        address = _address(self._workspace)
        is_new = self._connection is None or self._connection.closed
        if is_new:
            self._connection = connect(address, _password(self._workspace, self._password))
            # Whoever stops this sets the flag and then looks for a connection to cut: one of the two sees the other.
            self._go_on(None)
        assert self._connection is not None
        with answered_within(self._connection, _LONGEST_EXCHANGE_SECONDS):
            if is_new:
                introduce(self._workspace, self._connection, address)
            done = exchange(self._workspace, self._connection, address, is_thorough=is_new, progress=self._go_on)
        self._listen(address)
        return _outcome(self._workspace, done)

    def _go_on(self, _progress: object) -> None:
        if self._stopping.is_set():
            from tradesense_desktop.server.errors import ConnectionLost

            raise ConnectionLost

    def _listen(self, address: ServerAddress) -> None:
        """Have a listener, where the server lets one listen; without, looking every half minute is enough."""
        from tradesense_desktop.server.live import Listener
        from tradesense_desktop.services.pull_replica import own_channel

        if self._listener is not None and self._listener.is_listening:
            return
        channel = own_channel(self._workspace)
        if channel is not None and not self._stopping.is_set():
            password = _password(self._workspace, self._password)
            self._listener = Listener(address, password, [channel], self.wake)
            self._listener.start()

    def _disconnect(self) -> None:
        listener, self._listener = self._listener, None
        if listener is not None:
            listener.stop()
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    def _show(self, outcome: SyncOutcome) -> None:
        if outcome.quarantines:
            phase, sentence = Phase.ATTENTION, outcome.quarantines[0].sentence
        elif outcome.refused:
            phase, sentence = Phase.ATTENTION, "The server refused something that waits for you."
        else:
            phase, sentence = Phase.CONNECTED, "Everything is as the server has it."
        with self._guard:
            self._state = replace(self._state, pending=outcome.pending, refused=outcome.refused)
        self._set(phase, sentence, at=outcome.at)

    def _set(self, phase: Phase, sentence: str, at: datetime | None = None) -> None:
        with self._guard:
            before = self._state
            last = at or before.last_sync_at
            self._state = replace(before, phase=phase, sentence=sentence, last_sync_at=last)
            is_told = self._tell is not None and self._state != before
        if is_told and self._tell is not None:
            self._tell(self.state())
