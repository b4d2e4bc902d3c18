"""The status bar: which workspace, how it is connected and checked, and what is being done."""

import time
from datetime import UTC, datetime

from PySide6.QtCore import QSize, QTimer
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QSizePolicy, QStatusBar, QWidget

from tradesense_desktop.ui.firm_status import FirmStatus
from tradesense_desktop.ui.formatting.display import Display
from tradesense_desktop.ui.parts.icon_button import IconButton
from tradesense_desktop.ui.parts.tool_tip import quoting_tip
from tradesense_desktop.ui.parts.words import ElidedWords, Words
from tradesense_desktop.ui.tasks.meter import ProgressMeter, Reading
from tradesense_desktop.ui.tasks.progress_text import progress_text
from tradesense_desktop.ui.tasks.runner import Tasks
from tradesense_desktop.ui.tasks.task import Task
from tradesense_desktop.ui.theme import tokens as size
from tradesense_desktop.ui.theme.tokens import Tone

_TICK_MILLISECONDS = 100
_CLOCK_MILLISECONDS = 1000
_BAR_WIDTH = 160
_LEAST_BAR = 48
_HEIGHT = 30
_FINE = 1000
_LEAST_FACTS = 72


class _Facts(ElidedWords):
    """Facts that take what they need where there is room, and make room for the work that is under way."""

    def __init__(self, *, pixels: int, tone: Tone) -> None:
        super().__init__(pixels=pixels, tone=tone)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Preferred)

    def setText(self, text: str) -> None:
        """Say this; all of it stands in the tool tip too."""
        super().setText(text)
        self.setToolTip(quoting_tip(text))

    def minimumSizeHint(self) -> QSize:
        """Less than all of the words."""
        return QSize(_LEAST_FACTS, super().minimumSizeHint().height())


class StatusBar(QStatusBar):
    """Facts at the left, the work under way with its cancel button and the clock at the right."""

    def __init__(self, tasks: Tasks, display: Display, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tasks = tasks
        self._display = display
        self._meter = ProgressMeter()
        self._watched: Task[object] | None = None
        self.setSizeGripEnabled(False)
        self.setFixedHeight(_HEIGHT)
        self._facts = _Facts(pixels=size.TYPE_SMALL, tone="muted")
        self._facts.setContentsMargins(size.SPACE_12, 0, 0, 0)
        self.addWidget(self._facts)
        self.firm = FirmStatus(display, self)
        self.addWidget(self.firm)
        self._work = QWidget(self)
        row = QHBoxLayout(self._work)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(size.SPACE_8)
        self._stage = _Facts(pixels=size.TYPE_SMALL, tone="text")
        self._bar = QProgressBar(self._work)
        self._bar.setTextVisible(False)
        self._bar.setMinimumWidth(_LEAST_BAR)
        self._bar.setMaximumWidth(_BAR_WIDTH)
        self._bar.setAccessibleName(self.tr("Progress"))
        self._cancel = IconButton("close", self.tr("Stop this work"), self._work)
        self._cancel.clicked.connect(self._on_cancel)
        for part in (self._stage, self._bar, self._cancel):
            row.addWidget(part)
        self._work.hide()
        self.addPermanentWidget(self._work)
        self._clock = Words(pixels=size.TYPE_SMALL, tone="muted")
        self._clock.setContentsMargins(size.SPACE_8, 0, size.SPACE_12, 0)
        self.addPermanentWidget(self._clock)
        self._tick = QTimer(self)
        self._tick.setInterval(_TICK_MILLISECONDS)
        self._tick.timeout.connect(self._show_progress)
        self._clock_tick = QTimer(self)
        self._clock_tick.setInterval(_CLOCK_MILLISECONDS)
        self._clock_tick.timeout.connect(self._show_clock)
        self._clock_tick.start()
        tasks.started.connect(self._on_started)
        tasks.finished.connect(self._on_finished)
        display.changed.connect(self._show_clock)
        self._show_clock()
        self.show_workspace(None)

    def show_workspace(self, name: str | None, who: str = "", *, in_firm: bool = False) -> None:
        """Say which workspace is open, who acts in it and how it stands; what is local waits for no server.

        How a firm's stands is said by `firm`, beside it.
        """
        if name is None:
            self._facts.setText(self.tr("no workspace open"))
            return
        if in_firm:
            self._facts.setText("  ·  ".join((name, who or self.tr("nobody signed in"))))
            return
        parts = [
            name,
            who or self.tr("nobody signed in"),
            self.tr("offline"),
            self.tr("last sync: none"),
            self.tr("0 pending"),
            self.tr("not verified"),
        ]
        self._facts.setText("  ·  ".join(parts))

    def text(self) -> str:
        """What stands at the left."""
        return self._facts.text()

    def _on_started(self, task: Task[object]) -> None:
        if task.title:
            self._tick.start()
            self._show_progress()

    def _on_finished(self, _task: Task[object]) -> None:
        self._show_progress()

    def _show_progress(self) -> None:
        watched = next((task for task in self._tasks.running if task.title), None)
        if watched is not self._watched:
            self._watched = watched
            self._meter = ProgressMeter()
        self._work.setVisible(watched is not None)
        if watched is None:
            self._tick.stop()
            return
        self._cancel.setEnabled(not watched.is_cancelled)
        if watched.is_cancelled:
            self._stage.setText(self.tr("{work}: stopping …").format(work=watched.title))
        elif watched.progress is None:
            self._stage.setText(watched.title)
            self._bar.setRange(0, 0)
        else:
            self._show_reading(self._meter.read(watched.progress, time.monotonic()))

    def _show_reading(self, reading: Reading) -> None:
        self._stage.setText(progress_text(reading, self._display.numbers))
        if reading.fraction is None:
            self._bar.setRange(0, 0)
        else:
            self._bar.setRange(0, _FINE)
            self._bar.setValue(round(reading.fraction * _FINE))

    def _on_cancel(self) -> None:
        if self._watched is not None:
            self._watched.cancel()
            self._show_progress()

    def _show_clock(self) -> None:
        times = self._display.times
        self._clock.setText(f"{times.zone_name()} {times.clock(datetime.now(UTC))}")
