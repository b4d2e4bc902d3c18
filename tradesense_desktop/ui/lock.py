"""The watch over a window that nobody sits at any more."""

import time
from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSettings, QTimer, Signal

CHOICES: Final = (5, 15, 30, 60)
"""Minutes without input after which a window may be locked."""
_FIRST_CHOICE: Final = 15
_SETTING: Final = "account/lock_after_minutes"
_MINUTE: Final = 60
_INPUT: Final = frozenset(
    {
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.TouchUpdate,
        QEvent.Type.TabletMove,
        QEvent.Type.TabletPress,
        QEvent.Type.InputMethod,
    }
)


class IdleWatch(QObject):
    """Tells when there was no input for as long as a person has chosen; it watches between `start` and `stop` only.

    The clock is asked as well as the timer: a computer that slept wakes up locked, and the input that woke it does
    nothing. Signals: idle().
    """

    idle = Signal()

    def __init__(self, settings: QSettings, parent: QObject, clock: Callable[[], float] = time.time) -> None:
        super().__init__(parent)
        self._settings = settings
        self._clock = clock
        self._last = 0.0
        stored = str(settings.value(_SETTING, _FIRST_CHOICE))
        self._minutes = int(stored) if stored in map(str, CHOICES) else _FIRST_CHOICE
        self.timer = QTimer(self)
        self.timer.setSingleShot(True)
        self.timer.timeout.connect(self._on_timeout)

    @property
    def minutes(self) -> int:
        """After how many minutes without input it tells."""
        return self._minutes

    def wait_for(self, minutes: int) -> None:
        """Tell after so many minutes, and remember it."""
        self._minutes = minutes
        self._settings.setValue(_SETTING, minutes)
        if self.is_watching:
            self._begin_anew()

    @property
    def is_watching(self) -> bool:
        """Whether it watches."""
        return self.timer.isActive()

    def start(self) -> None:
        """Watch every input of the application from now on."""
        application = QCoreApplication.instance()
        assert application is not None
        application.installEventFilter(self)
        self._begin_anew()

    def stop(self) -> None:
        """Watch no more."""
        self.timer.stop()
        application = QCoreApplication.instance()
        if application is not None:
            application.removeEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        """Begin to wait anew at every input; one that comes too late is swallowed."""
        if event.type() not in _INPUT:
            return False
        now = self._clock()
        if now - self._last >= self._minutes * _MINUTE:
            self._on_timeout()
            return True
        if now != self._last:
            self._begin_anew()
        return False

    def _begin_anew(self) -> None:
        self._last = self._clock()
        self.timer.start(self._minutes * _MINUTE * 1000)

    def _on_timeout(self) -> None:
        self.stop()
        self.idle.emit()
