"""Pictures of a firm's workspace in the window: `python -m tests.firm_screenshots FOLDER`.

Nobody listens where the server should be: what is shown is the copy, offline, with what waits and what was refused.
"""

import sys
import tempfile
import threading
from pathlib import Path

from PySide6.QtCore import QDeadlineTimer, QSettings
from PySide6.QtWidgets import QApplication, QPushButton

from tests.firm_replicas import PASSWORD, Replica, fill_outbox, make_replica
from tests.screenshots import BOTH, SIZES, Camera, save
from tradesense_desktop.domain.progress import Progress, ProgressReport
from tradesense_desktop.ui.views.admin.alerts_place import AlertsPlace
from tradesense_desktop.ui.views.admin.funding_place import FundingPlace

TLS = {"admin": "unverified", "trader": "pooler"}
PLACES = ("challenges", "funding", "alerts", "payments", "users", "server")


def take_firm(application: QApplication, folder: Path, settings: QSettings, target: Path) -> None:
    """Every picture of a firm's workspace."""
    for name in ("admin", "trader"):
        statements = folder / f"statements-{name}"
        statements.mkdir()
        replica = make_replica(folder / f"firm-{name}", statements, name, tls=TLS[name], host="db.firm.example:5432")
        camera = Camera(application, replica.directory, settings)
        _everywhere(camera, target, f"firm-{name}-sign-in")
        _sign_in(camera)
        _everywhere(camera, target, f"firm-{name}-nothing-waits")
        camera.window.places.go("server")
        _everywhere(camera, target, f"firm-{name}-server-empty")
        fill_outbox(replica)
        camera.window.people.firm.look()
        camera.wait(1200)
        _take_places(camera, replica, target, name)
        camera.close()


def _everywhere(camera: Camera, target: Path, name: str) -> None:
    camera.settle()
    for size in SIZES:
        for choice in BOTH:
            camera.take(target / f"{name}-{size[0]}-{choice.value}.png", size, choice)


def _sign_in(camera: Camera) -> None:
    form = camera.window.people.sign_in_place.form
    form.fill("password", PASSWORD)
    form.submit()
    camera.wait(1200)


def _take_places(camera: Camera, replica: Replica, target: Path, name: str) -> None:
    window = camera.window
    first = replica.challenge_ids[0]
    for place in PLACES:
        if place == "challenges":
            window.show_list()
        elif not window.places.go(place):
            continue
        camera.settle()
        shown = window.places.current
        if isinstance(shown, FundingPlace):
            shown.requests.view.choose_first_of(first)
        elif isinstance(shown, AlertsPlace):
            shown.acknowledge()
            camera.wait(600)
        _everywhere(camera, target, f"firm-{name}-{place}")
    window.open_challenge(first)
    _everywhere(camera, target, f"firm-{name}-challenge")
    window.statusBar().findChildren(QPushButton)[0].click()
    camera.settle()
    _everywhere(camera, target, f"firm-{name}-server-refused")
    window.catalogue["server.discard"].trigger()
    _everywhere(camera, target, f"firm-{name}-server-discard")
    camera.take(target / f"firm-{name}-least.png", (900, 600), BOTH[0])
    _take_at_work(camera, target, name)


def _take_at_work(camera: Camera, target: Path, name: str) -> None:
    """The narrow status bar while something long is done."""
    may_go_on = threading.Event()

    def work(report: ProgressReport) -> None:
        report(Progress("Fetching the history of the challenges", 25_000, 100_000))
        may_go_on.wait()

    camera.window.tasks.watched_read("Connecting to db.firm.example", work, camera.window)
    deadline = QDeadlineTimer(600)
    while not deadline.hasExpired():
        QApplication.processEvents()
    camera.window.resize(1024, 700)
    QApplication.processEvents()
    save(camera.window, target / f"firm-{name}-at-work.png")
    may_go_on.set()
    camera.settle()


def main(arguments: list[str]) -> None:
    """Take them into the folder that is named."""
    application = QApplication([])
    with tempfile.TemporaryDirectory(prefix="tradesense-firm-") as scratch:
        settings = QSettings(str(Path(scratch) / "settings.ini"), QSettings.Format.IniFormat)
        take_firm(application, Path(scratch), settings, Path(arguments[0]))


if __name__ == "__main__":
    main(sys.argv[1:])
