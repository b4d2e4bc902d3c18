"""The runner of all background work: a pool for reads, one thread for writes."""

import logging
from collections import deque
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

from PySide6.QtCore import QObject, Qt, Signal

from tradesense_desktop.domain.progress import Cancelled, ProgressReport
from tradesense_desktop.services.errors import Refused
from tradesense_desktop.ui.tasks.task import Kind, Task

Result = TypeVar("Result")

_READERS: Final = 3
_log = logging.getLogger("tradesense.tasks")


class Tasks(QObject):
    """Runs functions off the interface thread and delivers what they return on it.

    A function takes values and returns values; a widget never goes to it. Reads run on a few threads, writes one
    after the other on one. A failure is always shown, by `failed` or by the task, so that no job vanishes silently.

    Signals: started(Task), finished(Task); failed(Task, exception) unless the task shows it; cancelled(Task);
    written(Task) after a write that succeeded: whoever shows what may have changed reads it again.
    """

    started = Signal(object)
    finished = Signal(object)
    failed = Signal(object, object)
    cancelled = Signal(object)
    written = Signal(object)
    _settled = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._reads = ThreadPoolExecutor(_READERS, thread_name_prefix="read")
        self._writes = ThreadPoolExecutor(1, thread_name_prefix="write")
        self._running: list[Task[Any]] = []
        self._outcomes: deque[tuple[Task[Any], Future[Any]]] = deque()
        self._is_closed = False
        self._settled.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    @property
    def running(self) -> tuple[Task[Any], ...]:
        """Work that is waiting or under way, oldest first."""
        return tuple(self._running)

    def read(self, function: Callable[[], Result], owner: QObject) -> Task[Result]:
        """Run a short read; nobody watches its progress and nobody cancels it."""
        return self._run(Kind.READ, "", function, owner)

    def watched_read(self, title: str, function: Callable[[ProgressReport], Result], owner: QObject) -> Task[Result]:
        """Run a read that may take long: `function` reports its progress and can be cancelled."""
        return self._run(Kind.READ, title, function, owner, watched=True)

    def write(self, title: str, function: Callable[[ProgressReport], Result], owner: QObject) -> Task[Result]:
        """Run a change, after all changes asked for before it."""
        return self._run(Kind.WRITE, title, function, owner, watched=True)

    def shut_down(self) -> None:
        """Ask everything to stop and wait until no thread is left; nothing is delivered any more."""
        self._is_closed = True
        for task in self._running:
            task.cancel()
        for pool in (self._reads, self._writes):
            pool.shutdown(wait=True, cancel_futures=True)
        self._running.clear()
        self._outcomes.clear()

    def _run(
        self,
        kind: Kind,
        title: str,
        function: Callable[..., Result],
        owner: QObject,
        *,
        watched: bool = False,
    ) -> Task[Result]:
        task: Task[Result] = Task(kind, title, owner)
        if self._is_closed:
            return task
        pool = self._reads if kind is Kind.READ else self._writes
        self._running.append(task)
        future = pool.submit(function, task.report) if watched else pool.submit(function)
        self.started.emit(task)
        future.add_done_callback(partial(self._settle, task))
        return task

    def _settle(self, task: Task[Any], future: Future[Any]) -> None:
        """Queue an outcome for the interface thread; called in the thread of the work."""
        self._outcomes.append((task, future))
        if not self._is_closed:
            self._settled.emit()

    def _deliver(self) -> None:
        """Deliver one outcome: every outcome has a signal of its own, so an error in one slot holds up no other."""
        if not self._outcomes:
            return
        task, future = self._outcomes.popleft()
        self._running.remove(task)
        try:
            self._deliver_one(task, future)
        finally:
            self.finished.emit(task)

    def _deliver_one(self, task: Task[Any], future: Future[Any]) -> None:
        failure: BaseException | None = CancelledError() if future.cancelled() else future.exception()
        if failure is None:
            task.deliver(future.result())
            if task.kind is Kind.WRITE:
                self.written.emit(task)
        elif isinstance(failure, Cancelled | CancelledError):
            task.fail(failure)
            self.cancelled.emit(task)
        else:
            if not isinstance(failure, Refused):
                # The place, not the message: that may quote what a file or a person said.
                _log.error("unexpected %s in background work at %s", type(failure).__name__, _place(failure))
                _log.debug("background work failed", exc_info=failure)
            if not task.fail(failure):
                self.failed.emit(task, failure)


def _place(failure: BaseException) -> str:
    trace = failure.__traceback__
    if trace is None:
        return "an unknown place"
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
