"""The trader's places: reads what they show, and reads it again when something was written."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from tradesense_desktop.services.read_challenges import read_challenge, read_challenges
from tradesense_desktop.services.read_equity_curve import read_equity_curve
from tradesense_desktop.ui.charts.prepared_curve import PreparedCurve, prepare
from tradesense_desktop.ui.tasks.failure_text import failure_text
from tradesense_desktop.ui.views.trader.challenge_list import ChallengeList
from tradesense_desktop.ui.views.trader.challenge_page import ChallengePage
from tradesense_desktop.ui.views.trader.funding_story import FundingStory, read_funding_story
from tradesense_desktop.ui.views.trader.stretch_figures import Stretch, StretchFigures, read_stretch

if TYPE_CHECKING:
    from datetime import datetime

    from PySide6.QtWidgets import QWidget

    from tradesense_desktop.domain.progress import ProgressReport
    from tradesense_desktop.services.open_workspace import Workspace
    from tradesense_desktop.services.views import ChallengePicture, ChallengeSummary, Metric
    from tradesense_desktop.ui.actions.registry import ActionRegistry
    from tradesense_desktop.ui.surroundings import Surroundings
    from tradesense_desktop.ui.tasks.task import Task


def read_prepared_curve(workspace: Workspace, challenge_id: str, progress: ProgressReport) -> PreparedCurve:
    """The equity curve of a challenge, ready to be drawn; for a background thread."""
    return prepare(read_equity_curve(workspace, challenge_id, progress), progress)


def read_list(workspace: Workspace) -> tuple[tuple[ChallengeSummary, ...], dict[str, str]]:
    """The challenges that whoever acts may see, and what to call their traders by id; for a background thread."""
    summaries = read_challenges(workspace)
    if workspace.actor is None or not workspace.actor.role.is_staff:
        return summaries, {}
    from tradesense_desktop.services.read_users import read_names

    return summaries, read_names(workspace)


class TraderPlaces(QObject):
    """Owns the list and the page of one workspace and keeps them up to date.

    The page is built while the event loop turns; a challenge that is read before it stands is shown then.

    Signals: challenges_read(tuple of ChallengeSummary), challenge_opened(str id), list_asked().
    """

    challenges_read = Signal(object)
    challenge_opened = Signal(str)
    list_asked = Signal()

    def __init__(
        self, workspace: Workspace, surroundings: Surroundings, actions: ActionRegistry, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._surroundings = surroundings
        self._wanted_id = ""
        self._names: dict[str, str] = {}
        self.list = ChallengeList(surroundings, actions["workspace.import"], parent)
        self.page = ChallengePage(surroundings, actions, parent, in_steps=True)
        self._early: ChallengePicture | None = None
        self._opens = False
        self._reading: Task[ChallengePicture] | None = None
        self._building = QTimer(self)
        self._building.timeout.connect(self._build_on)
        self._building.start(0)
        self.list.challenge_opened.connect(self.open_challenge)
        self.page.back_asked.connect(self.list_asked)
        self.page.metrics_asked.connect(self._read_metrics)
        self._stretch: Task[StretchFigures] | None = None
        self.page.stretch_asked.connect(self._read_stretch)
        self.page.stretch_left.connect(self._leave_stretch)

    def _build_on(self) -> None:
        if self.page.build_next():
            return
        self._building.stop()
        self.page.funding.challenge_asked.connect(self.open_challenge)
        if self._early is not None:
            QTimer.singleShot(0, self, self._show_early)

    def _show_early(self) -> None:
        early, self._early = self._early, None
        if early is not None:
            self._show_picture(early)

    def read_challenges(self) -> None:
        """Read the list, and for staff whose challenges they are."""
        task = self._surroundings.tasks.read(partial(read_list, self._workspace), owner=self)
        task.then(self._show_challenges)

    def open_challenge(self, challenge_id: str) -> None:
        """Read a challenge and show its page."""
        self._wanted_id = challenge_id
        self._opens = True
        self._read_picture()

    def stop_opening(self) -> None:
        """Do not go to the page of a challenge that is still being read: somebody went elsewhere meanwhile."""
        self._opens = False

    def read_again(self) -> None:
        """Read all that is shown once more."""
        self.read_challenges()
        if self._wanted_id:
            self._read_picture()

    def _read_picture(self) -> None:
        """Read the wanted challenge; of two readings under way only the later is shown, it knows more."""
        tasks = self._surroundings.tasks
        task = tasks.read(partial(read_challenge, self._workspace, self._wanted_id), owner=self)
        self._reading = task
        task.then(partial(self._on_picture, task))

    def _on_picture(self, task: Task[ChallengePicture], picture: ChallengePicture) -> None:
        if task is self._reading:
            self._reading = None
            self._show_picture(picture)

    def _show_challenges(self, read: tuple[tuple[ChallengeSummary, ...], dict[str, str]]) -> None:
        summaries, self._names = read
        self.list.show_challenges(summaries, self._names)
        self.challenges_read.emit(summaries)

    def _show_picture(self, picture: ChallengePicture) -> None:
        """Show a challenge; one that was only read again is not gone to."""
        challenge_id = picture.summary.challenge.id
        if challenge_id != self._wanted_id:
            return
        if not self.page.is_built:
            self._early = picture
            return
        is_known = picture == self.page.picture
        if not is_known:
            self.page.show_picture(self._workspace, picture, self._names.get(picture.summary.challenge.user_id, ""))
        story = partial(read_funding_story, self._workspace, picture.summary.challenge)
        self._surroundings.tasks.read(story, owner=self).then(self._show_story)
        if self._opens:
            self._opens = False
            # In a turn of its own: the page is laid out and painted for the first time then.
            QTimer.singleShot(0, self, partial(self.challenge_opened.emit, challenge_id))
        if is_known and self.page.chart.prepared is not None:
            return
        tasks = self._surroundings.tasks
        title = self.tr("Reading the equity curve")
        task = tasks.watched_read(title, partial(read_prepared_curve, self._workspace, challenge_id), owner=self)
        task.then(partial(self._show_curve, challenge_id))
        task.shown_by(lambda failure: self.page.show_curve_failure(failure_text(failure)))

    def _show_story(self, story: FundingStory) -> None:
        if story.challenge.id == self.page.challenge_id:
            self.page.funding.show_story(story)

    def _show_curve(self, challenge_id: str, prepared: PreparedCurve) -> None:
        if challenge_id == self.page.challenge_id:
            self.page.show_curve(prepared)

    def _read_stretch(self, start: datetime, end: datetime) -> None:
        """Read what the brushed stretch made; one that is brushed further is not waited for."""
        self._leave_stretch()
        prepared = self.page.chart.prepared
        if prepared is None:
            return
        stretch = Stretch(start, end, *prepared.trades_between(start, end), prepared.day_bounds.tolist())
        work = partial(read_stretch, self._workspace, self.page.challenge_id, stretch)
        task = self._surroundings.tasks.watched_read(self.tr("Reading the stretch"), work, owner=self)
        self._stretch = task
        task.then(partial(self._show_stretch, task))

    def _show_stretch(self, task: Task[StretchFigures], figures: StretchFigures) -> None:
        if task is self._stretch:
            self.page.show_stretch(figures)

    def _leave_stretch(self) -> None:
        if self._stretch is not None:
            # Nobody has stopped it: there is nothing to be told.
            self._stretch.title = ""
            self._stretch.cancel()
            self._stretch = None

    def _read_metrics(self) -> None:
        from tradesense_desktop.services.read_metrics import read_metrics

        challenge_id = self.page.challenge_id
        work = partial(read_metrics, self._workspace, challenge_id)
        task = self._surroundings.tasks.watched_read(self.tr("Working out the metrics"), work, owner=self)
        task.then(partial(self._show_metrics, challenge_id))

    def _show_metrics(self, challenge_id: str, metrics: tuple[Metric, ...]) -> None:
        if challenge_id == self.page.challenge_id:
            self.page.show_metrics(metrics)
