"""One piece of work in the background, as the interface thread sees it."""

from collections.abc import Callable
from enum import Enum, auto
from threading import Event
from typing import Generic, Self, TypeVar

from PySide6.QtCore import QObject
from shiboken6 import isValid

from tradesense_desktop.domain.progress import Cancelled, Progress

Result = TypeVar("Result")


class Kind(Enum):
    """The two kinds of work: reads run beside each other, writes one after the other."""

    READ = auto()
    WRITE = auto()


class Task(Generic[Result]):
    """A piece of work that was handed to a thread.

    Its result is delivered on the interface thread, and only while `owner` lives: a result for a widget that is
    gone is dropped. `report` is what the work calls; it raises Cancelled once `cancel` was called.
    """

    def __init__(self, kind: Kind, title: str, owner: QObject) -> None:
        self.kind = kind
        self.title = title
        self.progress: Progress | None = None
        self._owner = owner
        self._stop = Event()
        self._on_result: Callable[[Result], object] | None = None
        self._on_failure: Callable[[BaseException], object] | None = None
        self._is_shown = False

    def then(self, on_result: Callable[[Result], object]) -> Self:
        """Call `on_result` with what the work returned."""
        self._on_result = on_result
        return self

    def otherwise(self, on_failure: Callable[[BaseException], object]) -> Self:
        """Call `on_failure` with what stopped the work, besides its being shown; Cancelled comes here as well."""
        self._on_failure = on_failure
        return self

    def shown_by(self, on_failure: Callable[[BaseException], object]) -> Self:
        """Let `on_failure` show what stopped the work, so that it is not announced a second time."""
        self._is_shown = True
        return self.otherwise(on_failure)

    def cancel(self) -> None:
        """Ask the work to stop; it answers at its next report, by Cancelled."""
        self._stop.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether the work was asked to stop."""
        return self._stop.is_set()

    def report(self, progress: Progress) -> None:
        """Take the progress of the work, in its own thread."""
        if self._stop.is_set():
            raise Cancelled
        self.progress = progress

    def deliver(self, result: Result) -> None:
        """Hand over the result, on the interface thread."""
        if self._on_result is not None and isValid(self._owner):
            self._on_result(result)

    def fail(self, failure: BaseException) -> bool:
        """Hand over what stopped the work, on the interface thread; whether it is shown by that."""
        if self._on_failure is None or not isValid(self._owner):
            return False
        self._on_failure(failure)
        return self._is_shown
