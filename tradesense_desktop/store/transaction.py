"""One look at the workspace, and one change of it: what every repository function takes as its first argument."""

import contextlib
import time
from collections.abc import Callable, Iterator
from typing import Any, Final

from sqlalchemy import Connection

from tradesense_desktop.domain.progress import Cancelled, Progress, ProgressReport
from tradesense_desktop.store.drivers import driver_errors
from tradesense_desktop.store.outer_keys import OuterKeys

_STEPS_BETWEEN_LOOKS: Final = 4_000
"""Virtual-machine steps of SQLite between two looks at the clock: well under a millisecond."""
_SECONDS_BETWEEN_REPORTS: Final = 0.03
"""A person's wish to stop is seen at least every 50 ms."""


class Reading:
    """A consistent view of the workspace: everything read through one is of one moment.

    `core` runs SQLAlchemy Core statements; `driver` is the pysqlite3 connection below it, for what is hot; `keys`
    are those that stand open. It belongs to the thread that opened it.
    """

    __slots__ = ("_look", "core", "driver", "keys")

    def __init__(self, core: Connection, keys: OuterKeys) -> None:
        self.core: Final = core
        self.keys: Final = keys
        self.driver: Final[Any] = core.connection.driver_connection
        self._look: Callable[[], int] | None = None

    @contextlib.contextmanager
    def watched(self, progress: ProgressReport, stage: str) -> Iterator[None]:
        """Ask `progress` while statements run; what it raises (Cancelled) aborts the statement and is raised here.

        `stage` is what the person reads; how far a statement is, SQLite cannot tell.
        """
        progress(Progress(stage, 0, None))
        raised: list[BaseException] = []
        last_report = time.monotonic()

        def look() -> int:
            nonlocal last_report
            if self._is_unwanted():
                return 1
            now = time.monotonic()
            if now - last_report < _SECONDS_BETWEEN_REPORTS:
                return 0
            last_report = now
            try:
                progress(Progress(stage, 0, None))
            except BaseException as error:  # noqa: BLE001 - raised again below, where Python can see it
                raised.append(error)
                return 1
            return 0

        outer = self._look
        self._call_between_steps(look)
        try:
            yield
        except driver_errors():
            if raised:
                raise raised[0] from None
            raise
        finally:
            self._call_between_steps(outer)

    def _is_unwanted(self) -> bool:
        """Whether whoever waits for this has given it up."""
        return False

    def _call_between_steps(self, look: Callable[[], int] | None) -> None:
        """Have SQLite call `look` every few thousand steps; a result but 0 aborts the statement that runs."""
        self._look = look
        self.driver.set_progress_handler(look, _STEPS_BETWEEN_LOOKS)


class Stop:
    """The wish of the waiting thread that a change be given up."""

    __slots__ = ("wanted",)

    def __init__(self) -> None:
        self.wanted = False


class Transaction(Reading):
    """A change of the workspace, which is committed whole or not at all; made by the writer thread only."""

    __slots__ = ("_stop",)

    def __init__(self, core: Connection, keys: OuterKeys, stop: Stop) -> None:
        super().__init__(core, keys)
        self._stop = stop
        self._call_between_steps(self._is_unwanted)

    def _is_unwanted(self) -> bool:
        return self._stop.wanted

    def check(self) -> None:
        """Raise Cancelled when whoever waits for this change no longer wants it."""
        if self._stop.wanted:
            raise Cancelled
