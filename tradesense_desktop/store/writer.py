"""The one thread that changes the workspace: a queue of changes, each committed whole or not at all."""

import queue
import random
import threading
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import Any, Final, TypeVar, cast

from sqlalchemy import Connection, Engine

from tradesense_desktop.domain.progress import Cancelled
from tradesense_desktop.store.authority import Acting, Authority, Scope
from tradesense_desktop.store.connection import act_as
from tradesense_desktop.store.database_errors import is_denied, refusals_about
from tradesense_desktop.store.drivers import driver_errors
from tradesense_desktop.store.errors import OptimisticLockLost, WorkspaceBusy, WorkspaceClosed
from tradesense_desktop.store.key_errors import KeyUnsought
from tradesense_desktop.store.outer_keys import OuterKeys
from tradesense_desktop.store.pending_write import DoneByServer, PendingWrite
from tradesense_desktop.store.transaction import Stop, Transaction

Result = TypeVar("Result")

MOST_RETRIES: Final = 5
_FIRST_DELAY_SECONDS: Final = 0.02


class _Change:
    """A function that waits for its turn, under whose authority it runs, and where its outcome goes."""

    __slots__ = ("acting", "function", "outcome", "pending", "stop")

    def __init__(
        self, function: Callable[[Transaction], Any], acting: Acting, pending: PendingWrite | None = None
    ) -> None:
        self.function: Final = function
        self.acting: Final = acting
        self.pending: Final = pending
        self.outcome: Final[Future[Any]] = Future()
        self.stop: Final = Stop()


class Writer:
    """Runs changes one after the other, in the order they came, on a connection of its own.

    The thread starts with the first change. A change that loses an optimistic lock, or finds another process
    writing for longer than the busy timeout, is run again from its beginning with exponential backoff and jitter,
    at most five times: it must read what it decides on inside the transaction.
    """

    def __init__(
        self,
        engine: Engine,
        path: Path,
        keys: OuterKeys,
        pause: Callable[[float], object] | None = None,
    ) -> None:
        self._engine = engine
        self._path = path
        self._pause = pause
        self._keys = keys
        self._changes: queue.SimpleQueue[_Change | None] = queue.SimpleQueue()
        self._guard = threading.Lock()
        self._thread: threading.Thread | None = None
        self._acting: Acting | None = None
        self._closing = threading.Event()

    def submit(self, function: Callable[[Transaction], Result], acting: Acting) -> "Future[Result]":
        """Queue a change; the future holds its result or its exception once it is committed or rolled back."""
        return self._queue(_Change(function, acting)).outcome

    def write(
        self, function: Callable[[Transaction], Result], acting: Acting, pending: PendingWrite | None = None
    ) -> Result:
        """Make a change under the authority of `acting` and wait for it; with `pending`, only into the outbox.

        Its exception is raised here, and then nothing was written.

        When the wait itself is interrupted (Ctrl-C) the change is given up and rolled back, unless it was
        committed already; never call this inside a change.
        """
        if threading.current_thread() is self._thread:
            raise RuntimeError("a change cannot wait for another change")
        change = self._queue(_Change(function, acting, pending))
        result: Result
        try:
            result = change.outcome.result()
        except BaseException:
            if not change.outcome.done():
                change.stop.wanted = True
                change.outcome.exception()
            raise
        return result

    def close(self) -> None:
        """Finish what is queued and end the thread; later changes are refused with WorkspaceClosed."""
        with self._guard:
            thread = self._thread
            if not self._closing.is_set():
                self._closing.set()
                self._changes.put(None)
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _queue(self, change: _Change) -> _Change:
        with self._guard:
            if self._closing.is_set():
                raise WorkspaceClosed(self._path)
            if self._thread is None:
                self._thread = threading.Thread(target=self._work, name="workspace writer", daemon=True)
                self._thread.start()
            self._changes.put(change)
        return change

    def _work(self) -> None:
        core: Connection | None = None
        try:
            while (change := self._changes.get()) is not None:
                if not change.outcome.set_running_or_notify_cancel():
                    continue
                try:
                    if core is None:
                        with refusals_about(self._path):
                            core = self._engine.connect()
                    result = self._run(core, change)
                except BaseException as error:  # noqa: BLE001 - it travels to whoever waits for the change
                    change.outcome.set_exception(error)
                else:
                    change.outcome.set_result(result)
                del change
        finally:
            if core is not None:
                core.close()

    def _run(self, core: Connection, change: _Change) -> Any:
        delay = _FIRST_DELAY_SECONDS
        for _ in range(MOST_RETRIES):
            try:
                return self._with_keys(core, change)
            except (OptimisticLockLost, WorkspaceBusy):
                self._wait(delay * random.uniform(0.5, 1.5))  # noqa: S311 - spreads rivals, guards nothing
                delay *= 2
        return self._with_keys(core, change)

    def _with_keys(self, core: Connection, change: _Change) -> Any:
        """The change, begun again when it needs a key that was not looked for: that is done with nothing locked."""
        while True:
            try:
                return self._once(core, change)
            except KeyUnsought as unsought:
                self._keys.seek(unsought.workspace_id, unsought.key_id)

    def _once(self, core: Connection, change: _Change) -> Any:
        """The change in one transaction."""
        if change.stop.wanted:
            raise Cancelled
        if change.acting.scope is not Scope.LOCAL:
            return self._in_replica(core, change)
        self._act_as(core, change.acting)
        with refusals_about(self._path), core.begin():
            transaction = Transaction(core, self._keys, change.stop)
            result = change.function(transaction)
            transaction.check()
        return result

    def _in_replica(self, core: Connection, change: _Change) -> Any:
        """The change of a firm's replica: of what belongs to the device, or kept in the outbox and rolled back."""
        pending = change.pending
        self._act_as(core, change.acting if pending is None else Acting(Authority.PULL, scope=Scope.PENDING))
        try:
            with refusals_about(self._path), core.begin() as begun:
                transaction = Transaction(core, self._keys, change.stop)
                if pending is not None:
                    pending.lay(transaction)
                    self._act_as(core, change.acting)
                result = change.function(transaction)
                transaction.check()
                if pending is not None:
                    pending.keep(transaction)
                    begun.rollback()
        except driver_errors() as error:
            if is_denied(error):
                raise DoneByServer from error
            raise
        finally:
            if pending is not None:
                self._acting = None  # what was set within the transaction went back with it
        return result

    def _act_as(self, core: Connection, acting: Acting) -> None:
        """Set who writes, where it is another than before: SQLite prepares every statement anew then."""
        if acting != self._acting:
            self._acting = None
            act_as(cast("Any", core.connection.driver_connection), acting)
            self._acting = acting

    def _wait(self, seconds: float) -> None:
        if self._pause is not None:
            self._pause(seconds)
        else:
            self._closing.wait(seconds)
